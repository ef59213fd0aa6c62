// Decodes a P3X stream, frame by frame (docs/P3X.md).
//
// In: the bytes of each frame in the order of sending, and once the memory to work in (8-byte
// aligned, the caller's, outliving the decoder); memory_bytes() says how much. Out: the last whole
// picture on its native grid, painted at its output size on request. After a frame that is refused
// nothing is painted, so that what the caller has painted so far stays whole, and needs_key() says
// that only a key frame goes on. No allocation. The work for one frame is bounded by the number of
// cells that the memory holds. One thread at a time, except that decode_slice() may run for
// different slices at once.
#pragma once

#include <algorithm>

#include "core/codec/packet.h"
#include "core/codec/state.h"
#include "core/codec/windows.h"

namespace p3a::p3x {

/// Where painting goes: rows of R,G,B bytes.
struct PaintTarget {
  std::uint8_t* pixels = nullptr;
  Size size;
  std::size_t stride = 0;  ///< bytes from one row to the next
};

class Decoder {
 public:
  /// Memory for pictures of `output` pixels with `table_bits` and `slices`, keeping `pictures` of
  /// `cells`; parameters in range, cells <= output <= kMaxSide a side.
  static std::uint64_t memory_bytes(Size output, Size cells, Parameters parameters);

  explicit Decoder(ByteSpan memory) { state_.use(memory); }

  /// Errors: kBadFrame (broken, or its predecessor is missing), kUnsupportedFeature,
  /// kDimensionsTooLarge, kDecodeLimit (more memory than there is).
  Status decode(ByteView frame);

  /// The same in steps: begin(), every slice of slices(), finish().
  Status begin(ByteView frame);
  std::uint32_t slices() const { return busy_ ? state_.parameters().slices : 0; }
  void decode_slice(std::uint32_t slice);
  /// The same with a caller's own Io, which make_io(bytes, state, model) returns, to look on
  /// (core/codec/decoder_with.h).
  template <class MakeIo>
  void decode_slice_with(std::uint32_t slice, MakeIo make_io);
  Status finish();

  /// Whether only a key frame can be decoded next. Then there is no picture.
  bool needs_key() const { return broken_; }
  /// Of the picture.
  const Grid& grid() const { return state_.grid(); }
  /// Cells of a row of the picture: R in the low byte, then G, then B.
  const std::uint32_t* row(std::uint32_t y) const { return state_.row(1, y); }

  /// Paints what the last frame changed, or everything. The target has the grid's output size;
  /// without a picture it is left alone.
  void paint_changes(const PaintTarget& target) const;
  void paint(const PaintTarget& target) const;
  /// The same, but nothing within the windows, which lie on the picture.
  void paint_changes(const PaintTarget& target, const Windows& windows) const;
  /// Paints what of `area`, which lies on the picture, is outside of the windows.
  void paint(const PaintTarget& target, const Rect& area, const Windows& windows) const;
  /// Of the picture, cells [from, to) of a row; the target has the grid's output size.
  void paint_cells(const PaintTarget& target, std::uint32_t row, std::uint32_t from,
                   std::uint32_t to) const;
  /// Runs of cells that the last frame changed: visit(row, from, to), the same for all rows of a
  /// block. Not after one that has all_new().
  template <class Visit>
  void for_changes(Visit visit) const;
  /// A key frame, or one with another grid: all was changed.
  bool all_new() const { return all_new_; }

 private:
  Status refuse(std::unexpected<Error> error);
  Status take_grid(const Packet& packet);

  State state_;
  std::array<ByteView, kMaxSlices> bytes_{};
  std::array<std::uint32_t, kMaxSlices> digests_{};
  std::array<bool, kMaxSlices> sound_{};
  std::uint16_t check_ = 0;
  bool broken_ = true;
  bool busy_ = false;
  bool all_new_ = false;
  bool repeat_ = false;
};

template <class Visit>
void Decoder::for_changes(Visit visit) const {
  if (broken_ || repeat_) return;
  const std::uint32_t width = state_.block_columns();
  for (std::uint32_t y = 0; y < state_.rows(); ++y) {
    const Block* const blocks = &state_.blocks()[y / kBlock * width];
    for (std::uint32_t column = 0; column < width;) {
      const std::uint32_t from = column;
      while (column < width && blocks[column].kind != BlockKind::kSkip) ++column;
      if (column > from)
        visit(y, from * kBlock, std::min<std::uint32_t>(column * kBlock, state_.columns()));
      else
        ++column;
    }
  }
}

}  // namespace p3a::p3x
