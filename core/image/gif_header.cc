#include "core/image/gif_header.h"

#include "core/image/read_bytes.h"

namespace p3a {

Result<Size> parse_gif_header(ByteSource& source, const ImageLimits& limits) {
  constexpr std::size_t kHeaderBytes = 13;
  const auto head = read_bytes<kHeaderBytes>(source, 0);
  if (!head || format_from_magic(*head) != ImageFormat::kGif) {
    return fail(ErrorCode::kDecodeFailed, "the GIF is cut off in its header: send the whole file");
  }
  const Size size{load_le16(head->data() + 6), load_le16(head->data() + 8)};
  if (const Status checked = check_size(size, limits); !checked) {
    return std::unexpected(checked.error());
  }
  const std::uint8_t flags = (*head)[10];
  const bool has_palette = (flags & 0x80) != 0;
  const std::uint64_t palette_bytes = has_palette ? std::uint64_t{3} << ((flags & 7) + 1) : 0;
  if (source.size() <= kHeaderBytes + palette_bytes) {
    return fail(ErrorCode::kDecodeFailed,
                "the GIF ends before its first frame: send the whole file");
  }
  return size;
}

}  // namespace p3a
