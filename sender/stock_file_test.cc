#include "sender/stock_file.h"

#include <gtest/gtest.h>

namespace p3a::sender {
namespace {

std::string named(std::string_view filename) {
  const auto name = stock_file_name(filename);
  return name ? *name : std::string(code_name(name.error().code));
}

TEST(StockFile, PlainNamesStayAsTheyAre) {
  EXPECT_EQ(named("picture.png"), "picture.png");
  EXPECT_EQ(named("/home/me/A-b_c.9.gif"), "A-b_c.9.gif");
  EXPECT_EQ(named("C:\\pictures\\a.webp"), "a.webp");
  EXPECT_EQ(named("LOUD.JPEG"), "LOUD.jpeg");
}

TEST(StockFile, WhatAFatCardOrItsAnswerCannotHoldIsReplaced) {
  EXPECT_EQ(named("say \"hi\".png"), "say__hi_.png");
  EXPECT_EQ(named("Blühen.png"), "Bl__hen.png");
  EXPECT_EQ(named("a..b.png"), "a._b.png");
  EXPECT_EQ(named("a...png"), "a._.png");
  EXPECT_EQ(named(".hidden.png"), "_hidden.png");
  EXPECT_EQ(named("a\r\nb.png"), "a__b.png");
  EXPECT_EQ(named(std::string(300, 'x') + ".png"), std::string(96, 'x') + ".png");
}

TEST(StockFile, NamesThatItWouldNotTakeAreRefusedHere) {
  EXPECT_EQ(named("picture"), "INVALID_FILENAME");
  EXPECT_EQ(named(".png"), "INVALID_FILENAME");
  EXPECT_EQ(named("folder.png/"), "INVALID_FILENAME");
  EXPECT_EQ(named(""), "INVALID_FILENAME");
  EXPECT_EQ(named("movie.mp4"), "UNKNOWN_FORMAT");
  EXPECT_EQ(named("a."), "UNKNOWN_FORMAT");
}

TEST(StockFile, NoNameHasTwoDotsInARow) {
  for (const char* name : {"....png", "a....b....png", "..png", "a. .png", ".. .png", "x...gif"}) {
    EXPECT_EQ(named(name).find(".."), std::string::npos) << named(name);
  }
}

}  // namespace
}  // namespace p3a::sender
