#include "ports/jpeg/baseline_encoder.h"

#include <algorithm>
#include <cstring>

#include "ports/jpeg/avx2.h"
#include "ports/jpeg/block_coder.h"
#include "ports/jpeg/forward_dct.h"
#include "ports/jpeg/jpeg_head.h"
#include "ports/jpeg/mcu_samples.h"

namespace p3a::jpeg {

#if P3A_HAVE_AVX2
namespace {

// A block has at most 64 numbers of 26 bits (16 of code, 10 of number; 22 for the first), and every
// byte may be followed by a zero; then what BitWriter asks for.
constexpr std::size_t kMcuBytes = 6 * std::size_t{64} * 26 / 8 * 2 + 16;

struct Division {
  Divisors luma, chroma;
};

struct LastDc {
  int luma = 0, cb = 0, cr = 0;
};

// Which of an MCU's four blocks of luma lie in the picture.
struct LumaBlocks {
  bool right = true, lower = true;
};

template <dct::ColumnOrder kOrder>
P3A_AVX2_INLINE void code_pair(const __m256i samples[8], const Divisors& divisors,
                               ZigzagPair& blocks) {
  __m256i rows[8];
  dct::forward<kOrder>(samples, rows);
  quantize(rows, divisors);
  zigzag(rows, blocks);
}

P3A_AVX2_INLINE void write_luma(BitWriter& writer, const ZigzagPair& blocks, int which, int& last) {
  write_block(writer, kLumaDcCodes, kLumaAcCodes, blocks.bits[which], blocks.nonzero[which], last);
}

P3A_AVX2_INLINE void write_chroma(BitWriter& writer, const ZigzagPair& blocks, int which,
                                  int& last) {
  write_block(writer, kChromaDcCodes, kChromaAcCodes, blocks.bits[which], blocks.nonzero[which],
              last);
}

// A block of luma that lies outside the picture: as light as the one before, and empty.
void write_padding(BitWriter& writer) {
  writer.put(kLumaDcCodes[0].bits, kLumaDcCodes[0].length);
  writer.put(kLumaAcCodes[0].bits, kLumaAcCodes[0].length);
}

P3A_AVX2_INLINE void write_mcu(BitWriter& writer, const McuSamples& samples,
                               const Division& division, LumaBlocks inside, LastDc& last) {
  ZigzagPair blocks;
  for (int lower = 0; lower < 2; ++lower) {
    if (lower == 1 && !inside.lower) {
      write_padding(writer);
      write_padding(writer);
      break;
    }
    code_pair<McuSamples::kLumaOrder>(samples.luma + 8 * lower, division.luma, blocks);
    write_luma(writer, blocks, 0, last.luma);
    if (inside.right)
      write_luma(writer, blocks, 1, last.luma);
    else
      write_padding(writer);
  }
  code_pair<McuSamples::kChromaOrder>(samples.chroma, division.chroma, blocks);
  write_chroma(writer, blocks, 0, last.cb);
  write_chroma(writer, blocks, 1, last.cr);
}

// The last pixels of up to 16 rows, the last one repeated to 16, where a whole MCU may be read.
class EdgePixels {
 public:
  static constexpr std::size_t kStride = kMcuSide * 4 + 16;

  EdgePixels(const std::uint8_t* from, std::size_t stride, std::uint32_t width, std::uint32_t rows,
             std::size_t pixel_bytes) {
    for (std::uint32_t y = 0; y < rows; ++y) {
      std::uint8_t* const row = bytes_ + y * kStride;
      std::memcpy(row, from + y * stride, width * pixel_bytes);
      const std::uint8_t* const last = row + (width - 1) * pixel_bytes;
      for (std::uint32_t x = width; x < kMcuSide; ++x)
        std::memcpy(row + x * pixel_bytes, last, pixel_bytes);
    }
  }
  const std::uint8_t* data() const { return bytes_; }

 private:
  std::uint8_t bytes_[kMcuSide * kStride] = {};
};

// A row of MCUs, from the row of pixels `y` on.
template <PixelOrder kOrder>
P3A_AVX2 void write_mcu_row(BitWriter& writer_out, const RgbRows& picture, std::uint32_t y,
                            const Division& division, LastDc& last_out) {
  constexpr std::size_t kPixelBytes = bytes_of(kOrder);
  const std::uint32_t rows = std::min(kMcuSide, picture.size.height - y);
  const std::uint8_t* const pixels = picture.pixels + y * picture.stride;
  constexpr std::uint32_t kMore = kPixelBytes == 3 ? 2 : 0;  // pixels that are read behind an MCU
  BitWriter writer = writer_out;
  LastDc last = last_out;
  McuSamples samples;
  for (std::uint32_t x = 0; x < picture.size.width; x += kMcuSide) {
    const std::uint8_t* const at = pixels + x * kPixelBytes;
    const std::uint32_t columns = std::min(kMcuSide, picture.size.width - x);
    if (x + kMcuSide + kMore <= picture.size.width) {
      read_mcu<kOrder>(at, picture.stride, rows, samples);
    } else {
      const EdgePixels edge(at, picture.stride, columns, rows, kPixelBytes);
      read_mcu<kOrder>(edge.data(), EdgePixels::kStride, rows, samples);
    }
    write_mcu(writer, samples, division, {.right = columns > 8, .lower = rows > 8}, last);
  }
  writer_out = writer;
  last_out = last;
}

}  // namespace
#endif

bool BaselineEncoder::is_available() { return has_avx2(); }

std::uint8_t* BaselineEncoder::reserve(std::size_t used, std::size_t bytes) {
  if (used + bytes > capacity_) {
    const std::size_t capacity = std::max(used + bytes, capacity_ * 2);
    auto larger = std::make_unique_for_overwrite<std::uint8_t[]>(capacity);
    if (used != 0) std::memcpy(larger.get(), file_.get(), used);
    file_ = std::move(larger);
    capacity_ = capacity;
  }
  return file_.get() + used;
}

ByteView BaselineEncoder::encode([[maybe_unused]] const RgbRows& picture,
                                 [[maybe_unused]] int quality) {
#if P3A_HAVE_AVX2
  const QuantTable luma = scale_quant(kLumaQuant, quality);
  const QuantTable chroma = scale_quant(kChromaQuant, quality);
  const Division division{Divisors(luma), Divisors(chroma)};
  write_head(picture.size, luma, chroma, reserve(0, kHeadBytes));
  const auto write_row = picture.order == PixelOrder::kRgb    ? write_mcu_row<PixelOrder::kRgb>
                         : picture.order == PixelOrder::kRgbx ? write_mcu_row<PixelOrder::kRgbx>
                                                              : write_mcu_row<PixelOrder::kBgrx>;
  const std::size_t row_bytes = kMcuBytes * ((picture.size.width + kMcuSide - 1) / kMcuSide) + 2;
  BitWriter writer(file_.get() + kHeadBytes);
  LastDc last;
  for (std::uint32_t y = 0; y < picture.size.height; y += kMcuSide) {
    const auto used = static_cast<std::size_t>(writer.at() - file_.get());
    writer.move_to(reserve(used, row_bytes));
    write_row(writer, picture, y, division, last);
  }
  std::uint8_t* end = writer.finish();
  *end++ = 0xFF;
  *end++ = 0xD9;
  return {file_.get(), end};
#else
  return {};
#endif
}

}  // namespace p3a::jpeg
