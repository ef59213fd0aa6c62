// engine_takes() on any bytes: what the engine is given is a JPEG of the size and sampling that
// core/image and libjpeg-turbo read in it, and it never writes beyond the buffer for it.
#include "core/image/jpeg_header.h"
#include "fuzz/require.h"
#include "ports/decode/jpeg_reader.h"
#include "ports/esp32p4/jpeg/engine_gate.h"

using namespace p3a;

namespace {

std::uint32_t rounded_up(std::uint32_t value, std::uint32_t step) {
  return (value + step - 1) / step * step;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView file(data, size);
  const auto jpeg = engine_takes(file);
  if (!jpeg) return 0;
  require(jpeg->size.width > 0 && jpeg->size.height > 0, "a picture has pixels");
  require(jpeg->size.width <= 16383 && jpeg->size.height <= 16383, "14 bits of the engine's DMA");

  // The engine writes whole MCUs: by the first component's sampling as others read it.
  MemorySource source(file);
  const auto header = parse_jpeg_header(source, {.max_width = 16383, .max_height = 16383});
  require(header.has_value(), "core/image takes it, too");
  require(header->size == jpeg->size, "of the same size");
  require(header->components == 3 && !header->progressive, "three components, baseline");
  const Size padded{rounded_up(jpeg->size.width, 8U * header->horizontal_sampling),
                    rounded_up(jpeg->size.height, 8U * header->vertical_sampling)};
  require(jpeg->padded == padded, "whole MCUs of that sampling");

  // libjpeg reads past what is between segments and takes the first of two frames; where it reads a
  // header at all, it says the same.
  JpegReader reader(source);
  const auto read = reader.read_header();
  require(!read || *read == jpeg->size, "libjpeg-turbo reads the same size");
  return 0;
}
