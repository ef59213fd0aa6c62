// The bytes around the range code of one frame (docs/P3X.md, section 2).
//
// In: one frame's bytes, of whatever origin. Out: a packet whose lengths hold. Plain values that
// point into the bytes; nothing is copied.
#pragma once

#include <array>
#include <cstdint>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/codec/grid.h"
#include "core/codec/state.h"

namespace p3a::p3x {

inline constexpr std::uint8_t kVersion = 1;
inline constexpr std::size_t kHeadBytes = 4;
inline constexpr std::size_t kKeyBytes = 7;

enum class FrameType : std::uint8_t {
  kRepeat,  ///< the last picture again
  kDelta,   ///< builds on the last pictures
  kKey,     ///< stands alone
  kRegrid,  ///< as kDelta, on another grid
};

struct Packet {
  FrameType type = FrameType::kRepeat;
  std::uint8_t sequence = 0;
  std::uint16_t check = 0;
  Size output;            ///< kKey
  Parameters parameters;  ///< kKey; of kRegrid only the number of pictures
  ByteView grid;          ///< kKey, kRegrid
  ByteView rest;          ///< the slices

  /// Errors: kUnsupportedFeature (another version), kDimensionsTooLarge, kBadFrame.
  static Result<Packet> parse(ByteView bytes);
};

/// What the head carries of a digest.
constexpr std::uint16_t check_of(std::uint32_t digest) {
  return static_cast<std::uint16_t>(digest ^ digest >> 16);
}

/// The slices' bytes one after the other; all but the last with their length before. False when
/// they do not fit.
bool split_slices(ByteView rest, std::uint32_t slices, std::array<ByteView, kMaxSlices>& out);

}  // namespace p3a::p3x
