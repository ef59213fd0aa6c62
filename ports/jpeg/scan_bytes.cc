#include "ports/jpeg/scan_bytes.h"

#include <cassert>

#if P3A_HAVE_AVX2

namespace p3a::jpeg {

P3A_AVX2 std::optional<std::size_t> remove_stuffing(ByteView scan, ByteSpan out) {
  assert(out.size() >= scan.size());
  constexpr std::size_t kChunk = sizeof(__m256i);
  const std::uint8_t* from = scan.data();
  const std::uint8_t* const end = from + scan.size();
  std::uint8_t* to = out.data();
  const __m256i marks = _mm256_set1_epi8(-1);
  // What is written fits: as much is left to read.
  while (static_cast<std::size_t>(end - from) > kChunk) {
    const __m256i chunk = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), chunk);
    const int mark = _mm256_movemask_epi8(_mm256_cmpeq_epi8(chunk, marks));
    if (mark == 0) {
      from += kChunk;
      to += kChunk;
      continue;
    }
    const auto before = static_cast<std::size_t>(__builtin_ctz(static_cast<unsigned>(mark)));
    if (from[before + 1] != 0) return std::nullopt;
    from += before + 2;
    to += before + 1;
  }
  while (from < end) {
    const std::uint8_t byte = *from++;
    *to++ = byte;
    if (byte != 0xFF) continue;
    if (from == end || *from != 0) return std::nullopt;
    ++from;
  }
  return static_cast<std::size_t>(to - out.data());
}

}  // namespace p3a::jpeg

#endif
