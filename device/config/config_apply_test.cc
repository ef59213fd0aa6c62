#include "device/config/config_apply.h"

#include <gtest/gtest.h>

#include <limits>

#include "device/config/config_schema.h"
#include "device/config/config_text.h"

namespace p3a {
namespace {

constexpr bool kRunning = true;
constexpr bool kStarting = false;
using std::string_literals::operator""s;

TEST(ConfigApply, EveryDefaultIsAllowedAndStays) {
  for (const ConfigKey& key : config_keys()) {
    const Patch patch = {{std::string(key.name), key.get(Config{})}};
    const auto config = apply(Config{}, patch, kRunning);
    ASSERT_TRUE(config) << config.error().message.view();
    EXPECT_EQ(config_json(*config), config_json(Config{}));
  }
}

TEST(ConfigApply, EveryKeySetsItselfOnly) {
  for (const ConfigKey& key : config_keys()) {
    std::size_t tried = 0;
    for (const Value& value :
         {Value{true}, Value{false}, Value{std::int64_t{7}}, Value{std::int64_t{90}},
          Value{std::int64_t{200}}, Value{std::int64_t{200000}}, Value{0.5}, Value{"::1"s},
          Value{"other"s}, Value{"#123456"s}, Value{"fast"s}, Value{"window"s}, Value{"rgb565"s},
          Value{"cover"s}, Value{"bilinear"s}, Value{"debug"s}, Value{"off"s},
          Value{std::vector{"a"s}}, Value{std::vector{"raw"s, "stream"s, "rotation"s}}}) {
      const auto config = apply(Config{}, {{std::string(key.name), value}}, kStarting);
      if (!config || key.get(*config) == key.get(Config{})) continue;
      ++tried;
      EXPECT_EQ(value_json(key.get(*config)), value_json(value)) << key.name;
      for (const ConfigKey& other : config_keys()) {
        if (other.name != key.name) {
          EXPECT_EQ(other.get(*config), other.get(Config{}))
              << key.name << " changed " << other.name;
        }
      }
    }
    EXPECT_GT(tried, 0u) << key.name;
  }
}

TEST(ConfigApply, RefusesWhatIsOutsideTheRange) {
  for (const ConfigKey& key : config_keys()) {
    if (key.max == key.min) continue;
    const auto takes = [&](double number) {
      return apply(Config{}, {{std::string(key.name), number}}, kStarting).has_value();
    };
    EXPECT_TRUE(takes(key.min)) << key.name;
    EXPECT_TRUE(takes(key.max)) << key.name;
    for (const double number : {key.min - 1, key.max + 1, std::numeric_limits<double>::quiet_NaN(),
                                std::numeric_limits<double>::infinity(), -1e300, 1e300}) {
      EXPECT_FALSE(takes(number)) << key.name << " takes " << number;
    }
    EXPECT_EQ(takes(key.min + 0.5), key.kind == ValueKind::kNumber) << key.name;
    for (const auto number :
         {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
      EXPECT_FALSE(apply(Config{}, {{std::string(key.name), number}}, kStarting)) << key.name;
    }
  }
}

TEST(ConfigApply, RefusesTheWrongType) {
  const std::vector<Value> values = {true, std::int64_t{90}, "yes\n"s, std::vector{"a b"s}};
  for (const ConfigKey& key : config_keys()) {
    for (const Value& value : values) {
      const bool fits = value.index() == key.get(Config{}).index() ||
                        (value.index() == 2 && key.kind == ValueKind::kNumber);
      if (fits && value.index() < 3) continue;
      const auto config = apply(Config{}, {{std::string(key.name), value}}, kStarting);
      ASSERT_FALSE(config) << key.name;
      EXPECT_EQ(config.error().code, ErrorCode::kInvalidValue);
    }
  }
}

TEST(ConfigApply, SaysWhatIsAllowed) {
  const auto sentence = [](const char* key, Value value) {
    const auto config = apply(Config{}, {{key, std::move(value)}}, kStarting);
    return config ? std::string() : std::string(config.error().message.view());
  };
  EXPECT_EQ(sentence("panel.rotation", std::int64_t{45}),
            "panel.rotation takes 0, 90, 180 or 270 degrees; it was 45");
  EXPECT_EQ(sentence("panel.kind", "kms"s), "panel.kind takes headless or window; it was \"kms\"");
  EXPECT_EQ(sentence("panel.gamma", 7.5), "panel.gamma takes 0.1 to 5; it was 7.5");
  EXPECT_EQ(sentence("upload.enable", "yes"s), "upload.enable takes true or false; it was \"yes\"");
  EXPECT_EQ(sentence("picture.background", "red"s),
            "picture.background takes a colour as \"#rrggbb\"; it was \"red\"");
}

TEST(ConfigApply, TakesNumbersAsJsonWritersWriteThem) {
  const auto config =
      apply(Config{}, {{"panel.rotation", 90.0}, {"panel.gamma", std::int64_t{2}}}, kRunning);
  ASSERT_TRUE(config);
  EXPECT_EQ(config->panel.rotation, Rotation::k90);
  EXPECT_EQ(config->panel.gamma, 2.0);
}

TEST(ConfigApply, AllOrNothing) {
  const auto config =
      apply(Config{}, {{"panel.brightness", std::int64_t{10}}, {"panel.gamma", "much"s}}, kRunning);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code, ErrorCode::kInvalidValue);
}

TEST(ConfigApply, TheLaterEntryCounts) {
  const auto config = apply(
      Config{}, {{"panel.brightness", std::int64_t{10}}, {"panel.brightness", std::int64_t{20}}},
      kRunning);
  ASSERT_TRUE(config);
  EXPECT_EQ(config->panel.brightness, 20u);
}

TEST(ConfigApply, NullIsTheDefault) {
  Config config;
  config.panel.brightness = 10;
  const auto next = apply(config, {{"panel.brightness", {}}}, kRunning);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->panel.brightness, 100u);
}

TEST(ConfigApply, StartOnlyKeysStayWhileRunning) {
  EXPECT_TRUE(apply(Config{}, {{"panel.width", std::int64_t{64}}}, kStarting));
  EXPECT_TRUE(apply(Config{}, {{"panel.width", std::int64_t{720}}}, kRunning));
  const auto config = apply(Config{}, {{"panel.width", std::int64_t{64}}}, kRunning);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code, ErrorCode::kStartOnly);
  EXPECT_TRUE(config.error().message.view().starts_with("panel.width counts only at start"));
}

TEST(ConfigApply, RefusesAnUnknownKeyAndSuggestsOne) {
  const auto config = apply(Config{}, {{"panel.rotatoin", std::int64_t{90}}}, kRunning);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code, ErrorCode::kUnknownKey);
  EXPECT_EQ(config.error().message.view(),
            "there is no setting \"panel.rotatoin\": did you mean panel.rotation?");
}

}  // namespace
}  // namespace p3a
