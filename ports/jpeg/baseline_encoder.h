// Pixels to JPEG (baseline, 4:2:0, the standard tables), the same file to the byte as
// libjpeg-turbo's with its exact transform, in two thirds of the time.
//
// In: rows of pixels, not owned, any size up to kMaxSide. Out: the file in memory of the
// encoder's own, until the next call. One thread at a time. Cannot fail, but exists only where
// is_available(): elsewhere, ask the library.
#pragma once

#include <memory>

#include "core/base/bytes.h"
#include "ports/jpeg/limits.h"
#include "ports/jpeg/rgb_rows.h"

namespace p3a::jpeg {

class BaselineEncoder {
 public:
  static bool is_available();

  /// `quality` 1 to 100, libjpeg's scale; both sides of the picture at least 1 and at most
  /// kMaxSide.
  ByteView encode(const RgbRows& picture, int quality);

 private:
  /// Room for `bytes` behind `used`.
  std::uint8_t* reserve(std::size_t used, std::size_t bytes);

  std::unique_ptr<std::uint8_t[]> file_;
  std::size_t capacity_ = 0;
};

}  // namespace p3a::jpeg
