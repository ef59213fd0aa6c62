// A fake controller behind the bus's declarations.
#include "ports/esp32p4/panel/gt911.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace {

std::array<std::uint8_t, p3a::Gt911Report::kBytes> registers{};
bool bus_fails = false;
std::uint16_t answering = 0x5D;

}  // namespace

extern "C" {
esp_err_t i2c_master_probe(i2c_master_bus_handle_t, uint16_t address, int) {
  return address == answering ? ESP_OK : ESP_ERR_NOT_FOUND;
}
esp_err_t i2c_master_bus_add_device(i2c_master_bus_handle_t, const i2c_device_config_t* config,
                                    i2c_master_dev_handle_t* device) {
  EXPECT_EQ(config->device_address, answering);
  *device = reinterpret_cast<i2c_master_dev_handle_t>(1);
  return ESP_OK;
}
esp_err_t i2c_master_bus_rm_device(i2c_master_dev_handle_t) { return ESP_OK; }
esp_err_t i2c_master_transmit(i2c_master_dev_handle_t, const uint8_t* bytes, size_t size, int) {
  EXPECT_EQ(size, 3u);
  EXPECT_EQ(bytes[0] << 8 | bytes[1], 0x814E);
  registers[0] = bytes[2];
  return ESP_OK;
}
esp_err_t i2c_master_transmit_receive(i2c_master_dev_handle_t, const uint8_t* bytes, size_t size,
                                      uint8_t* out, size_t room, int) {
  if (bus_fails) return ESP_ERR_TIMEOUT;
  EXPECT_EQ(size, 2u);
  EXPECT_EQ(bytes[0] << 8 | bytes[1], 0x814E);
  std::copy_n(registers.data(), room, out);
  return ESP_OK;
}
}

namespace p3a {
namespace {

using Kind = TouchEvent::Kind;
constexpr Size kPanel{720, 720};

void report(const std::vector<Gt911Finger>& fingers) {
  registers = {};
  registers[0] = static_cast<std::uint8_t>(0x80 | fingers.size());
  for (std::size_t i = 0; i < fingers.size(); ++i) {
    std::uint8_t* const at = &registers[1 + i * 8];
    at[0] = fingers[i].id;
    at[1] = static_cast<std::uint8_t>(fingers[i].x);
    at[2] = static_cast<std::uint8_t>(fingers[i].x >> 8);
    at[3] = static_cast<std::uint8_t>(fingers[i].y);
    at[4] = static_cast<std::uint8_t>(fingers[i].y >> 8);
  }
}

std::string told(const std::vector<TouchEvent>& events) {
  std::string text;
  for (const TouchEvent& event : events) {
    text += event.kind == Kind::kDown ? "down " : event.kind == Kind::kMove ? "move " : "up ";
    text += std::to_string(event.id) + '@' + std::to_string(event.x) + ',' +
            std::to_string(event.y) + ' ';
  }
  return text;
}

TEST(Gt911, FingersComeMoveAndGo) {
  const auto touch = *Gt911::start(nullptr, kPanel);
  EXPECT_EQ(told(touch->poll()), "");
  report({{0, 100, 500}});
  EXPECT_EQ(told(touch->poll()), "down 0@100,500 ");
  EXPECT_EQ(told(touch->poll()), "") << "no news";
  report({{0, 100, 500}});
  EXPECT_EQ(told(touch->poll()), "") << "it has not moved";
  report({{3, 719, 0}, {0, 101, 500}});
  EXPECT_EQ(told(touch->poll()), "down 3@719,0 move 0@101,500 ");
  report({{3, 1000, 0}});
  EXPECT_EQ(told(touch->poll()), "up 0@101,500 ") << "beside the panel is its edge";
  report({});
  EXPECT_EQ(told(touch->poll()), "up 3@719,0 ");
}

TEST(Gt911, ABusThatFailsAndNonsenseChangeNothing) {
  const auto touch = *Gt911::start(nullptr, kPanel);
  report({{1, 5, 6}});
  EXPECT_EQ(told(touch->poll()), "down 1@5,6 ");
  report({});
  bus_fails = true;
  EXPECT_EQ(told(touch->poll()), "");
  bus_fails = false;
  registers[0] = 0x8F;  // fifteen fingers
  EXPECT_EQ(told(touch->poll()), "");
  EXPECT_EQ(registers[0], 0) << "or it would stay there for good";
  report({});
  EXPECT_EQ(told(touch->poll()), "up 1@5,6 ");
}

TEST(Gt911, AnswersAtItsOtherAddressOrNotAtAll) {
  answering = 0x14;
  EXPECT_TRUE(Gt911::start(nullptr, kPanel));
  answering = 0x77;
  EXPECT_FALSE(Gt911::start(nullptr, kPanel));
  answering = 0x5D;
}

// Whatever the registers hold: every finger that went down goes up again, none twice, none beside
// the panel.
TEST(Gt911, AnyRegistersGiveTouchesInOrder) {
  std::minstd_rand random(1);
  Gt911Report last;
  std::array<bool, 256> down{};
  for (int round = 0; round < 20'000; ++round) {
    std::array<std::uint8_t, Gt911Report::kBytes> bytes{};
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random() >> 8);
    for (std::size_t i = 1; i < bytes.size(); i += 8) bytes[i] &= 7;
    if (round % 4 != 0) bytes[0] = static_cast<std::uint8_t>(0x80 | bytes[0] % 6);
    const auto now = parse_gt911(ByteView(bytes).first(random() % (bytes.size() + 1)), kPanel);
    if (!now) continue;
    for (const TouchEvent& event : gt911_events(last, *now)) {
      ASSERT_LT(event.x, kPanel.width);
      ASSERT_LT(event.y, kPanel.height);
      ASSERT_NE(down[event.id], event.kind == Kind::kDown);
      down[event.id] = event.kind != Kind::kUp;
    }
    last = *now;
    ASSERT_EQ(static_cast<std::size_t>(std::ranges::count(down, true)), now->count);
  }
}

}  // namespace
}  // namespace p3a
