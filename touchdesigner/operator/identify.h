// The picture that tells which display this is: its name, as large as it fits, and its address.
// Pure; one thread at a time.
#pragma once

#include <string_view>
#include <vector>

#include "core/base/geometry.h"
#include "include/p3a/p3a.hpp"

namespace p3a::td {

/// `pixels` is reused; the view lives until it is changed.
PixelView draw_identity(std::string_view name, std::string_view address, Size size,
                        std::vector<std::uint8_t>& pixels);

}  // namespace p3a::td
