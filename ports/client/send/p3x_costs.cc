#include "ports/client/send/p3x_costs.h"

#include <bit>
#include <utility>

#include "core/codec/decoder_with.h"

namespace p3a::sender {
namespace {

using namespace p3x;

constexpr std::uint32_t kOneBit = 256;

// 256 × log2(value), rounded down; value 1 to 2^16. The mantissa is squared for each further bit.
constexpr std::uint32_t log2_256(std::uint32_t value) {
  const auto whole = static_cast<std::uint32_t>(std::bit_width(value)) - 1;
  std::uint32_t result = whole * kOneBit;
  std::uint64_t mantissa = std::uint64_t{value} << 15 >> whole;  // 1.0 to 2.0, in 1/2^15
  for (std::uint32_t bit = kOneBit / 2; bit > 0; bit /= 2) {
    mantissa = mantissa * mantissa >> 15;
    if (mantissa < 1U << 16) continue;
    mantissa >>= 1;
    result += bit;
  }
  return result;
}
static_assert(log2_256(1) == 0 && log2_256(1U << 15) == 15 * kOneBit);
static_assert(log2_256(3) == kOneBit + 149);  // 0.585 × 256 = 149.8

class WeighingDecoder : public RangeDecoder {
 public:
  using RangeDecoder::RangeDecoder;

  template <class Model>
  bool bit(Model& model, bool told = false) {
    const std::uint32_t share = model.share();
    const bool one = RangeDecoder::bit(model, told);
    cost_ += 15 * kOneBit - log2_256(one ? share : (1U << 15) - share);
    return one;
  }
  bool even(bool told = false) {
    cost_ += kOneBit;
    return RangeDecoder::even(told);
  }
  /// Since it was last asked.
  std::uint32_t cost() { return std::exchange(cost_, 0); }

 private:
  std::uint32_t cost_ = 0;
};

struct WeighingIo : DecodingIoWith<WeighingDecoder> {
  WeighingIo(ByteView bytes, const State& state, Model& model, std::span<std::uint32_t> costs)
      : DecodingIoWith(bytes, model), state_(state), costs_(costs) {}

  void cell_done(const std::uint32_t* cell) {
    const auto at = static_cast<std::uint32_t>(cell - state_.row(0, 0));
    add(at % state_.stride(), at / state_.stride(), coder.cost() + run_coder.cost());
  }
  void block_done(std::uint32_t column, std::uint32_t row) {
    const std::uint32_t share = (coder.cost() + kBlock * kBlock / 2) / (kBlock * kBlock);
    for (std::uint32_t y = row * kBlock; y < (row + 1) * kBlock; ++y)
      for (std::uint32_t x = column * kBlock; x < (column + 1) * kBlock; ++x) add(x, y, share);
  }

 private:
  void add(std::uint32_t x, std::uint32_t y, std::uint32_t cost) {
    const std::size_t at = std::size_t{y} * state_.columns() + x;
    if (x < state_.columns() && y < state_.rows() && at < costs_.size()) costs_[at] += cost;
  }
  const State& state_;
  std::span<std::uint32_t> costs_;
};

}  // namespace

void decode_slice_weighed(p3x::Decoder& decoder, std::uint32_t slice,
                          std::span<std::uint32_t> cell_costs) {
  decoder.decode_slice_with(slice, [&](ByteView bytes, State& state, Model& model) {
    return WeighingIo(bytes, state, model, cell_costs);
  });
}

}  // namespace p3a::sender
