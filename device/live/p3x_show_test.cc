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

}  // namespace
}  // namespace p3a
