#include "ports/client/png_floor.h"

#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "sender/ports.h"

namespace p3a::sender {
namespace {

// What the first rows may take more than their share of the whole: a table of code lengths (at
// most 14 + 19 * 3 bits and 316 lengths of at most 7), that zlib's codes of at most 15 bits are not
// the best of that length by a little, and what it makes of the last bytes for want of more.
constexpr std::size_t kCodeBytes = 320;
// A match is decided on with no more of the rest than 258 bytes twice and what is read ahead. If
// all of that is 0 it takes a few matches, else at worst as many literals of 15 bits.
constexpr std::size_t kTail = 528;
constexpr std::size_t kZeroTailBytes = 32, kTailBytes = kTail * 2;

constexpr std::uint8_t kNone = 0, kUp = 2;  // PNG's numbers of two filters

std::uint8_t minus(int a, int b) { return static_cast<std::uint8_t>(a - b); }

std::uint8_t paeth(int a, int b, int c) {
  const int to_a = std::abs(b - c), to_b = std::abs(a - c), to_c = std::abs(a + b - 2 * c);
  return static_cast<std::uint8_t>(to_a <= to_b && to_a <= to_c ? a : to_b <= to_c ? b : c);
}

std::uint32_t sum_of_differences(const std::vector<std::uint8_t>& filtered) {
  std::uint32_t sum = 0;
  for (std::size_t i = 1; i < filtered.size(); ++i) {
    const std::uint32_t value = filtered[i];
    sum += std::min(value, 256 - value);
  }
  return sum;
}

bool all_zero(ByteView bytes) {
  return bytes[0] == 0 && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
}

}  // namespace

// zlib as libspng sets it up, of which only the size is kept. A copy of it is finished to know that
// size, in memory that stays.
struct PngFloor::Deflate {
  Deflate() {
    stream.zalloc = take;
    stream.zfree = [](voidpf, voidpf) {};
    stream.opaque = this;
    ready = deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS, 8, Z_FILTERED) == Z_OK;
    own = taken;
  }
  Deflate(const Deflate&) = delete;

  void add(ByteView bytes) {
    stream.next_in = const_cast<Bytef*>(bytes.data());
    stream.avail_in = static_cast<uInt>(bytes.size());
    run(stream, Z_NO_FLUSH);
  }
  // If nothing followed; nothing if there is no memory.
  std::optional<std::size_t> size_now() {
    taken = own;
    z_stream copy{};
    if (deflateCopy(&copy, &stream) != Z_OK) return std::nullopt;
    copy.avail_in = 0;
    run(copy, Z_FINISH);
    return copy.total_out;
  }

  static voidpf take(voidpf self, uInt items, uInt size) {
    auto& of = *static_cast<Deflate*>(self);
    const std::size_t bytes = (std::size_t{items} * size + 15) / 16 * 16;
    if (bytes > of.memory.size() - of.taken) return nullptr;
    of.taken += bytes;
    return of.memory.data() + of.taken - bytes;
  }

  static void run(z_stream& to, int flush) {
    std::array<Bytef, 4096> out;
    do {
      to.next_out = out.data();
      to.avail_out = out.size();
      if (deflate(&to, flush) == Z_STREAM_END) return;
    } while (to.avail_out == 0);
  }

  std::vector<std::uint8_t> memory = std::vector<std::uint8_t>(600'000);  // zconf.h: twice 268 KB
  std::size_t taken = 0, own = 0;
  z_stream stream{};
  bool ready = false;
};

PngFloor::PngFloor() = default;
PngFloor::~PngFloor() = default;

void PngFloor::fit(std::size_t row_bytes) {
  if (!deflate_) deflate_ = std::make_unique<Deflate>();
  above_.assign(row_bytes, 0);
  for (std::size_t i = 0; i < kFilters; ++i) {
    filtered_[i].resize(row_bytes + 1);
    filtered_[i][0] = static_cast<std::uint8_t>(i);
  }
}

bool PngFloor::takes_more(Size size, const PngRows& rows, std::size_t bytes) {
  constexpr std::uint32_t kFirstLook = 24, kMoreBy = 5, kPatience = 20;
  if (size.pixels() == 0) return false;
  const std::size_t row_bytes = std::size_t{size.width} * 3;
  fit(row_bytes);
  if (!deflate_->ready || deflateReset(&deflate_->stream) != Z_OK) return false;
  // The next picture of a stream is like the last one.
  const std::uint32_t first_look = std::max(kFirstLook, rows_ - rows_ / 8);
  for (std::uint32_t y = 0, look = first_look; y < size.height; ++y) {
    const ByteView filtered = filter(rows(y));
    deflate_->add(filtered);
    // It is looked at where a row repeats, if one does soon.
    const bool last = y + 1 == size.height;
    const bool zeros = row_bytes >= kTail && all_zero(filtered.subspan(1));
    if (!last && (y < look || (!zeros && y < look + kPatience))) continue;
    look = y + std::max(kFirstLook / 2, y / kMoreBy);
    const auto now = deflate_->size_now();
    const std::size_t less = last ? 0 : kCodeBytes + (zeros ? kZeroTailBytes : kTailBytes);
    if (!now || kPngHeadBytes + *now <= bytes + less) continue;
    rows_ = y;
    return true;
  }
  rows_ = 0;
  return false;
}

// One row as libspng filters it: by whichever of the five leaves the smallest sum of differences.
ByteView PngFloor::filter(ByteView row) {
  std::size_t best = 0;
  if (std::memcmp(row.data(), above_.data(), row.size()) == 0) {
    best = all_zero(row) ? kNone : kUp;
    std::fill(filtered_[best].begin() + 1, filtered_[best].end(), std::uint8_t{0});
    return filtered_[best];
  }
  filter_all(row.data());
  std::memcpy(above_.data(), row.data(), row.size());
  std::uint32_t best_sum = ~0U;
  for (std::size_t i = 0; i < kFilters; ++i) {
    const std::uint32_t sum = sum_of_differences(filtered_[i]);
    if (sum >= best_sum) continue;
    best = i;
    best_sum = sum;
  }
  return filtered_[best];
}

void PngFloor::filter_all(const std::uint8_t* row) {
  const std::size_t bytes = above_.size();
  const std::uint8_t* const up = above_.data();
  std::uint8_t *const none = &filtered_[0][1], *const sub = &filtered_[1][1],
                      *const above = &filtered_[2][1], *const average = &filtered_[3][1],
                      *const path = &filtered_[4][1];
  std::memcpy(none, row, bytes);
  for (std::size_t i = 0; i < 3; ++i) {
    sub[i] = row[i];
    above[i] = path[i] = minus(row[i], up[i]);
    average[i] = minus(row[i], up[i] / 2);
  }
  for (std::size_t i = 3; i < bytes; ++i) {
    above[i] = minus(row[i], up[i]);
    sub[i] = minus(row[i], row[i - 3]);
    average[i] = minus(row[i], (row[i - 3] + up[i]) / 2);
  }
  for (std::size_t i = 3; i < bytes; ++i)
    path[i] = minus(row[i], paeth(row[i - 3], up[i], up[i - 3]));
}

}  // namespace p3a::sender
