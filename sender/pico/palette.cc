#include "sender/pico/palette.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace p3a::sender {
namespace {

constexpr std::array<float, 3> kStretch = {1.41421356f, 2.0f, 1.73205081f};  // roots of 2, 4, 3
constexpr int kMoves = 6;                                                    // of k-means
constexpr float kStillFits = 1.25f;                                          // growth of the error
constexpr float kUnseen = 4.0f;       // an error below this, squared and weighted, nobody sees
constexpr float kWorthAJump = 0.85f;  // how much better a new palette must be than the moved one

// By brightness; between equal ones by colour, so that the same colours make the same palette.
int rank(Rgb color) { return ((299 * color.r + 587 * color.g + 114 * color.b) << 8) | color.r; }

void order(Palette& palette) { std::ranges::sort(palette, {}, rank); }

std::uint8_t to_level(float stretched, std::size_t axis) {
  return static_cast<std::uint8_t>(std::clamp(std::lround(stretched / kStretch[axis]), 0l, 255l));
}

}  // namespace

PaletteChooser::PaletteChooser() : bins_(1u << 15) {}

const Palette& PaletteChooser::choose(ByteView rgb) {
  if (take_exact(rgb)) return palette_;
  count_colors(rgb);
  const float now = error_of(palette_);
  if (accepted_ >= 0 && now <= std::max(accepted_ * kStillFits, kUnseen)) return palette_;

  Palette best = settle(split());
  if (accepted_ >= 0) {
    Centres old;
    std::ranges::transform(palette_, old.begin(), point_of);
    const Palette moved = settle(old);
    if (error_of(best) > error_of(moved) * kWorthAJump) best = moved;
  }
  palette_ = best;
  accepted_ = error_of(best);
  return palette_;
}

// Pictures of few colours; those that the palette has already leave it as it is.
bool PaletteChooser::take_exact(ByteView rgb) {
  Palette found{};
  std::size_t count = 0;
  Rgb last;
  for (std::size_t i = 0; i < rgb.size(); i += 3) {
    const Rgb color{rgb[i], rgb[i + 1], rgb[i + 2]};
    if (i != 0 && color == last) continue;
    last = color;
    const auto end = found.begin() + static_cast<std::ptrdiff_t>(count);
    if (std::find(found.begin(), end, color) != end) continue;
    if (count == kPaletteColors) return false;
    found[count++] = color;
  }
  const auto known = [this](Rgb color) {
    return std::ranges::find(palette_, color) != palette_.end();
  };
  const std::span used(found.data(), count);
  if (accepted_ < 0 || !std::ranges::all_of(used, known)) {
    std::ranges::fill(found.begin() + static_cast<std::ptrdiff_t>(count), found.end(), found[0]);
    palette_ = found;
    order(palette_);
  }
  accepted_ = 0;
  return true;
}

void PaletteChooser::count_colors(ByteView rgb) {
  std::ranges::fill(bins_, Bin{});
  for (std::size_t i = 0; i < rgb.size(); i += 3) {
    Bin& bin = bins_[std::size_t{rgb[i]} >> 3 << 10 | std::size_t{rgb[i + 1]} >> 3 << 5 |
                     std::size_t{rgb[i + 2]} >> 3];
    ++bin.count;
    for (std::size_t axis = 0; axis < 3; ++axis) bin.sums[axis] += rgb[i + axis];
  }
  points_.clear();
  for (const Bin& bin : bins_) {
    if (bin.count == 0) continue;
    Point point{.at = {}, .weight = static_cast<float>(bin.count)};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      point.at[axis] = static_cast<float>(bin.sums[axis]) / point.weight * kStretch[axis];
    }
    points_.push_back(point);
  }
}

PaletteChooser::Point PaletteChooser::point_of(Rgb color) {
  return {
      .at = {static_cast<float>(color.r) * kStretch[0], static_cast<float>(color.g) * kStretch[1],
             static_cast<float>(color.b) * kStretch[2]},
      .weight = 0};
}

