#include "core/wire/sequence.h"

#include <gtest/gtest.h>

namespace p3a {
namespace {

TEST(Sequence, CountsOnAcrossTheWrap) {
  EXPECT_EQ(sequence_distance(5, 7), 2);
  EXPECT_EQ(sequence_distance(7, 5), -2);
  EXPECT_EQ(sequence_distance(0xFFFFFFFF, 1), 2);
  EXPECT_TRUE(is_newer(0, 0xFFFFFFFF));
  EXPECT_FALSE(is_newer(0xFFFFFFFF, 0));
  EXPECT_FALSE(is_newer(3, 3));
}

TEST(Sequence, HalfTheCircleIsNotNewerEitherWay) {
  EXPECT_TRUE(is_newer(0x7FFFFFFF, 0));
  EXPECT_FALSE(is_newer(0x80000000, 0));
  EXPECT_FALSE(is_newer(0, 0x80000000));
}

}  // namespace
}  // namespace p3a
