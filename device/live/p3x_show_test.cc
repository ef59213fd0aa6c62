#include "device/live/p3x_show.h"

#include "core/codec/test_stream.h"
#include "device/live/test_stage.h"

namespace p3a {
namespace {

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
  void request_key() { stream_.encoder.request_key(); }

 private:
  p3x::TestStream stream_{{.size = {8, 8}, .table_bits = 10, .history_bytes = 1U << 14}};
};

TEST(P3xShow, HelloSaysWhatAStreamMayUse) {
  TestDisplay display;
  TestClient client = display.connect();
  EXPECT_TRUE(client.outbox->texts[0].contains(R"("pixelart"])"));
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
