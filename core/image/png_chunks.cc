#include "core/image/png_chunks.h"

#include <algorithm>

#include "core/image/read_bytes.h"

namespace p3a {
namespace {

constexpr std::uint64_t kHeadBytes = 8;  // length and type
constexpr std::uint64_t kCrcBytes = 4;

auto cut_off() { return fail(ErrorCode::kDecodeFailed, "the PNG is cut off: send the whole file"); }
auto broken(std::string_view what) {
  return fail(ErrorCode::kDecodeFailed, "the PNG is broken (", what, "): save the picture again");
}

bool is_letter(std::uint32_t byte) {
  return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

bool is_chunk_type(std::uint32_t type) {
  return is_letter(type >> 24) && is_letter(type >> 16 & 0xFF) && is_letter(type >> 8 & 0xFF) &&
         is_letter(type & 0xFF);
}

/// PNG, table 11.1.
bool is_pixel_format(std::uint8_t color_type, std::uint8_t bit_depth) {
  const bool up_to_byte = bit_depth == 1 || bit_depth == 2 || bit_depth == 4 || bit_depth == 8;
  switch (color_type) {
    case 0:
      return up_to_byte || bit_depth == 16;
    case 3:
      return up_to_byte;
    case 2:
    case 4:
    case 6:
      return bit_depth == 8 || bit_depth == 16;
    default:
      return false;
  }
}

/// IHDR: width, height, bit depth, colour type, compression, filter, interlace.
Result<PngHeader> read_image_header(ByteSource& source, const PngChunk& chunk,
                                    const ImageLimits& limits) {
  constexpr std::uint32_t kBytes = 13;
  if (chunk.type != png_type("IHDR") || chunk.data_size != kBytes) return broken("no header");
  const auto data = read_bytes<kBytes>(source, chunk.data_offset);
  if (!data) return cut_off();
  PngHeader header;
  header.size = {load_be32(data->data()), load_be32(data->data() + 4)};
  if (const Status checked = check_size(header.size, limits); !checked) {
    return std::unexpected(checked.error());
  }
  header.bit_depth = (*data)[8];
  header.color_type = (*data)[9];
  if (!is_pixel_format(header.color_type, header.bit_depth)) return broken("no such pixel format");
  if ((*data)[10] != 0 || (*data)[11] != 0 || (*data)[12] > 1) return broken("no such method");
  header.interlaced = (*data)[12] == 1;
  return header;
}

/// acTL: number of frames and of plays.
Result<std::uint32_t> read_frame_count(ByteSource& source, const PngChunk& chunk,
                                       const ImageLimits& limits) {
  const auto data = read_bytes<8>(source, chunk.data_offset);
  if (!data || chunk.data_size != data->size()) return broken("bad animation header");
  const std::uint32_t frames = load_be32(data->data());
  if (frames == 0) return broken("an animation of no frames");
  if (frames > limits.max_frames) {
    return fail(ErrorCode::kDecodeLimit, "the animation has ", frames,
                " frames, this display takes at most ", limits.max_frames,
                ": save it with fewer frames");
  }
  return frames;
}

std::uint32_t delay_in_us(std::uint32_t numerator, std::uint32_t denominator) {
  const std::uint64_t us = std::uint64_t{numerator} * 1'000'000 / (denominator ? denominator : 100);
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(us, 0xFFFFFFFF));
}

}  // namespace

Result<PngChunk> PngChunks::next() {
  if (++count_ > kMaxPngChunks) {
    return fail(ErrorCode::kDecodeLimit, "the PNG has more than ", kMaxPngChunks,
                " chunks: save the picture again");
  }
  const auto head = read_bytes<kHeadBytes>(*source_, offset_);
  if (!head) return cut_off();
  const PngChunk chunk{load_be32(head->data() + 4), offset_ + kHeadBytes, load_be32(head->data())};
  if (!is_chunk_type(chunk.type) || chunk.data_size > 0x7FFFFFFF) return broken("no chunk");
  const std::uint64_t end = chunk.data_offset + chunk.data_size + kCrcBytes;
  if (end > source_->size()) return cut_off();
  offset_ = end;
  return chunk;
}

Result<PngHeader> parse_png_header(ByteSource& source, const ImageLimits& limits) {
  const auto signature = read_bytes<kPngSignatureBytes>(source, 0);
  if (!signature || format_from_magic(*signature) != ImageFormat::kPng) return broken("no PNG");
  PngChunks chunks(source);
  const auto first = chunks.next();
  if (!first) return std::unexpected(first.error());
  Result<PngHeader> header = read_image_header(source, *first, limits);
  if (!header) return header;

  bool animated = false;
  bool control_before_pixels = false;
  for (;;) {
    const auto chunk = chunks.next();
    if (!chunk) return std::unexpected(chunk.error());
    if (chunk->type == png_type("IDAT")) break;
    if (chunk->type == png_type("IEND")) return broken("no pixels");
    if (chunk->type == png_type("fcTL")) control_before_pixels = true;
    if (chunk->type != png_type("acTL")) continue;
    const auto frames = read_frame_count(source, *chunk, limits);
    if (!frames) return std::unexpected(frames.error());
    header->frames = *frames;
    animated = true;
  }
  header->first_is_frame = !animated || control_before_pixels;
  return header;
}

Status check_png_chunks(ByteSource& source, const PngHeader& header) {
  PngChunks chunks(source);
  for (std::uint32_t type = 0; type != png_type("IEND");) {
    const auto chunk = chunks.next();
    if (!chunk) return std::unexpected(chunk.error());
    type = chunk->type;
  }
  if (header.frames == 1) return {};
  ApngWalker walker(source, header);
  for (;;) {
    const auto frame = walker.next();
    if (!frame) return std::unexpected(frame.error());
    if (!*frame) return {};
  }
}

Status ApngWalker::check_sequence(const PngChunk& chunk) {
  const auto number = read_bytes<4>(*source_, chunk.data_offset);
  if (!number || chunk.data_size < number->size() || load_be32(number->data()) != sequence_) {
    return broken("animation frames out of order");
  }
  ++sequence_;
  return {};
}

/// fcTL: sequence number, width, height, x, y, delay as a fraction (16 bits each), dispose, blend.
Result<ApngFrame> ApngWalker::read_control(const PngChunk& chunk) {
  if (const Status status = check_sequence(chunk); !status) return std::unexpected(status.error());
  constexpr std::uint32_t kBytes = 26;
  const auto data = read_bytes<kBytes>(*source_, chunk.data_offset);
  if (!data || chunk.data_size != kBytes) return broken("bad animation frame");
  const std::uint8_t* const p = data->data();
  const Size size{load_be32(p + 4), load_be32(p + 8)};
  const std::uint64_t x = load_be32(p + 12);
  const std::uint64_t y = load_be32(p + 16);
  const bool whole = size == header_.size;  // what the default image always is
  if (size.width == 0 || size.height == 0 || x + size.width > header_.size.width ||
      y + size.height > header_.size.height || (given_ == 0 && header_.first_is_frame && !whole)) {
    return broken("animation frame off the canvas");
  }
  if (p[24] > 2 || p[25] > 1) return broken("bad animation frame");
  return ApngFrame{.region = {static_cast<std::int32_t>(x), static_cast<std::int32_t>(y),
                              size.width, size.height},
                   .delay_us = delay_in_us(load_be16(p + 20), load_be16(p + 22)),
                   .dispose = static_cast<ApngDispose>(p[24]),
                   .blend = static_cast<ApngBlend>(p[25])};
}

Result<std::optional<ApngFrame>> ApngWalker::next() {
  if (given_ == header_.frames) return std::nullopt;
  const bool in_default_image = given_ == 0 && header_.first_is_frame;
  const std::uint32_t pixels = in_default_image ? png_type("IDAT") : png_type("fdAT");
  std::optional<ApngFrame> frame;  // once its control chunk has been read
  PngChunks chunks(*source_, offset_);
  for (;;) {
    const std::uint64_t head = chunks.offset();
    const auto chunk = chunks.next();
    if (!chunk) return std::unexpected(chunk.error());
    if (chunk->type == png_type("IEND")) return broken("animation frames are missing");
    if (chunk->type == png_type("fcTL")) {
      if (frame) return broken("animation frame without pixels");
      const auto control = read_control(*chunk);
      if (!control) return std::unexpected(control.error());
      frame = *control;
    } else if (chunk->type == png_type("fdAT")) {
      if (const Status status = check_sequence(*chunk); !status) {
        return std::unexpected(status.error());
      }
    }
    if (!frame || chunk->type != pixels) continue;
    frame->first_chunk = head;
    offset_ = chunks.offset();
    ++given_;
    return frame;
  }
}

}  // namespace p3a
