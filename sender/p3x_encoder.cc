#include "sender/p3x_encoder.h"

#include <algorithm>

namespace p3a::sender {

void P3xEncoder::request_key() {
  if (encoder_) encoder_->request_key();
}

Status P3xEncoder::prepare(Size size, const P3xLimits& limits, std::size_t limit) {
  if (out_bytes_ < limit) {
    out_ = std::make_unique_for_overwrite<std::uint8_t[]>(limit);
    out_bytes_ = limit;
  }
  if (encoder_ && size == size_ && limits == limits_) return {};
  encoder_.reset();
  const p3x::EncoderOptions options{
      .size = size, .table_bits = limits.table_bits, .history_bytes = limits.picture_bytes};
  const auto bytes = p3x::Encoder::memory_bytes(options);
  if (!bytes)
    return fail(ErrorCode::kDimensionsTooLarge, "P3X takes pictures of up to ", p3x::kMaxSide,
                " pixels a side.");
  const auto words = static_cast<std::size_t>(*bytes / 8 + 1);
  memory_ = std::make_unique_for_overwrite<std::uint64_t[]>(words);
  auto* const first = reinterpret_cast<std::uint8_t*>(memory_.get());
  auto made = p3x::Encoder::make(options, {first, words * 8});
  if (!made) return std::unexpected(made.error());
  encoder_ = *made;
  size_ = size;
  limits_ = limits;
  return {};
}

Result<ByteView> P3xEncoder::encode(const p3x::RgbPicture& picture, const P3xLimits& limits,
                                    std::size_t limit, const p3x::Windows& windows) {
  if (auto prepared = prepare(picture.size, limits, limit); !prepared)
    return std::unexpected(prepared.error());
  const ByteSpan out(out_.get(), limit);
  encoder_->set_windows(windows);
  const auto encoded = encoder_->encode(picture, out);
  if (!encoded) return std::unexpected(encoded.error());
  return out.first(encoded->size);
}

bool P3xEncoder::looks_rich(const p3x::RgbPicture& picture) {
  constexpr std::uint32_t kRows = 48, kPairs = 96;
  constexpr int kLittle = 24;
  if (picture.size.width < 2) return false;
  std::uint32_t little = 0, looked = 0;
  for (std::uint32_t i = 0; i < kRows; ++i) {
    const std::uint8_t* const row = picture.row(i * picture.size.height / kRows);
    for (std::uint32_t k = 0; k < kPairs; ++k, ++looked) {
      const std::uint8_t* const p = row + std::size_t{k} * (picture.size.width - 1) / kPairs * 3;
      int largest = 0;
      for (int c = 0; c < 3; ++c)
        largest = std::max(largest, p[c] > p[c + 3] ? p[c] - p[c + 3] : p[c + 3] - p[c]);
      if (largest > 0 && largest <= kLittle) ++little;
    }
  }
  return little * 2 > looked;
}

}  // namespace p3a::sender
