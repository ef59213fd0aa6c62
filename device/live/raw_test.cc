// POST /display/raw from head to panel.
#include "core/codec/test_stream.h"
#include "device/live/raw_upload.h"
#include "device/live/test_stage.h"

namespace p3a {
namespace {

using Headers = std::map<std::string, std::string, std::less<>>;

// Sends a request; the answer may come while the display runs.
struct Post {
  Post(TestDisplay& display, const Headers& headers, const std::string& body)
      : Post(display, headers, body, body.size()) {}
  Post(TestDisplay& display, const Headers& headers, const std::string& body,
       std::optional<std::uint64_t> length) {
    RequestHead head;
    head.method = "POST";
    head.path = "/display/raw";
    head.content_length = length;
    head.has_body = length != 0u;
    head.client = "192.0.2.9:1";
    head.header = [&headers](std::string_view name) -> std::string_view {
      const auto found = headers.find(name);
      return found == headers.end() ? std::string_view() : std::string_view(found->second);
    };
    auto begun = display.live->begin_raw(head);
    if (auto* refusal = std::get_if<Response>(&begun)) {
      *answer = std::move(*refusal);
      return;
    }
    exchange = std::get<std::unique_ptr<Exchange>>(std::move(begun));
    *answer = exchange->on_body({reinterpret_cast<const std::uint8_t*>(body.data()), body.size()});
    if (*answer) return;
    exchange->on_end([answer = answer](Response response) { *answer = std::move(response); });
  }

  std::string text() const {
    return *answer ? std::get<std::string>((*answer)->body) : std::string();
  }
  bool says(std::string_view part) const { return text().contains(part); }

