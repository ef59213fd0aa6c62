#include "ports/linux/config/command_line.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "device/config/config_schema.h"
#include "device/config/config_text.h"

namespace p3a {
namespace {

const char* no_variables(const char*) { return nullptr; }

std::expected<StartConfig, Exit> read(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "p3a-display");
  return read_command_line(static_cast<int>(arguments.size()), arguments.data(), "1.2.3",
                           no_variables);
}

Config config_of(std::vector<const char*> arguments) {
  const auto start = read(std::move(arguments));
  EXPECT_TRUE(start) << (start ? "" : start.error().err);
  return start ? start->config : Config{};
}

Exit exit_of(std::vector<const char*> arguments) {
  const auto start = read(std::move(arguments));
  EXPECT_FALSE(start);
  return start ? Exit{-1, "", ""} : start.error();
}

// Exits with 2, nothing on stdout, and a sentence that has `text` in it.
void expect_usage(std::vector<const char*> arguments, const char* text) {
  const Exit exit = exit_of(std::move(arguments));
  EXPECT_EQ(exit.code, kExitUsage);
  EXPECT_EQ(exit.out, "");
  EXPECT_TRUE(exit.err.contains(text)) << exit.err;
  EXPECT_TRUE(exit.err.contains("--help")) << exit.err;
}

class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view text)
      : path_(std::filesystem::temp_directory_path() /
              ("p3a-command-line-" + std::to_string(::getpid()) + ".toml")) {
    std::ofstream(path_) << text;
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { std::filesystem::remove(path_); }
  const char* path() const { return path_.c_str(); }

 private:
  std::filesystem::path path_;
};

TEST(CommandLine, NoArgumentsAreTheDefaults) {
  const auto start = read({});
  ASSERT_TRUE(start);
  EXPECT_TRUE(start->flags.empty());
  EXPECT_EQ(start->config.storage.root, "/var/lib/p3a-live");
  Config config = start->config;
  config.storage.root.clear();
  EXPECT_EQ(config_json(config), config_json(Config{}));
}

TEST(CommandLine, TakesFlagsWithAndWithoutEqualsSign) {
  const auto start = read({"--panel.rotation=90", "--panel.gamma", "2.5", "--storage.root=/a b",
                           "--picture.background", "#102030", "--log.level=debug"});
  ASSERT_TRUE(start) << start.error().err;
  EXPECT_EQ(start->config.panel.rotation, Rotation::k90);
  EXPECT_EQ(start->config.panel.gamma, 2.5);
  EXPECT_EQ(start->config.storage.root, "/a b");
  EXPECT_EQ(start->config.picture.background, (Rgb{0x10, 0x20, 0x30}));
  EXPECT_EQ(start->flags.size(), 5u);
}

TEST(CommandLine, EveryKeyIsAFlag) {
  for (const ConfigKey& key : config_keys()) {
    Value value = key.get(Config{});
    std::string text = value_json(value);
    if (const auto* plain = std::get_if<std::string>(&value)) text = *plain;
    if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
      text.clear();
      for (const std::string& item : *list) text += (text.empty() ? "" : ",") + item;
    }
    const std::string flag = "--" + std::string(key.name) + "=" + text;
    const auto start = read({flag.c_str()});
    ASSERT_TRUE(start) << flag << start.error().err;
    ASSERT_EQ(start->flags.size(), 1u);
    EXPECT_EQ(start->flags[0].key, key.name);
  }
}

// The next argument was taken for the value.
TEST(CommandLine, AFlagWithAnEmptyValueTakesNothingElse) {
  const auto start = read({"--auth.token_file=", "--http.hosts=", "--log.level=debug"});
  ASSERT_TRUE(start) << start.error().err;
  EXPECT_EQ(start->config.auth.token_file, "");
  EXPECT_TRUE(start->config.http.hosts.empty());
  EXPECT_EQ(start->config.log.level, LogLevel::kDebug);
  expect_usage({"--panel.rotation="}, "panel.rotation takes");
  expect_usage({"--panel.rotation=", "90"}, "nothing to do with \"90\"");
  expect_usage({"--profile=", "esp32p4"}, "--profile");
}

