#include "ports/fake/fake_decoders.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

namespace p3a {
namespace {

struct FakeFrame {
  enum class Kind : std::uint8_t { kGood, kBad, kSlow } kind = Kind::kGood;
  Rgb color;
  Micros delay{};
};

struct FakeFile final : ReadableFile {
  explicit FakeFile(std::string text) : bytes(std::move(text)) {}
  std::uint64_t size() const override { return bytes.size(); }
  std::size_t read_at(std::uint64_t offset, ByteSpan out) override {
    if (offset >= bytes.size()) return 0;
    const auto from = std::string_view(bytes).substr(static_cast<std::size_t>(offset));
    return from.copy(reinterpret_cast<char*>(out.data()), out.size());
  }
  std::string bytes;
};

std::optional<std::uint32_t> number(std::string_view text, int base = 10) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.begin(), text.end(), value, base);
  if (error != std::errc() || end != text.end()) return std::nullopt;
  return value;
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const auto end = text.find(at);
    parts.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return parts;
}

std::optional<FakeFrame> parse_frame(std::string_view text) {
  if (text == "bad") return FakeFrame{FakeFrame::Kind::kBad, {}, {}};
  if (text == "slow") return FakeFrame{FakeFrame::Kind::kSlow, {}, {}};
  const auto parts = split(text, '/');
  if (parts.size() != 2) return std::nullopt;
  const auto rgb = number(parts[0], 16);
  const auto delay = number(parts[1]);
  if (!rgb || !delay) return std::nullopt;
  return FakeFrame{.kind = FakeFrame::Kind::kGood,
                   .color = {static_cast<std::uint8_t>(*rgb >> 16),
                             static_cast<std::uint8_t>(*rgb >> 8), static_cast<std::uint8_t>(*rgb)},
                   .delay = Micros(*delay * 1000)};
}

std::optional<Size> parse_size(std::string_view text) {
  const auto parts = split(text, 'x');
  if (parts.size() != 2) return std::nullopt;
  const auto width = number(parts[0]);
  const auto height = number(parts[1]);
  if (!width || !height) return std::nullopt;
  return Size{*width, *height};
}

}  // namespace

class FakeDecoders::FakePicture final : public Picture {
 public:
  FakePicture(FakeDecoders& decoders, ImageInfo info, std::vector<FakeFrame> frames)
      : decoders_(decoders), info_(info), frames_(std::move(frames)) {}

  const ImageInfo& info() const override { return info_; }

  Result<DecodedFrame> next(const View& view, const Canvas& canvas) override {
    if (decoders_.hook_) decoders_.hook_();
    ++decoders_.decoded_;
    const FakeFrame& frame = frames_[at_];
    if (frame.kind == FakeFrame::Kind::kBad)
      return fail(ErrorCode::kDecodeFailed, "The file is damaged; export it again.");
    if (frame.kind == FakeFrame::Kind::kSlow)
      return fail(ErrorCode::kDecodeTimeout, "The picture takes too long; make it smaller.");
    fill(canvas, frame.color, view.tone);
    Canvas corner = canvas;
    corner.size = {1, 1};
    fill(corner, view.background, view.tone);
    at_ = (at_ + 1) % frames_.size();
    return DecodedFrame{.delay = frame.delay, .last = at_ == 0};
  }

 private:
  FakeDecoders& decoders_;
  ImageInfo info_;
  std::vector<FakeFrame> frames_;
  std::size_t at_ = 0;
};

Result<std::unique_ptr<Picture>> FakeDecoders::open(std::unique_ptr<ReadableFile> file,
                                                    const ImageLimits& limits) {
  ++opened_;
  std::string text(static_cast<std::size_t>(file->size()), '\0');
  text.resize(file->read_at(0, {reinterpret_cast<std::uint8_t*>(text.data()), text.size()}));
  if (text.empty()) return fail(ErrorCode::kEmptyBody, "The file is empty.");
  text.erase(0, std::min(text.find("FAKE"), kMagicBytes));  // npos: no picture anyway

  const auto unknown = fail(ErrorCode::kUnknownFormat, "This is no picture that we know.");
  const auto parts = split(text, ' ');
  if (parts.size() < 4 || parts[0] != "FAKE") return unknown;
  const auto format = format_from_name(parts[1]);
  const auto size = parse_size(parts[2]);
  if (!format || !size) return unknown;
  if (const Status fits = check_size(*size, limits); !fits) return std::unexpected(fits.error());

  std::vector<FakeFrame> frames;
  for (std::size_t i = 3; i < parts.size(); ++i) {
    const auto frame = parse_frame(parts[i]);
    if (!frame) return unknown;
    frames.push_back(*frame);
  }
  const ImageInfo info{.format = *format, .size = *size, .animated = frames.size() > 1};
  return std::make_unique<FakePicture>(*this, info, std::move(frames));
}

std::unique_ptr<ReadableFile> fake_file(std::string bytes) {
  return std::make_unique<FakeFile>(std::move(bytes));
}

}  // namespace p3a
