#include "core/compose/placement.h"

#include <algorithm>

namespace p3a {
namespace {

/// value × numerator / denominator to the nearest whole number, between 1 and limit.
std::uint32_t scaled(std::uint32_t value, std::uint32_t numerator, std::uint32_t denominator,
                     std::uint32_t limit) {
  const std::uint64_t rounded = (std::uint64_t{value} * numerator + denominator / 2) / denominator;
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(rounded, 1, limit));
}

bool wider(Size a, Size b) {
  return std::uint64_t{a.width} * b.height > std::uint64_t{b.width} * a.height;
}

Rect centred(Size inner, Size outer) {
  return {static_cast<std::int32_t>((outer.width - inner.width) / 2),
          static_cast<std::int32_t>((outer.height - inner.height) / 2), inner.width, inner.height};
}

/// The largest rectangle of that shape within the bounds.
Size largest_within(Size shape, Size bounds) {
  if (wider(shape, bounds)) {
    return {bounds.width, scaled(shape.height, bounds.width, shape.width, bounds.height)};
  }
  return {scaled(shape.width, bounds.height, shape.height, bounds.width), bounds.height};
}

Size largest_multiple(Size picture, Size canvas) {
  const std::uint32_t factor =
      std::min(canvas.width / picture.width, canvas.height / picture.height);
  if (factor == 0) return largest_within(picture, canvas);
  return {picture.width * factor, picture.height * factor};
}

}  // namespace

Placement place(Size picture, Size canvas, Fit fit) {
  const Rect all_of_picture{0, 0, picture.width, picture.height};
  const Rect all_of_canvas{0, 0, canvas.width, canvas.height};
  switch (fit) {
    case Fit::kStretch:
      return {.target = all_of_canvas, .crop = all_of_picture};
    case Fit::kCover:
      return {.target = all_of_canvas, .crop = centred(largest_within(canvas, picture), picture)};
    case Fit::kInteger:
      return {.target = centred(largest_multiple(picture, canvas), canvas), .crop = all_of_picture};
    case Fit::kContain:
      break;
  }
  return {.target = centred(largest_within(picture, canvas), canvas), .crop = all_of_picture};
}

}  // namespace p3a
