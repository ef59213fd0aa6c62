// Whether a caller's options can work.
#pragma once

#include "core/base/error.h"
#include "core/base/time.h"
#include "include/p3a/p3a.hpp"

namespace p3a::sender {

/// Error: kInvalidValue, with a sentence that names the option and its range.
Status check(const StreamOptions& options);

}  // namespace p3a::sender
