// What goes before the payload of one stream frame: the header and, where asked for, the extension
// block (docs/PROTOCOL.md).
//
// A sender makes one a frame and sends bytes(), then its payload, as one WebSocket binary message;
// the payload is never copied. A plain value without heap; any thread.
#pragma once

#include <array>
#include <optional>

#include "core/wire/frame_message.h"

namespace p3a {

class FrameHeader {
 public:
  /// The block that this version writes.
  static constexpr std::size_t kExtensionBytes = 32;
  static constexpr std::size_t kCapacity = kFrameHeaderBytes + kExtensionBytes;

  /// Errors: kEmptyBody (no payload), kFrameTooLarge (the wire's size field cannot say it),
  /// kInvalidValue (a region that the wire cannot say).
  static Result<FrameHeader> make(FrameFormat format, std::size_t payload_bytes,
                                  const std::optional<FrameExtension>& extension);

  /// 8 bytes, or 40 with an extension block. Valid as long as this object.
  ByteView bytes() const { return ByteView(bytes_).first(size_); }

 private:
  FrameHeader() = default;

  std::array<std::uint8_t, kCapacity> bytes_{};
  std::uint8_t size_ = 0;
};

}  // namespace p3a
