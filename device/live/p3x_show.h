// Decodes the P3X stream of the client that owns the panel (docs/P3X.md). The decode thread only.
//
// The memory is taken with the first frame and given back by forget(): about 10 MiB for a stream
// that uses all that hello announces.
#pragma once

#include <vector>

#include "core/codec/decoder.h"
#include "device/live/frame_maker.h"

namespace p3a {

class P3xShow {
 public:
  /// What hello announces, whatever the panel.
  static constexpr std::uint8_t kTableBits = 16;
  static constexpr std::uint32_t kPictureBytes = 8U << 20;

  /// Whether a frame builds on the one before it.
  static bool is_delta(ByteView payload);

  /// The picture after this frame; valid until the next call. Errors: those of p3x::Decoder, and
  /// kDimensionsTooLarge beyond `limits`. After one, only a key frame is taken.
  Result<RawPixels> decode(ByteView payload, const ImageLimits& limits);
  /// Another stream has the panel.
  void forget();

 private:
  std::vector<std::uint64_t> memory_;
  p3x::Decoder decoder_{{}};
  std::vector<std::uint8_t> rgb_;
};

}  // namespace p3a
