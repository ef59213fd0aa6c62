// What an errno of a file operation means to a user. Pure; any thread.
#pragma once

#include "core/base/error.h"

namespace p3a {

/// No errno of the kernel: the storage root itself is not there.
inline constexpr int kRootMissing = -1;

/// kStorageFull or kStorageUnavailable, with what to do about it.
Error storage_error(int error_number);

}  // namespace p3a