  std::shared_ptr<std::optional<Response>> answer = std::make_shared<std::optional<Response>>();
  std::unique_ptr<Exchange> exchange;
};

const Headers kImage = {{"content-type", "image/png"}};

std::string png(std::string_view frames) {
  return "\x89PNG\r\n\x1A\n"
         "FAKE png 8x8 " +
         std::string(frames);
}

TEST(Raw, ShowsAPictureAndSaysWhen) {
  TestDisplay display;
  display.decode_time = 4ms;
  const Post post(display, kImage, png("ff0000/0"));
  EXPECT_FALSE(*post.answer);
  display.run_for(10ms);
  EXPECT_EQ(display.on_panel(), kRed);
  EXPECT_EQ(display.stage.frames.back().source, Source::kRaw);
  EXPECT_TRUE(display.stage.suspended);
  EXPECT_EQ(post.text(),
            R"({"ok":true,"data":{"bytes_received":29,"format":"png","display_updated":true,)"
            R"("decode_time_ms":4,"presented_at":1767323045004000,"latency_ms":4}})"
            "\n");
}

TEST(Raw, TakesRawPixelsInEveryLayout) {
  TestDisplay display;
  Headers headers = {{"content-type", "application/octet-stream"},
                     {"x-image-format", "rgba8888"},
                     {"x-image-width", "1"},
                     {"x-image-height", "1"}};
  Post(display, headers, {"\x00\x00\xFF\xFF", 4});
  display.run();
  EXPECT_EQ(display.on_panel(), kBlue);
  headers["x-image-format"] = "rgb565";
  Post(display, headers, {"\x00\xF8", 2});
  display.run();
  EXPECT_EQ(display.on_panel(), kRed);
  headers["x-image-format"] = "rgb888";
  EXPECT_TRUE(Post(display, headers, "ab").says("LENGTH_MISMATCH"));
  EXPECT_TRUE(Post(display, headers, "ab", std::nullopt).says("LENGTH_MISMATCH"));
  headers["x-image-width"] = "1x";
  EXPECT_TRUE(Post(display, headers, "abc").says("INVALID_VALUE"));
  headers["x-image-width"] = "3000";
  EXPECT_TRUE(Post(display, headers, "abc").says("DIMENSIONS_TOO_LARGE"));
}

TEST(Raw, ARegionReplacesItsRectangleOnly) {
  TestDisplay display;
  display.stage.show_rotation(kBlue);
  Headers headers = kImage;
  headers["x-region"] = "4, 4, 4, 4";
  Post(display, headers, png("ff0000/0"));
  display.run();
  EXPECT_EQ(display.stage.frames.back().first, kBlue);
  EXPECT_EQ(display.on_panel(), kRed);
  headers["x-region"] = "0,0,4,4";
  Post(display, headers, png("00ff00/0"));
  display.run();
  EXPECT_EQ(display.stage.frames.back().first, kGreen);
  EXPECT_EQ(display.on_panel(), kRed);
  for (const char* bad :
       {"0,0,9,1", "0,0,0,1", "0,0,1", "0,0,1,1,1", "a", "-1,0,1,1", "0,0,1,1e"}) {
    headers["x-region"] = bad;
    EXPECT_TRUE(Post(display, headers, png("ff0000/0")).says("INVALID_VALUE")) << bad;
  }
}

TEST(Raw, AnAnimationLoopsUntilTheNextPicture) {
  TestDisplay display;
  const Post post(display, {{"content-type", "image/gif"}},
                  "GIF89aFAKE gif 8x8 ff0000/100 00ff00/50");
  display.run_for(1s);
  EXPECT_TRUE(post.says(R"("display_updated":true)"));
  const auto frames = display.stage.frames;
  ASSERT_GE(frames.size(), 13u);
  EXPECT_EQ(frames[1].at - frames[0].at, 100ms);
  EXPECT_EQ(frames[2].at - frames[1].at, 50ms);
  EXPECT_EQ(frames[12].at - frames[0].at, 900ms);
  Post(display, kImage, png("0000ff/0"));
  display.run_for(1s);
  EXPECT_EQ(display.on_panel(), kBlue);
  EXPECT_EQ(display.stage.frames.size(), frames.size() + 1);
}

TEST(Raw, AStreamGoesFirstAndThePictureComesBackAfterIt) {
  TestDisplay display;
  Post(display, kImage, png("ff0000/0"));
  display.run();
  TestClient client = display.connect();
  client.send(jpeg("00ff00"));
  display.run();
  EXPECT_EQ(display.on_panel(), kGreen);
  const Post late(display, kImage, png("0000ff/0"));
  display.run();
  EXPECT_TRUE(late.says(R"("display_updated":false)"));
  EXPECT_EQ(display.on_panel(), kGreen);
  client.client.reset();
  display.run();
  EXPECT_EQ(display.on_panel(), kBlue);
  EXPECT_TRUE(display.stage.suspended);
  display.guest().rotation_asked(display.clock.now());
  EXPECT_FALSE(display.stage.suspended);
}

TEST(Raw, ABadPictureLeavesThePanelAlone) {
  TestDisplay display;
  Post(display, kImage, png("ff0000/0"));
  display.run();
  const Post broken(display, kImage, png("bad"));
  display.run();
  EXPECT_TRUE(broken.says("DECODE_FAILED"));
  EXPECT_EQ(display.on_panel(), kRed);
  EXPECT_TRUE(Post(display, kImage, "").says("EMPTY_BODY"));
  EXPECT_TRUE(Post(display, {}, "x").says("MISSING_CONTENT_TYPE"));
  EXPECT_TRUE(Post(display, {{"content-type", "text/html"}}, "x").says("UNSUPPORTED_MEDIA_TYPE"));
  EXPECT_TRUE(Post(display, kImage, "no picture at all").says("UNKNOWN_FORMAT"));
  EXPECT_TRUE(Post(display, kImage, jpeg("ff0000")).says("FORMAT_MISMATCH"));
  EXPECT_TRUE(Post(display, kImage, std::string(5000, 'x')).says("FILE_TOO_LARGE"));
  EXPECT_TRUE(Post(display, kImage, std::string(5000, 'x'), std::nullopt).says("FILE_TOO_LARGE"));
  EXPECT_TRUE(Post(display, kImage, png("ff0000/0"), 99).says("LENGTH_MISMATCH"));
  EXPECT_TRUE(network_stats(*display.live).contains(R"("refused":9)"))
      << network_stats(*display.live);
}

TEST(Raw, AKeyFrameOfAP3xStreamIsAPictureToo) {
  p3x::TestStream stream({.size = {16, 16}, .table_bits = 10, .history_bytes = 1U << 14});
  const auto frame = [&stream](std::uint32_t color) {
    p3x::TestPicture picture({16, 16});
    picture.fill({0, 0, 16, 16}, color);
    const ByteView bytes = stream.encode(picture);
    return std::string(bytes.begin(), bytes.end());
  };
  TestDisplay display;
  Headers headers = {{"content-type", "application/octet-stream"}, {"x-image-format", "p3x"}};
  const Post key(display, headers, frame(0x0000FF));
  display.run();
  EXPECT_EQ(display.on_panel(), kBlue);
  EXPECT_TRUE(key.says(R"("format":"pixelart","display_updated":true)"));
  EXPECT_GT(display.decoders.drawn().at(0).p3x_cells, 0u);
  const Post delta(display, headers, frame(0x00FF00));
  EXPECT_TRUE(delta.says("BAD_FRAME"));
  EXPECT_TRUE(delta.says("key frame"));
  stream.encoder.request_key();
  headers["x-image-format"] = "pixelart";
  std::string red = frame(0xFF0000);
  red.back() = static_cast<char>(red.back() ^ 0x55);
  const Post broken(display, headers, red);
  display.run();
  EXPECT_TRUE(broken.says("BAD_FRAME"));
  EXPECT_EQ(display.on_panel(), kBlue);
  stream.encoder.request_key();
  Post(display, headers, frame(0xFF0000));
  display.run();
  EXPECT_EQ(display.on_panel(), kRed);
}

TEST(Raw, ThousandsOfPicturesUseTheSameBuffers) {
  TestDisplay display;
  for (int i = 0; i < 2000; ++i) {
    const Post post(display, kImage, png(i % 3 == 0 ? "bad" : "ff0000/0"));
    display.run();
    ASSERT_TRUE(post.answer->has_value());
  }
  std::vector<std::unique_ptr<Post>> waiting;
  for (std::size_t i = 0; i < Capacities().raw_pictures; ++i)
    waiting.push_back(std::make_unique<Post>(display, kImage, png("ff0000/0")));
  EXPECT_TRUE(waiting.back()->says("BUSY"));
  display.run();
  EXPECT_TRUE(waiting.front()->says(R"("ok":true)"));
  EXPECT_FALSE(Post(display, kImage, png("ff0000/0")).says("BUSY"));
}

TEST(Raw, TurningThePanelShowsThePictureAnew) {
  TestDisplay display;
  Post(display, kImage, png("ff0000/0"));
  display.run();
  const std::size_t frames = display.stage.frames.size();
  display.configure([](Config& config) { config.panel.rotation = Rotation::k90; });
  display.run();
  EXPECT_EQ(display.stage.frames.size(), frames + 1);
}

TEST(Raw, CanHaveItsTime) {
  Config config;
  config.raw.timeout_s = 3;
  TestDisplay display(config);
  Post(display, kImage, png("ff0000/0"));
  display.run_for(2900ms);
  EXPECT_TRUE(display.stage.suspended);
  display.run_for(200ms);
  EXPECT_FALSE(display.stage.suspended);
}

TEST(Raw, WhatWaitsWhenTheDisplayStopsIsTold) {
  TestDisplay display;
  const Post post(display, kImage, png("ff0000/0"));
  display.guest().stage_stopped();
  EXPECT_TRUE(post.says("SHUTTING_DOWN"));
  EXPECT_TRUE(Post(display, kImage, png("ff0000/0")).says("SHUTTING_DOWN"));
}

}  // namespace
}  // namespace p3a
