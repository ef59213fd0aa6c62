#include "device/live/p3x_show.h"

#include "core/codec/test_stream.h"
#include "device/live/test_stage.h"

namespace p3a {
namespace {

constexpr std::size_t kHeader = kFrameHeaderBytes + FrameHeader::kExtensionBytes;

// A P3X stream for the test panel of 8 x 8 pixels.
class Sender {
 public:
  std::string frame(Rgb color) {
    p3x::TestPicture picture({8, 8});
    picture.fill({0, 0, 8, 8}, static_cast<std::uint32_t>(color.r << 16 | color.g << 8 | color.b));
    picture.fill({2, 2, 3, 1}, 0x808080);
    const ByteView bytes = stream_.encode(picture);
    return with_header(FrameFormat::kPixelArt, {}, std::string(bytes.begin(), bytes.end()));
  }
  /// A window over the lower right quarter, and patches of these colours one on the other.
  std::string mixed(Rgb color, std::initializer_list<std::string> patches,
                    Rect window = {4, 4, 4, 4}) {
    p3x::Windows windows;
    windows.add(window);
    stream_.encoder.set_windows(windows);
    const std::string art = frame(color).substr(kHeader);
    std::vector<p3x::Patch> all;
    std::string files;
    for (const std::string& file : patches) {
      all.push_back({window, {reinterpret_cast<const std::uint8_t*>(file.data()), file.size()}});
      files += file;
    }
    std::string payload(p3x::mixed_head_bytes(1, all.size()), '\0');
    write_mixed_head(windows, all, art.size(),
                     {reinterpret_cast<std::uint8_t*>(payload.data()), payload.size()});
    return with_header(FrameFormat::kMixed, {}, payload + art + files);
  }
  void close_windows() { stream_.encoder.set_windows({}); }
  void request_key() { stream_.encoder.request_key(); }

