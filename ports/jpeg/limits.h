// Sizes that encoder and decoder share.
#pragma once

#include <cstdint>

namespace p3a::jpeg {

/// Of a picture, in pixels. libjpeg's: a larger one is a file that nobody opens.
inline constexpr std::uint32_t kMaxSide = 65500;
/// Of an MCU in 4:2:0, in pixels: four blocks of luma, one of Cb and one of Cr.
inline constexpr std::uint32_t kMcuSide = 16;

}  // namespace p3a::jpeg
