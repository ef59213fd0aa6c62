#include "ports/decode/png_stream.h"

#include <zlib.h>

#include <algorithm>

namespace p3a {
namespace {

constexpr std::uint32_t kIhdr = png_type("IHDR");
constexpr std::uint32_t kPlte = png_type("PLTE");
constexpr std::uint32_t kTrns = png_type("tRNS");
constexpr std::uint32_t kIdat = png_type("IDAT");
constexpr std::uint32_t kFdat = png_type("fdAT");
constexpr std::uint32_t kFctl = png_type("fcTL");
constexpr std::uint32_t kIend = png_type("IEND");
constexpr std::size_t kAround = 12;  // a chunk's length, type and CRC

std::uint32_t crc(std::uint32_t before, ByteView bytes) {
  return static_cast<std::uint32_t>(crc32(before, bytes.data(), static_cast<uInt>(bytes.size())));
}

void append_be32(std::vector<std::uint8_t>& out, std::uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    out.push_back(static_cast<std::uint8_t>(number >> shift));
  }
}

void append_chunk(std::vector<std::uint8_t>& out, std::uint32_t type, ByteView data) {
  append_be32(out, static_cast<std::uint32_t>(data.size()));
  const std::size_t checked_from = out.size();
  append_be32(out, type);
  out.insert(out.end(), data.begin(), data.end());
  append_be32(out, crc(0, ByteView(out).subspan(checked_from)));
}

void append_header(std::vector<std::uint8_t>& out, const PngHeader& header, Size size) {
  std::vector<std::uint8_t> data;
  append_be32(data, size.width);
  append_be32(data, size.height);
  for (const int byte :
       {int{header.bit_depth}, int{header.color_type}, 0, 0, header.interlaced ? 1 : 0}) {
    data.push_back(static_cast<std::uint8_t>(byte));
  }
  append_chunk(out, kIhdr, data);
}

bool read_exactly(ByteSource& source, std::uint64_t offset, ByteSpan out) {
  return source.read_at(offset, out) == out.size();
}

Status damaged() {
  return fail(ErrorCode::kDecodeFailed,
              "The PNG is damaged or cut off. Export it again and send it again.");
}

// Appends the chunk as it lies in the file, after checking its CRC.
Status append_checked(ByteSource& source, const PngChunk& chunk, std::vector<std::uint8_t>& out) {
  constexpr std::size_t kMaxSize = 768;  // the longest of IHDR, PLTE and tRNS
  if (chunk.data_size > kMaxSize || out.size() > 4 * kMaxSize) return damaged();
  std::vector<std::uint8_t> bytes(chunk.data_size + kAround);
  if (!read_exactly(source, chunk.data_offset - 8, bytes)) return damaged();
  const ByteView checked = ByteView(bytes).subspan(4, chunk.data_size + 4);
  if (crc(0, checked) != load_be32(bytes.data() + bytes.size() - 4)) return damaged();
  out.insert(out.end(), bytes.begin(), bytes.end());
  return {};
}

}  // namespace

Result<PngLayout> read_png_layout(ByteSource& source, const ImageLimits& limits) {
  const auto header = parse_png_header(source, limits);
  if (!header) return std::unexpected(header.error());
  PngLayout layout{.header = *header,
                   .palette_chunks = {},
                   .transparent = (header->color_type & 4) != 0,
                   .first_data = 0};
  std::vector<std::uint8_t> ihdr;  // made anew for every frame, so only checked here
  for (PngChunks chunks(source);;) {
    const auto chunk = chunks.next();
    if (!chunk) return std::unexpected(chunk.error());
    Status kept;
    if (chunk->type == kIhdr) kept = append_checked(source, *chunk, ihdr);
    if (chunk->type == kPlte || chunk->type == kTrns) {
      kept = append_checked(source, *chunk, layout.palette_chunks);
    }
    if (chunk->type == kTrns) layout.transparent = true;
    if (!kept) return std::unexpected(kept.error());
    if (chunk->type == kIend) return std::unexpected(damaged().error());
    if (chunk->type != kIdat) continue;
    layout.first_data = chunk->data_offset - 8;
    return layout;
  }
}

PngStream::PngStream(ByteSource& source, const PngLayout& layout, Size size,
                     std::uint64_t first_chunk)
    : source_(&source), chunks_(source, first_chunk) {
  made_up_ = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  append_header(made_up_, layout.header, size);
  made_up_.insert(made_up_.end(), layout.palette_chunks.begin(), layout.palette_chunks.end());
}

bool PngStream::read(ByteSpan out) {
  while (!out.empty()) {
    const std::size_t taken = take(out);
    out = out.subspan(taken);
    if (taken == 0 && !next_piece()) return false;
  }
  return true;
}

// Bytes of the piece at hand; 0 when it is used up or cannot be read.
std::size_t PngStream::take(ByteSpan out) {
  if (made_up_taken_ < made_up_.size()) {
    const std::size_t count = std::min(out.size(), made_up_.size() - made_up_taken_);
    std::copy_n(made_up_.data() + made_up_taken_, count, out.data());
    made_up_taken_ += count;
    return count;
  }
  if (data_left_ == 0) return 0;
  const auto part = out.first(std::min<std::size_t>(out.size(), data_left_));
  const std::size_t count = source_->read_at(data_offset_, part);
  if (is_fdat_) {
    file_crc_ = crc(file_crc_, part.first(count));
    idat_crc_ = crc(idat_crc_, part.first(count));
  }
  data_offset_ += count;
  data_left_ -= static_cast<std::uint32_t>(count);
  return count;
}

bool PngStream::next_piece() {
  if (ended_ || data_left_ > 0) return false;  // the end, or the source gave too little
  made_up_.clear();
  made_up_taken_ = 0;
  if (in_data_) return end_data();
  for (;;) {
    const auto chunk = chunks_.next();
    if (!chunk) return false;
    if (kind_ == 0) kind_ = chunk->type;
    if (chunk->type == kind_) return begin_data(*chunk);
    if (chunk->type == kIend || chunk->type == kFctl) break;
  }
  end_file();
  return true;
}

bool PngStream::begin_data(const PngChunk& chunk) {
  if (chunk.type != kIdat && chunk.type != kFdat) return false;
  is_fdat_ = chunk.type == kFdat;
  in_data_ = true;
  data_offset_ = chunk.data_offset;
  data_left_ = chunk.data_size;
  if (is_fdat_) {
    std::array<std::uint8_t, 8> head{'f', 'd', 'A', 'T'};  // and the sequence number
    if (data_left_ < 4 || !read_exactly(*source_, data_offset_, ByteSpan(head).subspan(4))) {
      return false;
    }
    file_crc_ = crc(0, head);
    data_offset_ += 4;
    data_left_ -= 4;
  }
  append_be32(made_up_, data_left_);
  append_be32(made_up_, kIdat);
  idat_crc_ = crc(0, ByteView(made_up_).subspan(4));
  return true;
}

// The CRC of an IDAT goes to libspng as it is, which checks it.
bool PngStream::end_data() {
  in_data_ = false;
  std::array<std::uint8_t, 4> written{};
  if (!read_exactly(*source_, data_offset_, written)) return false;
  if (!is_fdat_) {
    made_up_.assign(written.begin(), written.end());
    return true;
  }
  append_be32(made_up_, idat_crc_);
  return load_be32(written.data()) == file_crc_;
}

void PngStream::end_file() {
  ended_ = true;
  append_chunk(made_up_, kIend, {});
}

}  // namespace p3a
