#include "core/image/webp_header.h"

#include "core/image/read_bytes.h"

namespace p3a {
namespace {

constexpr std::uint64_t kHeadBytes = 8;  // of a RIFF chunk: four letters and a size

/// The numbers behind them are little-endian, so the letters are too.
constexpr std::uint32_t four_cc(const char (&letters)[5]) {
  return static_cast<std::uint32_t>(letters[3]) << 24 |
         static_cast<std::uint32_t>(letters[2]) << 16 |
         static_cast<std::uint32_t>(letters[1]) << 8 | static_cast<std::uint32_t>(letters[0]);
}

struct Chunk {
  std::uint32_t type = 0;
  std::uint64_t data_offset = 0;
  std::uint32_t data_size = 0;
  std::uint64_t next() const { return data_offset + data_size + data_size % 2; }
};

auto cut_off() {
  return fail(ErrorCode::kDecodeFailed, "the WebP file is cut off: send the whole file");
}
auto broken() {
  return fail(ErrorCode::kDecodeFailed, "the WebP file's header is broken: save the picture again");
}

/// The chunk at `offset`, which lies wholly before `end`.
Result<Chunk> read_chunk(ByteSource& source, std::uint64_t offset, std::uint64_t end) {
  const auto head = read_bytes<kHeadBytes>(source, offset);
  if (!head || end < offset + kHeadBytes) return cut_off();
  const Chunk chunk{load_le32(head->data()), offset + kHeadBytes, load_le32(head->data() + 4)};
  if (chunk.data_size > end - chunk.data_offset) return cut_off();
  return chunk;
}

/// RFC 6386, 9.1: frame tag, start code, 14 bits of width and of height, each below 2 bits of
/// scale.
Result<Size> vp8_size(ByteSource& source, const Chunk& chunk) {
  const auto data = read_bytes<10>(source, chunk.data_offset);
  if (!data || chunk.data_size < data->size()) return cut_off();
  const bool key_frame = ((*data)[0] & 1) == 0;
  if (!key_frame || (*data)[3] != 0x9D || (*data)[4] != 0x01 || (*data)[5] != 0x2A) return broken();
  return Size{load_le16(data->data() + 6) & 0x3FFFu, load_le16(data->data() + 8) & 0x3FFFu};
}

/// RFC 9649, 3.4: signature, 14 bits of width - 1, 14 of height - 1, alpha, 3 bits of version.
Result<Size> vp8l_size(ByteSource& source, const Chunk& chunk) {
  const auto data = read_bytes<5>(source, chunk.data_offset);
  if (!data || chunk.data_size < data->size()) return cut_off();
  const std::uint32_t bits = load_le32(data->data() + 1);
  if ((*data)[0] != 0x2F || bits >> 29 != 0) return broken();
  return Size{(bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1};
}

std::uint32_t load_le24(const std::uint8_t* p) {
  return load_le16(p) | static_cast<std::uint32_t>(p[2]) << 16;
}

Result<std::uint32_t> count_frames(ByteSource& source, std::uint64_t offset, std::uint64_t end,
                                   const ImageLimits& limits) {
  constexpr std::uint32_t kOtherChunks = 256;  // ANIM, ICCP, EXIF, XMP and what nobody knows
  std::uint32_t frames = 0;
  for (std::uint64_t chunks = 0; offset < end; ++chunks) {
    const auto chunk = read_chunk(source, offset, end);
    if (!chunk) return std::unexpected(chunk.error());
    if (chunk->type == four_cc("ANMF")) ++frames;
    if (frames > limits.max_frames || chunks > std::uint64_t{limits.max_frames} + kOtherChunks) {
      return fail(ErrorCode::kDecodeLimit, "the animation has more than ", limits.max_frames,
                  " frames, which is what this display takes: save it with fewer");
    }
    offset = chunk->next();
  }
  if (frames == 0) return broken();
  return frames;
}

/// RFC 9649, 2.7: flags, 3 reserved bytes, 24 bits of canvas width - 1 and of height - 1.
Result<WebpHeader> extended_header(ByteSource& source, const Chunk& chunk, std::uint64_t end,
                                   const ImageLimits& limits) {
  const auto data = read_bytes<10>(source, chunk.data_offset);
  if (!data || chunk.data_size < data->size()) return cut_off();
  WebpHeader header;
  header.size = {load_le24(data->data() + 4) + 1, load_le24(data->data() + 7) + 1};
  header.animated = ((*data)[0] & 0x02) != 0;
  if (!header.animated) return header;
  const auto frames = count_frames(source, chunk.next(), end, limits);
  if (!frames) return std::unexpected(frames.error());
  header.frames = *frames;
  return header;
}

Result<WebpHeader> first_chunk_header(ByteSource& source, const Chunk& chunk, std::uint64_t end,
                                      const ImageLimits& limits) {
  if (chunk.type == four_cc("VP8X")) return extended_header(source, chunk, end, limits);
  if (chunk.type != four_cc("VP8 ") && chunk.type != four_cc("VP8L")) return broken();
  const auto size =
      chunk.type == four_cc("VP8 ") ? vp8_size(source, chunk) : vp8l_size(source, chunk);
  if (!size) return std::unexpected(size.error());
  return WebpHeader{.size = *size};
}

}  // namespace

Result<WebpHeader> parse_webp_header(ByteSource& source, const ImageLimits& limits) {
  constexpr std::uint64_t kRiffBytes = 12;  // "RIFF", size of what follows, "WEBP"
  const auto riff = read_bytes<kRiffBytes>(source, 0);
  if (!riff || format_from_magic(*riff) != ImageFormat::kWebp) return cut_off();
  const std::uint64_t end = kHeadBytes + load_le32(riff->data() + 4);
  if (end > source.size()) return cut_off();
  const auto chunk = read_chunk(source, kRiffBytes, end);
  if (!chunk) return std::unexpected(chunk.error());
  const auto header = first_chunk_header(source, *chunk, end, limits);
  if (!header) return header;
  if (const Status checked = check_size(header->size, limits); !checked) {
    return std::unexpected(checked.error());
  }
  return header;
}

}  // namespace p3a
