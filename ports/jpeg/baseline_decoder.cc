#include "ports/jpeg/baseline_decoder.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <new>

#include "ports/jpeg/baseline_header.h"
#include "ports/jpeg/coded_pair.h"
#include "ports/jpeg/scan_bytes.h"
#include "ports/jpeg/ycc_to_rgb.h"

namespace p3a::jpeg {

bool BaselineDecoder::is_available() { return has_avx2(); }

#if P3A_HAVE_AVX2

namespace {

using dct::BlockPair;

constexpr std::size_t kMcuRowBytes = std::size_t{kMcuSide} * 3;

void put_steps(const QuantSteps& steps, int which, BlockPair& out) {
  for (std::size_t i = 0; i < 64; ++i) {
    out.at[i / 8][i % 8 + static_cast<std::size_t>(which) * 8] =
        static_cast<std::int16_t>(steps[i]);
  }
}

}  // namespace

struct BaselineDecoder::State {
  // What one MCU is coded with; all zero but for the means between two.
  struct Mcu {
    CodedPair luma[2], chroma;
  };

  bool open(ByteView file, ByteSpan scratch);
  bool read_mcus(std::uint8_t* out, std::size_t stride, std::uint32_t rows);
  bool read_mcu(BitReader& in, int (&dc)[3], Mcu& mcu) const;
  void write_mcu(Mcu& mcu, std::uint8_t* out, std::size_t stride) const;
  void write_edge(Mcu& mcu, std::uint8_t* out, std::size_t stride, Size part) const;
  bool at_end(const BitReader& in) const;