 private:
  p3x::TestStream stream_{{.size = {8, 8}, .table_bits = 10, .history_bytes = 1U << 14}};
};

TEST(P3xShow, HelloSaysWhatAStreamMayUse) {
  TestDisplay display;
  TestClient client = display.connect();
  EXPECT_TRUE(client.outbox->texts[0].contains(R"("pixelart","mixed"])"));
  EXPECT_TRUE(
      client.outbox->texts[0].contains(R"("p3x_table_bits":16,"p3x_picture_bytes":8388608)"));
}

TEST(P3xShow, ASmallMachineKeepsItsMemoryAndRefusesLargerPictures) {
  Capacities small;
  small.p3x_from_the_start = true;
  small.p3x_pixels = 64;
  P3xShow show(small);
  p3x::TestStream stream({.size = {8, 8}, .table_bits = 10, .history_bytes = 1U << 14});
  const ByteView key = stream.encode(p3x::TestPicture({8, 8}));
  const auto before = show.decode(key, {});
  ASSERT_TRUE(before);
  show.forget();
  const auto again = show.decode(key, {});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->bytes.data(), before->bytes.data());
  p3x::TestStream larger({.size = {9, 8}, .table_bits = 10, .history_bytes = 1U << 14});
  const auto refused = show.decode(larger.encode(p3x::TestPicture({9, 8})), {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kDimensionsTooLarge);
  stream.encoder.request_key();
  EXPECT_TRUE(show.decode(stream.encode(p3x::TestPicture({8, 8})), {}));
}

TEST(P3xShow, AStreamIsShownFrameByFrame) {
  TestDisplay display;
  TestClient client = display.connect();
  Sender sender;
  for (const Rgb color : {kRed, kGreen, kBlue, kBlue, kRed}) {
    client.send(sender.frame(color));
    display.run();
    EXPECT_EQ(display.on_panel(), color);
  }
  EXPECT_EQ(client.outbox->count("error"), 0u);
}

// A machine that stands for a slower one takes its time by this.
TEST(P3xShow, TheMachineIsToldWhatWasDrawn) {
  TestDisplay display;
  TestClient client = display.connect();
  Sender sender;
  for (const Rgb color : {kRed, kGreen}) {
    client.send(sender.frame(color));
    display.run();
  }
  client.send(with_header(FrameFormat::kRgb565, {}, std::string(8 * 8 * 2, 'x')));
  display.run();
  const auto drawn = display.decoders.drawn();
  ASSERT_EQ(drawn.size(), 3u);
  EXPECT_TRUE(drawn[0].p3x_cells > 0U);  // a key frame
  EXPECT_EQ(drawn[1].p3x_cells, 0U);
  EXPECT_TRUE(!drawn[2].p3x_cells && drawn[2].bytes_per_pixel == 2);
  EXPECT_EQ(drawn[2].size, (Size{8, 8}));
}

TEST(P3xShow, AfterAMissingFrameAKeyIsAskedForAndNothingTornIsShown) {
  TestDisplay display;
  TestClient client = display.connect();
  Sender sender;
  client.send(sender.frame(kRed));
  display.run();
  sender.frame(kGreen);  // never arrives
  client.send(sender.frame(kBlue));
  display.run();
  EXPECT_EQ(display.on_panel(), kRed);
  EXPECT_TRUE(client.outbox->last("error").contains("BAD_FRAME"));
  EXPECT_GE(client.outbox->count("key_request"), 1u);
  sender.request_key();
  client.send(sender.frame(kGreen));
  display.run();
  EXPECT_EQ(display.on_panel(), kGreen);
}

TEST(P3xShow, JpegsInBetweenDoNotDisturbTheStream) {
  TestDisplay display;
  TestClient client = display.connect();
  Sender sender;
  client.send(sender.frame(kRed));
  display.run();
  client.send(jpeg("00ff00"));
  display.run();
  EXPECT_EQ(display.on_panel(), kGreen);
  client.send(sender.frame(kBlue));
  display.run();
  EXPECT_EQ(display.on_panel(), kBlue);
}

// Was an error BAD_FRAME, counted as a frame that could not be decoded: the JPEG let the next delta
// in.
TEST(P3xShow, ADeltaThatAJpegReplacedCostsAKeyAndIsNoError) {
  TestDisplay display;
  TestClient client = display.connect();
  Sender sender;
  client.send(sender.frame(kRed));
  display.run();
  client.send(sender.frame(kGreen));
  client.send(jpeg("0000ff"));  // the newer one wins
  display.run();
  EXPECT_EQ(display.on_panel(), kBlue);
  client.send(sender.frame(kRed));
  display.run();
  EXPECT_EQ(display.on_panel(), kBlue);
  EXPECT_EQ(client.outbox->count("error"), 0u);
  EXPECT_EQ(client.outbox->count("key_request"), 1u);
  sender.request_key();
  client.send(sender.frame(kGreen));
  display.run();
  EXPECT_EQ(display.on_panel(), kGreen);
}

// "ff0000" as a picture of the window's size, of which pixel 0,0 is black.
std::string patch(std::string_view color, std::string_view size = "4x4") {
  return "\xFF\xD8\xFF"
         "FAKE jpeg " +
         std::string(size) + " " + std::string(color) + "/0";
}

struct MixedRig {
  TestDisplay display;
  TestClient client = display.connect();
  Sender sender;

