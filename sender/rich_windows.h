// Which parts of a picture are rich (a photograph, a video, a gradient at full resolution), so that
// they are sent as JPEG in windows of a P3X stream; and which of their tiles have changed, are not
// exact, or rest.
//
// In: the stream's pictures, R,G,B. Nothing is looked at while P3X frames are small: pixel art pays
// nothing. A part becomes a window after P3X was heavy in it twice within some frames; it
// ceases to be one when it is rich no more, and now and then P3X is tried again. Takes memory only
// when the size of the pictures changes. One thread at a time.
#pragma once

#include <cstdint>
#include <vector>

#include "core/codec/windows.h"
#include "sender/pixels.h"
#include "sender/tile_boxes.h"

namespace p3a::sender {

/// How rich the pixels of a tile are. kSome: a part of it may be.
enum class Richness : std::uint8_t { kNone, kSome, kRich };
Richness richness_of(const Pixels& rgb, const Rect& tile);

class RichWindows {
 public:
  static constexpr std::uint32_t kRestFrames =
      24;  ///< without change: what is not exact is made so

  const p3x::Windows& windows() const { return windows_; }
  bool open() const { return !windows_.empty(); }
  /// There are none from now on.
  void close();
  /// Nothing of what was sent is to be relied upon.
  void request_all() { all_ = true; }

  // While none or some are open, after a picture was sent as P3X:

  /// The P3X frame, which was no key, was heavy. True: other windows are open now.
  bool on_heavy(const Pixels& rgb);
  /// P3X cannot say the picture at all. True: windows are open now that leave it the rest.
  bool on_too_large(const Pixels& rgb);

  // Where the whole picture looks rich:

  /// True: little of it has changed for some pictures, so that windows are worth it, and are open.
  bool on_rich_picture(const Pixels& rgb);
  /// Opens all that is rich. False: nothing is.
  bool open_all(const Pixels& rgb);

  // While some are open, for each picture that is encoded:

  /// Notes what changed in the windows. False: they are closed now. (While none is open the pixels
  /// are not looked at.)
  bool take(const Pixels& rgb);
  /// What changed, in few boxes.
  const std::vector<TileBox>& changed();
  /// What is not exact although it rests (`all`: or does not), up to so many tiles.
  const std::vector<TileBox>& inexact(bool all, std::uint32_t most_tiles);
  /// A box was sent.
  void sent(const TileBox& box, bool exact);
  bool exact() const;
  TileGrid grid() const { return {size_}; }

 private:
  struct Tile {
    std::uint8_t evidence = 0;  // rich and changed when P3X was heavy
    std::uint8_t rich_looks = 0;
    std::uint8_t rested = 0;  // frames
    bool changed = false;
    bool inexact = false;
  };

  void fit(Size size);
  bool differs(const Pixels& rgb, const Rect& tile) const;
  void keep(const Pixels& rgb, const Rect& tile);
  bool open_marked(const Pixels& rgb, std::uint32_t most_share);
  void widen(const Pixels& rgb, TileBox& box) const;
  bool dense(const TileBox& box) const;
  void look_whether_rich(const Pixels& rgb);
  bool becomes(const p3x::Windows& windows);
  template <class Visit>
  void for_tiles(Visit visit);
  template <class Wanted>
  void find_in_windows(Wanted wanted);

  Size size_;
  p3x::Windows windows_;
  std::vector<Tile> tiles_;
  std::vector<std::uint8_t> marks_;
  std::vector<std::uint8_t> last_;    // the pixels that were sent or looked at
  std::vector<std::uint8_t> sample_;  // some rows of the last picture that was rich
  std::vector<TileBox> boxes_, parts_;
  std::uint32_t frame_ = 0;
  std::uint32_t heavy_at_ = 0;  // 0: not lately
  std::uint32_t still_ = 0;     // rich pictures in a row of which little changed
  std::uint32_t busy_ = 0;      // pictures in a row of which much changed
  std::uint32_t close_at_ = 0;
  std::uint32_t life_ = 0;
  bool all_ = true;
};

}  // namespace p3a::sender
