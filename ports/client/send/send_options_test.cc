#include "ports/client/send/send_options.h"

#include <gtest/gtest.h>

namespace p3a::sender {
namespace {

std::expected<SendOptions, Exit> parse(std::vector<const char*> words) {
  words.insert(words.begin(), "p3a-send");
  return parse_send_options(static_cast<int>(words.size()), words.data(), "1.2.3");
}

void expect_usage_error(const std::vector<const char*>& words, std::string_view what) {
  const auto options = parse(words);
  ASSERT_FALSE(options.has_value()) << what;
  EXPECT_EQ(options.error().code, kExitUsage);
  EXPECT_NE(options.error().err.find(what), std::string::npos) << options.error().err;
  EXPECT_EQ(options.error().out, "");
}

TEST(SendOptions, AnUploadGoesToThisMachineUnlessToldOtherwise) {
  const auto here = parse({"upload", "a.png", "b.gif"});
  ASSERT_TRUE(here.has_value()) << here.error().err;
  EXPECT_EQ(here->command, Command::kUpload);
  EXPECT_EQ(here->files, (std::vector<std::string>{"a.png", "b.gif"}));
  EXPECT_EQ(here->to, std::vector<std::string>{"localhost:8080"});
  EXPECT_FALSE(here->json);
  const auto there = parse({"raw", "--to", "left", "--json", "--to=right:81", "a.png"});
  ASSERT_TRUE(there.has_value()) << there.error().err;
  EXPECT_EQ(there->command, Command::kRaw);
  EXPECT_EQ(there->to, (std::vector<std::string>{"left", "right:81"}));
  EXPECT_EQ(there->files, std::vector<std::string>{"a.png"});
  EXPECT_TRUE(there->json);
  EXPECT_EQ(there->device, Device::kAuto);
  const auto stock = parse({"upload", "--device", "p3a", "a.png"});
  ASSERT_TRUE(stock.has_value()) << stock.error().err;
  EXPECT_EQ(stock->device, Device::kStock);
}

// The next argument was taken for the value.
TEST(SendOptions, AFlagWithAnEmptyValueIsRefused) {
  expect_usage_error({"upload", "--to=", "a.png"}, "--to= has no value");
  expect_usage_error({"stream", "--pattern=", "--counter"}, "--pattern= has no value");
  expect_usage_error({"status", "--token-file=", "--json"}, "--token-file= has no value");
  EXPECT_EQ(parse({"upload", "--", "--to="})->files, std::vector<std::string>{"--to="});
}

TEST(SendOptions, LookingForDisplaysTakesThreeSecondsUnlessToldOtherwise) {
  const auto plain = parse({"discover", "--json"});
  ASSERT_TRUE(plain.has_value()) << plain.error().err;
  EXPECT_EQ(plain->command, Command::kDiscover);
  EXPECT_TRUE(plain->json);
  EXPECT_EQ(plain->duration_s, 3);
  EXPECT_EQ(parse({"discover", "--duration", "0.5"})->duration_s, 0.5);
  expect_usage_error({"discover", "--duration", "x"}, "--duration");
  expect_usage_error({"discover", "--to", "left"}, "--to");
}

TEST(SendOptions, AStreamOfAPattern) {
  const auto options =
      parse({"stream", "--pattern", "plasma", "--counter", "--fps", "30", "--duration", "2.5",
             "--quality", "70", "--size", "128x96", "--encoding", "png", "--fit", "cover"});
  ASSERT_TRUE(options.has_value()) << options.error().err;
  EXPECT_EQ(options->source.pattern, Pattern::kPlasma);
  EXPECT_FALSE(options->source.input);
  EXPECT_TRUE(options->source.counter);
  EXPECT_EQ(options->source.fps, 30);
  EXPECT_EQ(options->source.size, (Size{128, 96}));
  EXPECT_EQ(options->duration_s, 2.5);
  EXPECT_EQ(options->quality, 70);
  EXPECT_EQ(options->encoding, Encoding::kPng);
  EXPECT_EQ(options->fit, Fitting::kCover);
}

TEST(SendOptions, AStreamOfPictureFiles) {
  const auto options =
      parse({"stream", "a.gif", "pictures", "--dwell", "2.5", "--loop", "3", "--to", "left"});
  ASSERT_TRUE(options.has_value()) << options.error().err;
  EXPECT_EQ(options->source.files, (std::vector<std::string>{"a.gif", "pictures"}));
  EXPECT_EQ(options->source.dwell_s, 2.5);
  EXPECT_EQ(options->source.rounds, 3u);
  expect_usage_error({"stream", "a.gif", "--pattern", "bars"}, "what to stream");
  expect_usage_error({"stream", "a.gif", "--fps", "10"}, "--dwell");
  expect_usage_error({"stream", "a.gif", "--dwell", "0"}, "--dwell");
}

TEST(SendOptions, AStreamFromAPipe) {
  const auto pixels = parse({"stream", "--stdin", "bgra", "--size", "64x64", "--fps", "0"});
  ASSERT_TRUE(pixels.has_value()) << pixels.error().err;
  EXPECT_EQ(pixels->source.input, StdinFormat::kBgra);
  EXPECT_EQ(pixels->source.fps, 0);
  const auto video = parse({"stream", "--stdin", "y4m"});
  ASSERT_TRUE(video.has_value()) << video.error().err;
  EXPECT_EQ(video->source.input, StdinFormat::kY4m);
  EXPECT_FALSE(video->source.fps);
}

TEST(SendOptions, P3xFilesAndTheBench) {
  const auto encode = parse({"encode", "a.gif", "b", "--fps", "4", "--out", "c.p3x"});
  ASSERT_TRUE(encode.has_value()) << encode.error().err;
  EXPECT_EQ(encode->command, Command::kEncode);
  EXPECT_EQ(encode->source.files, (std::vector<std::string>{"a.gif", "b"}));
  EXPECT_EQ(encode->source.dwell_s, 0.25);
  EXPECT_EQ(encode->source.rounds, 1u);
  EXPECT_EQ(parse({"decode", "c.p3x", "-o", "folder"})->out, "folder");
  EXPECT_TRUE(parse({"inspect", "c.p3x", "--json"})->json);
  const auto bench = parse({"bench", "codec", "a.gif", "--size", "64x48"});
  ASSERT_TRUE(bench.has_value()) << bench.error().err;
  EXPECT_EQ(bench->command, Command::kBenchCodec);
  EXPECT_EQ(bench->source.size, (Size{64, 48}));
  EXPECT_EQ(parse({"stream", "a.gif", "--format", "p3x"})->encoding, Encoding::kP3x);
  expect_usage_error({"encode", "a.gif"}, "--out FILE.p3x");
  expect_usage_error({"encode", "--out", "c.p3x"}, "files");
  expect_usage_error({"encode", "a.gif", "--out", "c.p3x", "--fps", "0"}, "--fps");
  expect_usage_error({"decode", "c.p3x"}, "--out FOLDER");
  expect_usage_error({"bench"}, "subcommand");
  expect_usage_error({"bench", "codec", "a.gif", "--size", "4000x4000"}, "2048");
}

TEST(SendOptions, MistakesAreToldAndNothingIsDone) {
  expect_usage_error({}, "say what to do");
  expect_usage_error({"upload"}, "files");
  expect_usage_error({"explode"}, "explode");
  expect_usage_error({"stream", "--pattern", "bars", "--device", "pixoo"}, "auto|live|p3a");
  expect_usage_error({"upload", "a.png", "--to", "no address"}, "is no address");
  expect_usage_error({"stream"}, "FILEs, or --pattern NAME, or --stdin");
  expect_usage_error({"stream", "--pattern", "bars", "--stdin", "y4m"}, "what to stream");
  expect_usage_error({"stream", "--pattern", "stripes"}, "checkerboard|gradient");
  expect_usage_error({"stream", "--stdin", "mp4"}, "rgb24|rgba|bgra|y4m");
  expect_usage_error({"stream", "--stdin", "rgba"}, "need --size");
  expect_usage_error({"stream", "--stdin", "y4m", "--size", "2x2"}, "its own size");
  expect_usage_error({"stream", "--stdin", "y4m", "--counter"}, "--counter");
  expect_usage_error({"stream", "--pattern", "bars", "--counter", "--size", "16x16"}, "32");
  expect_usage_error({"stream", "--pattern", "bars", "--fps", "0"}, "--fps");
  expect_usage_error({"stream", "--pattern", "bars", "--fps", "nan"}, "--fps");
  expect_usage_error({"stream", "--pattern", "bars", "--fps", "1001"}, "--fps");
  expect_usage_error({"stream", "--pattern", "bars", "--quality", "0"}, "--quality");
  expect_usage_error({"stream", "--pattern", "bars", "--encoding", "bmp"}, "--format");
  expect_usage_error({"stream", "--pattern", "bars", "--fit", "tight"}, "--fit");
  expect_usage_error({"watch", "--duration", "-1"}, "--duration");
  expect_usage_error({"watch", "--to", "a", "--to", "b"}, "one display");
}

TEST(SendOptions, SizesAreTwoNumbersWithAnX) {
  EXPECT_EQ(parse_size("720x480"), (Size{720, 480}));
  for (const char* text : {"", "720", "720x", "x480", "0x5", "5x0", "4097x1", "1x4097", "-1x5",
                           "720x480p", "99999999999x2"}) {
    EXPECT_FALSE(parse_size(text)) << text;
  }
}

TEST(SendOptions, HelpAndVersionGoToStdout) {
  const auto help = parse({"stream", "--help"});
  ASSERT_FALSE(help.has_value());
  EXPECT_EQ(help.error().code, kExitDone);
  EXPECT_NE(help.error().out.find("--pattern"), std::string::npos);
  EXPECT_EQ(parse({"--version"}).error().out, "p3a-send 1.2.3\n");
}

}  // namespace
}  // namespace p3a::sender
