// The chip's table fits the board, says what is really taken, and is enough to live on.
#include "ports/esp32p4/system/chip_memory.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <future>
#include <new>

#include "core/codec/test_stream.h"
#include "device/engine/engine.h"
#include "device/live/live.h"
#include "device/live/test_stage.h"
#include "ports/esp32p4/config/kconfig.h"
#include "ports/fake/fake_disk.h"

namespace {

constexpr std::size_t kLarge = 64 * 1024;
std::atomic<std::size_t> allocations = 0;
std::atomic<std::size_t> large_bytes = 0;

void* counted(std::size_t bytes) {
  ++allocations;
  if (bytes >= kLarge) large_bytes += bytes;
  return std::malloc(bytes);
}

}  // namespace

void* operator new(std::size_t bytes) { return counted(bytes); }
void* operator new[](std::size_t bytes) { return counted(bytes); }
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept { return counted(bytes); }
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept { return counted(bytes); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace p3a {
namespace {

constexpr Size kPanel{720, 720};

TEST(ChipMemory, FitsTheBoardWhateverTheQueue) {
  const Config config = config_from_kconfig("/sdcard");
  for (std::uint32_t depth = 1; depth <= 10; ++depth) {
    const Capacities chip = chip_capacities(depth);
    EXPECT_LE(chip_memory_total(config, chip, MemoryKind::kPsram) + kPsramReserve, kPsramBytes)
        << depth;
    EXPECT_LE(chip_memory_total(config, chip, MemoryKind::kInternal) + kInternalReserve,
              kInternalBytes);
    EXPECT_GE(chip.stream_message_bytes, config.stream.max_frame_bytes + 256) << depth;
  }
}

// Says how many frames it was given, and of which colour the last one is.
class CountingPanel final : public Panel {
 public:
  Status present(const Canvas& canvas) override {
    const std::uint8_t* word = canvas.row(kPanel.height - 1) + (kPanel.width - 1) * 2;
    last = static_cast<std::uint16_t>(word[0] | word[1] << 8);
    ++shown;
    shown.notify_all();
    return {};
  }
  void wait_for(std::size_t frames) {
    for (std::size_t now = shown; now < frames; now = shown) shown.wait(now);
  }
  std::atomic<std::size_t> shown = 0;
  std::atomic<std::uint16_t> last = 0;
};

class Quiet final : public StreamOutbox {
 public:
  void send_text(std::string json) override {
    if (hello.empty()) hello = std::move(json);
  }
  void send_binary(std::string) override {}
  void close(std::uint16_t, std::string_view) override {}
  std::string hello;
};

struct Chip : testing::Test {
  Chip() {
    config.panel.refresh_hz = 0;
    config.stream.jpeg_only = false;
    config.stream.queue_depth = 10;  // as a saved file may say
    const auto shared = std::make_shared<const Config>(config);
    const std::size_t before = large_bytes;
    engine.emplace(
        EnginePorts{clock, log, disk, decoders, panel, {}, capacities}, shared,
        [](const Canvas& canvas, const View& view) { fill(canvas, {}, view.tone); },
        [](const PanelEvents&) {});
    live.emplace(LiveServices{clock, log, *engine, decoders, words, "0.1", "p3a-1", capacities},
                 shared);
    taken = large_bytes - before;
    engine->attach(live->guest());
    panel.wait_for(1);
  }
  ~Chip() override { engine->stop(); }
  std::unique_ptr<StreamClient> connect(const std::shared_ptr<Quiet>& outbox) {
    auto client = live->connect("192.0.2.7:1", outbox);
    return client ? std::move(*client) : nullptr;
  }
  void send(StreamClient& client, std::string_view message) {
    const std::size_t next = panel.shown + 1;
    std::ranges::copy(message, client.buffer().begin());
    client.on_binary(message.size());
    panel.wait_for(next);
  }
  /// Allocations for `frames` of these messages in turn, after the first few.
  std::size_t allocations_of(StreamClient& client, const std::vector<std::string>& messages,
                             int frames) {
    for (int i = 0; i < 8; ++i)
      send(client, messages[static_cast<std::size_t>(i) % messages.size()]);
    const std::size_t before = allocations;
    for (int i = 8; i < 8 + frames; ++i)
      send(client, messages[static_cast<std::size_t>(i) % messages.size()]);
    return allocations - before;
  }

  /// POST /display/raw with that many bytes of pixels of the whole panel; the answer's status.
  int post(std::uint64_t bytes, char value) {
    RequestHead head;
    head.method = "POST";
    head.path = "/display/raw";
    head.content_length = bytes;
    head.has_body = true;
    head.client = "192.0.2.7:2";
    const std::string format = bytes == kPanel.pixels() * 3 ? "rgb888" : "rgba8888";
    head.header = [&](std::string_view name) -> std::string_view {
      if (name == "content-type") return "application/octet-stream";
      if (name == "x-image-format") return format;
      return name == "x-image-width" || name == "x-image-height" ? "720" : "";
    };
    auto begun = live->begin_raw(head);
    if (const auto* refused = std::get_if<Response>(&begun)) return refused->status;
    auto& exchange = *std::get<std::unique_ptr<Exchange>>(begun);
    const std::string body(static_cast<std::size_t>(bytes), value);
    if (const auto refused =
            exchange.on_body({reinterpret_cast<const std::uint8_t*>(body.data()), body.size()}))
      return refused->status;
    std::promise<int> answered;
    exchange.on_end([&](const Response& response) { answered.set_value(response.status); });
    return answered.get_future().get();
  }

  const Capacities capacities = chip_capacities(3);
  Config config = config_from_kconfig("/sdcard");
  FakeClock clock;
  FakeLog log;
  FakeDisk disk;
  FakeDecoders decoders;
  KnownMessages words;
  CountingPanel panel;
  std::size_t taken = 0;
  std::optional<Engine> engine;
  std::optional<Live> live;
};

using ChipMemoryTest = Chip;

std::string raw_frame(std::uint8_t value) {
  return with_header(FrameFormat::kRgb565, {},
                     std::string(kPanel.pixels() * 2, static_cast<char>(value)));
}

TEST_F(ChipMemoryTest, TheTableIsWhatIsTaken) {
  const MemoryPlan plan = memory_plan(config, capacities);
  EXPECT_EQ(plan.preview, 0u);
  EXPECT_EQ(taken, plan.total());
}

TEST_F(ChipMemoryTest, AStreamOfWholeFramesAllocatesNothing) {
  const auto client = connect(std::make_shared<Quiet>());
  const std::vector<std::string> messages{raw_frame(0x11), raw_frame(0x22)};
  EXPECT_EQ(allocations_of(*client, messages, 40), 0u);
  EXPECT_EQ(panel.last, 0x2222);
}

TEST_F(ChipMemoryTest, AP3xStreamAllocatesNothing) {
  p3x::TestStream encoder({.size = kPanel,
                           .table_bits = capacities.p3x_table_bits,
                           .history_bytes = capacities.p3x_picture_bytes});
  std::vector<std::string> messages;
  for (std::int32_t i = 0; i < 24; ++i) {
    p3x::TestPicture picture(kPanel);
    picture.fill({0, 0, 720, 720}, 0x102030);
    picture.fill({i * 8, i * 4, 80, 80}, 0xF0F0F0);
    const ByteView bytes = encoder.encode(picture);
    messages.push_back(
        with_header(FrameFormat::kPixelArt, {}, std::string(bytes.begin(), bytes.end())));
  }
  const auto client = connect(std::make_shared<Quiet>());
  EXPECT_EQ(allocations_of(*client, messages, 16), 0u);
}

TEST_F(ChipMemoryTest, HelloSaysWhatThereIsRoomForAndTheThirdStreamWaits) {
  const auto outbox = std::make_shared<Quiet>();
  const auto first = connect(outbox);
  EXPECT_TRUE(outbox->hello.contains(R"("queue_depth":3)")) << outbox->hello;
  EXPECT_TRUE(outbox->hello.contains(R"("max_lossless_bytes":1036800)")) << outbox->hello;
  EXPECT_TRUE(outbox->hello.contains(R"("p3x_table_bits":14,"p3x_picture_bytes":2097152)"));
  const auto second = connect(std::make_shared<Quiet>());
  EXPECT_TRUE(second);
  EXPECT_FALSE(connect(std::make_shared<Quiet>()));
}

// As many as may be held elsewhere at a time: one for each worker's upload, one for a snapshot.
TEST_F(ChipMemoryTest, AnAnimationGoesOnWhileUploadsWaitForTheCard) {
  auto animation = engine->prepare(fake_file("FAKE gif 8x4 ff0000/1 00ff00/1"));
  ASSERT_TRUE(animation);
  engine->show(std::move(*animation), *StoragePath::parse("animations/a.gif"), [](bool) {});
  panel.wait_for(2);
  std::vector<PreparedPicture> uploads;
  for (std::size_t i = 0; i < kWorkers; ++i) {
    auto prepared = engine->prepare(fake_file("FAKE png 8x4 0000ff/0"));
    ASSERT_TRUE(prepared);
    uploads.push_back(std::move(*prepared));
  }
  const FrameRef snapshot = engine->shown();
  for (const std::size_t enough = panel.shown + 20; panel.shown < enough;) {
    clock.advance(1ms);
    std::this_thread::yield();
  }
}

TEST_F(ChipMemoryTest, AnUploadAndARawPictureAreShownBesideAStream) {
  auto client = connect(std::make_shared<Quiet>());
  send(*client, raw_frame(0x11));
  std::vector<PreparedPicture> uploads;
  for (std::size_t i = 0; i < kWorkers; ++i) {
    auto prepared = engine->prepare(fake_file("FAKE png 8x4 00ff00/0"));
    ASSERT_TRUE(prepared);
    uploads.push_back(std::move(*prepared));
  }
  send(*client, raw_frame(0x22));  // the uploads' frames are no stream's
  client.reset();                  // the panel is free again
  EXPECT_EQ(post(kPanel.pixels() * 3, '\x7f'), 200);
  EXPECT_EQ(panel.last, 0x7BEF);
  EXPECT_EQ(post(kPanel.pixels() * 4, '\x7f'), 413);  // RGBA of the whole panel is too long
  std::promise<bool> shown;
  engine->show(std::move(uploads.front()), *StoragePath::parse("animations/a.png"),
               [&](bool value) { shown.set_value(value); });
  uploads.clear();
  EXPECT_TRUE(shown.get_future().get());
  EXPECT_EQ(panel.last, 0x07E0);
}

}  // namespace
}  // namespace p3a