  void send(const std::string& message) {
    client.send(message);
    display.run();
  }
  Rgb art() const { return display.stage.frames.back().first; }
};

TEST(P3xShow, APatchLiesInItsWindowUntilAnotherOneComes) {
  MixedRig rig;
  rig.send(rig.sender.mixed(kRed, {patch("0000ff")}));
  EXPECT_EQ(rig.art(), kRed);
  EXPECT_EQ(rig.display.on_panel(), kBlue);
  rig.send(rig.sender.mixed(kGreen, {}));
  EXPECT_EQ(rig.art(), kGreen);
  EXPECT_EQ(rig.display.on_panel(), kBlue);
  rig.send(rig.sender.mixed(kGreen, {patch("010101"), patch("ff0000")}));
  EXPECT_EQ(rig.display.on_panel(), kRed);
  rig.send(rig.sender.mixed(kBlue, {}, {5, 5, 2, 2}));  // another window: that is a key frame
  EXPECT_EQ(rig.display.on_panel(), kBlue);
  rig.sender.close_windows();
  rig.send(rig.sender.frame(kGreen));
  EXPECT_EQ(rig.display.on_panel(), kGreen);
  EXPECT_EQ(rig.client.outbox->count("error"), 0u);
}

TEST(P3xShow, AWindowThatClosesShowsTheP3xPictureAgain) {
  P3xShow show{Capacities()};
  TestDisplay display;
  FrameMaker maker(display.decoders);
  FrameRef scratch = display.stage.acquire();
  p3x::TestStream stream({.size = {8, 8}, .table_bits = 10, .history_bytes = 1U << 14});
  p3x::TestPicture picture({8, 8});
  picture.fill({0, 0, 8, 8}, 0x00FF00);
  ASSERT_TRUE(show.decode(stream.encode(picture), {}));
  Sender sender;
  const std::string file = patch("0000ff");
  const auto mixed = [&](const p3x::Windows& windows, std::initializer_list<p3x::Patch> patches) {
    const ByteView art = stream.encode(picture);
    std::vector<std::uint8_t> payload(
        p3x::mixed_head_bytes(windows.areas().size(), patches.size()));
    write_mixed_head(windows, patches, art.size(), payload);
    payload.insert(payload.end(), art.begin(), art.end());
    for (const auto& one : patches) payload.insert(payload.end(), one.file.begin(), one.file.end());
    return show.decode_mixed(payload, maker, *scratch);
  };
  p3x::Windows window;
  window.add({4, 4, 4, 4});
  const auto opened = mixed(
      window, {{{4, 4, 4, 4}, {reinterpret_cast<const std::uint8_t*>(file.data()), file.size()}}});
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->bytes[(7 * 8 + 7) * 3 + 2], 255);
  const auto closed = mixed({}, {});
  ASSERT_TRUE(closed);
  EXPECT_TRUE(std::ranges::equal(closed->bytes, picture.rgb));
}

TEST(P3xShow, ABrokenPatchCostsThatFrameAndAKey) {
  for (const std::string& broken :
       {patch("bad").substr(0, patch("bad").size() - 2), patch("0000ff", "4x5"),
        patch("0000ff", "900x900"), std::string("no file"),
        std::string("RIFF0000WEBPFAKE webp 4x4 0000ff/0")}) {
    MixedRig rig;
    rig.send(rig.sender.mixed(kRed, {patch("0000ff")}));
    rig.send(rig.sender.mixed(kGreen, {patch("010101"), broken}));
    EXPECT_EQ(rig.art(), kRed);
    EXPECT_EQ(rig.display.on_panel(), kBlue);
    EXPECT_EQ(rig.client.outbox->count("key_request"), 1u);
    rig.send(rig.sender.mixed(kGreen, {patch("ff0000")}));  // a delta
    EXPECT_EQ(rig.art(), kRed);
    rig.sender.request_key();
    rig.send(rig.sender.mixed(kGreen, {patch("ff0000")}));
    EXPECT_EQ(rig.art(), kGreen);
    EXPECT_EQ(rig.display.on_panel(), kRed);
  }
}

TEST(P3xShow, AWindowBeyondThePictureIsRefused) {
  MixedRig rig;
  rig.send(rig.sender.mixed(kRed, {patch("0000ff")}));
  std::string message = rig.sender.mixed(kGreen, {});
  message[kHeader + 8] = 5;  // the window's x
  rig.send(message);
  EXPECT_EQ(rig.art(), kRed);
  EXPECT_TRUE(rig.client.outbox->last("error").contains("BAD_FRAME"));
}

// A display that takes no mixed frames says so by what its hello lists.
TEST(P3xShow, MixedFramesWantARgb888Panel) {
  Config config;
  config.panel.format = PixelFormat::kRgb565;
  TestDisplay display(config);
  TestClient client = display.connect();
  EXPECT_TRUE(client.outbox->texts[0].contains(R"("pixelart"])"));
  Sender sender;
  client.send(sender.mixed(kRed, {}));
  display.run();
  EXPECT_TRUE(client.outbox->last("error").contains("UNSUPPORTED_FEATURE"));
}

TEST(P3xShow, AnotherClientBeginsWithItsOwnKey) {
  TestDisplay display;
  TestClient first = display.connect();
  Sender sender;
  first.send(sender.frame(kRed));
  display.run();
  first.client.reset();
  display.run();
  TestClient second = display.connect();
  second.send(sender.frame(kGreen));  // a delta of what the first one sent
  display.run();
  EXPECT_NE(display.stage.frames.back().first, kGreen);
  EXPECT_GE(second.outbox->count("key_request"), 1u);
}

// The long way: every picture into the stream's own memory, from there composed onto a frame. What
// is painted straight onto frames that still hold an earlier picture must be the same, whatever
// comes in between.
class TwoWays {
 public:
  explicit TwoWays(PixelFormat format) : pool_(kPanel, format, 5), long_pool_(kPanel, format, 1) {
    maker_.configure(config_);
  }

