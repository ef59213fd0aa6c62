#include "touchdesigner/operator/report.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "touchdesigner/operator/identify.h"
#include "touchdesigner/operator/settings.h"
#include "touchdesigner/operator/touches.h"

namespace p3a::td {
namespace {

TEST(Text, CutsBetweenCharacters) {
  EXPECT_EQ(Text<4>("abcdef").view(), "abcd");
  EXPECT_EQ(Text<4>("abc\xC3\xA9").view(), "abc");
  EXPECT_STREQ(Text<4>("ab").c_str(), "ab");
}

TEST(Report, HasTheChannelsThatTheGuideNames) {
  std::set<std::string> names;
  for (const Channel& channel : channels()) names.insert(channel.name);
  EXPECT_EQ(names.size(), 20u);
  for (const char* name : {"connected", "frames_in", "fps_shown", "send_ms", "latency_p99_ms",
                           "kbit_per_s", "queue", "error_code", "touch_state", "touch_x"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
}

TEST(Report, EveryRowHasANameOfItsOwn) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < kRows; ++i) names.insert(row(Report{}, i).name);
  EXPECT_EQ(names.size(), kRows);
}

TEST(Report, KeepsTheLastErrorsWithTheirTimes) {
  Report report;
  report.log("10:00:00", "one");
  report.log("10:00:01", "one");  // still the same
  report.log("10:00:02", "two");
  EXPECT_EQ(row(report, 20).value, "10:00:02 two");
  EXPECT_EQ(row(report, 21).value, "10:00:00 one");
  EXPECT_EQ(row(report, 22).value, "");
}

TEST(Report, AMissingDisplayWarnsAndAnImpossibleSetupIsAnError) {
  Report report;
  report.message = "why";
  report.state = State::kWaiting;
  EXPECT_EQ(warning(report), "why");
  EXPECT_EQ(error(report), "");
  report.state = State::kInvalid;
  EXPECT_EQ(warning(report), "");
  EXPECT_EQ(error(report), "why");
  EXPECT_NE(popup(report).find("invalid"), std::string::npos);
}

TEST(Touches, EveryDownAndUpIsSeenByACook) {
  Touches touches;
  Report report;
  using Kind = PanelTouch::Kind;
  touches.add({.kind = Kind::kDown, .id = 0, .x = 1, .y = 2});
  touches.add({.kind = Kind::kMove, .id = 0, .x = 3, .y = 2});
  touches.add({.kind = Kind::kMove, .id = 0, .x = 5, .y = 2});
  touches.add({.kind = Kind::kUp, .id = 0, .x = 6, .y = 2});
  touches.show(report);
  EXPECT_TRUE(report.touched);
  EXPECT_EQ(report.touch_x, 1u);
  touches.show(report);
  EXPECT_FALSE(report.touched);
  EXPECT_EQ(report.touch_x, 6u);
  for (std::uint32_t i = 0; i < 100; ++i)
    touches.add({.kind = Kind::kMove, .id = 0, .x = i, .y = 0});
  touches.show(report);
  EXPECT_EQ(report.touch_x, 99u);  // the oldest were lost, not the newest
}

TEST(Settings, NamesAreAsTouchDesignerWantsThem) {
  std::set<std::string> names;
  for (const Parameter& parameter : parameters()) {
    const std::string name = parameter.name;
    EXPECT_TRUE(name[0] >= 'A' && name[0] <= 'Z') << name;
    for (const char c : name.substr(1))
      EXPECT_TRUE((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'));
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_STRNE(parameter.help, "") << name;
    EXPECT_TRUE(parameter.number >= parameter.least && parameter.number <= parameter.most) << name;
  }
}

struct Odd final : ParameterReader {
  double value = 0;
  double number(const char*) const override { return value; }
  const char* text(const char*) const override { return nullptr; }
};

TEST(Settings, WhateverTheParametersSayIsBroughtIntoRange) {
  Odd odd;
  for (const double value : {-1e300, -1.0, 0.0, 0.5, 1e9, 1e300, std::nan("")}) {
    odd.value = value;
    Settings settings;
    read_settings(odd, settings);
    EXPECT_TRUE(settings.port >= 0 && settings.port <= 65535);
    EXPECT_TRUE(settings.quality >= 1 && settings.quality <= 100);
    EXPECT_TRUE(settings.max_fps >= 1 && settings.max_fps <= 1000);
    EXPECT_LE(settings.mode, Mode::kUpload);
    EXPECT_LE(settings.format, Format::kPixelArt);
    EXPECT_TRUE(settings.gamma >= 0.1F && settings.gamma <= 5);
  }
}

TEST(Identify, DrawsTheNameAcrossThePanel) {
  std::vector<std::uint8_t> pixels;
  for (const Size size : {Size{720, 720}, Size{64, 32}, Size{8, 8}, Size{1, 1}}) {
    const PixelView view = draw_identity("p3a-kitchen", "192.0.2.7:80", size, pixels);
    ASSERT_EQ(pixels.size(), size.pixels() * 3);
    EXPECT_EQ(view.width, size.width);
    const auto white = std::count(pixels.begin(), pixels.end(), 255);
    EXPECT_GT(white, size.width == 720 ? 20000 : -1);
  }
}

}  // namespace
}  // namespace p3a::td
