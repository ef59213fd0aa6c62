#include "ports/linux/storage/storage_error.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <set>
#include <string>

namespace p3a {
namespace {

TEST(StorageError, FullIsNotTheSameAsUnavailable) {
  for (const int number : {ENOSPC, EDQUOT, EFBIG}) {
    EXPECT_EQ(storage_error(number).code, ErrorCode::kStorageFull);
  }
  for (const int number : {EIO, EROFS, EACCES, ENOENT, EMFILE, kRootMissing}) {
    EXPECT_EQ(storage_error(number).code, ErrorCode::kStorageUnavailable);
  }
}

TEST(StorageError, SaysWhatToDo) {
  std::set<std::string> sentences;
  for (const int number : {ENOSPC, EROFS, EACCES, EIO, ELOOP, EEXIST, EMFILE, kRootMissing}) {
    sentences.insert(std::string(storage_error(number).message.view()));
  }
  EXPECT_EQ(sentences.size(), 8u);
  EXPECT_TRUE(storage_error(12345).message.view().contains("12345"));
}

}  // namespace
}  // namespace p3a