  void run(std::uint32_t frames) {
    for (std::uint32_t i = 0; i < frames && !testing::Test::HasFailure(); ++i) {
      disturb();
      send(i);
    }
    EXPECT_GT(shown_, frames / 2);
  }

 private:
  static constexpr Size kPanel{48, 40}, kSmaller{40, 48};

  void disturb() {
    if (noise_.below(25) == 0) {
      constexpr Rotation kTurns[] = {Rotation::k90, Rotation::k180};
      config_.panel.rotation = noise_.below(4) == 0 ? kTurns[noise_.below(2)] : Rotation::k0;
      config_.panel.brightness = noise_.below(5) == 0 ? 60 : 100;
      config_.picture.fit = static_cast<Fit>(noise_.below(4));
      maker_.configure(config_);
    }
    if (noise_.below(40) == 0) {  // another stream, maybe of another size
      size_ = noise_.below(4) == 0 ? kSmaller : kPanel;
      stream_ = std::make_unique<p3x::TestStream>(options());
      windows_ = {};
      straight_.forget();
      plain_.forget();
    }
    if (noise_.below(8) == 0) held_[noise_.below(3)] = {};
    if (noise_.below(12) == 0) {  // somebody else draws: the rotation, a raw picture, a JPEG
      const FrameRef other = pool_.acquire();
      ASSERT_TRUE(other);
      std::memset(other->canvas.pixels, static_cast<int>(noise_.below(256)),
                  other->canvas.stride * kPanel.height);
    }
  }

  p3x::EncoderOptions options() const {
    return {.size = size_, .table_bits = 10, .history_bytes = 1U << 17};
  }

  p3x::TestPicture next_picture() {
    if (art_.size != Size{12, 10} || noise_.below(20) == 0) {
      art_ = p3x::TestPicture({12, 10});
      art_.fill({0, 0, 12, 10}, noise_.below(1U << 24));
    }
    for (std::uint32_t n = noise_.below(3); n > 0; --n)
      art_.fill({static_cast<std::int32_t>(noise_.below(10)),
                 static_cast<std::int32_t>(noise_.below(8)), 2, 2},
                noise_.below(1U << 24));
    p3x::TestPicture picture = art_.upscaled(size_);
    if (noise_.below(10) == 0)  // off the grid
      picture.fill({static_cast<std::int32_t>(noise_.below(30)), 3, 5, 3}, 0xFFFFFF);
    return picture;
  }

  std::vector<std::uint8_t> next_payload(FrameFormat& format) {
    format = noise_.below(15) == 0 ? FrameFormat::kMixed : FrameFormat::kPixelArt;
    windows_ = {};
    if (format == FrameFormat::kMixed && noise_.below(4) != 0)
      windows_.add({static_cast<std::int32_t>(noise_.below(2)) * 8, 8, 16, 16});
    // Windows that change are a key frame, unless a sender does not know that.
    if (noise_.below(3) != 0) stream_->encoder.set_windows(windows_);
    if (noise_.below(15) == 0) stream_->encoder.request_key();
    const ByteView art = stream_->encode(next_picture());
    if (format == FrameFormat::kPixelArt) return {art.begin(), art.end()};
    const std::string file = patch(noise_.below(2) == 0 ? "0000ff" : "bad", "16x16");
    std::vector<p3x::Patch> patches;
    if (!windows_.empty() && noise_.below(2) == 0)
      patches.push_back(
          {windows_.areas()[0], {reinterpret_cast<const std::uint8_t*>(file.data()), file.size()}});
    std::vector<std::uint8_t> payload(
        p3x::mixed_head_bytes(windows_.areas().size(), patches.size()));
    write_mixed_head(windows_, patches, art.size(), payload);
    payload.insert(payload.end(), art.begin(), art.end());
    for (const auto& one : patches) payload.insert(payload.end(), one.file.begin(), one.file.end());
    return payload;
  }

