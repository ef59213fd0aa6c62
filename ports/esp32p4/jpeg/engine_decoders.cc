#include "ports/esp32p4/jpeg/engine_decoders.h"

#include <esp_cache.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "core/compose/compositor.h"
#include "device/recycled.h"
#include "ports/esp32p4/jpeg/engine_gate.h"

namespace p3a {
namespace {

constexpr int kTimeoutMs = 100;            // 1920×1080 takes 21 ms by Espressif's own figures
constexpr std::size_t kBytesPerPixel = 3;  // of RGB888, the longer of the two

void* taken(std::size_t bytes, jpeg_dec_buffer_alloc_direction_t direction, std::size_t& got) {
  const jpeg_decode_memory_alloc_cfg_t config{direction};
  return jpeg_alloc_decoder_mem(bytes, &config, &got);
}

}  // namespace

class EngineDecoders::EnginePicture final : public Picture,
                                            public Recycled<EngineDecoders::EnginePicture, 4> {
 public:
  EnginePicture(EngineDecoders& owner, std::unique_ptr<ReadableFile> file, EngineJpeg jpeg,
                const ImageLimits& limits)
      : owner_(owner), file_(std::move(file)), jpeg_(jpeg), limits_(limits) {
    info_.format = ImageFormat::kJpeg;
    info_.size = jpeg.size;
  }

  const ImageInfo& info() const override { return info_; }

  Result<DecodedFrame> next(const View& view, const Canvas& canvas) override {
    if (!software_) {
      const Result<bool> decoded = by_engine(view, canvas);
      if (!decoded) return std::unexpected(decoded.error());
      if (*decoded) return DecodedFrame{.delay = {}, .last = true};
      auto opened = owner_.software_.open(std::move(file_), limits_);
      if (!opened) return std::unexpected(opened.error());
      software_ = std::move(*opened);
    }
    return software_->next(view, canvas);
  }

 private:
  // False: the engine gave up; the canvas may hold rubbish.
  Result<bool> by_engine(const View& view, const Canvas& canvas) {
    const std::lock_guard lock(owner_.mutex_);
    const auto size = static_cast<std::size_t>(file_->size());
    if (file_->read_at(0, {owner_.file_, size}) != size)
      return fail(ErrorCode::kStorageUnavailable, "the picture could not be read to its end");
    // The bytes may be others than those that were looked at when it was opened.
    const auto still = engine_takes({owner_.file_, size});
    if (!still || still->size != jpeg_.size || still->padded != jpeg_.padded) return false;
    const PixelFormat format = output_for(view, canvas);
    const bool words = format == PixelFormat::kRgb565;
    // To the driver, BGR means that the low byte comes first.
    const jpeg_decode_cfg_t config{
        words ? JPEG_DECODE_OUT_FORMAT_RGB565 : JPEG_DECODE_OUT_FORMAT_RGB888,
        words ? JPEG_DEC_RGB_ELEMENT_ORDER_BGR : JPEG_DEC_RGB_ELEMENT_ORDER_RGB,
        JPEG_YUV_RGB_CONV_STD_BT601};
    ByteSpan out{owner_.pixels_, owner_.pixels_bytes_};
    const bool direct = words && fills(view, canvas);
    if (direct) {
      out = {canvas.pixels, canvas.stride * canvas.size.height};
      // What the processor last wrote there must not come out of its cache over the picture.
      esp_cache_msync(out.data(), out.size(),
                      ESP_CACHE_MSYNC_FLAG_DIR_C2M | ESP_CACHE_MSYNC_FLAG_INVALIDATE);
    }
    std::uint32_t written = 0;
    const esp_err_t result = jpeg_decoder_process(owner_.engine_, &config, owner_.file_,
                                                  static_cast<std::uint32_t>(size), out.data(),
                                                  static_cast<std::uint32_t>(out.size()), &written);
    if (result != ESP_OK || written < jpeg_.padded.pixels() * bytes_per_pixel(format)) {
      ++owner_.refused_;
      return false;
    }
    if (direct) return true;
    if (const Status composed = compose(view, canvas, format); !composed)
      return std::unexpected(composed.error());
    return true;
  }

  // Words where no colours are to be changed: a twelfth of the work of packing them later.
  static PixelFormat output_for(const View& view, const Canvas& canvas) {
    return view.tone.identity ? canvas.format : PixelFormat::kRgb888;
  }

  // The picture is what the canvas is to hold, as it comes out of the engine.
  bool fills(const View& view, const Canvas& canvas) const {
    return jpeg_.padded == canvas.size && jpeg_.size == canvas.size &&
           ppa_takes(jpeg_.size, view, canvas).has_value();
  }

  Status compose(const View& view, const Canvas& canvas, PixelFormat format) {
    if (owner_.scaler_ != nullptr &&
        owner_.scaler_->put({owner_.pixels_, format, jpeg_.padded, jpeg_.size}, view, canvas))
      return {};
    const std::size_t scratch = Compositor::scratch_bytes(
        jpeg_.size.width, std::max(canvas.size.width, canvas.size.height));
    if (owner_.scratch_.size() < scratch) owner_.scratch_.resize(scratch);
    const RowFormat rows = format == PixelFormat::kRgb565 ? RowFormat::kRgb565 : RowFormat::kRgb888;
    auto compositor =
        Compositor::begin(canvas, view, jpeg_.size, jpeg_.size, rows, owner_.scratch_);
    if (!compositor) return std::unexpected(compositor.error());
    const std::size_t pixel = bytes_per_pixel(format);
    const std::size_t stride = jpeg_.padded.width * pixel;  // a 712-wide picture has 720
    for (std::uint32_t y = 0; y < jpeg_.size.height; ++y) {
      const ByteView row{owner_.pixels_ + y * stride, jpeg_.size.width * pixel};
      const ByteSpan direct = compositor->direct_row(y);
      if (direct.empty())
        compositor->push_row(row);
      else
        std::memcpy(direct.data(), row.data(), direct.size());
    }
    return {};
  }

  EngineDecoders& owner_;
  std::unique_ptr<ReadableFile> file_;
  const EngineJpeg jpeg_;
  const ImageLimits limits_;
  ImageInfo info_;
  std::unique_ptr<Picture> software_;
};

Result<std::unique_ptr<EngineDecoders>> EngineDecoders::start(Decoders& software,
                                                              EngineMemory memory,
                                                              PpaScaler* scaler) {
  std::unique_ptr<EngineDecoders> decoders(new EngineDecoders(software, memory, scaler));
  const jpeg_decode_engine_cfg_t config{0, kTimeoutMs};
  if (jpeg_new_decoder_engine(&config, &decoders->engine_) != ESP_OK)
    return fail(ErrorCode::kInternal, "the JPEG engine is in use: pictures go by software");
  std::size_t got = 0;
  decoders->file_ =
      static_cast<std::uint8_t*>(taken(memory.file_bytes, JPEG_DEC_ALLOC_INPUT_BUFFER, got));
  decoders->pixels_ = static_cast<std::uint8_t*>(
      taken(memory.pixels * kBytesPerPixel, JPEG_DEC_ALLOC_OUTPUT_BUFFER, decoders->pixels_bytes_));
  if (decoders->file_ == nullptr || decoders->pixels_ == nullptr)
    return fail(ErrorCode::kInternal,
                "there is no memory for the JPEG engine: is PSRAM switched on?");
  return decoders;
}

EngineDecoders::~EngineDecoders() {
  if (engine_ != nullptr) jpeg_del_decoder_engine(engine_);
  std::free(file_);
  std::free(pixels_);
}

Result<std::unique_ptr<Picture>> EngineDecoders::open(std::unique_ptr<ReadableFile> file,
                                                      const ImageLimits& limits) {
  const auto size = file->size();
  std::optional<EngineJpeg> jpeg;
  if (const auto info = probe(*file, limits);
      info && info->format == ImageFormat::kJpeg && size <= memory_.file_bytes) {
    const std::lock_guard lock(mutex_);
    const auto bytes = static_cast<std::size_t>(size);
    if (file->read_at(0, {file_, bytes}) == bytes) jpeg = engine_takes({file_, bytes});
    if (jpeg && (jpeg->size != info->size || jpeg->padded.pixels() > memory_.pixels)) jpeg.reset();
  }
  if (!jpeg) return software_.open(std::move(file), limits);
  return std::make_unique<EnginePicture>(*this, std::move(file), *jpeg, limits);
}

}  // namespace p3a
