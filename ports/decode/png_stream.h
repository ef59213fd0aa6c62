// One frame of a PNG or APNG file as the PNG file that it would be on its own, made up on the fly.
//
// libspng decodes plain PNG streams only. Each frame is given to it as signature, IHDR with the
// frame's size, the file's PLTE and tRNS, the frame's IDAT chunks (an fdAT, checked, becomes an
// IDAT) and IEND. Every other chunk is left out: text, colour profiles and the like never cost
// memory, whatever they claim to inflate to (gAMA and iCCP are ignored with them, as senders of
// pixels mean sRGB). The source must outlive the stream; one thread at a time.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "core/image/png_chunks.h"

namespace p3a {

/// What all frames of a file have in common.
struct PngLayout {
  PngHeader header;
  std::vector<std::uint8_t> palette_chunks;  ///< PLTE and tRNS as they lie in the file
  bool transparent = false;                  ///< an alpha channel, or tRNS
  std::uint64_t first_data = 0;              ///< offset of the first IDAT's head
};

/// Errors: those of parse_png_header(), and kDecodeFailed.
Result<PngLayout> read_png_layout(ByteSource& source, const ImageLimits& limits);

class PngStream {
 public:
  /// `first_chunk`: the offset of the head of the frame's first IDAT or fdAT chunk.
  PngStream(ByteSource& source, const PngLayout& layout, Size size, std::uint64_t first_chunk);
  /// Fills `out` with the next bytes of the made-up file; false when the file is damaged or cut
  /// off.
  bool read(ByteSpan out);

 private:
  bool next_piece();
  bool begin_data(const PngChunk& chunk);
  bool end_data();
  void end_file();
  std::size_t take(ByteSpan out);

  ByteSource* source_;
  PngChunks chunks_;
  std::vector<std::uint8_t> made_up_;  // bytes of our own that come next
  std::size_t made_up_taken_ = 0;
  std::uint64_t data_offset_ = 0;  // after them, this part of the source
  std::uint32_t data_left_ = 0;
  bool in_data_ = false;
  bool is_fdat_ = false;
  bool ended_ = false;
  std::uint32_t file_crc_ = 0;  // of the fdAT chunk as it lies in the file
  std::uint32_t idat_crc_ = 0;  // of the IDAT chunk that it becomes
  std::uint32_t kind_ = 0;      // IDAT or fdAT: the one that this frame is made of
};

}  // namespace p3a
