// The state that a P3X encoder and every decoder of its stream share: the grid, the pictures of the
// recent past, what is known of every block and the models (docs/P3X.md, section 3).
//
// In: the parameters of a key frame and memory, which stays the caller's and must outlive the
// state. Out: the places of everything in that memory. Nothing is allocated. One thread at a time,
// except that two slices may be coded at once.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/codec/grid.h"
#include "core/codec/model.h"

namespace p3a::p3x {

inline constexpr std::uint32_t kMaxSlices = 2;
inline constexpr std::uint32_t kMinPictures = 2;
inline constexpr std::uint32_t kMaxPictures = 250;

/// What a key frame says besides the grid.
struct Parameters {
  std::uint8_t table_bits = 16;
  std::uint8_t slices = 1;
  std::uint8_t pictures = kMinPictures;  ///< kept, the one in the making included
  bool operator==(const Parameters&) const = default;

  bool valid() const {
    return table_bits >= kMinTableBits && table_bits <= kMaxTableBits && slices >= 1 &&
           slices <= kMaxSlices && pictures >= kMinPictures && pictures <= kMaxPictures;
  }
};

/// Bytes that all pictures with these parameters take together.
std::uint64_t pictures_bytes(Size cells, std::uint32_t pictures);
/// Bytes of everything else.
std::uint64_t models_bytes(Size output, Parameters parameters);

class State {
 public:
  /// Before all else: the memory, aligned to 8 bytes.
  void use(ByteSpan memory) {
    memory_ = memory;
    grid_ = 0;
    sequence = 0;
  }

  /// Where the next grid is made before restart() or regrid() takes it: grids are large for a
  /// stack.
  Grid& next_grid() { return grids_[grid_ == 0 ? 1 : 0]; }
  /// Everything as before the first picture, on next_grid(). Errors: kDecodeLimit when the memory
  /// is too small.
  Status restart(Parameters parameters);
  /// On to next_grid(), of the same output size, with the models kept and the last picture
  /// resampled. Errors: the same.
  Status regrid(std::uint8_t pictures);

  const Grid& grid() const { return grids_[grid_]; }
  Parameters parameters() const { return parameters_; }
  std::uint32_t columns() const { return columns_; }
  std::uint32_t rows() const { return rows_; }
  std::uint32_t stride() const { return columns_ + 2; }
  std::uint32_t block_columns() const { return (columns_ + kBlock - 1) / kBlock; }
  std::uint32_t block_rows() const { return (rows_ + kBlock - 1) / kBlock; }
  std::span<Block> blocks() const { return blocks_; }
  Model& model(std::uint32_t slice) const { return *models_[slice]; }
  /// Block rows of a slice: [slice_begin(i), slice_begin(i + 1)).
  std::uint32_t slice_begin(std::uint32_t slice) const {
    return (block_rows() * slice + parameters_.slices - 1) / parameters_.slices;
  }

  /// The cell at the left of a row of the picture `back` pictures ago; 0 is the one in the making.
  /// The two cells before it are 0, and so is the one after the row.
  std::uint32_t* row(std::uint32_t back, std::uint32_t y) const {
    const std::uint32_t slot = (newest_ + parameters_.pictures + 1 - back) % parameters_.pictures;
    return pictures_ + slot * picture_cells_ + y * stride() + 2;
  }
  /// A row of nothing, to be read where a slice may not look.
  const std::uint32_t* no_row() const { return nothing_ + 2; }
  /// How far back one may reach.
  std::uint32_t past() const { return past_; }
  /// Before any slice of a picture.
  void begin_picture();
  /// The picture in the making becomes the last one.
  void keep();

  std::uint32_t digest = 0;   ///< of all that was ever coded since the restart
  std::uint8_t sequence = 0;  ///< of the next frame

 private:
  Status take_grid(std::uint8_t pictures);

  ByteSpan memory_;
  std::array<Grid, 2> grids_;
  std::uint8_t grid_ = 0;  ///< which of the two is the state's
  Parameters parameters_;
  std::uint32_t columns_ = 0;
  std::uint32_t rows_ = 0;
  std::size_t picture_cells_ = 0;
  Model* models_[kMaxSlices] = {};
  std::span<Block> blocks_;
  std::uint32_t* nothing_ = nullptr;
  std::uint32_t* pictures_ = nullptr;
  std::size_t room_ = 0;      ///< cells from pictures_ to the end of the memory
  std::uint32_t newest_ = 0;  ///< slot of the last picture
  std::uint32_t past_ = 0;
};

}  // namespace p3a::p3x
