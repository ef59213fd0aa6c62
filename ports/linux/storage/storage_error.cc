#include "ports/linux/storage/storage_error.h"

#include <cerrno>

namespace p3a {

Error storage_error(int error_number) {
  const auto unavailable = [](const auto&... parts) {
    return fail(ErrorCode::kStorageUnavailable, parts...).error();
  };
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return fail(ErrorCode::kStorageFull,
                  "the storage is full: remove pictures that are no longer needed")
          .error();
    case kRootMissing:
      return unavailable(
          "the storage folder is missing: is the card or drive plugged in and mounted?");
    case EROFS:
      return unavailable(
          "the storage is read-only: check the card's lock switch or how it is mounted");
    case EACCES:
    case EPERM:
      return unavailable(
          "the display may not use the storage: give its user the right to write there");
    case EIO:
    case ENXIO:
    case ENODEV:
      return unavailable("the storage cannot be read or written: check the card or drive");
    case EXDEV:
    case ELOOP:
      return unavailable("a link stands in the storage folder: links are not followed there");
    case EEXIST:
      return unavailable("the name is already used in the storage");
    case EMFILE:
    case ENFILE:
      return unavailable("too many files are open: send it again in a moment");
    default:
      return unavailable("the storage failed with errno ", error_number < 0 ? 0 : error_number,
                         ": look at the system's log");
  }
}

}  // namespace p3a
