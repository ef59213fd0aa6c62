#include "ports/linux/profile/chip_decoders.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "ports/esp32p4/jpeg/engine_gate.h"
#include "ports/linux/profile/chip_costs.h"
#include "ports/linux/profile/chip_figures.h"

namespace p3a {
namespace {

std::vector<std::uint8_t> read_whole(ReadableFile& file) {
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(file.size()));
  bytes.resize(file.read_at(0, bytes));
  return bytes;
}

// The colour type of a PNG's header (its specification, §11.2.2).
std::uint32_t png_channels(ReadableFile& file) {
  constexpr std::uint64_t kColourType = 25;
  std::uint8_t type = 2;
  file.read_at(kColourType, {&type, 1});
  if (type == 6) return 4;
  if (type == 4) return 2;
  return type == 2 ? 3 : 1;
}

// Of the rows that software decodes, and of what it keeps of a picture meanwhile.
constexpr std::size_t kBytesPerPixel = 3;

}  // namespace

class ChipDecoders::SlowPicture final : public Picture {
 public:
  SlowPicture(ChipDecoders& owner, std::unique_ptr<Picture> picture, chip::SoftwareJob job,
              std::optional<Size> engine)
      : owner_(owner), picture_(std::move(picture)), job_(job), engine_(engine) {}

  const ImageInfo& info() const override { return picture_->info(); }

  Result<DecodedFrame> next(const View& view, const Canvas& canvas) override {
    const Instant begun = owner_.clock_.now();
    auto decoded = picture_->next(view, canvas);
    if (!decoded) return decoded;
    Instant end = begun;
    std::size_t row_bytes_per_pixel = kBytesPerPixel;
    if (engine_) {
      end = owner_.engine_.take(begun, chip::engine_time(*engine_));
      if (view.tone.identity) row_bytes_per_pixel = bytes_per_pixel(canvas.format);
    } else {
      end += chip::time_of(chip::decode_instructions(job_));
      if (info().animated) job_.file_bytes = 0;
    }
    if (!engine_draws(view, canvas)) {
      end +=
          chip::time_of(chip::compose_instructions(row_bytes_per_pixel, info().size, view, canvas));
    }
    owner_.pause_.until(end);
    return decoded;
  }

 private:
  // The engine writes words, and a picture that is the whole panel straight onto it.
  bool engine_draws(const View& view, const Canvas& canvas) const {
    return engine_ == canvas.size && info().size == canvas.size && view.rotation == Rotation::k0 &&
           view.tone.identity && canvas.format == PixelFormat::kRgb565;
  }

  ChipDecoders& owner_;
  std::unique_ptr<Picture> picture_;
  chip::SoftwareJob job_;
  std::optional<Size> engine_;  // what the engine writes; nothing: software decodes
};

Result<std::unique_ptr<Picture>> ChipDecoders::open(std::unique_ptr<ReadableFile> file,
                                                    const ImageLimits& limits) {
  const auto info = probe(*file, limits);
  if (!info) return std::unexpected(info.error());
  chip::SoftwareJob job{.info = *info, .file_bytes = file->size()};
  std::optional<Size> engine;
  if (info->format == ImageFormat::kPng) job.png_channels = png_channels(*file);
  if (info->format == ImageFormat::kJpeg) {
    const auto taken = engine_takes(read_whole(*file));
    const bool fits = static_cast<double>(file->size()) <= chip::kEngineFile.value && taken &&
                      static_cast<double>(taken->padded.pixels()) <= chip::kEnginePixels.value;
    if (fits) engine = taken->padded;
    job.plain_jpeg = taken.has_value();
  }
  const std::uint64_t needed = info->size.pixels() * kBytesPerPixel + file->size();
  if (!engine && static_cast<double>(needed) > chip::kPictureMemory.value) {
    return fail(ErrorCode::kDecodeLimit, "This picture of ", info->size.width, " x ",
                info->size.height, " pixels would take ", needed >> 20,
                " MiB; the ESP32-P4 that is simulated here has ",
                static_cast<std::uint64_t>(chip::kPictureMemory.value) >> 20,
                " MiB for one. Send a smaller one.");
  }
  auto picture = decoders_.open(std::move(file), limits);
  if (!picture) return std::unexpected(picture.error());
  return std::make_unique<SlowPicture>(*this, std::move(*picture), job, engine);
}

void ChipDecoders::drew(const DrawnPixels& drawn, const View& view, const Canvas& canvas) {
  pause_.until(clock_.now() + chip::time_of(chip::drawing_instructions(drawn, view, canvas)));
}

}  // namespace p3a
