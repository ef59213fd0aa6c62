#include "device/config/config_text.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "device/config/config_schema.h"
#include "ports/fake/repository_file.h"

namespace p3a {
namespace {

using std::string_literals::operator""s;

TEST(ConfigText, JsonIsNestedAndComplete) {
  Config config;
  config.http.hosts = {"a.example", "\"b\""};
  const std::string json = config_json(config);
  EXPECT_TRUE(json.starts_with(
      R"({"http":{"address":"0.0.0.0","port":0,"hosts":["a.example","\"b\""]},"http.tls":{"cert":"","key":""},"storage":{"root":""},"upload":{)"))
      << json;
  EXPECT_TRUE(json.contains(R"("rotation":0,"gamma":1,"brightness":100})")) << json;
  EXPECT_TRUE(json.ends_with(R"("log":{"level":"info"}})")) << json;
}

TEST(ConfigText, PatchJsonHoldsOnlyThePatch) {
  EXPECT_EQ(patch_json({}), "{}");
  EXPECT_EQ(patch_json({{"log.level", "debug"s},
                        {"panel.gamma", 2.2},
                        {"panel.rotation", std::int64_t{90}},
                        {"panel.rotation", std::int64_t{180}},
                        {"no.such", true}}),
            R"({"panel":{"rotation":180,"gamma":2.2},"log":{"level":"debug"}})");
}

TEST(ConfigText, TomlExplainsEveryKey) {
  Config config;
  config.panel.rotation = Rotation::k90;
  const std::string toml = config_toml(config);
  EXPECT_TRUE(toml.contains("\n[panel]\n")) << toml;
  EXPECT_TRUE(
      toml.contains("# How far pictures are turned, clockwise.\n"
                    "# Allowed: 0, 90, 180 or 270 degrees. Default: 0.\n"
                    "rotation = 90\n"))
      << toml;
  for (const ConfigKey& key : config_keys()) {
    EXPECT_TRUE(toml.contains("\n" + std::string(key.member()) + " = ")) << key.name;
    EXPECT_TRUE(toml.contains(key.help)) << key.name;
  }
}

// docs/CONFIG.md holds the table between two marks; it is rewritten by
//   P3A_WRITE_DOCS=1 p3a_device_config_test --gtest_filter='*TheDocumentHasThisTable'
TEST(ConfigText, TheDocumentHasThisTable) {
  const std::string path = repository_file("docs/CONFIG.md");
  std::ifstream in(path);
  std::string text((std::istreambuf_iterator<char>(in)), {});
  const std::string begin = "<!-- table: begin -->\n";
  const std::size_t from = text.find(begin);
  const std::size_t to = text.find("<!-- table: end -->");
  ASSERT_TRUE(from != std::string::npos && to != std::string::npos)
      << path << " has lost its marks";
  const std::size_t table = from + begin.size();
  if (std::getenv("P3A_WRITE_DOCS") != nullptr) {
    std::ofstream(path) << text.replace(table, to - table, config_markdown());
    return;
  }
  EXPECT_EQ(text.substr(table, to - table), config_markdown())
      << "docs/CONFIG.md is out of date; write its table anew with: P3A_WRITE_DOCS=1 "
         "p3a_device_config_test --gtest_filter='*TheDocumentHasThisTable'";
}

}  // namespace
}  // namespace p3a
