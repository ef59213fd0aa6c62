// Builds picture files in tests, number by number, without heap.
#pragma once

#include <array>
#include <string_view>

#include "core/image/image.h"

namespace p3a {

class TestBytes {
 public:
  TestBytes& text(std::string_view text) {
    for (const char c : text) u8(static_cast<std::uint8_t>(c));
    return *this;
  }
  TestBytes& u8(std::uint32_t value, std::size_t times = 1) {
    for (; times != 0; --times) bytes_[size_++] = static_cast<std::uint8_t>(value);
    return *this;
  }
  TestBytes& be16(std::uint32_t value) { return u8(value >> 8).u8(value); }
  TestBytes& be32(std::uint32_t value) { return be16(value >> 16).be16(value); }
  TestBytes& le16(std::uint32_t value) { return u8(value).u8(value >> 8); }
  TestBytes& le24(std::uint32_t value) { return le16(value).u8(value >> 16); }
  TestBytes& le32(std::uint32_t value) { return le16(value).le16(value >> 16); }
  TestBytes& append(const TestBytes& other) {
    for (const std::uint8_t byte : other.view()) u8(byte);
    return *this;
  }
  ByteView view() const { return ByteView(bytes_).first(size_); }
  std::size_t size() const { return size_; }

 private:
  std::array<std::uint8_t, 2048> bytes_{};
  std::size_t size_ = 0;
};

/// The code of a refusal; kInternal, which no parser gives, when it was taken.
template <class T>
ErrorCode refusal(const Result<T>& result) {
  return result ? ErrorCode::kInternal : result.error().code;
}

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

inline TestBytes png_chunk(std::string_view type, const TestBytes& data) {
  constexpr std::uint32_t kAnyCrc = 0;  // only the decoder checks it
  return TestBytes{}
      .be32(static_cast<std::uint32_t>(data.size()))
      .text(type)
      .append(data)
      .be32(kAnyCrc);
}
inline TestBytes png_start(std::uint32_t width, std::uint32_t height, std::uint8_t bit_depth = 8,
                           std::uint8_t color_type = 6, std::uint8_t interlace = 0) {
  const auto header = TestBytes{}.be32(width).be32(height).u8(bit_depth).u8(color_type);
  return TestBytes{}
      .text("\x89PNG\r\n\x1a\n")
      .append(png_chunk("IHDR", TestBytes{header}.u8(0, 2).u8(interlace)));
}
inline TestBytes png_picture(std::uint32_t width, std::uint32_t height) {
  return png_start(width, height)
      .append(png_chunk("IDAT", TestBytes{}.u8(7, 5)))
      .append(png_chunk("IEND", {}));
}

inline TestBytes jpeg_segment(std::uint8_t marker, const TestBytes& data) {
  return TestBytes{}
      .u8(0xFF)
      .u8(marker)
      .be16(static_cast<std::uint32_t>(data.size()) + 2)
      .append(data);
}
/// SOFn with 4:2:0 sampling.
inline TestBytes jpeg_frame_header(std::uint8_t marker, std::uint32_t width, std::uint32_t height,
                                   std::uint8_t components = 3, std::uint8_t precision = 8) {
  TestBytes data;
  data.u8(precision).be16(height).be16(width).u8(components);
  for (std::uint8_t i = 0; i < components; ++i) data.u8(i + 1u).u8(i == 0 ? 0x22 : 0x11).u8(0);
  return jpeg_segment(marker, data);
}
inline TestBytes jpeg_scan() { return jpeg_segment(0xDA, TestBytes{}.u8(0, 10)); }
inline TestBytes jpeg_picture(std::uint32_t width, std::uint32_t height) {
  return TestBytes{}
      .be16(0xFFD8)
      .append(jpeg_frame_header(0xC0, width, height))
      .append(jpeg_scan());
}

inline TestBytes webp_chunk(std::string_view type, const TestBytes& data) {
  TestBytes chunk;
  chunk.text(type).le32(static_cast<std::uint32_t>(data.size())).append(data);
  return chunk.u8(0, data.size() % 2);
}
inline TestBytes webp_file(const TestBytes& chunks) {
  return TestBytes{}
      .text("RIFF")
      .le32(static_cast<std::uint32_t>(chunks.size()) + 4)
      .text("WEBP")
      .append(chunks);
}
inline TestBytes webp_lossy(std::uint32_t width, std::uint32_t height) {
  const auto start = TestBytes{}.u8(0x10).u8(0, 2).u8(0x9D).u8(0x01).u8(0x2A);
  return webp_file(webp_chunk("VP8 ", TestBytes{start}.le16(width).le16(height).u8(0, 4)));
}

inline TestBytes gif_start(std::uint32_t width, std::uint32_t height) {
  return TestBytes{}.text("GIF89a").le16(width).le16(height).u8(0, 3);
}
/// One pixel, drawn with the first colour of a palette that is not there.
inline TestBytes gif_frame() {
  return TestBytes{}.u8(0x2C).le32(0).le16(1).le16(1).u8(0).u8(2).u8(2).u8(0x44).u8(0x01).u8(0);
}
inline TestBytes gif_picture(std::uint32_t width, std::uint32_t height) {
  return gif_start(width, height).append(gif_frame()).u8(0x3B);
}

}  // namespace p3a
