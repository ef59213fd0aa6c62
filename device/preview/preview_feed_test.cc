// What watchers get is what is on the panel; time stands still unless a test moves it.
#include "device/preview/preview_feed.h"

#include <gtest/gtest.h>

#include "core/codec/test_stream.h"
#include "ports/fake/fake_clock.h"

namespace p3a {
namespace {

constexpr Size kPanel{96, 64};

class PanelStage final : public Stage {
 public:
  void wake() override {}
  FrameRef shown() const override { return shown_; }
  FrameRef acquire() override { return pool_.acquire(); }
  void submit(Submission) override {}
  void suspend_rotation(bool) override {}

  void show(const p3x::TestPicture& picture) {
    FrameRef frame = pool_.acquire();
    frame->sequence = ++sequence_;
    for (std::uint32_t y = 0; y < kPanel.height; ++y)
      std::copy_n(picture.view().row(y), kPanel.width * 3, frame->canvas.row(y));
    shown_ = std::move(frame);
  }

 private:
  FramePool pool_{kPanel, PixelFormat::kRgb888, 3};
  FrameRef shown_;
  std::uint64_t sequence_ = 0;
};

// A page: decodes what comes.
struct Page final : StreamOutbox {
  void send_text(std::string json) override { texts.push_back(std::move(json)); }
  void send_binary(std::string bytes) override {
    const auto* const data = reinterpret_cast<const std::uint8_t*>(bytes.data());
    sizes.push_back(bytes.size());
    EXPECT_TRUE(decoder.decode({data, bytes.size()}).has_value());
    decoder.paint_changes({panel.rgb.data(), kPanel, kPanel.width * 3UL});
  }
  void close(std::uint16_t, std::string_view) override {}

  p3x::TestMemory memory{8U << 20};
  p3x::Decoder decoder{memory.bytes()};
  p3x::TestPicture panel{kPanel};
  std::vector<std::size_t> sizes;
  std::vector<std::string> texts;
};

p3x::TestPicture dot_at(std::uint32_t x) {
  p3x::TestPicture picture({24, 16});
  for (std::uint32_t i = 0; i < 24; ++i)
    picture.fill({static_cast<std::int32_t>(i), 0, 1, 16}, 0x102030U * (i % 5 + 1));
  picture.set(x, 7, 0xFFFF00);
  return picture.upscaled(kPanel);
}

struct Display {
  FakeClock clock;
  PanelStage stage;
  int woken = 0;
  PreviewFeed feed{stage, clock, [this] { ++woken; }};

