#include "device/upload/upload_name.h"

#include <gtest/gtest.h>

namespace p3a {
namespace {

ErrorCode error_of(std::string_view name) {
  const auto parsed = parse_client_file_name(name);
  return parsed ? ErrorCode::kInternal : parsed.error().code;
}

TEST(UploadName, KeepsTheLastPartOfWhatClientsSend) {
  EXPECT_EQ(parse_client_file_name("Cat 1.PNG")->path.text(), "animations/Cat 1.PNG");
  EXPECT_EQ(parse_client_file_name("C:\\pictures\\cat.gif")->name, "cat.gif");
  EXPECT_EQ(parse_client_file_name("/etc/passwd.webp")->path.text(), "animations/passwd.webp");
  EXPECT_EQ(parse_client_file_name("../../up.jpg")->path.text(), "animations/up.jpg");
  EXPECT_EQ(parse_client_file_name("%2e%2e%2fup.jpg")->path.text(), "animations/%2e%2e%2fup.jpg");
}

TEST(UploadName, KnowsTheEndings) {
  EXPECT_EQ(parse_client_file_name("a.apng")->format, ImageFormat::kPng);
  EXPECT_EQ(parse_client_file_name("a.JPeG")->format, ImageFormat::kJpeg);
  EXPECT_EQ(parse_client_file_name("a.b.webp")->format, ImageFormat::kWebp);
  for (const auto* name : {"a.bmp", "a", "png", "a.png.exe", "a.", "a.png "}) {
    EXPECT_EQ(error_of(name), ErrorCode::kUnsupportedMediaType) << name;
  }
}

TEST(UploadName, RefusesWhatCouldDoHarm) {
  using namespace std::string_view_literals;
  for (const auto name : {""sv, "folder/"sv, "."sv, ".."sv, ".png"sv, ".hidden.png"sv, "a..png"sv,
                          "x/..\\"sv, "a\0.png"sv, "a\n.png"sv, "a\x7F.png"sv}) {
    EXPECT_EQ(error_of(name), ErrorCode::kInvalidFilename) << name;
  }
  EXPECT_EQ(error_of(std::string(140, 'a') + ".png"), ErrorCode::kInvalidFilename);
  EXPECT_TRUE(parse_client_file_name(std::string(139, 'a') + ".png"));
}

TEST(UploadName, TimestampsAreUtcAndSort) {
  EXPECT_EQ(timestamp_suffix(Micros(0)), "-19700101-000000-000");
  EXPECT_EQ(timestamp_suffix(Micros(1'767'323'045'042'999)), "-20260102-030405-042");
}

}  // namespace
}  // namespace p3a
