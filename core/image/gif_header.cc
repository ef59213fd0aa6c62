#include "core/image/gif_header.h"

#include <algorithm>

#include "core/image/read_bytes.h"

namespace p3a {
namespace {

constexpr std::size_t kHeaderBytes = 13;
constexpr std::size_t kFlagsAt = 10;

/// Of a colour table whose size stands in these flags.
std::uint64_t palette_bytes(std::uint8_t flags) {
  return (flags & 0x80) != 0 ? std::uint64_t{3} << ((flags & 7) + 1) : 0;
}

auto broken(std::string_view what) { return fail(ErrorCode::kDecodeFailed, "the GIF ", what); }
auto cut_off() { return broken("is cut off: send the whole file"); }

/// Bytes one after the other, read in pieces that are no larger than what a sub-block may skip.
class Cursor {
 public:
  Cursor(ByteSource& source, std::uint64_t offset) : source_(&source), offset_(offset) {}

  /// Nothing at the end of the file.
  std::optional<std::uint8_t> next() {
    if (left_.empty()) {
      left_ = ByteView(piece_).first(source_->read_at(offset_, piece_));
      offset_ += left_.size();
      if (left_.empty()) return std::nullopt;
    }
    const std::uint8_t byte = left_.front();
    left_ = left_.subspan(1);
    return byte;
  }
  void skip(std::uint64_t bytes) {
    const auto here = static_cast<std::size_t>(std::min<std::uint64_t>(bytes, left_.size()));
    left_ = left_.subspan(here);
    offset_ += bytes - here;
  }
  /// Past the sub-blocks and the empty one that ends them.
  bool skip_sub_blocks() {
    for (;;) {
      const auto size = next();
      if (!size) return false;
      if (*size == 0) return true;
      skip(*size);
    }
  }

 private:
  ByteSource* source_;
  std::uint64_t offset_;  // of what follows the piece
  std::array<std::uint8_t, 128> piece_{};
  ByteView left_;
};

}  // namespace

Result<Size> parse_gif_header(ByteSource& source, const ImageLimits& limits) {
  const auto head = read_bytes<kHeaderBytes>(source, 0);
  if (!head || format_from_magic(*head) != ImageFormat::kGif) {
    return broken("is cut off in its header: send the whole file");
  }
  const Size size{load_le16(head->data() + 6), load_le16(head->data() + 8)};
  if (const Status checked = check_size(size, limits); !checked) {
    return std::unexpected(checked.error());
  }
  if (source.size() <= kHeaderBytes + palette_bytes((*head)[kFlagsAt])) {
    return broken("ends before its first frame: send the whole file");
  }
  return size;
}

Result<std::uint32_t> count_gif_frames(ByteSource& source, const ImageLimits& limits) {
  constexpr std::uint8_t kExtension = 0x21;
  constexpr std::uint8_t kImage = 0x2C;
  constexpr std::uint8_t kTrailer = 0x3B;
  const auto flags = read_bytes<1>(source, kFlagsAt);
  if (!flags) return cut_off();
  Cursor cursor(source, kHeaderBytes + palette_bytes(flags->front()));
  std::uint32_t frames = 0;
  for (;;) {
    const auto kind = cursor.next();
    if (!kind) return cut_off();
    if (*kind == kTrailer) break;
    if (*kind == kImage) {
      cursor.skip(8);  // place and size
      const auto image_flags = cursor.next();
      if (!image_flags) return cut_off();
      cursor.skip(palette_bytes(*image_flags) + 1);  // and the size of the first codes
      if (frames++ == limits.max_frames) {
        return fail(ErrorCode::kDecodeLimit, "the GIF has more than ", limits.max_frames,
                    " frames, which is what this display takes: save it with fewer");
      }
    } else if (*kind == kExtension) {
      cursor.skip(1);  // its label
    } else {
      return broken("is damaged: save it again");
    }
    if (!cursor.skip_sub_blocks()) return cut_off();
  }
  if (frames == 0) return broken("has no picture in it: export it again");
  return frames;
}

}  // namespace p3a
