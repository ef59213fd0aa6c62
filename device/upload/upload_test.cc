#include "device/upload/upload.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "device/upload/test_upload.h"

namespace p3a {
namespace {

using Files = std::vector<std::string>;

TEST(Upload, ARawBodyIsKeptAndShown) {
  TestUploads display;
  const std::string picture = test_png(std::string(1000, 'x'));
  EXPECT_EQ(
      display.answer(raw_request(picture)),
      "200 {\"ok\":true,\"data\":{\"saved_path\":\"animations/td_live.png\",\"file_size\":1020,"
      "\"format\":\"png\",\"display_updated\":true}}\n");
  EXPECT_EQ(display.disk->contents("animations/td_live.png"), picture);
  EXPECT_EQ(display.disk->files(), Files{"animations/td_live.png"});
  EXPECT_EQ(display.target.shown(), Files{"animations/td_live.png"});
  EXPECT_EQ(display.target.prepared(), Files{picture});
  EXPECT_EQ(display.uploads.counters().accepted, 1u);
  EXPECT_TRUE(display.log.contains("192.0.2.7:51234"));
  EXPECT_TRUE(
      display.log.contains("1020 bytes kept as animations/td_live.png; it is on the panel"));
}

TEST(Upload, TheFirstPartWithAFileNameIsTheFile) {
  TestUploads display;
  auto request = form_request("name=\"a\"; filename=\"../../x.jpg\"", test_png("\r\n--X"));
  request.body =
      "--XX\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nGIF89a not this\r\n" +
      request.body;
  request.body.resize(request.body.size() - 4);  // "--\r\n"
  request.body +=
      "\r\nContent-Disposition: form-data; name=\"b\"; filename=\"y\"\r\n\r\nnor this\r\n--XX--";
  for (const bool chunked : {false, true}) {
    for (request.piece = 1; request.piece < 40; ++request.piece) {
      request.chunked = chunked;
      EXPECT_TRUE(display.answer(request).starts_with("200 "));
      EXPECT_EQ(display.disk->contents("animations/td_live.png"), test_png("\r\n--X"));
      EXPECT_EQ(display.kept_files().size(), 1u);
    }
  }
}

TEST(Upload, EveryFormatGetsItsEndingAndReplacesTheOthers) {
  TestUploads display;
  display.disk->put("animations/td_live.jpeg", "not one of ours");
  const std::string webp = test_picture("RIFF\x01\x02\x03\x04WEBP");
  const std::string jpeg = test_picture("\xFF\xD8\xFF\xE0");
  EXPECT_TRUE(display.answer(raw_request(test_gif(), "image/gif")).contains("\"gif\""));
  EXPECT_TRUE(display.answer(raw_request(webp, "IMAGE/WebP; q=1")).contains("\"webp\""));
  EXPECT_TRUE(display.answer(raw_request(jpeg, "image/jpeg")).contains("td_live.jpg"));
  EXPECT_EQ(display.disk->files(), (Files{"animations/td_live.jpeg", "animations/td_live.jpg"}));
  EXPECT_TRUE(display.answer(raw_request(test_png(), "image/apng")).contains("td_live.png"));
  EXPECT_EQ(display.disk->files(), (Files{"animations/td_live.jpeg", "animations/td_live.png"}));
}

TEST(Upload, KeepsEveryPictureWhenNotOverwriting) {
  TestUploads display;
  display.config->upload.overwrite = false;
  EXPECT_TRUE(
      display.answer(raw_request(test_png("1"))).contains("td_live-20260102-030405-000.png"));
  EXPECT_TRUE(
      display.answer(raw_request(test_png("2"))).contains("td_live-20260102-030405-000-2.png"));
  EXPECT_TRUE(
      display.answer(raw_request(test_gif("3"))).contains("td_live-20260102-030405-000.gif"));
  EXPECT_EQ(display.disk->files().size(), 3u);
  EXPECT_EQ(display.disk->contents("animations/td_live-20260102-030405-000.png"), test_png("1"));
}

TEST(Upload, KeepsItWhereTheConfigurationSays) {
  TestUploads display;
  display.config->upload.save_path = "deep/folder/name";
  EXPECT_TRUE(display.answer(raw_request(test_png())).contains("\"deep/folder/name.png\""));
  display.config->upload.save_path = "top";
  EXPECT_TRUE(display.answer(raw_request(test_png())).contains("\"top.png\""));
  EXPECT_EQ(display.disk->files(), (Files{"deep/folder/name.png", "top.png"}));
}

TEST(Upload, TheAnswerComesOnceThePictureIsOnThePanel) {
  TestUploads display;
  display.target.set_showing(FakeUploadTarget::Showing::kHeld);
  auto begun = display.begin(raw_request(test_png()));
  auto exchange = std::get<std::unique_ptr<Exchange>>(std::move(begun));
  const std::string picture = test_png();
  EXPECT_FALSE(
      exchange->on_body({reinterpret_cast<const std::uint8_t*>(picture.data()), picture.size()}));
  std::vector<std::string> answers;
  exchange->on_end(
      [&](Response response) { answers.push_back(std::get<std::string>(response.body)); });
  exchange.reset();  // the client went away, or not: the picture is whole and stays
  EXPECT_TRUE(answers.empty());
  display.target.release(true);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_TRUE(answers.front().contains("\"display_updated\":true"));
  EXPECT_FALSE(display.log.contains("broke off"));

  display.target.set_showing(FakeUploadTarget::Showing::kOvertaken);
  EXPECT_TRUE(display.answer(raw_request(test_png())).contains("\"display_updated\":false"));
}

TEST(Upload, TheLegacyRouteAnswersAsP3aDoes) {
  TestUploads display;
  EXPECT_EQ(display.answer(legacy_request("C:\\art\\my cat.PNG", test_png())),
            "200 {\"ok\":true,\"data\":{\"filename\":\"my cat.PNG\",\"message\":\"File uploaded "
            "and playing\"}}\n");
  EXPECT_EQ(display.disk->files(), Files{"animations/my cat.PNG"});
  display.target.set_showing(FakeUploadTarget::Showing::kOvertaken);
  EXPECT_EQ(display.answer(legacy_request("a%22b.gif", test_gif())),
            "200 {\"ok\":true,\"data\":{\"filename\":\"a\\\"b.gif\",\"warning\":\"File saved but "
            "playback not "
            "started\"}}\n");
  EXPECT_EQ(display.answer(legacy_request("my cat.PNG", test_png("new"))).substr(0, 3), "200");
  EXPECT_EQ(display.disk->contents("animations/my cat.PNG"), test_png("new"));
}

/// A request that is refused leaves nothing behind and the old picture as it was.
void expect_refused(TestRequest request, std::string_view code, const Config& config = {}) {
  for (const std::size_t piece : {1u, 7u, 100'000u}) {
    TestUploads display(std::make_unique<FakeDisk>(), config);
    display.disk->put("animations/td_live.png", "old");
    request.piece = piece;
    EXPECT_EQ(display.answer(request), code);
    EXPECT_EQ(display.disk->files(), Files{"animations/td_live.png"});
    EXPECT_EQ(display.disk->contents("animations/td_live.png"), "old");
    EXPECT_TRUE(display.target.shown().empty());
    EXPECT_EQ(display.uploads.counters().refused, 1u);
    EXPECT_EQ(display.uploads.counters().accepted, 0u);
    EXPECT_EQ(display.log.lines().size(), 1u);
    EXPECT_TRUE(display.log.contains(code.substr(4)));
  }
}

TEST(UploadRefusal, ByTheHead) {
  const std::string png = test_png();
  expect_refused({}, "400 EMPTY_BODY");
  expect_refused({.headers = {}, .body = png}, "400 MISSING_CONTENT_TYPE");
  expect_refused(raw_request(png, "text/plain"), "415 UNSUPPORTED_MEDIA_TYPE");
  expect_refused(raw_request(png, "image/"), "415 UNSUPPORTED_MEDIA_TYPE");
  expect_refused(raw_request(png, "multipart/mixed; boundary=XX"), "415 UNSUPPORTED_MEDIA_TYPE");
  expect_refused(raw_request(png, "multipart/form-data"), "400 MISSING_BOUNDARY");
  auto request = raw_request(png);
  request.headers["x-image-format"] = "bmp";
  expect_refused(request, "400 UNKNOWN_FORMAT");
  request = raw_request(png, "image/png");
  request.headers["x-image-format"] = "gif";
  expect_refused(request, "400 FORMAT_MISMATCH");
  request = legacy_request("a.png", png);
  request.headers["content-type"] = "image/png";
  expect_refused(request, "415 UNSUPPORTED_MEDIA_TYPE");
  Config off;
  off.upload.enable = false;
  expect_refused(raw_request(png), "403 UPLOAD_DISABLED", off);
}

TEST(UploadRefusal, ByTheFirstBytes) {
  expect_refused(raw_request("no picture at all"), "400 UNKNOWN_FORMAT");
  expect_refused(raw_request("\x89PNG"), "400 UNKNOWN_FORMAT");  // too short to be anything
  expect_refused(raw_request("BM0123456789abcdef", "image/bmp"), "400 UNKNOWN_FORMAT");
  expect_refused(raw_request(test_png(), "image/jpeg"), "400 FORMAT_MISMATCH");
  expect_refused(form_request("filename=x.png", "no picture at all"), "400 UNKNOWN_FORMAT");
  expect_refused(legacy_request("x.jpg", test_png()), "400 FORMAT_MISMATCH");
  auto request = form_request("filename=x", test_png());
  request.headers["x-image-format"] = "JPG";
  expect_refused(request, "400 FORMAT_MISMATCH");
  request.chunked = true;
  request.body.clear();
  expect_refused(request, "400 MALFORMED_MULTIPART");
  request = raw_request("");
  request.chunked = true;
  expect_refused(request, "400 EMPTY_BODY");
  expect_refused(form_request("filename=\"\"", ""), "400 EMPTY_BODY");
}

TEST(UploadRefusal, NothingIsWrittenForWhatIsNoPicture) {
  TestUploads display;
  EXPECT_EQ(display.answer(raw_request(std::string(10'000, 'x'))), "400 UNKNOWN_FORMAT");
  EXPECT_EQ(display.disk->call_count(), 0u);
}

TEST(UploadRefusal, ByTheForm) {
  expect_refused(form_request("name=\"file\"", test_png()), "400 MALFORMED_MULTIPART");
  auto request = form_request("filename=x", test_png());
  request.body.resize(request.body.size() - 8);
  expect_refused(request, "400 MALFORMED_MULTIPART");
  request = legacy_request("x.png", test_png());
  request.body = "--XX\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n--XX--";
  expect_refused(request, "400 NO_FILENAME");
  expect_refused(legacy_request("", test_png()), "400 INVALID_FILENAME");
  expect_refused(legacy_request("..", test_png()), "400 INVALID_FILENAME");
  expect_refused(legacy_request(".png", test_png()), "400 INVALID_FILENAME");
  expect_refused(legacy_request("x.bmp", test_png()), "415 UNSUPPORTED_MEDIA_TYPE");
}

TEST(UploadRefusal, BySize) {
  Config config;
  config.upload.max_bytes = 200;
  const std::string fits = test_png(std::string(180, 'x'));
  ASSERT_EQ(fits.size(), 200u);
  const std::string above = test_png(std::string(181, 'x'));
  for (const bool chunked : {false, true}) {
    auto request = raw_request(above);
    request.chunked = chunked;
    expect_refused(request, "413 FILE_TOO_LARGE", config);
    request = form_request("filename=x", above);
    request.chunked = chunked;
    expect_refused(request, "413 FILE_TOO_LARGE", config);
    request.body = form_request("filename=x", fits).body + std::string(4096, 'e');
    expect_refused(request, "413 FILE_TOO_LARGE", config);
  }
  TestUploads display(std::make_unique<FakeDisk>(), config);
  EXPECT_TRUE(display.answer(raw_request(fits)).starts_with("200"));
  EXPECT_TRUE(display.answer(form_request("filename=x", fits)).starts_with("200"));
}

TEST(UploadRefusal, ByLengthWhenTheBodyIsShorterThanAnnounced) {
  TestUploads display;
  const std::string picture = test_png();
  auto begun = display.begin(raw_request(picture + "more"));
  const auto exchange = std::get<std::unique_ptr<Exchange>>(std::move(begun));
  EXPECT_FALSE(
      exchange->on_body({reinterpret_cast<const std::uint8_t*>(picture.data()), picture.size()}));
  std::string answer;
  exchange->on_end([&](Response response) { answer = std::get<std::string>(response.body); });
  EXPECT_TRUE(answer.contains("LENGTH_MISMATCH"));
  EXPECT_TRUE(display.disk->files().empty());
}

TEST(UploadRefusal, ByTheDecoder) {
  for (const auto& [code, name] :
       {std::pair(ErrorCode::kUnsupportedFeature, "400 UNSUPPORTED_FEATURE"),
        std::pair(ErrorCode::kDimensionsTooLarge, "400 DIMENSIONS_TOO_LARGE"),
        std::pair(ErrorCode::kDecodeFailed, "400 DECODE_FAILED"),
        std::pair(ErrorCode::kBusy, "503 BUSY")}) {
    TestUploads display;
    display.disk->put("animations/td_live.gif", "old");
    display.target.set_error(code);
    EXPECT_EQ(display.answer(raw_request(test_png())), name);
    EXPECT_EQ(display.disk->files(), Files{"animations/td_live.gif"});
    display.target.set_error(std::nullopt);
    EXPECT_TRUE(display.answer(raw_request(test_png())).starts_with("200"));
  }
  expect_refused(raw_request("\x89PNG\r\n\x1a\n cut off"), "400 DECODE_FAILED");
}

TEST(Upload, AClientThatGoesAwayLeavesNothing) {
  TestUploads display;
  auto begun = display.begin(raw_request(test_png()));
  auto exchange = std::get<std::unique_ptr<Exchange>>(std::move(begun));
  const std::string picture = test_png();
  EXPECT_FALSE(exchange->on_body({reinterpret_cast<const std::uint8_t*>(picture.data()), 15}));
  EXPECT_EQ(display.disk->files().size(), 1u);
  exchange.reset();
  EXPECT_TRUE(display.disk->files().empty());
  EXPECT_TRUE(display.log.contains("broke off"));
  EXPECT_EQ(display.uploads.counters().refused, 0u);
}

TEST(Upload, SeveralAtOnceAreEachWholeAndTheLastToFinishIsShown) {
  TestUploads display;
  std::vector<std::unique_ptr<Exchange>> exchanges;
  std::vector<std::string> pictures;
  for (int i = 0; i < 5; ++i) {
    pictures.push_back(test_png(std::string(50, static_cast<char>('a' + i))));
    exchanges.push_back(
        std::get<std::unique_ptr<Exchange>>(display.begin(raw_request(pictures.back()))));
  }
  for (std::size_t at = 0; at < pictures[0].size(); at += 10) {
    for (std::size_t i = 0; i < exchanges.size(); ++i) {
      const auto piece = std::string_view(pictures[i]).substr(at, 10);
      EXPECT_FALSE(exchanges[i]->on_body(
          {reinterpret_cast<const std::uint8_t*>(piece.data()), piece.size()}));
    }
  }
  for (const std::size_t i : {3u, 0u, 4u, 1u, 2u}) exchanges[i]->on_end([](Response) {});
  EXPECT_EQ(display.target.prepared(),
            (Files{pictures[3], pictures[0], pictures[4], pictures[1], pictures[2]}));
  EXPECT_EQ(display.disk->contents("animations/td_live.png"), pictures[2]);
  EXPECT_EQ(display.kept_files().size(), 1u);
}

TEST(Upload, WhatASafeUploadReplacedIsWrittenOverByTheNext) {
  auto display = std::make_unique<TestUploads>();
  const auto upload = [&](const char* text) {
    EXPECT_TRUE(display->answer(raw_request(test_png(text))).starts_with("200"));
    EXPECT_EQ(display->disk->contents("animations/td_live.png"), test_png(text));
  };
  const auto creations = [&] {
    const auto calls = display->disk->calls();
    return std::ranges::count_if(calls, [](const auto& c) { return c.starts_with("create"); });
  };
  upload("first");
  upload("the second, which is longer");
  EXPECT_EQ(creations(), 2);
  upload("third");
  upload("4");
  EXPECT_EQ(creations(), 2);
  EXPECT_EQ(display->disk->files().size(), 2u);
  // Whoever still reads what was replaced keeps it as it was.
  const auto reading = display->disk->open(*StoragePath::parse("animations/td_live.png"));
  upload("fifth");
  upload("sixth");
  EXPECT_EQ(creations(), 3);
  std::string bytes(test_png("4").size(), ' ');
  (*reading)->read_at(0, {reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
  EXPECT_EQ(bytes, test_png("4"));
  // Where a power cut may bring back the old name, nothing is written over.
  display->config->upload.durability = Durability::kFast;
  upload("seventh");
  EXPECT_EQ(creations(), 4);
  // A full disk gets its room back.
  display->disk->set_capacity(200);
  EXPECT_EQ(display->answer(raw_request(test_png(std::string(150, 'x')))), "507 STORAGE_FULL");
  EXPECT_EQ(display->disk->files().size(), 1u);
}

// The picture is decoded while the file is synced; the old one's tail went only then.
TEST(Upload, AShorterPictureWrittenOverALongerOneIsReadWithoutItsTail) {
  TestUploads display;
  const std::string longer = test_png(std::string(500, 'o')), shorter = test_png("short");
  for (const std::string& picture : {longer, longer, shorter, shorter}) {
    EXPECT_TRUE(display.answer(raw_request(picture)).starts_with("200"));
    EXPECT_EQ(display.target.prepared().back(), picture);
  }
}

TEST(Upload, NoSpareFileIsLeftWhenTheDisplayStops) {
  auto display = std::make_unique<TestUploads>();
  for (const char* text : {"one", "two"}) {
    EXPECT_TRUE(display->answer(raw_request(test_png(text))).starts_with("200"));
  }
  EXPECT_EQ(display->disk->files().size(), 2u);
  const std::unique_ptr<FakeDisk> disk = std::move(display->disk);
  display.reset();
  EXPECT_EQ(disk->files(), std::vector<std::string>{"animations/td_live.png"});
}

TEST(Upload, RecoveryRemovesOnlyWhatUploadsLeft) {
  TestUploads display;
  display.config->upload.save_path = "pictures/now";
  for (const auto* name :
       {"animations/.upload-1.tmp", "pictures/.upload-22.tmp", "animations/upload-1.tmp",
        "pictures/.upload-x.png", "other/.upload-3.tmp"}) {
    display.disk->put(name, "x");
  }
  EXPECT_TRUE(display.uploads.recover());
  EXPECT_EQ(display.disk->files(),
            (Files{"animations/upload-1.tmp", "other/.upload-3.tmp", "pictures/.upload-x.png"}));
  EXPECT_EQ(display.log.count("unfinished"), 2u);
  EXPECT_TRUE(display.uploads.recover());
  EXPECT_EQ(display.log.count("unfinished"), 2u);
}

TEST(Upload, RefusalsAreCountedByCode) {
  TestUploads display;
  display.answer(raw_request("nonsense, 12 bytes and more"));
  display.answer(raw_request("nonsense, 12 bytes and more"));
  display.answer(TestRequest{});
  const UploadCounters counters = display.uploads.counters();
  EXPECT_EQ(counters.refused, 3u);
  ASSERT_EQ(counters.refused_by_code.size(), 2u);
  EXPECT_EQ(counters.refused_by_code[0], std::pair(ErrorCode::kEmptyBody, std::uint64_t{1}));
  EXPECT_EQ(counters.refused_by_code[1], std::pair(ErrorCode::kUnknownFormat, std::uint64_t{2}));
}

}  // namespace
}  // namespace p3a
