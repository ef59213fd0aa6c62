#include "ports/decode/png_encoder.h"

#include "ports/png/png_writer.h"

namespace p3a {

Result<std::vector<std::uint8_t>> PngEncoder::encode_png(const Canvas& canvas) {
  std::vector<std::uint8_t> file;
  std::vector<std::uint8_t> rgb(std::size_t{canvas.size.width} * 3);
  const auto row = [&](std::uint32_t y) {
    Canvas line = canvas;
    line.pixels = canvas.row(y);
    line.size.height = 1;
    to_rgb888(line, rgb);
    return ByteView(rgb);
  };
  if (const Status written = write_png(canvas.size, row, file); !written) {
    return std::unexpected(written.error());
  }
  return file;
}

}  // namespace p3a
