#include "core/image/jpeg_header.h"

#include "core/image/read_bytes.h"

namespace p3a {
namespace {

// Marker codes, T.81 table B.1: the byte behind 0xFF.
constexpr std::uint8_t kFill = 0xFF;
constexpr std::uint8_t kTem = 0x01;
constexpr std::uint8_t kSof0 = 0xC0;
constexpr std::uint8_t kSof2 = 0xC2;
constexpr std::uint8_t kDht = 0xC4;
constexpr std::uint8_t kDac = 0xCC;
constexpr std::uint8_t kSof15 = 0xCF;
constexpr std::uint8_t kRst0 = 0xD0;
constexpr std::uint8_t kEoi = 0xD9;
constexpr std::uint8_t kSos = 0xDA;
constexpr std::uint8_t kDhp = 0xDE;

struct Segment {
  std::uint8_t marker = 0;
  std::uint64_t data_offset = 0;
  std::uint32_t data_size = 0;  ///< 0 for a marker that stands alone
  std::uint64_t next() const { return data_offset + data_size; }
};

auto cut_off() {
  return fail(ErrorCode::kDecodeFailed, "the JPEG is cut off in its header: send the whole file");
}
auto broken() {
  return fail(ErrorCode::kDecodeFailed, "the JPEG's header is broken: save the picture again");
}
auto unsupported(std::string_view kind) {
  return fail(ErrorCode::kUnsupportedFeature, "this is ", kind,
              " JPEG, which the display cannot show: save it as an ordinary RGB JPEG");
}

/// The segment whose marker stands at `offset`. A fill byte is a segment of its own, one byte long.
Result<Segment> read_segment(ByteSource& source, std::uint64_t offset) {
  const auto head = read_bytes<4>(source, offset);
  if (!head) return cut_off();
  const std::uint8_t marker = (*head)[1];
  if ((*head)[0] != kFill || marker == 0) return broken();
  if (marker == kFill) return Segment{kFill, offset + 1, 0};
  if (marker == kTem) return Segment{kTem, offset + 2, 0};
  if (marker >= kRst0 && marker <= kEoi) return broken();    // none belongs before the first scan
  const std::uint32_t length = load_be16(head->data() + 2);  // counts itself
  if (length < 2) return broken();
  const Segment segment{marker, offset + 4, length - 2};
  if (segment.next() > source.size()) return cut_off();
  return segment;
}

/// Whether the segment tells of a process that the decoders do not know.
Status check_process(std::uint8_t marker) {
  if (marker == kDhp) return unsupported("a hierarchical");
  if (marker < kSof0 || marker > kSof15 || marker <= kSof2 || marker == kDht) return {};
  if (marker == kDac || marker > 0xC8) return unsupported("an arithmetic-coded");
  return unsupported(marker == 0xC3 ? "a lossless" : "a hierarchical");
}

bool is_frame_header(std::uint8_t marker) { return marker >= kSof0 && marker <= kSof2; }

/// T.81, B.2.2: precision, height, width, number of components and three bytes for each.
Result<JpegHeader> read_frame_header(ByteSource& source, const Segment& segment,
                                     const ImageLimits& limits) {
  const auto data = read_bytes<6>(source, segment.data_offset);
  if (!data || segment.data_size < data->size()) return broken();
  const std::uint8_t components = (*data)[5];
  if (segment.data_size != 6u + 3u * components) return broken();
  if ((*data)[0] != 8) return unsupported("a 12-bit");
  if (components == 4) return unsupported("a CMYK");
  if (components != 1 && components != 3) return unsupported("an unusual (not gray, not RGB)");

  JpegHeader header;
  header.size = {load_be16(data->data() + 3), load_be16(data->data() + 1)};
  if (const Status checked = check_size(header.size, limits); !checked) {
    return std::unexpected(checked.error());
  }
  header.components = components;
  header.progressive = segment.marker == kSof2;
  for (std::uint8_t i = 0; i < components; ++i) {
    const auto component = read_bytes<3>(source, segment.data_offset + 6 + 3u * i);
    if (!component) return cut_off();
    const std::uint8_t horizontal = (*component)[1] >> 4;
    const std::uint8_t vertical = (*component)[1] & 15;
    if (horizontal < 1 || horizontal > 4 || vertical < 1 || vertical > 4) return broken();
    if (i != 0) continue;
    header.horizontal_sampling = horizontal;
    header.vertical_sampling = vertical;
  }
  return header;
}

}  // namespace

Result<JpegHeader> parse_jpeg_header(ByteSource& source, const ImageLimits& limits) {
  const auto start = read_bytes<3>(source, 0);
  if (!start || format_from_magic(*start) != ImageFormat::kJpeg) return broken();
  std::optional<JpegHeader> header;
  std::uint64_t offset = 2;
  for (std::uint32_t i = 0; i < kMaxJpegSegments; ++i) {
    const auto segment = read_segment(source, offset);
    if (!segment) return std::unexpected(segment.error());
    if (const Status known = check_process(segment->marker); !known) {
      return std::unexpected(known.error());
    }
    if (is_frame_header(segment->marker)) {
      if (header) return broken();
      const auto frame = read_frame_header(source, *segment, limits);
      if (!frame) return frame;
      header = *frame;
    } else if (segment->marker == kSos) {
      if (!header) return broken();
      return *header;
    }
    offset = segment->next();
  }
  return fail(ErrorCode::kDecodeLimit, "the JPEG has more than ", kMaxJpegSegments,
              " segments before its pixels: save it without metadata");
}

}  // namespace p3a
