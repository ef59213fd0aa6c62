#include "sender/stream_options.h"

#include <gtest/gtest.h>

namespace p3a::sender {
namespace {

using std::chrono_literals::operator""ms;

TEST(StreamOptions, TheDefaultsAreGood) { EXPECT_TRUE(check(StreamOptions{})); }

TEST(StreamOptions, WhatCannotWorkIsRefusedWithASentence) {
  const auto refused = [](auto change) {
    StreamOptions options;
    change(options);
    const auto result = check(options);
    return !result && !result.error().message.view().empty();
  };
  EXPECT_TRUE(refused([](auto& o) { o.name.assign(65, 'x'); }));
  EXPECT_TRUE(refused([](auto& o) { o.encoding = static_cast<Encoding>(200); }));
  EXPECT_TRUE(refused([](auto& o) { o.fit = static_cast<Fitting>(200); }));
  EXPECT_TRUE(refused([](auto& o) { o.target_width = 5; }));
  EXPECT_TRUE(refused([](auto& o) { o.target_width = o.target_height = 70'000; }));
  EXPECT_TRUE(refused([](auto& o) { o.min_quality = 0; }));
  EXPECT_TRUE(refused([](auto& o) { o.max_error = 17; }));
  EXPECT_TRUE(refused([](auto& o) { o.max_error = -1; }));
  EXPECT_TRUE(refused([](auto& o) {
    o.max_error = 4;
    o.encoding = Encoding::kJpeg;
  }));
  EXPECT_TRUE(refused([](auto& o) { o.max_quality = 101; }));
  EXPECT_TRUE(refused([](auto& o) { o.max_quality = 20; }));
  EXPECT_TRUE(refused([](auto& o) { o.min_fps = 0; }));
  EXPECT_TRUE(refused([](auto& o) { o.max_fps = 1; }));
  EXPECT_TRUE(refused([](auto& o) { o.latency_target = {}; }));
  EXPECT_TRUE(refused([](auto& o) { o.in_flight = 0; }));
  EXPECT_TRUE(refused([](auto& o) { o.in_flight = 9; }));
  EXPECT_TRUE(refused([](auto& o) { o.keep_alive = {}; }));
  EXPECT_TRUE(refused([](auto& o) { o.reconnect_min = {}; }));
  EXPECT_TRUE(refused([](auto& o) { o.reconnect_max = 1ms; }));
}

}  // namespace
}  // namespace p3a::sender
