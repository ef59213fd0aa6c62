// Whatever call of an upload fails, or is the last one that the machine makes: what was there
// before stays whole, and after the next start nothing else is left.
#include <gtest/gtest.h>

#include "device/upload/test_upload.h"

namespace p3a {
namespace {

constexpr std::uint64_t kSeeds = 60;

struct Scenario {
  std::string_view name;
  std::string_view old_path;  // empty: there was nothing
  TestRequest request;
  std::string_view new_path;
  Config config;
  bool with_spare =
      false;  // two uploads came before, so that this one is written over a spare file
};

const std::string& old_picture() {
  static const std::string bytes = test_png("the old one");
  return bytes;
}

const std::string& new_picture() {
  static const std::string bytes = test_png(std::string(300, 'n'));
  return bytes;
}

std::vector<Scenario> scenarios(Durability durability) {
  Config config;
  config.upload.durability = durability;
  Config adding = config;
  adding.upload.overwrite = false;
  return {
      {"replace", "animations/td_live.png", raw_request(new_picture()), "animations/td_live.png",
       config},
      {"other ending", "animations/td_live.jpg", raw_request(new_picture()),
       "animations/td_live.png", config},
      {"first one", "", raw_request(new_picture()), "animations/td_live.png", config},
      {"timestamp", "animations/td_live.png", form_request("filename=x", new_picture()),
       "animations/td_live-20260102-030405-000.png", adding},
      {"legacy", "animations/a.png", legacy_request("a.png", new_picture()), "animations/a.png",
       config},
      {"written over", "animations/td_live.png", raw_request(new_picture()),
       "animations/td_live.png", config, true},
  };
}

/// A display with the old picture.
struct Display : TestUploads {
  explicit Display(const Scenario& scenario) : TestUploads(disk_of(scenario), scenario.config) {
    if (scenario.with_spare) {
      EXPECT_TRUE(answer(raw_request(test_png(std::string(500, 'o')))).starts_with("200"));
      EXPECT_TRUE(answer(raw_request(old_picture())).starts_with("200"));
    }
    calls_before = disk->call_count();
    shown_before = target.shown().size();
  }
  static std::unique_ptr<FakeDisk> disk_of(const Scenario& scenario) {
    auto disk = std::make_unique<FakeDisk>();
    if (!scenario.old_path.empty()) disk->put(scenario.old_path, old_picture());
    return disk;
  }

