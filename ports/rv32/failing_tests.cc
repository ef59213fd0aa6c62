// Tests that fail on purpose: script/test-rv32 wants "2 passed, 3 failed" of them.
#include <gtest/gtest.h>

#include <string_view>

namespace {

int reached = 0;

TEST(Failing, AnExpectationLetsTheTestGoOn) {
  EXPECT_EQ(1 + 1, 3);
  ++reached;
}

TEST(Failing, AnAssertionEndsIt) {
  ASSERT_TRUE(std::string_view("one") == "two");
  ++reached;
}

TEST(Failing, ComparesValuesNotAddresses) { EXPECT_NE(std::string_view("same"), "same"); }

TEST(Holding, CountsOnlyWhatWasReached) {
  EXPECT_EQ(reached, 1);
  EXPECT_LT(reached, 2);
  EXPECT_FALSE(reached > 1);
}

TEST(Holding, AFailureBelongsToItsOwnTest) { ASSERT_GE(reached, 1); }

}  // namespace
