// From settings as users wrote them to a valid Config. Pure; any thread.
#pragma once

#include "core/base/error.h"
#include "device/config/config.h"
#include "device/config/patch.h"

namespace p3a {

/// The configuration with all of the patch, or none of it. Null means the default. With `running`,
/// a start-only key may only be given the value that it has. Errors: kUnknownKey, kInvalidValue,
/// kStartOnly.
Result<Config> apply(const Config& config, const Patch& patch, bool running);

}  // namespace p3a