  std::size_t calls_before;
  std::size_t shown_before;
};

/// The numbers of the calls that the upload makes: after the first, up to and with the second.
std::pair<std::size_t, std::size_t> calls_of(const Scenario& scenario) {
  Display display(scenario);
  EXPECT_TRUE(display.answer(scenario.request).starts_with("200"));
  return {display.calls_before, display.disk->call_count()};
}

bool is_temporary(const std::string& path) {
  return path.starts_with("animations/.upload-") && path.ends_with(".tmp");
}

/// Old or new, whole; and no other file, but for a spare one while the display runs.
void expect_whole(const FakeDisk& disk, const Scenario& scenario, bool must_be_new,
                  bool running = false) {
  bool has_old = false;
  bool has_new = false;
  std::size_t spares = 0;
  for (const std::string& path : disk.files()) {
    const auto bytes = disk.contents(path);
    if (running && is_temporary(path)) {
      EXPECT_EQ(++spares, 1u);
    } else if (path == scenario.new_path && bytes == new_picture()) {
      has_new = true;
    } else if (path == scenario.old_path && bytes == old_picture()) {
      has_old = true;
    } else {
      ADD_FAILURE() << path << " holds " << bytes->size() << " bytes";
    }
  }
  EXPECT_TRUE(has_old || has_new || scenario.old_path.empty()) << "both are gone";
  EXPECT_TRUE(has_new || !must_be_new) << "the client was told that it is kept";
}

void expect_whole_after_restart(const FakeDisk& stopped, const Scenario& scenario, Crash crash,
                                std::uint64_t seed, bool answered) {
  TestUploads restarted(stopped.after(crash, seed), scenario.config);
  EXPECT_TRUE(restarted.uploads.recover());
  expect_whole(*restarted.disk, scenario, answered);
  // And once more: what recovery removed stays removed.
  expect_whole(*restarted.disk->after(Crash::kPowerLost, 0), scenario, answered);
  EXPECT_TRUE(restarted.answer(scenario.request).starts_with("200"));
}

void stop_at_every_call(const Scenario& scenario, bool lose_power) {
  SCOPED_TRACE(scenario.name);
  const auto [before, calls] = calls_of(scenario);
  ASSERT_GT(calls, before + 5);
  for (std::size_t call = before + 1; call <= calls + 1; ++call) {
    SCOPED_TRACE("stopped at call " + std::to_string(call));
    Display display(scenario);
    display.disk->stop_at(call);
    const bool answered = display.answer(scenario.request).starts_with("200");
    expect_whole_after_restart(*display.disk, scenario, Crash::kProcessKilled, 0, answered);
    if (!lose_power) continue;
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
      SCOPED_TRACE("seed " + std::to_string(seed));
      expect_whole_after_restart(*display.disk, scenario, Crash::kPowerLost, seed, answered);
    }
  }
}

TEST(UploadCrash, SafeSurvivesAKillAndAPowerCutAtEveryCall) {
  for (const Scenario& scenario : scenarios(Durability::kSafe)) stop_at_every_call(scenario, true);
}

TEST(UploadCrash, FastSurvivesAKillAtEveryCall) {
  for (const Scenario& scenario : scenarios(Durability::kFast)) stop_at_every_call(scenario, false);
}

TEST(UploadCrash, EveryCallMayFailOnce) {
  for (const Scenario& scenario : scenarios(Durability::kSafe)) {
    SCOPED_TRACE(scenario.name);
    const auto [before, calls] = calls_of(scenario);
    for (const auto code : {ErrorCode::kStorageFull, ErrorCode::kStorageUnavailable}) {
      for (std::size_t call = before + 1; call <= calls; ++call) {
        SCOPED_TRACE("call " + std::to_string(call));
        Display display(scenario);
        display.disk->fail_at(call, code);
        const std::string answer = display.answer(scenario.request);
        const bool kept = answer.starts_with("200");
        EXPECT_TRUE(kept || answer.ends_with(code_name(code))) << answer;
        expect_whole(*display.disk, scenario, kept, kept || scenario.with_spare);
        for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
          expect_whole_after_restart(*display.disk, scenario, Crash::kPowerLost, seed, kept);
        }
        EXPECT_EQ(display.target.shown().size() - display.shown_before, kept ? 1u : 0u);
        EXPECT_TRUE(display.answer(scenario.request).starts_with("200"));
      }
    }
  }
}

TEST(UploadCrash, ADiskThatFailsForGoodLeavesTheOldPicture) {
  for (const Scenario& scenario : scenarios(Durability::kSafe)) {
    SCOPED_TRACE(scenario.name);
    const auto [before, calls] = calls_of(scenario);
    for (std::size_t call = before + 1; call <= calls; ++call) {
      SCOPED_TRACE("from call " + std::to_string(call));
      Display display(scenario);
      display.disk->fail_from(call, ErrorCode::kStorageUnavailable);
      const bool kept = display.answer(scenario.request).starts_with("200");
      display.disk->heal();
      EXPECT_TRUE(display.uploads.recover());
      expect_whole(*display.disk, scenario, kept);
    }
  }
}

// The test of the tests: a disk on which the order of the steps does not matter would prove
// nothing.
TEST(UploadCrash, FastMayLoseThePictureToAPowerCut) {
  const Scenario scenario = scenarios(Durability::kFast).front();
  Display display(scenario);
  EXPECT_TRUE(display.answer(scenario.request).starts_with("200"));
  std::size_t broken = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const auto bytes = display.disk->after(Crash::kPowerLost, seed)->contents(scenario.new_path);
    if (bytes != old_picture() && bytes != new_picture()) ++broken;
  }
  EXPECT_GT(broken, 0u);
}

}  // namespace
}  // namespace p3a
