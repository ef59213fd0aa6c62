// p3a-send bench codec: what P3X makes of a user's own pictures, beside PNG and JPEG.
//
// Every frame is put on a canvas as the display would show it, encoded by each, and P3X's decoded
// and compared pixel by pixel.
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include "core/codec/decoder.h"
#include "ports/client/image_encoder.h"
#include "ports/client/send/commands.h"
#include "ports/client/send/json_text.h"
#include "ports/client/send/picture_list.h"
#include "ports/client/send/picture_source.h"
#include "sender/p3x_encoder.h"

namespace p3a::sender {
namespace {

constexpr ImageLimits kLimits{.max_width = 8192, .max_height = 8192, .max_frames = 65535};
constexpr std::uint32_t kMostFrames = 300;
constexpr std::uint32_t kPictureBytes = 8U << 20;
constexpr std::uint8_t kTableBits = 16;
constexpr int kJpegQuality = 75;

struct Sequence {
  std::string name;
  std::uint32_t frames = 0;
  double p3x = 0, png = 0, jpeg = 0;  // bytes in all
  std::vector<double> encode_ms{}, decode_ms{};
  bool lossless = true;
};

template <class Work>
double milliseconds(const Work& work) {
  const auto started = std::chrono::steady_clock::now();
  work();
  const std::chrono::duration<double, std::milli> taken =
      std::chrono::steady_clock::now() - started;
  return taken.count();
}

double quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

// A sender and a receiver with their memory.
class Bench {
 public:
  explicit Bench(Size size) : size_(size), rgb_(size.pixels() * 3), shown_(rgb_.size()) {
    const p3x::Parameters parameters{.table_bits = kTableBits};
    memory_.resize(
        static_cast<std::size_t>((p3x::models_bytes(size, parameters) + kPictureBytes) / 8));
    decoder_ = p3x::Decoder({reinterpret_cast<std::uint8_t*>(memory_.data()), memory_.size() * 8});
  }

  Result<Sequence> run(const std::string& path) {
    auto file = open_picture_file(path);
    if (!file) return std::unexpected(file.error());
    auto picture = decoders_.open(*std::move(file), kLimits);
    if (!picture) return std::unexpected(picture.error());
    Sequence sequence{.name = path};
    p3x_.request_key();
    for (bool last = false; !last && sequence.frames < kMostFrames;) {
      const Canvas canvas{rgb_.data(), size_, size_.width * std::size_t{3}, PixelFormat::kRgb888};
      const auto frame = (*picture)->next(View{}, canvas);
      if (!frame) return std::unexpected(frame.error());
      last = frame->last;
      if (const Status done = measure(sequence); !done) return std::unexpected(done.error());
    }
    return sequence;
  }

 private:
  Status measure(Sequence& sequence) {
    const Pixels pixels{rgb_.data(), size_, size_.width * std::size_t{3}, InputFormat::kRgb888};
    Result<ByteView> packet = ByteView();
    sequence.encode_ms.push_back(milliseconds([&] {
      packet = p3x_.encode({pixels.data, size_, pixels.stride},
                           {.table_bits = kTableBits, .picture_bytes = kPictureBytes},
                           rgb_.size() * 2 + 4096);
    }));
    if (!packet) return std::unexpected(packet.error());
    Status decoded;
    sequence.decode_ms.push_back(milliseconds([&] {
      decoded = decoder_.decode(*packet);
      decoder_.paint_changes({shown_.data(), size_, size_.width * std::size_t{3}});
    }));
    sequence.lossless = sequence.lossless && decoded && shown_ == rgb_;
    sequence.p3x += static_cast<double>(packet->size());
    const auto png = images_.encode_png(pixels, PngEffort::kFast);
    if (!png) return std::unexpected(png.error());
    sequence.png += static_cast<double>(png->size());
    const auto jpeg = images_.encode_jpeg(pixels, kJpegQuality, false);
    if (!jpeg) return std::unexpected(jpeg.error());
    sequence.jpeg += static_cast<double>(jpeg->size());
    ++sequence.frames;
    return {};
  }

  Size size_;
  LibraryDecoders decoders_;
  LibraryImageEncoder images_;
  P3xEncoder p3x_;
  std::vector<std::uint8_t> rgb_, shown_;
  std::vector<std::uint64_t> memory_;
  p3x::Decoder decoder_{{}};
};

constexpr std::string_view kHead =
    "  frames       P3X       PNG  JPEG q75  bytes/frame | encode p50    p99  decode p50  ms | "
    "lossless  file";

std::string line_of(const Sequence& s) {
  std::array<char, 160> text{};
  const double frames = std::max<std::uint32_t>(s.frames, 1);
  std::snprintf(text.data(), text.size(),
                "%8u %9.0f %9.0f %9.0f              |     %6.2f %6.2f      %6.2f     | %-8s  ",
                s.frames, s.p3x / frames, s.png / frames, s.jpeg / frames,
                quantile(s.encode_ms, 0.5), quantile(s.encode_ms, 0.99), quantile(s.decode_ms, 0.5),
                s.lossless ? "yes" : "NO");
  return text.data() + s.name;
}

std::string json_of(const Sequence& s) {
  std::array<char, 320> text{};
  const double frames = std::max<std::uint32_t>(s.frames, 1);
  std::snprintf(text.data(), text.size(),
                ",\"frames\":%u,\"p3x_bytes\":%.1f,\"png_bytes\":%.1f,\"jpeg75_bytes\":%.1f,"
                "\"encode_ms_p50\":%.3f,\"encode_ms_p99\":%.3f,\"decode_ms_p50\":%.3f,"
                "\"lossless\":%s}",
                s.frames, s.p3x / frames, s.png / frames, s.jpeg / frames,
                quantile(s.encode_ms, 0.5), quantile(s.encode_ms, 0.99), quantile(s.decode_ms, 0.5),
                s.lossless ? "true" : "false");
  return "{\"file\":" + quoted(s.name) + text.data();
}

// Geometric means of the ratios, so that no large picture outweighs the others.
std::string means_of(const std::vector<Sequence>& all) {
  double png = 0, jpeg = 0;
  for (const Sequence& s : all) {
    png += std::log(s.png / s.p3x);
    jpeg += std::log(s.jpeg / s.p3x);
  }
  std::array<char, 160> text{};
  const auto count = static_cast<double>(all.size());
  std::snprintf(text.data(), text.size(),
                "P3X is %.1f times smaller than PNG and %.1f times smaller than JPEG at quality %d "
                "(geometric means of %zu files)",
                std::exp(png / count), std::exp(jpeg / count), kJpegQuality, all.size());
  return text.data();
}

}  // namespace

int run_bench_codec(const SendOptions& options, Console& console) {
  Bench bench(options.source.size);
  std::vector<Sequence> all;
  bool good = true;
  if (!options.json) console.print(kHead);
  for (const std::string& path : list_pictures(options.files)) {
    auto sequence = bench.run(path);
    if (!sequence) {
      console.say("p3a-send: left out " + path + ": " +
                  std::string(sequence.error().message.view()));
      good = false;
      continue;
    }
    good = good && sequence->lossless;
    console.print(options.json ? json_of(*sequence) : line_of(*sequence));
    all.push_back(*std::move(sequence));
  }
  if (all.empty()) {
    console.say(
        "p3a-send: there is no picture to measure: name PNG, APNG, JPEG, WebP, GIF or P3X "
        "files, or a folder with some");
    return kExitFailed;
  }
  if (!options.json) console.print(means_of(all));
  return good ? kExitDone : kExitFailed;
}

}  // namespace p3a::sender