  void send(std::uint32_t i) {
    FrameFormat format{};
    std::vector<std::uint8_t> payload = next_payload(format);
    if (noise_.below(30) == 0) return;  // lost on its way
    if (noise_.below(30) == 0) payload.resize(payload.size() / 2);
    FrameRef frame = pool_.acquire();
    const FrameRef expected = long_pool_.acquire();
    ASSERT_TRUE(frame && expected);
    std::optional<Rect> area;
    FrameRef base;
    if (noise_.below(20) == 0) {
      area = Rect{4, 4, 24, 20};
      base = held_[0];
    }
    const auto drawn = straight_.draw(format, payload, {maker_, area, base, *frame});
    const auto pixels = format == FrameFormat::kMixed
                            ? plain_.decode_mixed(payload, maker_, *expected)
                            : plain_.decode(payload, maker_.limits());
    ASSERT_EQ(drawn.has_value(), pixels.has_value()) << i;
    if (!drawn) return stream_->encoder.request_key();
    ASSERT_TRUE(maker_.draw(*pixels, area, base, *expected).has_value());
    ASSERT_TRUE(std::ranges::equal(all(*frame), all(*expected))) << i;
    ++shown_;
    // Frames that somebody still holds stay as they were: a snapshot never sees two pictures.
    for (std::size_t k = 0; k < held_.size(); ++k)
      ASSERT_TRUE(!held_[k] || std::ranges::equal(all(*held_[k]), copies_[k])) << i;
    const std::size_t k = noise_.below(3);
    const ByteView pixels_of_frame = all(*frame);
    copies_[k].assign(pixels_of_frame.begin(), pixels_of_frame.end());
    held_[k] = std::move(frame);
  }

  static ByteView all(const Frame& frame) {
    return {frame.canvas.pixels, frame.canvas.stride * frame.canvas.size.height};
  }

  p3x::TestNoise noise_{5};
  FramePool pool_, long_pool_;
  Size size_ = kPanel;
  FakeDecoders decoders_;
  Config config_;
  FrameMaker maker_{decoders_};
  P3xShow straight_{Capacities()}, plain_{Capacities()};
  std::unique_ptr<p3x::TestStream> stream_ = std::make_unique<p3x::TestStream>(options());
  p3x::TestPicture art_{Size{1, 1}};
  p3x::Windows windows_;
  std::array<FrameRef, 3> held_;
  std::array<std::vector<std::uint8_t>, 3> copies_;
  std::uint32_t shown_ = 0;
};

TEST(P3xShow, WhatIsPaintedStraightIsWhatIsDrawnTheLongWay) {
  TwoWays(PixelFormat::kRgb888).run(800);
  TwoWays(PixelFormat::kRgb565).run(150);
}

// What the frame holds already is left alone: pixels that only the test has changed stay.
TEST(P3xShow, OnlyWhatAFrameLacksIsPainted) {
  FramePool pool({48, 40}, PixelFormat::kRgb888, 1);
  FakeDecoders decoders;
  FrameMaker maker(decoders);
  maker.configure({});
  P3xShow show{Capacities()};
  p3x::TestStream stream({.size = {48, 40}, .table_bits = 10, .history_bytes = 1U << 17});
  p3x::TestPicture picture({48, 40});
  p3x::TestNoise noise(1);
  for (auto& byte : picture.rgb) byte = static_cast<std::uint8_t>(noise.below(256));
  const auto marked_pixel_stays = [&] {
    const FrameRef frame = pool.acquire();
    std::uint8_t* const pixel = frame->canvas.row(39) + 47 * 3;
    *pixel = 99;
    EXPECT_TRUE(show.draw(FrameFormat::kPixelArt, stream.encode(picture), {maker, {}, {}, *frame}));
    return *pixel == 99;
  };
  EXPECT_FALSE(marked_pixel_stays()) << "the first picture is painted wholly";
  picture.fill({2, 2, 3, 3}, 0xFF0000);
  EXPECT_TRUE(marked_pixel_stays());
  (void)pool.acquire();  // somebody else was lent it
  EXPECT_FALSE(marked_pixel_stays());
  picture.fill({40, 30, 8, 10}, 0x00FF00);
  EXPECT_FALSE(marked_pixel_stays()) << "the change reaches there";
  stream.encoder.request_key();
  EXPECT_FALSE(marked_pixel_stays());
}

}  // namespace
}  // namespace p3a
