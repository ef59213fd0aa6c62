// A picture's rows as R,G,B for the pixel-art codec. Enlarged pixel art repeats most of its rows:
// one that repeats the one above is known before it is converted, and is not written again.
//
// In: pixels of any format. Out: rows that live until the next call, or as long as the pixels that
// came in. Takes memory only when the size of the pictures grows. One thread at a time.
#pragma once

#include <vector>

#include "core/codec/grid_finder.h"
#include "sender/pixels.h"

namespace p3a::sender {

class ArtRows {
 public:
  /// R,G,B rows are handed on where they lie.
  p3x::RgbPicture take(const Pixels& pixels);
  /// The same picture with every row in its place, for who cannot do with less.
  Pixels whole();

 private:
  Pixels given_;
  bool complete_ = true;
  std::vector<std::uint8_t> rgb_;
  std::vector<std::uint16_t> row_of_;
};

}  // namespace p3a::sender
