#include "sender/mixed_writer.h"

namespace p3a::sender {
namespace {

// A PNG is tried for no larger part: of one that is rich it is seldom smaller.
constexpr std::uint64_t kSmallPart = 16 * kTile * kTile;

Pixels part_of(const Pixels& rgb, const Rect& area) {
  return {rgb.row(static_cast<std::uint32_t>(area.y)) + static_cast<std::size_t>(area.x) * 3,
          area.size(), rgb.stride, rgb.format};
}

}  // namespace

void MixedWriter::begin(ByteView p3x_frame) {
  p3x_.assign(p3x_frame.begin(), p3x_frame.end());
  files_.clear();
  patches_.clear();
}

void MixedWriter::add(const Rect& area, ByteView file) {
  files_.insert(files_.end(), file.begin(), file.end());
  patches_.push_back({area, file});  // of which only the size is looked at later
}

Result<bool> MixedWriter::add_jpeg(const Pixels& rgb, const Rect& area, int quality,
                                   bool full_chroma) {
  const auto jpeg = images_.encode_jpeg(part_of(rgb, area), quality, full_chroma);
  if (!jpeg) return std::unexpected(jpeg.error());
  if (area.size().pixels() <= kSmallPart) {
    const std::size_t size = jpeg->size(), before = files_.size();
    add(area, *jpeg);
    const auto png = images_.encode_png(part_of(rgb, area), PngEffort::kFast);
    if (!png || png->size() > size) return false;
    files_.resize(before);
    patches_.pop_back();
    add(area, *png);
    return true;
  }
  add(area, *jpeg);
  return false;
}

Status MixedWriter::add_png(const Pixels& rgb, const Rect& area) {
  const auto png = images_.encode_png(part_of(rgb, area), PngEffort::kFast);
  if (!png) return std::unexpected(png.error());
  add(area, *png);
  return {};
}

ByteView MixedWriter::finish(const p3x::Windows& windows) {
  payload_.resize(p3x::mixed_head_bytes(windows.areas().size(), patches_.size()));
  write_mixed_head(windows, patches_, p3x_.size(), payload_);
  payload_.insert(payload_.end(), p3x_.begin(), p3x_.end());
  payload_.insert(payload_.end(), files_.begin(), files_.end());
  return payload_;
}

}  // namespace p3a::sender
