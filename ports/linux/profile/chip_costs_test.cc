#include "ports/linux/profile/chip_costs.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include "device/json.h"
#include "ports/esp32p4/config/kconfig.h"
#include "ports/esp32p4/jpeg/engine_decoders.h"
#include "ports/esp32p4/system/chip_memory.h"
#include "ports/fake/repository_file.h"
#include "ports/linux/profile/chip_figures.h"

namespace p3a {
namespace {

constexpr Size kPanel{720, 720};
constexpr Canvas kCanvas{nullptr, kPanel, 1440, PixelFormat::kRgb565};

std::string text_of(const char* path) {
  std::ifstream in(repository_file(path));
  return {std::istreambuf_iterator<char>(in), {}};
}

/// What ports/rv32/budgets.txt says of a frame.
double budget(const std::string& name) {
  std::istringstream lines(text_of("ports/rv32/budgets.txt"));
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("instructions  " + name + "  "))
      return std::stod(line.substr(line.find_last_of(' ')));
  ADD_FAILURE() << "no budget for " << name;
  return 0;
}

void expect_near(double cost, const std::string& name) {
  EXPECT_NEAR(cost / budget(name), 1, 0.1) << name;
}

double composed(std::size_t bytes_per_pixel, Size picture, const View& view = {}) {
  return chip::compose_instructions(bytes_per_pixel, picture, view, kCanvas);
}

// When core/ gets faster or slower, so does the simulated chip: change the figures.
TEST(ChipCosts, ComposingIsWhatQemuCounts) {
  View turned, bilinear, gamma;
  turned.rotation = Rotation::k90;
  bilinear.scaling = Scaling::kBilinear;
  gamma.tone = make_tone_curve(2.2F, 1);
  expect_near(composed(2, kPanel), "RGB565 720");
  expect_near(composed(2, kPanel, turned), "RGB565 720 turned by 90");
  expect_near(composed(2, kPanel, gamma), "RGB565 720 with gamma");
  expect_near(composed(2, {360, 360}), "RGB565 360 to 720 nearest");
  expect_near(composed(2, {512, 512}), "RGB565 512 to 720 nearest");
  expect_near(composed(2, {512, 512}, bilinear), "RGB565 512 to 720 bilinear");
  expect_near(composed(3, kPanel), "RGB888 720");
  expect_near(composed(3, kPanel, turned), "RGB888 720 turned by 90");
  expect_near(composed(3, {360, 360}), "RGB888 360 to 720 nearest");
  expect_near(composed(3, {512, 512}), "RGB888 512 to 720 nearest");
}

TEST(ChipCosts, P3xIsWhatQemuCountsAndThePanelsFormatOnTop) {
  const auto p3x = [](std::uint64_t cells) {
    const DrawnPixels drawn{.bytes_per_pixel = 3, .size = kPanel, .p3x_cells = cells};
    return chip::drawing_instructions(drawn, {}, kCanvas) - composed(3, kPanel);
  };
  expect_near(p3x(64 * 64), "P3X 64 key");
  expect_near(p3x(128 * 128), "P3X 128 key");
  expect_near(p3x(0), "P3X 128 scroll");  // a delta
}

// Espressif's own three: 48, 109 and 307 frames a second.
TEST(ChipCosts, TheJpegEngine) {
  EXPECT_NEAR(static_cast<double>(chip::engine_time({1920, 1080}).count()), 1e6 / 48, 300);
  EXPECT_NEAR(static_cast<double>(chip::engine_time({1280, 720}).count()), 1e6 / 109, 300);
  EXPECT_NEAR(static_cast<double>(chip::engine_time({640, 480}).count()), 1e6 / 307, 300);
}

TEST(ChipCosts, DecodingInSoftware) {
  chip::SoftwareJob job{
      .info = {ImageFormat::kJpeg, kPanel, false}, .file_bytes = 77'000, .plain_jpeg = true};
  EXPECT_NEAR(chip::decode_instructions(job), 57.6e6, 1e6);
  EXPECT_EQ(chip::time_of(57.6e6), 160ms);
  job.plain_jpeg = false;
  EXPECT_NEAR(chip::decode_instructions(job), 92.2e6, 1e6);
  job = {.info = {ImageFormat::kPng, kPanel, false}, .file_bytes = 500'000};
  EXPECT_NEAR(chip::decode_instructions(job), 37.3e6, 1e6);
  job.png_channels = 1;
  EXPECT_NEAR(chip::decode_instructions(job), 22.1e6, 1e6);
}

TEST(ChipFigures, AreTheFirmwaresOwnWhereItHasThem) {
  const Config config = config_from_kconfig("/sdcard");
  const std::uint64_t taken =
      chip_memory_total(config, chip_capacities(config.stream.queue_depth), MemoryKind::kPsram);
  EXPECT_EQ(chip::kPictureMemory.value, static_cast<double>(kPsramBytes - taken));
  EXPECT_EQ(chip::kEngineFile.value, static_cast<double>(kEngineFileBytes));
  EXPECT_EQ(chip::kEnginePixels.value, static_cast<double>(EngineMemory().pixels));
  const std::string window = JsonWriter().value(chip::kTcpWindow.value).text();
  EXPECT_TRUE(text_of("apps/firmware/sdkconfig.defaults")
                  .contains("CONFIG_LWIP_TCP_WND_DEFAULT=" + window + "\n"));
}

// docs/FIRMWARE.md holds the table between two marks; it is rewritten by
//   P3A_WRITE_DOCS=1 p3a_linux_profile_test --gtest_filter='*TheDocumentHasThisTable'
TEST(ChipFigures, TheDocumentHasThisTable) {
  const std::string path = "docs/FIRMWARE.md";
  std::string text = text_of(path.c_str());
  const std::string begin = "<!-- figures: begin -->\n";
  const std::size_t from = text.find(begin);
  const std::size_t to = text.find("<!-- figures: end -->");
  ASSERT_TRUE(from != std::string::npos && to != std::string::npos) << path << " lost its marks";
  const std::size_t table = from + begin.size();
  if (std::getenv("P3A_WRITE_DOCS") != nullptr) {
    std::ofstream(repository_file(path))
        << text.replace(table, to - table, chip::figures_markdown());
    return;
  }
  EXPECT_EQ(text.substr(table, to - table), chip::figures_markdown())
      << path << " is out of date; P3A_WRITE_DOCS=1 writes its table anew";
}

}  // namespace
}  // namespace p3a