  std::unique_ptr<StreamClient> watch(const std::shared_ptr<Page>& page) {
    auto client = feed.connect(page);
    EXPECT_TRUE(client.has_value());
    return client ? *std::move(client) : nullptr;
  }
  void step(Micros by = PreviewFeed::kEvery) {
    clock.advance(by);
    feed.advance(clock.now());
  }
};

TEST(Preview, AWatcherSeesWhatIsOnThePanelInFewBytes) {
  Display display;
  const auto page = std::make_shared<Page>();
  const auto client = display.watch(page);
  for (std::uint32_t x = 0; x < 10; ++x) {
    const auto picture = dot_at(x);
    display.stage.show(picture);
    display.step();
    EXPECT_EQ(page->panel.rgb, picture.rgb);
    client->on_text("ready");
    EXPECT_LT(page->sizes.back(), x == 0 ? 1000u : 100u);
  }
  ASSERT_EQ(page->sizes.size(), 10u);
  display.step();  // nothing new: nothing is sent
  EXPECT_EQ(page->sizes.size(), 10u);
}

TEST(Preview, NothingIsDoneWhenNobodyWatches) {
  Display display;
  display.stage.show(dot_at(1));
  EXPECT_EQ(display.feed.advance(display.clock.now()), Instant::max());
  const auto page = std::make_shared<Page>();
  auto client = display.watch(page);
  EXPECT_EQ(display.woken, 1);
  display.step();
  EXPECT_EQ(page->sizes.size(), 1u);
  EXPECT_EQ(display.feed.advance(display.clock.now()), Instant::max());  // it is not ready
  client.reset();
  display.stage.show(dot_at(2));
  EXPECT_EQ(display.feed.advance(display.clock.now()), Instant::max());
}

TEST(Preview, TheNewestWinsAndASlowWatcherHoldsUpNobody) {
  Display display;
  const auto fast = std::make_shared<Page>(), slow = std::make_shared<Page>();
  const auto fast_client = display.watch(fast), slow_client = display.watch(slow);
  display.stage.show(dot_at(0));
  display.step();
  fast_client->on_text("ready");
  display.stage.show(dot_at(1));
  display.step();  // the slow one has a moment
  EXPECT_EQ(fast->sizes.size(), 1u);
  for (std::uint32_t x = 2; x < 5; ++x) {
    display.stage.show(dot_at(x));
    display.step(PreviewFeed::kPatience);
    fast_client->on_text("ready");
  }
  EXPECT_EQ(fast->panel.rgb, dot_at(4).rgb);
  EXPECT_EQ(slow->sizes.size(), 1u);
  slow_client->on_text("ready");
  display.step(PreviewFeed::kKeyEvery);
  EXPECT_EQ(slow->sizes.size(), 2u);
  EXPECT_EQ(slow->panel.rgb, dot_at(4).rgb);
  fast_client->on_text("ready");
  slow_client->on_text("ready");
  display.stage.show(dot_at(5));
  display.step();
  EXPECT_EQ(fast->panel.rgb, dot_at(5).rgb);
  EXPECT_EQ(slow->panel.rgb, dot_at(5).rgb);
}

TEST(Preview, WhoComesLaterGetsAWholePictureAndTheOthersGoOn) {
  Display display;
  const auto first = std::make_shared<Page>(), second = std::make_shared<Page>();
  const auto first_client = display.watch(first);
  display.stage.show(dot_at(0));
  display.step();
  first_client->on_text("ready");
  const auto second_client = display.watch(second);
  display.step(PreviewFeed::kKeyEvery);  // although nothing is new
  EXPECT_EQ(second->panel.rgb, dot_at(0).rgb);
  first_client->on_text("ready");
  second_client->on_text("ready");
  display.stage.show(dot_at(3));
  display.step();
  EXPECT_EQ(first->panel.rgb, dot_at(3).rgb);
  EXPECT_EQ(second->panel.rgb, dot_at(3).rgb);
}

TEST(Preview, ATooRichPictureIsToldOnceAndTheNextOneComesAgain) {
  FakeClock clock;
  // 64 KiB of noise does not fit into a frame of the preview.
  class RichStage final : public Stage {
   public:
    void wake() override {}
    FrameRef shown() const override { return frame; }
    FrameRef acquire() override { return {}; }
    void submit(Submission) override {}
    void suspend_rotation(bool) override {}
    FramePool pool{{160, 160}, PixelFormat::kRgb888, 2};
    FrameRef frame;
  } stage;
  stage.frame = stage.pool.acquire();
  p3x::TestNoise random(5);
  for (std::uint32_t y = 0; y < 160; ++y)
    for (std::uint32_t i = 0; i < 480; ++i)
      stage.frame->canvas.row(y)[i] = static_cast<std::uint8_t>(random.below(256));
  stage.frame->sequence = 1;
  PreviewFeed feed(stage, clock, [] {});
  struct Texts final : StreamOutbox {
    void send_text(std::string json) override { texts.push_back(std::move(json)); }
    void send_binary(std::string) override { ++binaries; }
    void close(std::uint16_t, std::string_view) override {}
    std::vector<std::string> texts;
    int binaries = 0;
  };
  const auto page = std::make_shared<Texts>();
  const auto client = feed.connect(page);
  for (int i = 0; i < 3; ++i) {
    const Instant again = feed.advance(clock.now());
    EXPECT_GE(again, clock.now() + PreviewFeed::kRichPause);
    clock.advance(PreviewFeed::kRichPause);
  }
  EXPECT_EQ(page->texts, std::vector<std::string>{R"({"type":"snapshot"})"});
  stage.frame = stage.pool.acquire();
  fill(stage.frame->canvas, {1, 2, 3}, {});
  stage.frame->sequence = 2;
  feed.advance(clock.now());
  EXPECT_EQ(page->binaries, 1);
}

TEST(Preview, OnlySoManyWatch) {
  Display display;
  std::vector<std::unique_ptr<StreamClient>> clients;
  for (std::size_t i = 0; i < Capacities().preview_watchers; ++i)
    clients.push_back(display.watch(std::make_shared<Page>()));
  const auto refused = display.feed.connect(std::make_shared<Page>());
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kBusy);
  clients.pop_back();
  EXPECT_TRUE(display.feed.connect(std::make_shared<Page>()).has_value());
}

}  // namespace
}  // namespace p3a
