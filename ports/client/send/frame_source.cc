#include "ports/client/send/frame_source.h"

#include "ports/client/send/picture_source.h"
#include "sender/pattern/frame_counter.h"
#include "sender/pixels.h"
#include "sender/video/y4m_reader.h"

namespace p3a::sender {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr double kPatternFps = 60;
constexpr double kMaxFps = 1000;  // a video that says more is shown as it comes

PixelView view(const Bytes& pixels, Size size, InputFormat format) {
  return {.pixels = pixels.data(),
          .width = size.width,
          .height = size.height,
          .stride = 0,
          .format = format,
          .bottom_up = false};
}

class PatternSource final : public FrameSource {
 public:
  explicit PatternSource(const StreamSource& source)
      : source_(source), rgba_(source.size.pixels() * 4) {}
  double fps() const override { return source_.fps.value_or(kPatternFps); }
  Result<PixelView> next(Micros elapsed) override {
    draw_pattern(*source_.pattern, source_.size, elapsed, rgba_);
    if (source_.counter) burn_frame_counter(frame_, source_.size, rgba_);
    ++frame_;
    return view(rgba_, source_.size, InputFormat::kRgba8888);
  }

 private:
  StreamSource source_;
  Bytes rgba_;
  std::uint64_t frame_ = 0;
};

InputFormat pixel_format(StdinFormat format) {
  switch (format) {
    case StdinFormat::kRgba:
      return InputFormat::kRgba8888;
    case StdinFormat::kBgra:
      return InputFormat::kBgra8888;
    default:
      return InputFormat::kRgb888;
  }
}

class PixelSource final : public FrameSource {
 public:
  PixelSource(const StreamSource& source, VideoInput& input)
      : source_(source),
        format_(pixel_format(*source.input)),
        input_(input),
        pixels_(source.size.pixels() * bytes_per_pixel(format_)) {}
  double fps() const override { return source_.fps.value_or(0); }
  Result<PixelView> next(Micros) override {
    const std::size_t have = read_full(input_, pixels_);
    if (have == 0) return PixelView{};
    if (have < pixels_.size()) {
      return fail(ErrorCode::kDecodeFailed, "The piped pixels end with ", have, " of the ",
                  pixels_.size(), " bytes of a picture: are --stdin and --size right?");
    }
    return view(pixels_, source_.size, format_);
  }

 private:
  StreamSource source_;
  InputFormat format_;
  VideoInput& input_;
  Bytes pixels_;
};

class Y4mSource final : public FrameSource {
 public:
  Y4mSource(const StreamSource& source, VideoInput& input) : source_(source), reader_(input) {}
  Status open() {
    const auto format = reader_.open();
    if (!format) return std::unexpected(format.error());
    format_ = *format;
    rgb_.resize(format_.size.pixels() * 3);
    return {};
  }
  double fps() const override {
    return source_.fps.value_or(format_.fps <= kMaxFps ? format_.fps : 0);
  }
  Result<PixelView> next(Micros) override {
    const auto more = reader_.next(rgb_);
    if (!more) return std::unexpected(more.error());
    if (!*more) return PixelView{};
    return view(rgb_, format_.size, InputFormat::kRgb888);
  }

 private:
  StreamSource source_;
  Y4mReader reader_;
  Y4mFormat format_;
  Bytes rgb_;
};

}  // namespace

Result<std::unique_ptr<FrameSource>> open_frame_source(
    const StreamSource& source, VideoInput& input,
    const std::function<void(const std::string&)>& tell) {
  if (!source.files.empty()) return std::make_unique<PictureSource>(source, tell);
  if (source.pattern) return std::make_unique<PatternSource>(source);
  if (source.input != StdinFormat::kY4m) return std::make_unique<PixelSource>(source, input);
  auto video = std::make_unique<Y4mSource>(source, input);
  if (const Status opened = video->open(); !opened) return std::unexpected(opened.error());
  return video;
}

}  // namespace p3a::sender
