// probe() on any bytes: what it takes is within the limits, what it refuses has a reason, and it
// reads no more than a fixed multiple of the file.
#include "core/image/counting_source.h"
#include "core/image/image.h"
#include "fuzz/require.h"

using namespace p3a;

namespace {

/// The worst is an APNG of tiny chunks: three walks, each with at most two reads for 12 bytes.
void require_bounded(const CountingSource& source) {
  require(source.reads() <= source.size() + 16, "reads are bounded by the size of the file");
  require(source.bytes() <= 8 * source.size() + 256, "bytes read are bounded by the file");
}

void check(ByteView bytes, const ImageLimits& limits) {
  CountingSource source(bytes);
  const auto info = probe(source, limits);
  require_bounded(source);
  if (!info) {
    const ErrorCode code = info.error().code;
    require(!info.error().message.view().empty(), "a refusal says why");
    require(http_status(code) == 400, "a refusal is the sender's fault");
    require((code == ErrorCode::kEmptyBody) == bytes.empty(), "only an empty file is empty");
    return;
  }
  require(info->size.width >= 1 && info->size.width <= limits.max_width, "width within limits");
  require(info->size.height >= 1 && info->size.height <= limits.max_height, "height within limits");
  require(format_from_magic(bytes) == info->format, "the format is what the magic bytes say");
  require(format_from_name(format_name(info->format)) == info->format, "the name leads back");
  if (info->format == ImageFormat::kJpeg) require(!info->animated, "no JPEG is animated");
  if (limits.max_frames == 1 && info->format == ImageFormat::kPng) {
    require(!info->animated, "an animation has more than one frame");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  check(bytes, {});
  check(bytes, {.max_width = 16, .max_height = 64, .max_frames = 1});
  check(bytes, {.max_width = 0xFFFFFFFF, .max_height = 0xFFFFFFFF, .max_frames = 0xFFFFFFFF});
  return 0;
}
