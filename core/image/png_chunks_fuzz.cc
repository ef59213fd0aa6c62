// The PNG walkers on any bytes: every chunk and frame that they hand out lies where it must, and
// they come to an end within steps bounded by the file.
#include "core/image/counting_source.h"
#include "core/image/png_chunks.h"
#include "fuzz/require.h"

using namespace p3a;

namespace {

constexpr std::uint64_t kSmallestChunk = 12;

void walk_chunks(ByteView bytes) {
  CountingSource source(bytes);
  PngChunks chunks(source);
  std::uint64_t last_end = kPngSignatureBytes;
  for (;;) {
    const auto chunk = chunks.next();
    require(source.reads() <= bytes.size() / kSmallestChunk + 1, "one read for each chunk");
    if (!chunk) return;
    require(chunk->data_offset == last_end + 8, "chunks follow each other");
    last_end = chunk->data_offset + chunk->data_size + 4;
    require(last_end <= bytes.size(), "a chunk lies within the file");
    require(chunks.offset() == last_end, "the next chunk starts where this one ends");
    if (chunk->type == png_type("IEND")) return;
  }
}

void check_frame(ByteSource& source, const PngHeader& header, const ApngFrame& frame, bool first) {
  require(!frame.region.empty() && frame.region.within(header.size), "a region on the canvas");
  require(frame.dispose <= ApngDispose::kPrevious, "a disposal that exists");
  require(frame.blend <= ApngBlend::kOver, "a blend that exists");
  const auto pixels = PngChunks(source, frame.first_chunk).next();
  require(pixels.has_value(), "the pixels lie within the file");
  const bool in_default_image = first && header.first_is_frame;
  require(pixels->type == (in_default_image ? png_type("IDAT") : png_type("fdAT")),
          "the pixels are of the frame's own kind");
  require(in_default_image || pixels->data_size >= 4, "fdAT has its sequence number");
}

/// How many frames were given; nothing when the walker refused.
std::optional<std::uint32_t> walk_frames(ByteView bytes, const PngHeader& header) {
  CountingSource source(bytes);
  MemorySource pixels(bytes);
  ApngWalker walker(source, header);
  std::uint64_t last_chunk = 0;
  for (std::uint32_t given = 0;; ++given) {
    const auto frame = walker.next();
    require(source.reads() <= 3 * (bytes.size() / kSmallestChunk + 1), "bounded reads");
    if (!frame) return std::nullopt;
    if (!*frame) return given;
    require(given < header.frames, "not more frames than announced");
    require((*frame)->first_chunk > last_chunk, "frames come in the order of the file");
    last_chunk = (*frame)->first_chunk;
    check_frame(pixels, header, **frame, given == 0);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  walk_chunks(bytes);
  MemorySource source(bytes);
  const ImageLimits limits;
  const auto header = parse_png_header(source, limits);
  if (!header) return 0;
  require(check_size(header->size, limits).has_value(), "the size is within the limits");
  require(header->frames >= 1 && header->frames <= limits.max_frames, "frames within the limits");
  const auto given = walk_frames(bytes, *header);
  require(!given || *given == header->frames, "all announced frames or a refusal");
  if (check_png_chunks(source, *header) && header->frames > 1) {
    require(given.has_value(), "what the check takes can be played");
  }
  return 0;
}
