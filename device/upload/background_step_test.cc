#include "device/upload/background_step.h"

#include <gtest/gtest.h>

#include <future>

namespace p3a {
namespace {

TEST(BackgroundStep, RunsBesideItsCallerAndGivesWhatCameOut) {
  BackgroundStep background;
  for (int i = 0; i < 100; ++i) {
    std::promise<void> caller_goes_on;
    background.start([&, i]() -> Status {
      caller_goes_on.get_future().wait();
      if (i % 2 == 0) return {};
      return fail(ErrorCode::kStorageFull, "full");
    });
    caller_goes_on.set_value();
    EXPECT_EQ(background.wait().has_value(), i % 2 == 0);
  }
}

TEST(BackgroundStep, EndsUnused) { const BackgroundStep background; }

}  // namespace
}  // namespace p3a
