#include "device/live/painted_frames.h"

#include <algorithm>

namespace p3a {

void PaintedFrames::restart(std::uint32_t bands) {
  bands_ = bands;
  for (Known& known : known_) known.frame = nullptr;
}

void PaintedFrames::change(std::uint32_t band, std::uint32_t from, std::uint32_t to) {
  for (Known& known : known_) {
    if (known.frame == nullptr) continue;
    Columns& columns = known.lacks[band];
    columns.from = std::min(columns.from, from);
    columns.to = std::max(columns.to, to);
  }
}

std::span<const PaintedFrames::Columns> PaintedFrames::lacks(const Frame& frame) const {
  for (const Known& known : known_)
    if (known.frame == &frame && known.lends + 1 == frame.lends()) return known.lacks;
  return {};
}

void PaintedFrames::painted(const Frame& frame) {
  auto place = std::ranges::find(known_, &frame, &Known::frame);
  if (place == known_.end()) place = known_.begin() + static_cast<std::ptrdiff_t>(next_++ % kMost);
  place->frame = &frame;
  place->lends = frame.lends();
  place->lacks.assign(bands_, {});
}

}  // namespace p3a
