// Whether a PNG would be larger than something else, without making all of it.
//
// A PNG's first rows take almost the same bytes whatever follows them, so a part of the picture
// tells when even that part takes too many: rows are filtered and deflated as write_png() does with
// `small`, until they do. docs/P3X.md, section 13, says why that is a bound. Takes memory only when
// a picture is wider than those before. One thread at a time.
#pragma once

#include <array>
#include <memory>

#include "ports/png/png_writer.h"

namespace p3a::sender {

class PngFloor {
 public:
  PngFloor();
  ~PngFloor();
  PngFloor(const PngFloor&) = delete;

  /// True: what write_png(small) makes of these pixels takes more than `bytes`. False: it takes
  /// less, or little more.
  bool takes_more(Size size, const PngRows& rows, std::size_t bytes);

 private:
  struct Deflate;
  static constexpr std::size_t kFilters = 5;

  void fit(std::size_t row_bytes);
  ByteView filter(ByteView row);
  void filter_all(const std::uint8_t* row);

  std::unique_ptr<Deflate> deflate_;
  std::array<std::vector<std::uint8_t>, kFilters> filtered_;
  std::vector<std::uint8_t> above_;  // the row above, 0 above the first
  std::uint32_t rows_ = 0;           // how many were enough the last time
};

}  // namespace p3a::sender
