// What libjpeg takes: a larger picture is a file that nobody opens.
#pragma once

#include <cstdint>

namespace p3a::jpeg {

inline constexpr std::uint32_t kMaxSide = 65500;  ///< of a picture, in pixels

}  // namespace p3a::jpeg
