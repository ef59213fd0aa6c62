// A fake engine behind the driver's declarations: it paints, or refuses.
#include "ports/esp32p4/jpeg/engine_decoders.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "device/borrowed_file.h"
#include "ports/esp32p4/jpeg/engine_gate.h"
#include "ports/esp32p4/ppa/fake_ppa.h"

namespace {
std::atomic<int> allocations = 0;
bool engine_refuses = false;
int engine_calls = 0;
int cache_syncs = 0;
const std::uint8_t* last_output = nullptr;
}  // namespace

void* operator new(std::size_t bytes) {
  ++allocations;
  return std::malloc(bytes);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

extern "C" {
esp_err_t jpeg_new_decoder_engine(const jpeg_decode_engine_cfg_t*, jpeg_decoder_handle_t* out) {
  *out = reinterpret_cast<jpeg_decoder_handle_t>(1);
  return ESP_OK;
}
esp_err_t jpeg_del_decoder_engine(jpeg_decoder_handle_t) { return ESP_OK; }
void* jpeg_alloc_decoder_mem(size_t size, const jpeg_decode_memory_alloc_cfg_t*, size_t* got) {
  *got = (size + 127) / 128 * 128;
  return std::aligned_alloc(128, *got);
}
// Column x of the padded picture has the value x in all three channels, or is the word x.
esp_err_t jpeg_decoder_process(jpeg_decoder_handle_t, const jpeg_decode_cfg_t* config,
                               const uint8_t* in, uint32_t size, uint8_t* out, uint32_t room,
                               uint32_t* written) {
  ++engine_calls;
  if (engine_refuses) return ESP_FAIL;
  const auto padded = p3a::engine_takes({in, size})->padded;
  const bool words = config->output_format == JPEG_DECODE_OUT_FORMAT_RGB565;
  EXPECT_EQ(config->rgb_order,
            words ? JPEG_DEC_RGB_ELEMENT_ORDER_BGR : JPEG_DEC_RGB_ELEMENT_ORDER_RGB);
  const uint32_t pixel = words ? 2 : 3;
  *written = padded.width * padded.height * pixel;
  if (*written > room) return ESP_ERR_INVALID_SIZE;
  for (uint32_t i = 0; i < *written; ++i)
    out[i] = words && i % 2 == 1 ? 0 : static_cast<uint8_t>(i / pixel % padded.width);
  last_output = out;
  return ESP_OK;
}
esp_err_t esp_cache_msync(void*, size_t, int) {
  ++cache_syncs;
  return ESP_OK;
}
}

namespace p3a {
namespace {

using std::string_literals::operator""s;

class File final : public ReadableFile {
 public:
  explicit File(std::string bytes) : bytes_(std::move(bytes)) {}
  std::uint64_t size() const override { return bytes_.size(); }
  std::size_t read_at(std::uint64_t offset, ByteSpan out) override {
    return MemorySource({reinterpret_cast<const std::uint8_t*>(bytes_.data()), bytes_.size()})
        .read_at(offset, out);
  }

 private:
  std::string bytes_;
};

class Software final : public Decoders {
 public:
  class Gray final : public Picture {
   public:
    const ImageInfo& info() const override { return info_; }
    Result<DecodedFrame> next(const View&, const Canvas& canvas) override {
      std::fill_n(canvas.pixels, canvas.stride * canvas.size.height, std::uint8_t{99});
      return DecodedFrame{.delay = {}, .last = true};
    }
    ImageInfo info_;
  };
  Result<std::unique_ptr<Picture>> open(std::unique_ptr<ReadableFile>,
                                        const ImageLimits&) override {
    ++opened;
    return std::make_unique<Gray>();
  }
  int opened = 0;
};

// 24×9 or as asked, 4:2:2 (0x21) or as asked: the engine writes 32×16 of it.
std::string jpeg(char sampling = 0x21, char sof = '\xC0', char height = 9, char width = 24) {
  return "\xFF\xD8\xFF\xDB\0\x43\0"s + std::string(64, '\1') + "\xFF"s + sof + "\0\x11\x08\0"s +
         height + "\0"s + width + "\3\1"s + sampling + "\0\2\x11\0\3\x11\0"s +
         "\xFF\xC4\0\x14\0\0\1"s + std::string(14, '\0') + "\7" +
         "\xFF\xDA\0\x0C\3\1\0\2\0\3\0\0\x3F\0scan\xFF\xD9"s;
}

struct Pixels {
  std::vector<std::uint8_t> bytes = std::vector<std::uint8_t>(24 * 9 * 3);
  Canvas canvas{bytes.data(), {24, 9}, 24 * 3, PixelFormat::kRgb888};
};

struct EngineDecodersTest : testing::Test {
  EngineDecodersTest() { engine_refuses = false, engine_calls = 0; }
  std::unique_ptr<Picture> open(std::string bytes) {
    auto picture = decoders->open(std::make_unique<File>(std::move(bytes)), {});
    EXPECT_TRUE(picture);
    return std::move(*picture);
  }
  Software software;
  std::unique_ptr<EngineDecoders> decoders =
      *EngineDecoders::start(software, {.file_bytes = 4096, .pixels = 32 * 16});
};

TEST_F(EngineDecodersTest, TheEnginesPaddingIsCutOff) {
  const auto picture = open(jpeg());
  EXPECT_EQ(picture->info().size, (Size{24, 9}));
  Pixels pixels;
  ASSERT_TRUE(picture->next({}, pixels.canvas));
  for (std::size_t i = 0; i < pixels.bytes.size(); ++i) ASSERT_EQ(pixels.bytes[i], i / 3 % 24) << i;
  EXPECT_EQ(software.opened, 0);
}

TEST_F(EngineDecodersTest, WhatTheEngineGivesUpOnGoesToSoftwareForGood) {
  engine_refuses = true;
  const auto picture = open(jpeg());
  Pixels pixels;
  ASSERT_TRUE(picture->next({}, pixels.canvas));
  EXPECT_EQ(pixels.bytes[0], 99);
  ASSERT_TRUE(picture->next({}, pixels.canvas));
  EXPECT_EQ(engine_calls, 1);
  EXPECT_EQ(software.opened, 1);
  EXPECT_EQ(decoders->refused(), 1u);
}

TEST_F(EngineDecodersTest, FrameAfterFrameNothingIsAllocated) {
  const std::string file = jpeg();
  Pixels pixels;
  int before = 0;
  for (int i = 0; i < 100; ++i) {
    if (i == 2) before = allocations;
    auto picture =
        decoders->open(std::make_unique<BorrowedFile>(ByteView(
                           reinterpret_cast<const std::uint8_t*>(file.data()), file.size())),
                       {});
    ASSERT_TRUE(picture);
    ASSERT_TRUE((*picture)->next({}, pixels.canvas));
  }
  EXPECT_EQ(allocations, before);
  EXPECT_EQ(engine_calls, 100);
}

TEST_F(EngineDecodersTest, TheEngineNeverSeesWhatTheGateRefusesOrWhatIsTooLarge) {
  open(jpeg(0x12));
  open(jpeg(0x21, '\xC2'));
  open("GIF89a");
  open(jpeg() + std::string(4096, 'x'));
  decoders = *EngineDecoders::start(software, {.file_bytes = 4096, .pixels = 32 * 16 - 1});
  open(jpeg());
  EXPECT_EQ(engine_calls, 0);
  EXPECT_EQ(software.opened, 5);
}

TEST_F(EngineDecodersTest, ThePixelEngineTakesWhatItDoesExactlyAndTheRestIsComposed) {
  const auto scaler = *PpaScaler::start();
  decoders =
      *EngineDecoders::start(software, {.file_bytes = 4096, .pixels = 32 * 16}, scaler.get());
  const auto picture = open(jpeg());
  alignas(128) std::array<std::uint8_t, 96 * 36 * 2> words{};
  words.fill(99);
  const Canvas canvas{words.data(), {96, 36}, 96 * 2, PixelFormat::kRgb565};
  fake_ppa::jobs = 0;
  View view;
  view.scaling = Scaling::kBilinear;
  ASSERT_TRUE(picture->next(view, canvas));
  EXPECT_EQ(fake_ppa::jobs, 1);
  EXPECT_EQ(fake_ppa::wrong, "");
  EXPECT_EQ(words.back(), 0) << "what the fake fills a canvas with";
  ASSERT_TRUE(picture->next({}, canvas));
  EXPECT_EQ(fake_ppa::jobs, 1) << "nearest is not what it does";
  EXPECT_EQ(words.back() << 8 | words[words.size() - 2], 23);  // the right column
  fake_ppa::fails = true;
  ASSERT_TRUE(picture->next(view, canvas));
  fake_ppa::fails = false;
  EXPECT_EQ(words.back() << 8 | words[words.size() - 2], 23);
  view.tone = make_tone_curve(1.0F, 0.5F);
  ASSERT_TRUE(picture->next(view, canvas));
  EXPECT_EQ(words.back() << 8 | words[words.size() - 2], 0x0861) << "12, 12, 12: by the compositor";
}

TEST_F(EngineDecodersTest, APictureThatIsTheCanvasIsWrittenThereByTheEngine) {
  const auto picture = open(jpeg(0x22, '\xC0', 16, 32));
  alignas(128) std::array<std::uint8_t, 32 * 16 * 2 + 2> words{};
  Canvas canvas{words.data(), {32, 16}, 64, PixelFormat::kRgb565};
  cache_syncs = 0;
  ASSERT_TRUE(picture->next({}, canvas));
  EXPECT_EQ(last_output, words.data());
  EXPECT_EQ(cache_syncs, 1);
  EXPECT_EQ(words[62], 31);
  View turned;
  turned.rotation = Rotation::k180;
  ASSERT_TRUE(picture->next(turned, canvas));
  EXPECT_NE(last_output, words.data());
  EXPECT_EQ(words[0], 31);
  canvas.pixels += 2;  // not on a cache line
  ASSERT_TRUE(picture->next({}, canvas));
  EXPECT_NE(last_output, words.data() + 2);
  EXPECT_EQ(cache_syncs, 1);
}

}  // namespace
}  // namespace p3a