TEST(CommandLine, FlagsOfTrueAndFalse) {
  EXPECT_TRUE(config_of({"--player.shuffle"}).player.shuffle);
  EXPECT_TRUE(config_of({"--player.shuffle", "--panel.rotation=90"}).player.shuffle);
  EXPECT_TRUE(config_of({"--player.shuffle", "true"}).player.shuffle);
  EXPECT_FALSE(config_of({"--upload.overwrite", "false"}).upload.overwrite);
  EXPECT_FALSE(config_of({"--upload.overwrite=false"}).upload.overwrite);
  expect_usage({"--upload.overwrite=maybe"}, "upload.overwrite takes true or false");
  expect_usage({"--upload.overwrite", "no"}, "upload.overwrite takes true or false");
}

TEST(CommandLine, RepeatedFlagsTheLastWins) {
  EXPECT_EQ(config_of({"--panel.rotation=90", "--panel.rotation", "180"}).panel.rotation,
            Rotation::k180);
  EXPECT_FALSE(config_of({"--player.shuffle", "--player.shuffle=false"}).player.shuffle);
  EXPECT_TRUE(config_of({"--player.shuffle=false", "--player.shuffle"}).player.shuffle);
  EXPECT_EQ(config_of({"--http.hosts=a", "--http.hosts=b,c"}).http.hosts,
            (std::vector<std::string>{"b", "c"}));
}

TEST(CommandLine, HostsAreSeparatedByCommas) {
  EXPECT_EQ(config_of({"--http.hosts=a.example,10.0.0.7,::1"}).http.hosts,
            (std::vector<std::string>{"a.example", "10.0.0.7", "::1"}));
  EXPECT_EQ(config_of({"--http.hosts", "a"}).http.hosts, (std::vector<std::string>{"a"}));
  expect_usage({"--http.hosts=a,,b"}, "http.hosts takes");
  expect_usage({"--http.hosts=[a,b]"}, "http.hosts takes");
}

TEST(CommandLine, NegativeNumbersAreValuesNotFlags) {
  expect_usage({"--player.dwell_s", "-5"}, "player.dwell_s takes 0 to 86400 seconds; it was -5");
  expect_usage({"--player.dwell_s=-0.5"}, "player.dwell_s takes 0 to 86400 seconds; it was -0.5");
  expect_usage({"--panel.brightness", "-1"}, "panel.brightness takes 0 to 100 per cent; it was -1");
}

TEST(CommandLine, BadValuesSayWhatIsAllowed) {
  expect_usage({"--panel.rotation=45"}, "panel.rotation takes 0, 90, 180 or 270 degrees");
  expect_usage({"--panel.rotation=90x"}, "it was \"90x\"");
  expect_usage({"--panel.rotation=0x5A"}, "panel.rotation takes");
  expect_usage({"--panel.gamma=nan"}, "panel.gamma takes 0.1 to 5");
  expect_usage({"--panel.kind=kms"}, "panel.kind takes headless or window");
  expect_usage({"--panel.width"}, "panel.width");
  expect_usage({"--http.port=99999999999999999999"}, "http.port takes 0 to 65535");
}

TEST(CommandLine, UnknownFlagsAndStrayWords) {
  expect_usage({"--panel.rotatoin=90"}, "no flag --panel.rotatoin; did you mean --panel.rotation?");
  expect_usage({"--brightness", "5"}, "did you mean --panel.brightness?");
  expect_usage({"--verbose"}, "there is no flag --verbose");
  expect_usage({"picture.png"}, "\"picture.png\"");
  expect_usage({"--", "picture.png"}, "\"picture.png\"");
  expect_usage({"--", "--panel.rotation=90"}, "nothing to do with \"--panel.rotation=90\"");
  expect_usage({"-x"}, "-x");
  expect_usage({"--panel"}, "there is no flag --panel");
  EXPECT_EQ(config_json(config_of({"--"})), config_json(config_of({})));
}

TEST(CommandLine, HelpListsEveryKey) {
  const Exit exit = exit_of({"--help"});
  EXPECT_EQ(exit.code, 0);
  EXPECT_EQ(exit.err, "");
  for (const ConfigKey& key : config_keys()) {
    EXPECT_TRUE(exit.out.contains("--" + std::string(key.name))) << key.name;
  }
  for (const char* flag : {"--config", "--check-config", "--print-config", "--version", "--help"}) {
    EXPECT_TRUE(exit.out.contains(flag)) << flag;
  }
  EXPECT_EQ(exit_of({"-h"}).out, exit.out);
}

