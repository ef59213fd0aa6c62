// Which frames of the pool have an earlier picture of a stream on them, and what of it has changed
// since: when such a frame is lent again, only that has to be painted.
//
// In: what changed from each picture to the next, as columns of bands (rows, or groups of rows, as
// the caller likes); which frame was painted. A frame that somebody else has been lent in between
// is not known any more (Frame::lends()). Takes memory only when there are more bands. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "device/frame.h"

namespace p3a {

class PaintedFrames {
 public:
  /// Columns [from, to); none where from >= to.
  struct Columns {
    std::uint32_t from = UINT32_MAX;
    std::uint32_t to = 0;
  };
  /// More are not remembered: one shown, one on its way, one to build upon, one being painted.
  static constexpr std::size_t kMost = 4;

  /// A picture that has nothing to do with those before.
  void restart(std::uint32_t bands);
  /// The picture is another one than before in these columns of the band.
  void change(std::uint32_t band, std::uint32_t from, std::uint32_t to);
  /// What the frame lacks of the picture, one for each band; empty: everything.
  std::span<const Columns> lacks(const Frame& frame) const;
  /// It has all of the picture now, and is handed on with that.
  void painted(const Frame& frame);

 private:
  struct Known {
    const Frame* frame = nullptr;
    std::uint64_t lends = 0;
    std::vector<Columns> lacks{};
  };

  std::array<Known, kMost> known_;
  std::size_t next_ = 0;  // whose place is taken next
  std::uint32_t bands_ = 0;
};

}  // namespace p3a
