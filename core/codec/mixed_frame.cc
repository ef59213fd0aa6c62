#include "core/codec/mixed_frame.h"

#include <algorithm>

namespace p3a::p3x {
namespace {

std::unexpected<Error> cut_off() {
  return fail(ErrorCode::kBadFrame, "the mixed frame ends in the middle; send a key frame");
}

std::optional<Rect> read_rect(ByteReader& reader) {
  const auto x = reader.le16(), y = reader.le16(), width = reader.le16(), height = reader.le16();
  if (!height) return std::nullopt;
  return Rect{*x, *y, *width, *height};
}

bool holds(const Rect& window, const Rect& area) {
  return area.x >= window.x && area.y >= window.y &&
         Rect{area.x - window.x, area.y - window.y, area.width, area.height}.within(window.size());
}

void write_rect(LittleEndianWriter& out, const Rect& area) {
  out.put(static_cast<std::uint16_t>(area.x))
      .put(static_cast<std::uint16_t>(area.y))
      .put(static_cast<std::uint16_t>(area.width))
      .put(static_cast<std::uint16_t>(area.height));
}

}  // namespace

Result<MixedFrame> MixedFrame::parse(ByteView payload) {
  ByteReader reader(payload);
  const auto windows = reader.u8(), patches = reader.u8();
  const auto reserved = reader.le16();
  const auto p3x_bytes = reader.le32();
  if (!p3x_bytes) return cut_off();
  if (*windows > Windows::kMost || *patches > kMostPatches || *reserved != 0)
    return fail(ErrorCode::kBadFrame, "a mixed frame has up to ", Windows::kMost, " windows and ",
                kMostPatches, " patches, and two bytes of 0 after their numbers");
  MixedFrame frame;
  for (std::uint32_t i = 0; i < *windows; ++i) {
    const auto area = read_rect(reader);
    if (!area) return cut_off();
    frame.windows.add(*area);
  }
  std::array<std::uint32_t, kMostPatches> sizes{};
  for (; frame.count_ < *patches; ++frame.count_) {
    const auto area = read_rect(reader);
    const auto size = reader.le32();
    if (!area || !size) return cut_off();
    frame.patches_[frame.count_].area = *area;
    sizes[frame.count_] = *size;
  }
  const auto p3x = reader.take(*p3x_bytes);
  if (!p3x) return cut_off();
  frame.p3x = *p3x;
  for (std::size_t i = 0; i < frame.count_; ++i) {
    const auto file = reader.take(sizes[i]);
    if (!file) return cut_off();
    frame.patches_[i].file = *file;
  }
  if (!reader.empty())
    return fail(ErrorCode::kBadFrame, "the mixed frame goes on after its last patch");
  if (auto checked = frame.check(); !checked) return std::unexpected(checked.error());
  return frame;
}

Status MixedFrame::check() const {
  if (p3x.empty()) return fail(ErrorCode::kBadFrame, "the mixed frame has no P3X frame in it");
  std::uint64_t room = 0, drawn = 0;
  const auto areas = windows.areas();
  for (std::size_t i = 0; i < areas.size(); ++i) {
    Windows others;
    for (std::size_t k = 0; k < i; ++k) others.add(areas[k]);
    if (areas[i].empty() || others.touch(areas[i]))
      return fail(ErrorCode::kBadFrame, "a window of the mixed frame is empty or overlaps another");
    room += areas[i].size().pixels();
  }
  for (const Patch& patch : patches()) {
    const bool inside =
        std::ranges::any_of(areas, [&](const Rect& window) { return holds(window, patch.area); });
    if (patch.area.empty() || !inside || patch.file.empty())
      return fail(ErrorCode::kBadFrame, "a patch of the mixed frame is empty or in no window");
    drawn += patch.area.size().pixels();
  }
  if (drawn > room * 2)
    return fail(ErrorCode::kBadFrame,
                "the mixed frame's patches have more than twice the pixels "
                "of its windows");
  return {};
}

void write_mixed_head(const Windows& windows, std::span<const Patch> patches, std::size_t p3x_bytes,
                      ByteSpan out) {
  constexpr std::uint16_t kReserved = 0;
  LittleEndianWriter writer(out.data());
  writer.put(static_cast<std::uint8_t>(windows.areas().size()))
      .put(static_cast<std::uint8_t>(patches.size()))
      .put(kReserved)
      .put(static_cast<std::uint32_t>(p3x_bytes));
  for (const Rect& area : windows.areas()) write_rect(writer, area);
  for (const Patch& patch : patches) {
    write_rect(writer, patch.area);
    writer.put(static_cast<std::uint32_t>(patch.file.size()));
  }
}

}  // namespace p3a::p3x
