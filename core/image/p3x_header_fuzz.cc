// The head and index of a P3X file on any bytes: what is taken has every frame within the file, one
// after the other, and is written as it was read.
#include "core/image/counting_source.h"
#include "core/image/p3x_header.h"
#include "fuzz/require.h"

using namespace p3a;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  CountingSource source(bytes);
  const ImageLimits limits;
  const auto header = parse_p3x_header(source, limits);
  require(source.reads() <= size / (16 * kP3xEntryBytes) + 2, "bounded reads");
  if (!header) return 0;
  require(check_size(header->size, limits).has_value(), "the size is within the limits");
  require(header->frames >= 1 && header->frames <= limits.max_frames, "frames within the limits");
  require(header->picture_bytes <= kMaxP3xPictureBytes, "memory within the limits");
  const auto head = p3x_header_bytes(*header);
  require(std::equal(head.begin(), head.end(), data), "the head is written as it was read");
  std::uint64_t offset = kP3xHeaderBytes;
  for (std::uint32_t i = 0; i < header->frames; ++i) {
    const auto entry = read_p3x_entry(source, *header, i);
    require(entry.has_value(), "what the check takes can be read");
    require(entry->bytes >= 4, "a frame has a head");
    require(i > 0 || entry->key, "the first frame is a key frame");
    const auto written = p3x_entry_bytes(*entry);
    require(std::equal(written.begin(), written.end(),
                       data + header->index_offset + i * kP3xEntryBytes),
            "an entry is written as it was read");
    offset += entry->bytes;
  }
  require(offset == header->index_offset, "the frames end where the index begins");
  require(header->index_offset + header->frames * kP3xEntryBytes == size, "and it ends the file");
  return 0;
}
