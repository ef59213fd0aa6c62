#include "device/api/health.h"

#include <gtest/gtest.h>

namespace p3a {
namespace {

TEST(Health, AThreadThatDoesNotComeBackIsNamed) {
  EXPECT_TRUE(check_alive({}));
  EXPECT_TRUE(check_alive({.decode = kStuckAfter, .present = kStuckAfter}));
  const Status decode = check_alive({.decode = 11s});
  ASSERT_FALSE(decode);
  EXPECT_EQ(decode.error().code, ErrorCode::kUnhealthy);
  EXPECT_TRUE(decode.error().message.view().contains("the decode thread has been stuck for 11 s"));
  const Status present = check_alive({.present = 12s});
  ASSERT_FALSE(present);
  EXPECT_TRUE(present.error().message.view().contains("presenting thread"));
}

TEST(Health, ReadyMeansThatPicturesCanBeShownAndKept) {
  EXPECT_TRUE(check_ready({}, {}, {}));
  EXPECT_EQ(check_ready({.decode = 11s}, {}, {}).error().code, ErrorCode::kUnhealthy);
  EngineStatus engine;
  engine.panel_error = "no window";
  EXPECT_TRUE(check_ready({}, engine, {}).error().message.view().contains("no window"));
  StorageHealth storage;
  storage.healthy = false;
  storage.last_error = "read-only";
  EXPECT_EQ(check_ready({}, {}, storage).error().code, ErrorCode::kStorageUnavailable);
}

}  // namespace
}  // namespace p3a
