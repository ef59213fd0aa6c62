// For tests: an encoder, the decoder of its stream and the panel that it paints, with their memory.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/codec/decoder.h"
#include "core/codec/encoder.h"

namespace p3a::p3x {

class TestMemory {
 public:
  explicit TestMemory(std::uint64_t bytes) : words_(static_cast<std::size_t>(bytes / 8 + 1)) {}
  ByteSpan bytes() {
    return {static_cast<std::uint8_t*>(static_cast<void*>(words_.data())), words_.size() * 8};
  }

 private:
  std::vector<std::uint64_t> words_;
};

/// Pixels R,G,B of one picture.
struct TestPicture {
  Size size;
  std::vector<std::uint8_t> rgb;

  explicit TestPicture(Size s) : size(s), rgb(static_cast<std::size_t>(s.pixels() * 3)) {}
  void set(std::uint32_t x, std::uint32_t y, std::uint32_t colour) {
    std::uint8_t* const at = &rgb[(std::size_t{y} * size.width + x) * 3];
    for (unsigned i = 0; i < 3; ++i) at[i] = static_cast<std::uint8_t>(colour >> (16 - 8 * i));
  }
  void fill(Rect area, std::uint32_t colour) {
    for (std::uint32_t y = 0; y < area.height; ++y)
      for (std::uint32_t x = 0; x < area.width; ++x)
        set(static_cast<std::uint32_t>(area.x) + x, static_cast<std::uint32_t>(area.y) + y, colour);
  }
  RgbPicture view() const { return {rgb.data(), size, size.width * 3UL}; }
  /// Nearest upscale that samples at pixel centres.
  TestPicture upscaled(Size to) const {
    TestPicture out(to);
    for (std::uint32_t y = 0; y < to.height; ++y)
      for (std::uint32_t x = 0; x < to.width; ++x) {
        const std::uint32_t from_x = (2 * x + 1) * size.width / (2 * to.width);
        const std::uint32_t from_y = (2 * y + 1) * size.height / (2 * to.height);
        for (unsigned i = 0; i < 3; ++i)
          out.rgb[(std::size_t{y} * to.width + x) * 3 + i] =
              rgb[(std::size_t{from_y} * size.width + from_x) * 3 + i];
      }
    return out;
  }
};

class TestStream {
 public:
  explicit TestStream(const EncoderOptions& options)
      : encoder_memory_(*Encoder::memory_bytes(options)),
        decoder_memory_(
            Decoder::memory_bytes(options.size, {1, 1},
                                  {.table_bits = options.table_bits, .slices = options.slices}) +
            options.history_bytes),
        encoder(*Encoder::make(options, encoder_memory_.bytes())),
        decoder(decoder_memory_.bytes()),
        panel(options.size),
        packet_(static_cast<std::size_t>(options.size.pixels() * 4 + 4096)) {}

  /// Encodes one picture; the frame's bytes stay until the next call.
  ByteView encode(const TestPicture& picture) {
    last = *encoder.encode(picture.view(), packet_);
    return ByteView(packet_).first(last.size);
  }
  /// Decodes and paints what changed.
  bool show(ByteView frame) {
    if (!decoder.decode(frame)) return false;
    decoder.paint_changes({panel.rgb.data(), panel.size, panel.size.width * 3UL});
    return true;
  }
  /// Whether the picture comes out as it went in.
  bool passes(const TestPicture& picture) {
    return show(encode(picture)) && panel.rgb == picture.rgb;
  }

 private:
  TestMemory encoder_memory_, decoder_memory_;

 public:
  Encoder encoder;
  Decoder decoder;
  TestPicture panel;
  Encoded last;

 private:
  std::vector<std::uint8_t> packet_;
};

/// Of lower case hexadecimal text without spaces.
inline std::vector<std::uint8_t> from_hex(std::string_view hex) {
  const auto digit = [](char c) {
    return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
  };
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<std::uint8_t>(digit(hex[i]) << 4 | digit(hex[i + 1])));
  return bytes;
}

/// Numbers that look random and are the same everywhere.
class TestNoise {
 public:
  explicit TestNoise(std::uint32_t seed) : state_(seed) {}
  std::uint32_t below(std::uint32_t limit) {
    state_ = state_ * 1664525 + 1013904223;
    return static_cast<std::uint32_t>(std::uint64_t{state_} * limit >> 32);
  }

 private:
  std::uint32_t state_;
};

}  // namespace p3a::p3x
