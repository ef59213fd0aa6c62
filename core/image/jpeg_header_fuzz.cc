// parse_jpeg_header() on any bytes: what it takes is a picture that the decoders know, and it
// depends only on the bytes up to the first scan.
#include "core/image/counting_source.h"
#include "core/image/jpeg_header.h"
#include "fuzz/require.h"

using namespace p3a;

namespace {

bool is_allowed(ErrorCode code) {
  return code == ErrorCode::kUnsupportedFeature || code == ErrorCode::kDecodeFailed ||
         code == ErrorCode::kDecodeLimit || code == ErrorCode::kDimensionsTooLarge;
}

/// Whether a frame header that says this stands anywhere in the file.
bool announced(ByteView bytes, const JpegHeader& header) {
  for (std::size_t i = 0; i + 10 <= bytes.size(); ++i) {
    const std::uint8_t* const p = bytes.data() + i;
    if (p[0] == 0xFF && (p[1] == 0xC2) == header.progressive && p[4] == 8 &&
        load_be16(p + 5) == header.size.height && load_be16(p + 7) == header.size.width &&
        p[9] == header.components) {
      return true;
    }
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  const ImageLimits limits;
  CountingSource source(bytes);
  const auto header = parse_jpeg_header(source, limits);
  // A head for each segment; the frame header has up to four reads of its own, and is there once.
  require(source.reads() <= kMaxJpegSegments + 8, "as many reads as segments");
  require(source.bytes() <= 4 * (kMaxJpegSegments + 8), "only heads are read");
  if (!header) {
    require(is_allowed(header.error().code), "a refusal that the header file names");
    return 0;
  }
  require(check_size(header->size, limits).has_value(), "the size is within the limits");
  require(header->components == 1 || header->components == 3, "gray or three components");
  require(header->horizontal_sampling >= 1 && header->horizontal_sampling <= 4, "sampling 1 to 4");
  require(header->vertical_sampling >= 1 && header->vertical_sampling <= 4, "sampling 1 to 4");
  require(announced(bytes, *header), "the size stands in the file");
  return 0;
}
