#include "core/wire/frame_header.h"

#include <limits>

namespace p3a {
namespace {

bool fits_the_wire(const Rect& region) {
  constexpr std::uint32_t kMax = std::numeric_limits<std::uint16_t>::max();
  if (region.empty()) return region == Rect{};
  return region.x >= 0 && region.y >= 0 && std::uint32_t(region.x) <= kMax &&
         std::uint32_t(region.y) <= kMax && region.width <= kMax && region.height <= kMax;
}

void write_extension(LittleEndianWriter& out, const FrameExtension& extension) {
  constexpr std::uint8_t kReserved = 0;
  const Rect& region = extension.region;
  out.put(static_cast<std::uint16_t>(FrameHeader::kExtensionBytes))
      .put(static_cast<std::uint8_t>(extension.kind))
      .put(kReserved)
      .put(extension.sequence)
      .put(extension.capture_time.count())
      .put(extension.presentation_time.time_since_epoch().count())
      .put(static_cast<std::uint16_t>(region.x))
      .put(static_cast<std::uint16_t>(region.y))
      .put(static_cast<std::uint16_t>(region.width))
      .put(static_cast<std::uint16_t>(region.height));
}

}  // namespace

Result<FrameHeader> FrameHeader::make(FrameFormat format, std::size_t payload_bytes,
                                      const std::optional<FrameExtension>& extension) {
  if (payload_bytes == 0) return fail(ErrorCode::kEmptyBody, "a frame has at least one byte");
  const std::size_t block = extension ? kExtensionBytes : 0;
  if (payload_bytes > std::numeric_limits<std::uint32_t>::max() - block) {
    return fail(ErrorCode::kFrameTooLarge, "a frame of ", payload_bytes,
                " bytes does not fit into one message");
  }
  if (extension && !fits_the_wire(extension->region)) {
    return fail(ErrorCode::kInvalidValue,
                "a frame's region lies within 0 to 65535 and has at least one pixel, or is all 0 "
                "for the whole picture");
  }
  FrameHeader header;
  LittleEndianWriter out(header.bytes_.data());
  out.put(kFrameMagic)
      .put(static_cast<std::uint8_t>(format))
      .put(extension ? kFlagExtension : std::uint8_t{0})
      .put(static_cast<std::uint32_t>(block + payload_bytes));
  if (extension) write_extension(out, *extension);
  header.size_ = static_cast<std::uint8_t>(kFrameHeaderBytes + block);
  return header;
}

}  // namespace p3a