TEST(CommandLine, Version) {
  const Exit exit = exit_of({"--version"});
  EXPECT_EQ(exit.code, 0);
  EXPECT_EQ(exit.out, "p3a-display 1.2.3\n");
}

TEST(CommandLine, FlagsWinOverTheFile) {
  const TemporaryFile file("[panel]\nrotation = 90\nbrightness = 40\n");
  const auto start = read({"--config", file.path(), "--panel.rotation=180"});
  ASSERT_TRUE(start) << start.error().err;
  EXPECT_EQ(start->config.panel.rotation, Rotation::k180);
  EXPECT_EQ(start->config.panel.brightness, 40u);
  EXPECT_EQ(start->flags.size(), 1u);
}

TEST(CommandLine, PrintConfigIsAFileThatWorks) {
  const Exit printed = exit_of({"--print-config", "--panel.rotation=270", "--http.hosts=a,b"});
  EXPECT_EQ(printed.code, 0);
  const TemporaryFile file(printed.out);
  const Config config = config_of({"--config", file.path()});
  EXPECT_EQ(config.panel.rotation, Rotation::k270);
  EXPECT_EQ(config.http.hosts, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(exit_of({"--config", file.path(), "--print-config"}).out, printed.out);
}

TEST(CommandLine, CheckConfig) {
  const TemporaryFile file("[panel]\nrotation = 90\n");
  EXPECT_EQ(exit_of({"--check-config", "--config", file.path()}).code, 0);
  EXPECT_EQ(exit_of({"--check-config"}).code, 0);
  EXPECT_EQ(exit_of({"--check-config", "--panel.rotation=1"}).code, kExitUsage);
}

TEST(CommandLine, AProfileBringsItsBoardsSettingsAndTheUsersWin) {
  EXPECT_EQ(read({})->profile, Profile::kNone);
  EXPECT_EQ(config_of({"--profile", "none"}).panel.format, PixelFormat::kRgb888);
  EXPECT_EQ(read({"--profile=esp32p4"})->profile, Profile::kEsp32p4);
  EXPECT_EQ(config_of({"--profile=esp32p4"}).panel.format, PixelFormat::kRgb565);
  EXPECT_EQ(config_of({"--profile=esp32p4", "--panel.format=rgb888"}).panel.format,
            PixelFormat::kRgb888);
  const TemporaryFile file("[panel]\nformat = \"rgb888\"\n");
  EXPECT_EQ(config_of({"--profile=esp32p4", "--config", file.path()}).panel.format,
            PixelFormat::kRgb888);
  expect_usage({"--profile=esp32"}, "--profile");
}

TEST(CommandLine, ABrokenFileSaysFileAndLine) {
  const auto refusal = [](std::string_view toml) {
    const TemporaryFile file(toml);
    const Exit exit = exit_of({"--config", file.path()});
    EXPECT_EQ(exit.code, kExitBrokenConfig);
    EXPECT_EQ(exit.out, "");
    const std::string start = "p3a-display: " + std::string(file.path()) + ":";
    EXPECT_TRUE(exit.err.starts_with(start)) << exit.err;
    return exit.err.substr(std::min(start.size(), exit.err.size()));
  };
  EXPECT_TRUE(refusal("[panel]\n\nrotation = 45\n")
                  .starts_with("3: panel.rotation takes 0, 90, 180 or 270 degrees; it was 45\n"));
  EXPECT_TRUE(refusal("[panel]\nrotatoin = 90\n").starts_with("2: there is no setting"));
  EXPECT_TRUE(refusal("[panel\n").starts_with("1: "));
  EXPECT_TRUE(refusal("x = 1979-05-27\n").starts_with("1: x takes"));
}

TEST(CommandLine, AFileThatCannotBeRead) {
  const Exit missing = exit_of({"--config=/no/such/p3a.toml"});
  EXPECT_EQ(missing.code, kExitBrokenConfig);
  EXPECT_TRUE(missing.err.contains("/no/such/p3a.toml: No such file or directory")) << missing.err;
  EXPECT_EQ(exit_of({"--config=/"}).code, kExitBrokenConfig);
  EXPECT_EQ(exit_of({"--config=/dev/zero"}).code, kExitBrokenConfig);
  expect_usage({"--config"}, "--config");
}

}  // namespace
}  // namespace p3a
