// For the tests, fuzzers and benches of this room: what libjpeg-turbo makes of a file, and what
// BaselineDecoder does, each with its memory.
#pragma once

#include <turbojpeg.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "ports/jpeg/baseline_decoder.h"

namespace p3a::jpeg {

using Bytes = std::vector<std::uint8_t>;

struct CloseTurbo {
  void operator()(void* handle) const { tjDestroy(handle); }
};
using Turbo = std::unique_ptr<void, CloseTurbo>;

inline Size turbo_size(const Turbo& turbo, ByteView file) {
  int width = 0, height = 0, subsampling = 0, space = 0;
  if (tjDecompressHeader3(turbo.get(), file.data(), file.size(), &width, &height, &subsampling,
                          &space) != 0) {
    return {};
  }
  return {static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height)};
}

/// Tight R,G,B rows with colours repeated; nothing where there was an error or a warning.
inline std::optional<Bytes> turbo_decode(ByteView file) {
  const Turbo turbo(tjInitDecompress());
  const Size size = turbo_size(turbo, file);
  Bytes pixels(static_cast<std::size_t>(size.pixels()) * 3);
  if (pixels.empty() || tjDecompress2(turbo.get(), file.data(), file.size(), pixels.data(), 0, 0, 0,
                                      TJPF_RGB, TJFLAG_FASTUPSAMPLE) != 0) {
    return std::nullopt;
  }
  return pixels;
}

/// The same by BaselineDecoder, which has the file only while it opens it. `gap`: bytes between
/// rows, which must stay as they are.
inline std::optional<Bytes> our_decode(ByteView file, std::size_t gap = 0, bool* tidy = nullptr) {
  constexpr std::uint8_t kUntouched = 0xA5;
  Bytes scratch(BaselineDecoder::scratch_bytes(file.size()), kUntouched);
  auto copy = std::make_unique<Bytes>(file.begin(), file.end());
  auto decoder = BaselineDecoder::open(*copy, scratch);
  copy.reset();
  if (!decoder || decoder->size().pixels() > 1U << 22) return std::nullopt;
  const Size size = decoder->size();
  const std::size_t row_bytes = size.width * std::size_t{3}, stride = row_bytes + gap;
  Bytes wide(stride * size.height, kUntouched);
  bool decoded = true;
  for (std::uint32_t y = 0; decoded && y < size.height; y += BaselineDecoder::kRows) {
    decoded = decoder->read_rows(wide.data() + y * stride, stride);
  }
  Bytes pixels;
  for (std::uint32_t y = 0; y < size.height; ++y) {
    const auto row = wide.begin() + static_cast<std::ptrdiff_t>(y * stride);
    const auto end = row + static_cast<std::ptrdiff_t>(row_bytes);
    pixels.insert(pixels.end(), row, end);
    const auto next = end + static_cast<std::ptrdiff_t>(gap);
    if (tidy != nullptr) *tidy &= std::all_of(end, next, [](auto b) { return b == kUntouched; });
  }
  return decoded ? std::optional(std::move(pixels)) : std::nullopt;
}

/// A JPEG by libjpeg-turbo's encoder of tight R,G,B rows.
inline Bytes turbo_encode(const Bytes& pixels, Size size, int quality, int subsampling = TJSAMP_420,
                          int flags = 0) {
  const Turbo turbo(tjInitCompress());
  unsigned char* out = nullptr;
  unsigned long bytes = 0;
  tjCompress2(turbo.get(), pixels.data(), static_cast<int>(size.width), 0,
              static_cast<int>(size.height), TJPF_RGB, &out, &bytes, subsampling, quality, flags);
  Bytes file(out, out + bytes);
  tjFree(out);
  return file;
}

}  // namespace p3a::jpeg
