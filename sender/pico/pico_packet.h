// The packets of a stock p3a's WebSocket /pico_stream (firmware 1.1.1). Little-endian; a packet is
// one binary message.
//
//   video  70 38 46 | u16 8240 | u8 1 | 16 x R,G,B | 8192 B: 128 rows of 128 pixels of 4 bits, the
//          left one in the low half of a byte
//   ping   70 38 50; answered with 70 38 51
// A packet of another length is dropped without a word.
#pragma once

#include <array>
#include <string_view>

#include "core/base/geometry.h"
#include "sender/pico/palette.h"

namespace p3a::sender {

inline constexpr Size kPicoSize{128, 128};
inline constexpr double kPicoFps = 30;
inline constexpr std::string_view kPicoPath = "/pico_stream";
inline constexpr std::string_view kPicoExit = "/pico8/exit";  ///< POST: back to the rotation
inline constexpr std::array<std::uint8_t, 3> kPicoPing = {0x70, 0x38, 0x50};
inline constexpr std::size_t kPicoVideoBytes = 6 + 48 + 8192;

inline bool is_pico_pong(ByteView message) {
  return message.size() == 3 && message[0] == 0x70 && message[1] == 0x38 && message[2] == 0x51;
}

/// `indices`: 128 × 128, each below 16. The palette goes with every packet: who else streams there
/// may have set another.
void write_pico_video(const Palette& palette, ByteView indices,
                      std::span<std::uint8_t, kPicoVideoBytes> packet);

}  // namespace p3a::sender
