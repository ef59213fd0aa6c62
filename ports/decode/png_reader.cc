#include "ports/decode/png_reader.h"

#include <algorithm>

namespace p3a {
namespace {

int read_stream(spng_ctx*, void* stream, void* out, std::size_t size) {
  const ByteSpan bytes(static_cast<std::uint8_t*>(out), size);
  return static_cast<PngStream*>(stream)->read(bytes) ? SPNG_OK : SPNG_IO_EOF;
}

Status failed(int error) {
  if (error == SPNG_EMEM) {
    return fail(ErrorCode::kDecodeLimit,
                "There is no memory left to decode the PNG. Send a smaller one.");
  }
  return fail(ErrorCode::kDecodeFailed, "The PNG is damaged or cut off (",
              std::string_view(spng_strerror(error)), "). Export it again and send it again.");
}

}  // namespace

Status PngReader::begin(Size size, std::uint64_t first_chunk, RowFormat format) {
  stream_.emplace(*source_, layout_, size, first_chunk);
  context_.reset(spng_ctx_new(0));
  if (!context_) return failed(SPNG_EMEM);
  format_ = format;
  next_row_ = 0;
  spng_ctx* const context = context_.get();
  // Damaged transparency is as bad as damaged pixels, so ancillary chunks must be right, too.
  spng_set_crc_action(context, SPNG_CRC_ERROR, SPNG_CRC_ERROR);
  spng_set_image_limits(context, size.width, size.height);
  spng_set_chunk_limits(context, 64 * 1024, 64 * 1024);
  if (const int error = spng_set_png_stream(context, read_stream, &*stream_)) return failed(error);
  const int target = format == RowFormat::kRgb888 ? SPNG_FMT_RGB8 : SPNG_FMT_RGBA8;
  const int flags = SPNG_DECODE_PROGRESSIVE | (format == RowFormat::kRgb888 ? 0 : SPNG_DECODE_TRNS);
  if (const int error = spng_decode_image(context, nullptr, 0, target, flags)) return failed(error);
  return layout_.header.interlaced ? decode_interlaced(size) : Status{};
}

// Each pass gives some pixels of some rows, so that no row is whole before the last pass.
Status PngReader::decode_interlaced(Size size) {
  const std::size_t row_bytes = size.width * row_pixel_bytes(format_);
  if (const Status taken = whole_.reserve(row_bytes * size.height); !taken) return taken;
  for (int error = SPNG_OK; error != SPNG_EOI;) {
    spng_row_info row{};
    error = spng_get_row_info(context_.get(), &row);
    if (error == SPNG_EOI) break;  // tells the end so when the last pass has no pixels
    if (error) return failed(error);
    std::uint8_t* const out = whole_.data() + row.row_num * row_bytes;
    error = spng_decode_row(context_.get(), out, row_bytes);
    if (error && error != SPNG_EOI) return failed(error);
  }
  return {};
}

Status PngReader::read_row(ByteSpan row) {
  if (layout_.header.interlaced) {
    std::copy_n(whole_.data() + next_row_ * row.size(), row.size(), row.data());
    ++next_row_;
    return {};
  }
  const int error = spng_decode_row(context_.get(), row.data(), row.size());
  if (error && error != SPNG_EOI) return failed(error);
  return {};
}

Status PngReader::finish() {
  if (const int error = spng_decode_chunks(context_.get())) return failed(error);
  return {};
}

}  // namespace p3a