  Size size;
  std::uint32_t y = 0;
  ByteView scan;  // without stuffed zeros
  BitReader bits;
  int dc[3] = {0, 0, 0};
  DcTable dc_tables[3];  // Y, Cb, Cr
  AcTable ac_tables[2];  // luma, chroma
  BlockPair luma_steps{};
  BlockPair chroma_steps{};
};

bool BaselineDecoder::State::open(ByteView file, ByteSpan scratch) {
  const auto header = BaselineHeader::parse(file);
  if (!header) return false;
  const bool same_codes = std::ranges::equal(header->ac[1].counts, header->ac[2].counts) &&
                          std::ranges::equal(header->ac[1].symbols, header->ac[2].symbols);
  if (!same_codes) return false;
  for (std::size_t c = 0; c < 3; ++c) {
    if (!dc_tables[c].build(header->dc[c], header->quant[c][0])) return false;
  }
  QuantSteps coarsest;
  std::ranges::transform(header->quant[1], header->quant[2], coarsest.begin(),
                         [](auto a, auto b) { return std::max(a, b); });
  ac_tables[0].build(header->ac[0], header->quant[0]);
  ac_tables[1].build(header->ac[1], coarsest);
  put_steps(header->quant[0], 0, luma_steps);
  put_steps(header->quant[0], 1, luma_steps);
  put_steps(header->quant[1], 0, chroma_steps);
  put_steps(header->quant[2], 1, chroma_steps);
  const auto bytes = remove_stuffing(header->scan, scratch);
  if (!bytes) return false;
  std::memset(scratch.data() + *bytes, 0, kPadding);
  scan = scratch.first(*bytes);
  bits.next = scan.data();
  size = header->size;
  return true;
}

// One place in the program for blocks of luma and one for those of chroma, as for their samples:
// what the processor learns of one block holds for the next.
P3A_AVX2_INLINE bool BaselineDecoder::State::read_mcu(BitReader& in, int (&means)[3],
                                                      Mcu& mcu) const {
#pragma GCC unroll 1
  for (int i = 0; i < 4; ++i) {
    if (!read_block(in, dc_tables[0], ac_tables[0], means[0], i % 2, mcu.luma[i / 2])) return false;
  }
#pragma GCC unroll 1
  for (int i = 0; i < 2; ++i) {
    if (!read_block(in, dc_tables[i + 1], ac_tables[1], means[i + 1], i, mcu.chroma)) return false;
  }
  return true;
}

P3A_AVX2_INLINE void BaselineDecoder::State::write_mcu(Mcu& mcu, std::uint8_t* out,
                                                       std::size_t stride) const {
  ycc::ChromaRows chroma;
  ycc::read_chroma(transform(mcu.chroma, chroma_steps), chroma);
#pragma GCC unroll 1
  for (int i = 0; i < 2; ++i) {
    ycc::write_rows(transform(mcu.luma[i], luma_steps), chroma, 4 * i, out, stride);
    out += 8 * stride;
  }
}

// Nothing is written beside the picture.
P3A_AVX2 void BaselineDecoder::State::write_edge(Mcu& mcu, std::uint8_t* out, std::size_t stride,
                                                 Size part) const {
  std::uint8_t pixels[kMcuSide * kMcuRowBytes];
  write_mcu(mcu, pixels, kMcuRowBytes);
  for (std::uint32_t row = 0; row < part.height; ++row) {
    std::memcpy(out + row * stride, pixels + row * kMcuRowBytes, std::size_t{part.width} * 3);
  }
}

// All bits are used but those that fill the last byte.
bool BaselineDecoder::State::at_end(const BitReader& in) const {
  const auto used = static_cast<std::size_t>(in.next - scan.data()) * 8 - in.count;
  return used <= scan.size() * 8 && scan.size() * 8 - used < 8;
}

P3A_AVX2 bool BaselineDecoder::State::read_mcus(std::uint8_t* out, std::size_t stride,
                                                std::uint32_t rows) {
  Mcu mcu;
  BitReader in = bits;
  int means[3] = {dc[0], dc[1], dc[2]};
  const std::uint8_t* const end = scan.data() + scan.size() + 8;
  for (std::uint32_t left = size.width; left > 0; left -= std::min(left, kMcuSide)) {
    if (in.next > end || !read_mcu(in, means, mcu)) return false;
    if (rows == kMcuSide && left >= kMcuSide) [[likely]] {
      write_mcu(mcu, out, stride);
    } else {
      write_edge(mcu, out, stride, {std::min(left, kMcuSide), rows});
    }
    out += kMcuRowBytes;
  }
  bits = in;
  std::copy_n(means, 3, dc);
  return true;
}

std::optional<BaselineDecoder> BaselineDecoder::open(ByteView file, ByteSpan scratch) {
  static_assert(kPadding >= 6 * kBlockBytes + 2 * sizeof(std::uint64_t));
  if (!is_available() || scratch.size() < scratch_bytes(file.size())) return std::nullopt;
  std::unique_ptr<State> state(new (std::nothrow) State);
  if (!state || !state->open(file, scratch)) return std::nullopt;
  return BaselineDecoder(std::move(state));
}

Size BaselineDecoder::size() const { return state_->size; }

bool BaselineDecoder::read_rows(std::uint8_t* out, std::size_t stride) {
  assert(state_->y < state_->size.height);
  const std::uint32_t rows = std::min(kRows, state_->size.height - state_->y);
  state_->y += rows;
  if (!state_->read_mcus(out, stride, rows)) return false;
  return state_->y < state_->size.height || state_->at_end(state_->bits);
}

#else

struct BaselineDecoder::State {};

std::optional<BaselineDecoder> BaselineDecoder::open(ByteView, ByteSpan) { return std::nullopt; }
Size BaselineDecoder::size() const { return {}; }
bool BaselineDecoder::read_rows(std::uint8_t*, std::size_t) { return false; }

#endif

BaselineDecoder::BaselineDecoder(std::unique_ptr<State> state) : state_(std::move(state)) {}
BaselineDecoder::BaselineDecoder(BaselineDecoder&&) noexcept = default;
BaselineDecoder& BaselineDecoder::operator=(BaselineDecoder&&) noexcept = default;
BaselineDecoder::~BaselineDecoder() = default;

}  // namespace p3a::jpeg
