#include "ports/esp32p4/ppa/ppa_gate.h"

namespace p3a {
namespace {

constexpr std::uint32_t kMostSixteenths = 256 * 16 - 1;

// Sixteenths that give exactly `to` pixels, or nothing.
std::optional<std::uint32_t> enlargement(std::uint32_t from, std::uint32_t to) {
  const std::uint64_t sixteenths = std::uint64_t{to} * 16 / from;
  if (to < from || sixteenths * from != std::uint64_t{to} * 16) return std::nullopt;
  if (sixteenths > kMostSixteenths) return std::nullopt;
  return static_cast<std::uint32_t>(sixteenths);
}

bool writable(const Canvas& canvas) {
  const std::size_t row_bytes = canvas.size.width * bytes_per_pixel(canvas.format);
  return canvas.stride == row_bytes &&
         reinterpret_cast<std::uintptr_t>(canvas.pixels) % kPpaAlignment == 0 &&
         row_bytes * canvas.size.height % kPpaAlignment == 0;
}

}  // namespace

std::optional<PpaJob> ppa_takes(Size picture, const View& view, const Canvas& canvas) {
  if (view.rotation != Rotation::k0 || !view.tone.identity || !writable(canvas))
    return std::nullopt;
  const Placement placed = place(picture, canvas.size, view.fit);
  if (placed.target.size() != canvas.size) return std::nullopt;
  const auto across = enlargement(placed.crop.width, canvas.size.width);
  const auto down = enlargement(placed.crop.height, canvas.size.height);
  if (!across || !down) return std::nullopt;
  const bool as_it_is = *across == 16 && *down == 16;
  if (!as_it_is && view.scaling != Scaling::kBilinear) return std::nullopt;
  return PpaJob{placed.crop, *across, *down};
}

}  // namespace p3a
