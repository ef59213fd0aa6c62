// The page that the display serves at GET /, built into the program: no files to install.
#pragma once

#include <span>

#include "device/api/static_asset.h"

namespace p3a {

/// Every file of the page; "/index.html" is the page itself. Static memory, any thread.
std::span<const StaticAsset> web_assets();

}  // namespace p3a
