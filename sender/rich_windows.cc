#include "sender/rich_windows.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "core/codec/mixed_frame.h"

namespace p3a::sender {
namespace {

constexpr std::uint32_t kHeavyWithin = 10;  // frames: two heavy ones count
constexpr std::uint32_t kFewestTiles = 12;  // of a window: less is left to P3X
constexpr std::uint32_t kMostShare = 85;    // per cent of the picture; more is sent as a whole
constexpr std::uint32_t kLookEvery = 16;    // frames
constexpr std::uint8_t kLooks = 4;          // until what was rich in none of them is given up
constexpr std::uint32_t kStillPictures = 3, kBusyPictures = 8;
constexpr std::uint32_t kFirstLife = 240, kLongestLife = 7680;  // frames until P3X is tried again
constexpr std::uint32_t kGap = 1, kWaste = 8;
constexpr std::size_t kMostParts = p3x::MixedFrame::kMostPatches / 2;

// A tile is looked at in every fourth row.
constexpr std::uint32_t kStep = 4;
constexpr std::uint32_t kRichColours = 36, kSomeColours = 8, kSomeSteps = 8;
constexpr int kLittle = 24;

// Counts different colours up to kRichColours + 1.
class Colours {
 public:
  void add(std::uint32_t colour) {
    if (count_ > kRichColours) return;
    std::uint32_t at = colour * 0x9E3779B1U >> 25;
    while (slots_[at] != 0 && slots_[at] != colour + 1) at = (at + 1) % 128;
    if (slots_[at] == 0) ++count_;
    slots_[at] = colour + 1;
  }
  std::uint32_t count() const { return count_; }

