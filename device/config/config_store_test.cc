#include "device/config/config_store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <thread>

#include "device/config/config_text.h"
#include "ports/fake/fake_disk.h"

namespace p3a {
namespace {

using std::string_literals::operator""s;

// Knows the texts that a test teaches it: what is not one of them, whole, is broken.
class KnownTexts final : public PatchParser {
 public:
  Result<Patch> parse(std::string_view json) override {
    const auto found = texts_.find(std::string(json));
    if (found == texts_.end()) return fail(ErrorCode::kInvalidJson, "it is not JSON");
    return found->second;
  }
  std::string teach(const Patch& patch) {
    texts_[patch_json(patch)] = patch;
    return patch_json(patch);
  }
  void teach(const std::string& text, const Patch& patch) { texts_[text] = patch; }

 private:
  std::map<std::string, Patch> texts_;
};

const Patch kOld = {{"panel.brightness", std::int64_t{10}}};
const Patch kNew = {{"panel.brightness", std::int64_t{20}}};

struct Machine {
  explicit Machine(std::unique_ptr<FakeDisk> found = std::make_unique<FakeDisk>())
      : disk(std::move(found)) {
    parser.teach({});
    parser.teach(kOld);
    parser.teach(kNew);
  }
  std::unique_ptr<FakeDisk> disk;
  KnownTexts parser;
};

std::uint32_t brightness(const ConfigStore& store) { return store.current()->panel.brightness; }

TEST(ConfigStore, StartsWithoutASavedFile) {
  Machine machine;
  Config start;
  start.panel.brightness = 70;
  ConfigStore store(*machine.disk, machine.parser, start, {});
  EXPECT_TRUE(store.load().empty());
  EXPECT_EQ(brightness(store), 70u);
  EXPECT_TRUE(machine.disk->files().empty());
}

TEST(ConfigStore, AChangeIsSavedAndSurvivesARestart) {
  Machine machine;
  {
    ConfigStore store(*machine.disk, machine.parser, Config{}, {});
    EXPECT_TRUE(store.load().empty());
    ASSERT_TRUE(store.apply(kOld));
    EXPECT_EQ(brightness(store), 10u);
  }
  EXPECT_EQ(machine.disk->files(), std::vector{std::string(kSavedConfigName)});
  EXPECT_EQ(machine.disk->contents(kSavedConfigName), R"({"panel":{"brightness":10}})");
  ConfigStore store(*machine.disk, machine.parser, Config{}, {});
  EXPECT_TRUE(store.load().empty());
  EXPECT_EQ(brightness(store), 10u);
}

TEST(ConfigStore, NullForgetsAChange) {
  Machine machine;
  Config start;
  start.panel.brightness = 70;
  ConfigStore store(*machine.disk, machine.parser, start, {});
  store.load();
  ASSERT_TRUE(store.apply(kOld));
  ASSERT_TRUE(store.apply({{"panel.brightness", {}}}));
  EXPECT_EQ(brightness(store), 70u) << "what the configuration file says, not the built-in default";
  EXPECT_EQ(machine.disk->contents(kSavedConfigName), "{}");
}

TEST(ConfigStore, OnlyWhatWasChangedIsSaved) {
  Machine machine;
  ConfigStore store(*machine.disk, machine.parser, Config{}, {});
  store.load();
  ASSERT_TRUE(store.apply({{"panel.gamma", 2.0}, {"panel.width", std::int64_t{720}}}));
  ASSERT_TRUE(store.apply({{"panel.gamma", 2.5}, {"log.level", "debug"s}}));
  EXPECT_EQ(machine.disk->contents(kSavedConfigName),
            R"({"panel":{"gamma":2.5},"log":{"level":"debug"}})");
}

TEST(ConfigStore, FlagsWinOverWhatWasSavedUntilTheNextChange) {
  Machine machine;
  machine.disk->put(kSavedConfigName, patch_json(kOld));
  Config start;
  start.panel.brightness = 50;
  const Patch flags = {{"panel.brightness", std::int64_t{50}}};
  ConfigStore store(*machine.disk, machine.parser, start, flags);
  EXPECT_TRUE(store.load().empty());
  EXPECT_EQ(brightness(store), 50u);
  ASSERT_TRUE(store.apply({{"log.level", "debug"s}}));
  EXPECT_EQ(machine.disk->contents(kSavedConfigName),
            R"({"panel":{"brightness":10},"log":{"level":"debug"}})");
  EXPECT_EQ(brightness(store), 50u);
  ASSERT_TRUE(store.apply(kNew));
  EXPECT_EQ(brightness(store), 20u);
}

TEST(ConfigStore, ARefusedPatchChangesNothing) {
  Machine machine;
  machine.disk->put(kSavedConfigName, patch_json(kOld));
  ConfigStore store(*machine.disk, machine.parser, Config{}, {});
  store.load();
  int calls = 0;
  store.on_change([&](const auto&) { ++calls; });
  const auto refused = [&](const Patch& patch) {
    const auto before = store.current();
    const Status status = store.apply(patch);
    EXPECT_FALSE(status);
    EXPECT_EQ(store.current(), before);
    EXPECT_EQ(machine.disk->contents(kSavedConfigName), patch_json(kOld));
    return status ? ErrorCode::kInternal : status.error().code;
  };
  EXPECT_EQ(refused({{"panel.gamma", 2.0}, {"panel.colour", true}}), ErrorCode::kUnknownKey);
  EXPECT_EQ(refused({{"panel.colour", {}}}), ErrorCode::kUnknownKey);
  EXPECT_EQ(refused({{"panel.gamma", 2.0}, {"panel.rotation", std::int64_t{1}}}),
            ErrorCode::kInvalidValue);
  EXPECT_EQ(refused({{"panel.gamma", 2.0}, {"panel.width", std::int64_t{64}}}),
            ErrorCode::kStartOnly);
  EXPECT_EQ(calls, 0);
}

TEST(ConfigStore, TellsTheListenerWhatCountsNow) {
  Machine machine;
  ConfigStore store(*machine.disk, machine.parser, Config{}, {});
  store.load();
  std::vector<std::uint32_t> seen;
  store.on_change([&](const auto& config) { seen.push_back(config->panel.brightness); });
  ASSERT_TRUE(store.apply(kOld));
  ASSERT_TRUE(store.apply(kNew));
  EXPECT_EQ(seen, (std::vector<std::uint32_t>{10, 20}));
}

TEST(ConfigStore, ABadKeyInTheSavedFileCostsOnlyItself) {
  Machine machine;
  machine.parser.teach("some", {{"panel.brightness", std::int64_t{10}},
                                {"panel.colour", true},
                                {"panel.rotation", std::int64_t{1}},
                                {"panel.width", std::int64_t{64}},
                                {"log.level", "debug"s}});
  machine.disk->put(kSavedConfigName, "some");
  ConfigStore store(*machine.disk, machine.parser, Config{}, {});
  const auto warnings = store.load();
  ASSERT_EQ(warnings.size(), 3u);
  EXPECT_TRUE(warnings[0].contains("panel.colour")) << warnings[0];
  EXPECT_TRUE(warnings[1].contains("panel.rotation")) << warnings[1];
  EXPECT_TRUE(warnings[2].contains("panel.width")) << warnings[2];
  EXPECT_EQ(brightness(store), 10u);
  EXPECT_EQ(store.current()->log.level, LogLevel::kDebug);
}

TEST(ConfigStore, ABrokenSavedFileIsKeptBesideTheNextOne) {
  Machine machine;
  machine.disk->put(kSavedConfigName, "{\"panel\":");
  ConfigStore store(*machine.disk, machine.parser, Config{}, {});
  const auto warnings = store.load();
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_TRUE(warnings[0].starts_with("config.json: it is not JSON")) << warnings[0];
  EXPECT_EQ(brightness(store), 100u);
  ASSERT_TRUE(store.apply(kNew));
  EXPECT_EQ(machine.disk->contents(kSavedConfigName), patch_json(kNew));
  EXPECT_EQ(machine.disk->contents("config-broken.json"), "{\"panel\":");
}

TEST(ConfigStore, WhatCouldNotBeReadAtStartIsNotOverwritten) {
  Machine machine;
  machine.disk->put(kSavedConfigName, patch_json(kOld));
  machine.disk->fail_from(1, ErrorCode::kStorageUnavailable);
  ConfigStore store(*machine.disk, machine.parser, Config{}, {});
  EXPECT_EQ(store.load().size(), 1u);
  EXPECT_FALSE(store.apply({{"log.level", "debug"s}}));
  EXPECT_EQ(brightness(store), 100u);
  machine.disk->heal();
  ASSERT_TRUE(store.apply({{"log.level", "debug"s}}));
  EXPECT_EQ(brightness(store), 10u);
  EXPECT_EQ(machine.disk->contents(kSavedConfigName),
            R"({"panel":{"brightness":10},"log":{"level":"debug"}})");
}

TEST(ConfigStore, RemovesTheLeftoverOfASaveThatWasCutOff) {
  Machine machine;
  machine.disk->put(".config-new.tmp", "{\"pan");
  ConfigStore store(*machine.disk, machine.parser, Config{}, {});
  EXPECT_TRUE(store.load().empty());
  EXPECT_TRUE(machine.disk->files().empty());
}

TEST(ConfigStore, ChangesFromSeveralThreadsAreAllKeptAndReadersSeeWholeOnes) {
  Machine machine;
  ConfigStore store(*machine.disk, machine.parser, Config{}, {});
  store.load();
  std::atomic<bool> done = false;
  std::thread reader([&] {
    while (!done) {
      const auto config = store.current();
      EXPECT_EQ(config->panel.brightness % 10, 0u);
      EXPECT_EQ(config->http.hosts.size(), config->panel.brightness / 10 % 2);
    }
  });
  std::thread other([&] {
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(store.apply({{"panel.gamma", 1.0 + 0.01 * i}}));
  });
  for (std::int64_t i = 0; i <= 100; ++i) {
    const std::int64_t tens = i % 11;
    EXPECT_TRUE(store.apply(
        {{"panel.brightness", tens * 10},
         {"http.hosts", std::vector<std::string>(static_cast<std::size_t>(tens % 2), "a")}}));
  }
  other.join();
  done = true;
  reader.join();
  EXPECT_EQ(machine.disk->contents(kSavedConfigName),
            R"({"http":{"hosts":["a"]},"panel":{"gamma":1.99,"brightness":10}})");
}

// The disk fails once, at each call of a save in turn: memory and file stay as they were, and the
// next save works.
TEST(ConfigStore, ASaveThatFailsAtAnyCallChangesNothing) {
  for (const bool had_one : {false, true}) {
    bool saved = false;
    for (std::size_t call = 1; !saved; ++call) {
      ASSERT_LT(call, 50u);
      Machine machine;
      if (had_one) machine.disk->put(kSavedConfigName, patch_json(kOld));
      ConfigStore store(*machine.disk, machine.parser, Config{}, {});
      store.load();
      const std::uint32_t before = brightness(store);
      machine.disk->fail_at(machine.disk->call_count() + call, ErrorCode::kStorageFull);
      const Status status = store.apply(kNew);
      saved = status.has_value();
      if (saved) break;
      EXPECT_EQ(status.error().code, ErrorCode::kStorageFull);
      EXPECT_EQ(brightness(store), before) << "call " << call;
      EXPECT_EQ(machine.disk->contents(kSavedConfigName),
                had_one ? std::optional(patch_json(kOld)) : std::nullopt)
          << "call " << call;
      EXPECT_EQ(machine.disk->files().size(), had_one ? 1u : 0u) << "call " << call;
      machine.disk->heal();
      ASSERT_TRUE(store.apply(kNew));
      EXPECT_EQ(machine.disk->files(), std::vector{std::string(kSavedConfigName)});
    }
  }
}

// The machine stops at each call of a save in turn: after the restart the old or the new settings
// are there, whole, nothing is reported and nothing lies around.
TEST(ConfigStore, AMachineThatStopsAtAnyCallHasTheOldOrTheNewSettings) {
  for (const Crash crash : {Crash::kProcessKilled, Crash::kPowerLost}) {
    bool saved = false;
    for (std::size_t call = 1; !saved; ++call) {
      ASSERT_LT(call, 50u);
      Machine machine;
      machine.disk->put(kSavedConfigName, patch_json(kOld));
      ConfigStore store(*machine.disk, machine.parser, Config{}, {});
      store.load();
      machine.disk->stop_at(machine.disk->call_count() + call);
      saved = store.apply(kNew).has_value();
      for (std::uint64_t seed = 0; seed < 64; ++seed) {
        Machine restarted(machine.disk->after(crash, seed));
        ConfigStore again(*restarted.disk, restarted.parser, Config{}, {});
        EXPECT_TRUE(again.load().empty()) << "call " << call << " seed " << seed;
        const std::uint32_t found = brightness(again);
        EXPECT_TRUE(found == 20 || (found == 10 && !saved)) << "call " << call << " seed " << seed;
        EXPECT_EQ(restarted.disk->files(), std::vector{std::string(kSavedConfigName)});
      }
    }
  }
}

}  // namespace
}  // namespace p3a
