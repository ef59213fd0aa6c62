#include "ports/linux/profile/chip_costs.h"

#include <algorithm>
#include <utility>

#include "ports/linux/profile/chip_figures.h"

namespace p3a::chip {
namespace {

double pixels_of(Size size) { return static_cast<double>(size.pixels()); }

bool is_turned(Rotation rotation) {
  return rotation == Rotation::k90 || rotation == Rotation::k270;
}

}  // namespace

Micros time_of(double instructions) {
  return Micros(static_cast<std::int64_t>(instructions / kCoreMhz.value));
}

Micros engine_time(Size padded) {
  return Micros(
      static_cast<std::int64_t>(kEngineStart.value + kEnginePixel.value * pixels_of(padded)));
}

double decode_instructions(const SoftwareJob& job) {
  const double pixels = pixels_of(job.info.size);
  const auto bytes = static_cast<double>(job.file_bytes);
  switch (job.info.format) {
    case ImageFormat::kJpeg:
      return (kJpegPixel.value * pixels + kJpegByte.value * bytes) *
             (job.plain_jpeg ? 1 : kJpegOdd.value);
    case ImageFormat::kPng:
      return kInflateByte.value * bytes + kInflatedByte.value * pixels * job.png_channels;
    case ImageFormat::kWebp:
      return kWebpPixel.value * pixels;
    case ImageFormat::kGif:
      return kGifByte.value * bytes + kGifPixel.value * pixels;
    case ImageFormat::kP3x: {
      constexpr double kCells = 128 * 128;  // a file says its grid only in its frames
      return kP3xPixel.value * pixels + kP3xCell.value * std::min(pixels, kCells);
    }
  }
  std::unreachable();
}

double compose_instructions(std::size_t bytes_per_pixel, Size picture, const View& view,
                            const Canvas& canvas) {
  const double out = pixels_of(canvas.size);
  const double out_bytes = out * static_cast<double>(p3a::bytes_per_pixel(canvas.format));
  const bool turned = is_turned(view.rotation);
  const Size upright = turned ? Size{canvas.size.height, canvas.size.width} : canvas.size;
  const bool converted =
      bytes_per_pixel != p3a::bytes_per_pixel(canvas.format) || !view.tone.identity;
  if (picture != upright) {
    if (view.scaling == Scaling::kBilinear) return kBilinearPixel.value * out;
    const double in = std::min(pixels_of(picture), out);
    return kNearestByte.value * out_bytes + (converted ? kNearestConvert : kNearestSame).value * in;
  }
  double cost = kCopyByte.value * out_bytes;
  if (converted) cost = (bytes_per_pixel == 2 ? kTonePixel : kConvertPixel).value * out;
  return cost + (turned ? (kTurnedByte.value - kCopyByte.value) * out_bytes : 0);
}

double drawing_instructions(const DrawnPixels& drawn, const View& view, const Canvas& canvas) {
  const double composed = compose_instructions(drawn.bytes_per_pixel, drawn.size, view, canvas);
  if (!drawn.p3x_cells) return composed;
  return composed + kP3xPixel.value * pixels_of(drawn.size) +
         kP3xCell.value * static_cast<double>(*drawn.p3x_cells);
}

}  // namespace p3a::chip
