#include "ports/esp32p4/panel/gt911.h"

#include <algorithm>
#include <span>

namespace p3a {
namespace {

constexpr std::uint8_t kNews = 0x80;
constexpr std::uint8_t kCount = 0x0F;
constexpr std::array<std::uint8_t, 2> kStatus{0x81, 0x4E};
constexpr std::array<std::uint8_t, 3> kRead{0x81, 0x4E, 0};
constexpr int kTimeoutMs = 5;
constexpr std::uint32_t kSpeedHz = 400'000;
// The address depends on the level of its interrupt pin at reset, which this board does not route.
constexpr std::array<std::uint16_t, 2> kAddresses{0x5D, 0x14};

std::uint32_t word(ByteView bytes, std::size_t at) {
  return bytes[at] | static_cast<std::uint32_t>(bytes[at + 1]) << 8;
}

std::span<const Gt911Finger> fingers_of(const Gt911Report& report) {
  return std::span(report.fingers).first(report.count);
}

const Gt911Finger* find(const Gt911Report& report, std::uint8_t id) {
  for (const Gt911Finger& finger : fingers_of(report))
    if (finger.id == id) return &finger;
  return nullptr;
}

}  // namespace

std::optional<Gt911Report> parse_gt911(ByteView registers, Size panel) {
  if (registers.empty() || (registers[0] & kNews) == 0 || panel.pixels() == 0) return std::nullopt;
  const std::size_t count = registers[0] & kCount;
  if (count > Gt911Report::kMost || registers.size() < 1 + count * Gt911Report::kFingerBytes)
    return std::nullopt;
  Gt911Report report;
  for (std::size_t i = 0; i < count; ++i) {
    const ByteView bytes = registers.subspan(1 + i * Gt911Report::kFingerBytes);
    if (find(report, bytes[0]) != nullptr) return std::nullopt;
    report.fingers[report.count++] = {.id = bytes[0],
                                      .x = std::min(word(bytes, 1), panel.width - 1),
                                      .y = std::min(word(bytes, 3), panel.height - 1)};
  }
  return report;
}

std::vector<TouchEvent> gt911_events(const Gt911Report& before, const Gt911Report& now) {
  using Kind = TouchEvent::Kind;
  std::vector<TouchEvent> events;
  for (const Gt911Finger& old : fingers_of(before))
    if (find(now, old.id) == nullptr) events.push_back({Kind::kUp, old.id, old.x, old.y});
  for (const Gt911Finger& finger : fingers_of(now)) {
    const Gt911Finger* const old = find(before, finger.id);
    if (old == nullptr)
      events.push_back({Kind::kDown, finger.id, finger.x, finger.y});
    else if (old->x != finger.x || old->y != finger.y)
      events.push_back({Kind::kMove, finger.id, finger.x, finger.y});
  }
  return events;
}

Result<std::unique_ptr<Gt911>> Gt911::start(i2c_master_bus_handle_t bus, Size panel) {
  for (const std::uint16_t address : kAddresses) {
    if (i2c_master_probe(bus, address, 50) != ESP_OK) continue;
    i2c_device_config_t config{};
    config.dev_addr_length = I2C_ADDR_BIT_LEN_7;
    config.device_address = address;
    config.scl_speed_hz = kSpeedHz;
    i2c_master_dev_handle_t device = nullptr;
    if (i2c_master_bus_add_device(bus, &config, &device) != ESP_OK) break;
    return std::unique_ptr<Gt911>(new Gt911(device, panel));
  }
  return fail(ErrorCode::kInternal, "no touch controller answers: touches are not told");
}

Gt911::~Gt911() { i2c_master_bus_rm_device(device_); }

std::vector<TouchEvent> Gt911::poll() {
  std::array<std::uint8_t, Gt911Report::kBytes> registers{};
  if (i2c_master_transmit_receive(device_, kStatus.data(), kStatus.size(), registers.data(),
                                  registers.size(), kTimeoutMs) != ESP_OK)
    return {};
  if ((registers[0] & kNews) == 0) return {};
  // Also after nonsense: else it would stay there for good.
  i2c_master_transmit(device_, kRead.data(), kRead.size(), kTimeoutMs);
  const auto report = parse_gt911(registers, panel_);
  if (!report) return {};
  auto events = gt911_events(last_, *report);
  last_ = *report;
  return events;
}

}  // namespace p3a
