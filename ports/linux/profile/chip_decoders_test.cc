#include "ports/linux/profile/chip_decoders.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "ports/fake/fake_decoders.h"
#include "ports/fake/repository_file.h"
#include "ports/linux/profile/test_pause.h"

namespace p3a {
namespace {

using Waits = std::vector<Micros>;
constexpr Canvas kCanvas{nullptr, {720, 720}, 1440, PixelFormat::kRgb565};
constexpr Micros kConvert = 26'784us;  // 518,400 pixels of RGB888 to RGB565

/// Knows a picture's header and decodes nothing, in no time or in as much as a test says.
class HeaderDecoders final : public Decoders {
 public:
  explicit HeaderDecoders(FakeClock& clock) : clock_(clock) {}
  Result<std::unique_ptr<Picture>> open(std::unique_ptr<ReadableFile> file,
                                        const ImageLimits& limits) override {
    return std::make_unique<Header>(*this, *probe(*file, limits));
  }
  Micros takes{};
  bool fails = false;

 private:
  struct Header final : Picture {
    Header(HeaderDecoders& of, ImageInfo is) : owner(of), header(is) {}
    const ImageInfo& info() const override { return header; }
    Result<DecodedFrame> next(const View&, const Canvas&) override {
      owner.clock_.advance(owner.takes);
      if (owner.fails) return fail(ErrorCode::kDecodeFailed, "as the test wants it");
      return DecodedFrame{};
    }
    HeaderDecoders& owner;
    ImageInfo header;
  };
  FakeClock& clock_;
};

struct ChipDecodersTest : testing::Test {
  /// Opens and decodes a picture of the tests; with `side`, its header says that many pixels.
  Waits waits_for(std::string_view name, std::uint16_t side = 0, std::size_t pad = 0) {
    std::ifstream in(repository_file("tests/pictures/" + std::string(name)), std::ios::binary);
    std::string bytes(std::istreambuf_iterator<char>(in), {});
    if (side > 0) {
      std::size_t frame = bytes.find(std::string("\xFF\xC0\x00\x11\x08", 5));
      if (frame == std::string::npos) frame = bytes.find(std::string("\xFF\xC2\x00\x11\x08", 5));
      for (const std::size_t at : {frame + 5, frame + 7}) {
        bytes.at(at) = static_cast<char>(side >> 8);
        bytes.at(at + 1) = static_cast<char>(side & 0xFF);
      }
    }
    bytes.append(pad, '\0');
    auto picture = decoders.open(fake_file(std::move(bytes)), {4096, 4096, 1024});
    error = picture ? Error{} : picture.error();
    if (picture) std::ignore = (*picture)->next(view, kCanvas);
    return pause.take();
  }

  FakeClock clock;
  TestPause pause{clock};
  HeaderDecoders below{clock};
  ChipDecoders decoders{below, clock, pause};
  View view;
  Error error;
};

TEST_F(ChipDecodersTest, TheEngineDrawsWhatFillsThePanel) {
  EXPECT_EQ(waits_for("jpeg-restarts.jpg", 720), Waits{5358us});
}

TEST_F(ChipDecodersTest, WhatTheEngineGivesIsComposedOtherwise) {
  view.rotation = Rotation::k90;
  EXPECT_EQ(waits_for("jpeg-restarts.jpg", 720), Waits{5358us + 7603us});
  view.tone = make_tone_curve(2.2F, 1);
  EXPECT_EQ(waits_for("jpeg-restarts.jpg", 720), Waits{5358us + kConvert + 5713us});
  view = {};
  EXPECT_EQ(waits_for("jpeg-restarts.jpg", 512), Waits{2808us + 10'857us});
}

TEST_F(ChipDecodersTest, WhatThisMachineNeedsIsPartOfIt) {
  below.takes = 3ms;
  EXPECT_EQ(waits_for("jpeg-restarts.jpg", 720), Waits{2358us});
  below.takes = 100ms;
  EXPECT_EQ(waits_for("jpeg-restarts.jpg", 720), Waits{0us});
}

TEST_F(ChipDecodersTest, TheRestGoesToSoftware) {
  const auto progressive = waits_for("jpeg-progressive-420.jpg", 720);
  ASSERT_EQ(progressive.size(), 1U);
  EXPECT_GT(progressive[0], 170ms);
  const auto large = waits_for("jpeg-restarts.jpg", 728);  // more than the engine's buffer holds
  ASSERT_EQ(large.size(), 1U);
  EXPECT_GT(large[0], 100ms);
  const auto long_file = waits_for("jpeg-restarts.jpg", 720, 512 * 1024);
  ASSERT_EQ(long_file.size(), 1U);
  EXPECT_GT(long_file[0], 400ms);
}

TEST_F(ChipDecodersTest, WhatDoesNotFitTheChipIsRefused) {
  EXPECT_TRUE(waits_for("jpeg-progressive-420.jpg", 2048).empty());
  EXPECT_EQ(error.code, ErrorCode::kDecodeLimit);
  EXPECT_TRUE(error.message.view().contains("simulated")) << error.message.view();
}

TEST_F(ChipDecodersTest, WhatCannotBeDecodedIsRefusedAtOnce) {
  below.fails = true;
  EXPECT_TRUE(waits_for("png-rgb8.png").empty());
}

TEST_F(ChipDecodersTest, PixelsOfAStreamTakeTheirTime) {
  decoders.drew({.bytes_per_pixel = 2, .size = {720, 720}}, {}, kCanvas);
  decoders.drew({.bytes_per_pixel = 3, .size = {720, 720}}, {}, kCanvas);
  EXPECT_EQ(pause.take(), (Waits{1889us, kConvert}));
}

}  // namespace
}  // namespace p3a
