// For the tests and benches of this room: JPEG files made by libjpeg's encoder, and its plain
// decode.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>
#include <vector>

#include "core/base/geometry.h"
#include "ports/decode/jpeg_reader.h"

namespace p3a {

struct JpegSample {
  Size size;
  int quality = 75;
  bool noise = false;
  std::uint32_t cell = 1;                  ///< side of the squares of one colour, of noise
  std::vector<jpeg_scan_info> scans = {};  ///< empty: baseline
};

/// The pixels of noise, in tight R,G,B rows.
inline std::vector<std::uint8_t> noise_rows(Size size, std::uint32_t cell) {
  std::minstd_rand random(1);
  std::vector<std::uint8_t> pixels(size.pixels() * 3);
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    const std::size_t x = i / 3 % size.width;
    const std::size_t y = i / 3 / size.width;
    const std::size_t corner = (y / cell * cell * size.width + x / cell * cell) * 3 + i % 3;
    pixels[i] = corner == i ? static_cast<std::uint8_t>(random() >> 8) : pixels[corner];
  }
  return pixels;
}

/// 4:2:0 of a gradient with blocks, or of noise.
inline std::vector<std::uint8_t> make_jpeg(JpegSample sample) {
  jpeg_compress_struct info{};
  jpeg_error_mgr errors{};
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* file = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &file, &size);
  info.image_width = sample.size.width;
  info.image_height = sample.size.height;
  info.input_components = 3;
  info.in_color_space = JCS_RGB;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, sample.quality, TRUE);
  if (!sample.scans.empty()) {
    info.scan_info = sample.scans.data();
    info.num_scans = static_cast<int>(sample.scans.size());
  }
  jpeg_start_compress(&info, TRUE);
  const auto noise = noise_rows(sample.size, sample.cell);
  std::vector<std::uint8_t> row(std::size_t{sample.size.width} * 3);
  for (std::uint32_t y = 0; y < sample.size.height; ++y) {
    for (std::uint32_t i = 0; i < row.size(); ++i) {
      const std::uint32_t smooth = i / 3 / 4 + y / 3 + (i / 96 + y / 32) % 2 * 60;
      row[i] = sample.noise ? noise[y * row.size() + i] : static_cast<std::uint8_t>(smooth % 256);
    }
    JSAMPROW rows[] = {row.data()};
    jpeg_write_scanlines(&info, rows, 1);
  }
  jpeg_finish_compress(&info);
  std::vector<std::uint8_t> bytes(file, file + size);
  jpeg_destroy_compress(&info);
  std::free(file);
  return bytes;
}

}  // namespace p3a
