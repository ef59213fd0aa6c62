#include "ports/client/send/console.h"

#include <gtest/gtest.h>

namespace p3a::sender {
namespace {

TEST(Console, NothingThatADisplaySaysMovesTheCursor) {
  EXPECT_EQ(harmless("a\x1b[2J\rb\n", false), "a?[2J?b?");
  EXPECT_EQ(harmless("a\nb\x7F", true), "a\nb?");
  EXPECT_EQ(harmless("Gr\u00fc\u00dfe\u00a0\u009b2J", false), "Gr\u00fc\u00dfe\u00a0??2J");
  EXPECT_EQ(harmless("cut \xC2", false), "cut \xC2");
}

}  // namespace
}  // namespace p3a::sender
