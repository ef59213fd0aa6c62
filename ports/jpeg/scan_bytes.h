// The bytes of a JPEG's scan without the zeros that are stuffed behind each 0xFF.
#pragma once

#include <cstddef>
#include <optional>

#include "core/base/bytes.h"
#include "ports/jpeg/avx2.h"

#if P3A_HAVE_AVX2

namespace p3a::jpeg {

/// Copies to `out`, which is at least as long, and says how many bytes came together. Nothing:
/// there is a marker. Only where has_avx2().
P3A_AVX2 std::optional<std::size_t> remove_stuffing(ByteView scan, ByteSpan out);

}  // namespace p3a::jpeg

#endif