 private:
  std::array<std::uint32_t, 128> slots_{};
  std::uint32_t count_ = 0;
};

int difference(const std::uint8_t* a, const std::uint8_t* b) {
  int largest = 0;
  for (int c = 0; c < 3; ++c) largest = std::max(largest, a[c] > b[c] ? a[c] - b[c] : b[c] - a[c]);
  return largest;
}

const std::uint8_t* pixel(const Pixels& rgb, std::uint32_t x, std::uint32_t y) {
  return rgb.row(y) + x * std::size_t{3};
}

}  // namespace

Richness richness_of(const Pixels& rgb, const Rect& tile) {
  Colours colours;
  std::uint32_t little = 0, steps = 0, pairs = 0;
  const auto left = static_cast<std::uint32_t>(tile.x), top = static_cast<std::uint32_t>(tile.y);
  for (std::uint32_t y = std::min<std::uint32_t>(1, tile.height - 1); y < tile.height; y += kStep) {
    const std::uint8_t* p = pixel(rgb, left, top + y);
    for (std::uint32_t x = 0; x < tile.width; ++x, p += 3) {
      colours.add(p[0] | static_cast<std::uint32_t>(p[1]) << 8 |
                  static_cast<std::uint32_t>(p[2]) << 16);
      if (x + 1 == tile.width) continue;
      ++pairs;
      const int step = difference(p, p + 3);
      steps += step > 0;
      little += step > 0 && step <= kLittle;
    }
  }
  if (colours.count() > kRichColours || (little * 2 > pairs)) return Richness::kRich;
  return colours.count() >= kSomeColours && steps >= kSomeSteps ? Richness::kSome : Richness::kNone;
}

// Visits every tile with its number and pixels.
template <class Visit>
void RichWindows::for_tiles(Visit visit) {
  const TileGrid tiles = grid();
  for (std::uint32_t y = 0, i = 0; y < tiles.rows(); ++y)
    for (std::uint32_t x = 0; x < tiles.columns(); ++x, ++i)
      visit(i, tiles.pixels_of({x, y, x + 1, y + 1}));
}

void RichWindows::fit(Size size) {
  if (size == size_) return;
  size_ = size;
  close();
  life_ = 0;
  const std::size_t count = grid().tiles();
  tiles_.assign(count, {});
  marks_.assign(count, 0);
  last_.assign(static_cast<std::size_t>(size.pixels() * 3), 0);
  sample_.assign(std::size_t{grid().rows()} * size.width * 3, 0);
}

void RichWindows::close() {
  windows_ = {};
  heavy_at_ = still_ = busy_ = 0;
  for (Tile& tile : tiles_) tile = {};
}

bool RichWindows::differs(const Pixels& rgb, const Rect& tile) const {
  const auto left = static_cast<std::uint32_t>(tile.x), top = static_cast<std::uint32_t>(tile.y);
  for (std::uint32_t y = top; y < top + tile.height; ++y)
    if (std::memcmp(pixel(rgb, left, y), last_.data() + (y * std::size_t{size_.width} + left) * 3,
                    tile.width * std::size_t{3}) != 0)
      return true;
  return false;
}

void RichWindows::keep(const Pixels& rgb, const Rect& tile) {
  const auto left = static_cast<std::uint32_t>(tile.x), top = static_cast<std::uint32_t>(tile.y);
  for (std::uint32_t y = top; y < top + tile.height; ++y)
    std::memcpy(last_.data() + (y * std::size_t{size_.width} + left) * 3, pixel(rgb, left, y),
                tile.width * std::size_t{3});
}

// --- opening ---

bool RichWindows::on_heavy(const Pixels& rgb) {
  fit(rgb.size);
  const bool again = heavy_at_ != 0 && frame_ - heavy_at_ <= kHeavyWithin;
  heavy_at_ = std::max<std::uint32_t>(frame_, 1);
  bool any = false;
  for_tiles([&](std::uint32_t i, const Rect& area) {
    Tile& tile = tiles_[i];
    const bool windowed = windows_.touch(area);
    if (!again) tile.evidence = 0;
    if (!windowed && again && differs(rgb, area) && richness_of(rgb, area) == Richness::kRich)
      tile.evidence = 1;
    any = any || tile.evidence != 0;
    marks_[i] = windowed || tile.evidence != 0 ? 1 : 0;
    if (!windowed) keep(rgb, area);
  });
  return any && open_marked(rgb, kMostShare);
}

bool RichWindows::on_too_large(const Pixels& rgb) {
  fit(rgb.size);
  if (open()) return false;
  for_tiles([&](std::uint32_t i, const Rect& area) {
    marks_[i] = richness_of(rgb, area) == Richness::kRich ? 1 : 0;
  });
  return open_marked(rgb, kMostShare);
}

bool RichWindows::open_all(const Pixels& rgb) {
  fit(rgb.size);
  for_tiles([&](std::uint32_t i, const Rect& area) {
    marks_[i] = richness_of(rgb, area) != Richness::kNone ? 1 : 0;
  });
  return open_marked(rgb, 100) || open();
}

// One row in sixteen tells whether much has changed.
bool RichWindows::on_rich_picture(const Pixels& rgb) {
  fit(rgb.size);
  std::uint32_t changed = 0;
  const std::size_t row_bytes = size_.width * std::size_t{3};
  for (std::uint32_t y = 0; y < grid().rows(); ++y) {
    const std::uint8_t* const now = rgb.row(std::min(y * kTile + kTile / 2, size_.height - 1));
    std::uint8_t* const before = sample_.data() + y * row_bytes;
    for (std::size_t x = 0; x < row_bytes; x += kTile * 3)
      changed +=
          std::memcmp(now + x, before + x, std::min(row_bytes - x, kTile * std::size_t{3})) != 0;
    std::memcpy(before, now, row_bytes);
  }
  still_ = changed * 4 <= grid().tiles() ? still_ + 1 : 0;
  return still_ >= kStillPictures && open_all(rgb);
}

// Video does not end with a tile: an edge beyond which half of the tiles may be a part of it moves.
void RichWindows::widen(const Pixels& rgb, TileBox& box) const {
  const TileGrid tiles = grid();
  const auto half_is_some = [&](const TileBox& line) {
    std::uint32_t some = 0;
    for (std::uint32_t y = line.top; y < line.bottom; ++y)
      for (std::uint32_t x = line.left; x < line.right; ++x)
        some += richness_of(rgb, tiles.pixels_of({x, y, x + 1, y + 1})) != Richness::kNone;
    return some * 2 >= line.tiles();
  };
  const TileBox at = box;
  if (at.left > 0 && half_is_some({at.left - 1, at.top, at.left, at.bottom})) --box.left;
  if (at.right < tiles.columns() && half_is_some({at.right, at.top, at.right + 1, at.bottom}))
    ++box.right;
  if (at.top > 0 && half_is_some({at.left, at.top - 1, at.right, at.top})) --box.top;
  if (at.bottom < tiles.rows() && half_is_some({at.left, at.bottom, at.right, at.bottom + 1}))
    ++box.bottom;
}

bool RichWindows::dense(const TileBox& box) const {
  std::uint32_t marked = 0;
  for (std::uint32_t y = box.top; y < box.bottom; ++y)
    for (std::uint32_t x = box.left; x < box.right; ++x) marked += marks_[y * grid().columns() + x];
  return marked >= kFewestTiles && marked * 5 >= box.tiles() * 2;
}

// Windows where marks are many and close, if they are not too large a share of the picture.
bool RichWindows::open_marked(const Pixels& rgb, std::uint32_t most_share) {
  const std::uint32_t columns = grid().columns();
  find_boxes(marks_, columns, kGap, kWaste, kMostBoxes, boxes_);
  std::erase_if(boxes_, [&](const TileBox& box) { return !dense(box); });
  for (TileBox& box : boxes_) widen(rgb, box);
  std::ranges::fill(marks_, std::uint8_t{0});
  for (const TileBox& box : boxes_)
    for (std::uint32_t y = box.top; y < box.bottom; ++y)
      std::fill_n(marks_.begin() + y * columns + box.left, box.right - box.left, std::uint8_t{1});
  find_boxes(marks_, columns, 0, kWaste, p3x::Windows::kMost, boxes_);
  p3x::Windows windows;
  std::uint32_t tiles = 0;
  for (const TileBox& box : boxes_) {
    windows.add(grid().pixels_of(box));
    tiles += box.tiles();
  }
  if (windows.empty() || tiles * 100 > grid().tiles() * most_share) return false;
  return becomes(windows);
}

bool RichWindows::becomes(const p3x::Windows& windows) {
  if (windows == windows_) return false;
  close();
  windows_ = windows;
  life_ = std::clamp(life_ * 2, kFirstLife, kLongestLife);
  close_at_ = frame_ + life_;
  all_ = true;
  return true;
}

// --- while some are open ---

bool RichWindows::take(const Pixels& rgb) {
  ++frame_;
  if (!open()) return false;
  fit(rgb.size);
  if (frame_ == close_at_) close();
  if (open() && frame_ % kLookEvery == 0) look_whether_rich(rgb);
  if (!open()) return false;
  std::uint32_t tiles = 0, changed = 0;
  for (const Rect& window : windows_.areas()) {
    const TileBox box = grid().box_of(window);
    tiles += box.tiles();
    for (std::uint32_t y = box.top; y < box.bottom; ++y)
      for (std::uint32_t x = box.left; x < box.right; ++x) {
        Tile& tile = tiles_[y * grid().columns() + x];
        const Rect area = grid().pixels_of({x, y, x + 1, y + 1});
        tile.changed = all_ || differs(rgb, area);
        tile.rested = tile.changed ? std::uint8_t{0}
                                   : static_cast<std::uint8_t>(std::min(tile.rested + 1, 255));
        if (tile.changed) keep(rgb, area);
        changed += tile.changed;
      }
  }
  // A picture that is all rich and all new every time is better sent as what it is.
  const bool much = changed * 2 >= tiles && tiles * 100 > grid().tiles() * kMostShare;
  busy_ = much ? busy_ + 1 : 0;
  if (busy_ >= kBusyPictures) close();
  all_ = all_ && !open();
  return open();
}

// A window in which nothing much was rich for a while is given up, or made smaller.
void RichWindows::look_whether_rich(const Pixels& rgb) {
  std::uint32_t rich = 0, tiles = 0;
  const bool decide = frame_ / kLookEvery % kLooks == 0;
  for_tiles([&](std::uint32_t i, const Rect& area) {
    Tile& tile = tiles_[i];
    marks_[i] = 0;
    if (!windows_.touch(area)) return;
    if (richness_of(rgb, area) == Richness::kRich) tile.rich_looks = 1;
    marks_[i] = tile.rich_looks;
    rich += tile.rich_looks;
    ++tiles;
    if (decide) tile.rich_looks = 0;
  });
  if (!decide || rich * 2 >= tiles || open_marked(rgb, 100) || !boxes_.empty()) return;
  close();
  life_ = 0;
}

// Boxes of the tiles that are wanted, none of which reaches beyond its window.
template <class Wanted>
void RichWindows::find_in_windows(Wanted wanted) {
  parts_.clear();
  parts_.reserve(kMostParts);
  const std::uint32_t columns = grid().columns();
  for (const Rect& window : windows_.areas()) {
    const TileBox box = grid().box_of(window);
    std::ranges::fill(marks_, std::uint8_t{0});
    for (std::uint32_t y = box.top; y < box.bottom; ++y)
      for (std::uint32_t i = y * columns + box.left; i < y * columns + box.right; ++i)
        marks_[i] = wanted(tiles_[i]) ? 1 : 0;
    find_boxes(marks_, columns, 0, kWaste, kMostParts / windows_.areas().size(), boxes_);
    parts_.insert(parts_.end(), boxes_.begin(), boxes_.end());
  }
}

const std::vector<TileBox>& RichWindows::changed() {
  find_in_windows([](const Tile& tile) { return tile.changed; });
  return parts_;
}

const std::vector<TileBox>& RichWindows::inexact(bool all, std::uint32_t most_tiles) {
  find_in_windows([&](const Tile& tile) {
    return tile.inexact && !tile.changed && (all || tile.rested >= kRestFrames);
  });
  std::size_t kept = 0;
  for (TileBox box : parts_) {
    const std::uint32_t rows =
        std::max<std::uint32_t>(most_tiles / (box.right - box.left), kept == 0 ? 1 : 0);
    box.bottom = std::min(box.bottom, box.top + rows);
    if (box.bottom == box.top) break;
    parts_[kept++] = box;
    most_tiles -= std::min(most_tiles, box.tiles());
  }
  parts_.resize(kept);
  return parts_;
}

void RichWindows::sent(const TileBox& box, bool exact) {
  for (std::uint32_t y = box.top; y < box.bottom; ++y)
    for (std::uint32_t x = box.left; x < box.right; ++x) {
      Tile& tile = tiles_[y * grid().columns() + x];
      tile.inexact = !exact;
      tile.changed = false;
    }
}

bool RichWindows::exact() const {
  return std::ranges::none_of(tiles_, [](const Tile& tile) { return tile.inexact; });
}

}  // namespace p3a::sender
