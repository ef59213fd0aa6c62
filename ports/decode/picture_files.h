// For the tests of this room: the pictures of tests/pictures and files that lie in memory.
#pragma once

#include <cstdint>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "device/ports.h"
#include "ports/fake/repository_file.h"

namespace p3a {

class MemoryFile final : public ReadableFile {
 public:
  explicit MemoryFile(std::vector<std::uint8_t> bytes)
      : bytes_(std::move(bytes)), source_(bytes_) {}
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  std::uint64_t size() const override { return bytes_.size(); }
  std::size_t read_at(std::uint64_t offset, ByteSpan out) override {
    return source_.read_at(offset, out);
  }

 private:
  std::vector<std::uint8_t> bytes_;
  MemorySource source_;
};

inline std::vector<std::uint8_t> read_picture(const std::string& name) {
  std::ifstream file(repository_file("tests/pictures/" + name), std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  return {bytes.begin(), bytes.end()};
}

/// A line of tests/pictures/index.txt; tests/make_pictures.py says what it means.
struct PictureLine {
  bool good = false;
  std::string name;
  std::string code;
  Size size;
  std::uint32_t frames = 0;
  std::vector<Micros> delays;
  int tolerance = 0;
};

inline PictureLine parse_picture_line(const std::string& text) {
  std::istringstream words(text);
  PictureLine line;
  std::string kind;
  words >> kind >> line.name;
  line.good = kind == "good";
  if (!line.good) {
    words >> line.code;
    return line;
  }
  std::string delays;
  words >> line.size.width >> line.size.height >> line.frames >> delays >> line.tolerance;
  std::istringstream numbers(delays);
  for (std::string number; std::getline(numbers, number, ',');) {
    line.delays.push_back(std::stoi(number) * 1ms);
  }
  return line;
}

inline std::vector<PictureLine> picture_index() {
  const auto bytes = read_picture("index.txt");
  std::istringstream lines(std::string(bytes.begin(), bytes.end()));
  std::vector<PictureLine> index;
  for (std::string line; std::getline(lines, line);) index.push_back(parse_picture_line(line));
  return index;
}

/// A canvas with its memory.
struct CanvasMemory {
  explicit CanvasMemory(Size size, PixelFormat format = PixelFormat::kRgb888)
      : pixels(size.width * bytes_per_pixel(format) * size.height) {
    canvas = {.pixels = pixels.data(),
              .size = size,
              .stride = size.width * bytes_per_pixel(format),
              .format = format};
  }
  CanvasMemory(const CanvasMemory&) = delete;
  CanvasMemory& operator=(const CanvasMemory&) = delete;

  std::vector<std::uint8_t> pixels;
  Canvas canvas;
};

inline View plain_view(Rgb background = {}) {
  View view;
  view.background = background;
  return view;
}

}  // namespace p3a