std::size_t PaletteChooser::nearest(const Centres& centres, const Point& point, float& distance) {
  std::size_t best = 0;
  distance = std::numeric_limits<float>::max();
  for (std::size_t i = 0; i < centres.size(); ++i) {
    float sum = 0;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const float off = point.at[axis] - centres[i].at[axis];
      sum += off * off;
    }
    if (sum < distance) distance = sum, best = i;
  }
  return best;
}

// The mean over the pixels.
float PaletteChooser::error_of(const Palette& palette) const {
  Centres centres;
  std::ranges::transform(palette, centres.begin(), point_of);
  float sum = 0, weight = 0;
  for (const Point& point : points_) {
    float distance = 0;
    nearest(centres, point, distance);
    sum += distance * point.weight;
    weight += point.weight;
  }
  return sum / weight;
}

// The box whose colours vary most along an axis is split at their mean, until there are enough.
PaletteChooser::Centres PaletteChooser::split() const {
  struct Box {
    std::span<Point> points;
    Point mean;
    std::size_t axis = 0;
    float spread = 0;
  };
  const auto make_box = [](std::span<Point> points) {
    Box box{.points = points, .mean = {}, .axis = 0, .spread = 0};
    for (const Point& point : points) {
      for (std::size_t axis = 0; axis < 3; ++axis)
        box.mean.at[axis] += point.at[axis] * point.weight;
      box.mean.weight += point.weight;
    }
    for (float& value : box.mean.at) value /= box.mean.weight;
    std::array<float, 3> spread{};
    for (const Point& point : points) {
      for (std::size_t axis = 0; axis < 3; ++axis) {
        const float off = point.at[axis] - box.mean.at[axis];
        spread[axis] += off * off * point.weight;
      }
    }
    box.axis = static_cast<std::size_t>(std::ranges::max_element(spread) - spread.begin());
    box.spread = points.size() > 1 ? spread[box.axis] : 0;
    return box;
  };
  std::vector<Point> points = points_;
  std::vector<Box> boxes = {make_box(points)};
  while (boxes.size() < kPaletteColors) {
    const auto widest = std::ranges::max_element(boxes, {}, &Box::spread);
    if (widest->spread <= 0) break;
    const Box box = *widest;
    const auto beyond = std::ranges::partition(
        box.points, [&](const Point& point) { return point.at[box.axis] < box.mean.at[box.axis]; });
    const auto below = box.points.size() - beyond.size();
    if (below == 0 || beyond.empty()) break;  // floats: all on one side of their mean
    *widest = make_box(box.points.first(below));
    boxes.push_back(make_box(box.points.subspan(below)));
  }
  Centres centres;
  for (std::size_t i = 0; i < centres.size(); ++i)
    centres[i] = boxes[std::min(i, boxes.size() - 1)].mean;
  return centres;
}

// k-means from there. A centre without pixels stays where it was.
Palette PaletteChooser::settle(Centres centres) const {
  for (int move = 0; move < kMoves; ++move) {
    Centres sums{};
    for (const Point& point : points_) {
      float distance = 0;
      Point& sum = sums[nearest(centres, point, distance)];
      for (std::size_t axis = 0; axis < 3; ++axis) sum.at[axis] += point.at[axis] * point.weight;
      sum.weight += point.weight;
    }
    for (std::size_t i = 0; i < centres.size(); ++i) {
      if (sums[i].weight <= 0) continue;
      for (std::size_t axis = 0; axis < 3; ++axis) {
        centres[i].at[axis] = sums[i].at[axis] / sums[i].weight;
      }
    }
  }
  Palette palette;
  std::ranges::transform(centres, palette.begin(), [](const Point& centre) {
    return Rgb{to_level(centre.at[0], 0), to_level(centre.at[1], 1), to_level(centre.at[2], 2)};
  });
  order(palette);
  return palette;
}

}  // namespace p3a::sender
