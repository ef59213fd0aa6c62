// Any pictures through encoder and decoder: the same pixels come out, frame by frame, also after
// key requests and lost frames, and what lies in windows is black. The input draws the pictures:
// rectangles, noise, scrolling, upscales.
#include "core/codec/test_stream.h"
#include "fuzz/require.h"

namespace p3a::p3x {
namespace {

class Painter {
 public:
  explicit Painter(ByteReader input) : input_(input) {}

  void run() {
    const std::uint32_t shape = byte();
    const Size native{1 + byte() % 40, 1 + byte() % 40};
    EncoderOptions options{.size = {native.width * (1 + shape % 3), native.height + shape / 3 % 30},
                           .table_bits = static_cast<std::uint8_t>(10 + shape / 90),
                           .slices = static_cast<std::uint8_t>(1 + shape / 64 % 2),
                           .history_bytes = 1U << 16};
    TestStream stream(options);
    TestPicture picture(native);
    for (int frame = 0; frame < 40 && !input_.empty(); ++frame) {
      for (std::uint32_t i = byte() % 4; i-- > 0;) draw(picture);
      const TestPicture shown = picture.upscaled(options.size);
      const std::uint32_t event = byte() % 16;
      if (event == 0) stream.encoder.request_key();
      if (event == 1) {
        stream.encode(shown);  // lost
        stream.encoder.request_key();
      }
      if (event == 2) stream.encoder.set_windows(windows_ = windows_on(options.size));
      require(stream.show(stream.encode(shown)), "what is encoded is decoded");
      TestPicture wanted = shown;
      for (const Rect& area : windows_.areas()) wanted.fill(area, 0);
      require(stream.panel.rgb == wanted.rgb, "the same pixels come out");
    }
  }

 private:
  std::uint32_t byte() { return input_.u8().value_or(0); }

  Windows windows_on(Size size) {
    Windows windows;
    for (std::uint32_t i = byte() % (Windows::kMost + 1); i-- > 0;) {
      const std::uint32_t x = byte() % size.width, y = byte() % size.height;
      windows.add({static_cast<std::int32_t>(x), static_cast<std::int32_t>(y),
                   1 + byte() % (size.width - x), 1 + byte() % (size.height - y)});
    }
    return windows;
  }

  void draw(TestPicture& picture) {
    const Size size = picture.size;
    const std::uint32_t what = byte(), x = byte() % size.width, y = byte() % size.height;
    const std::uint32_t colour = byte() * 0x010305 ^ byte() << 8;
    const Rect area{static_cast<std::int32_t>(x), static_cast<std::int32_t>(y),
                    1 + byte() % (size.width - x), 1 + byte() % (size.height - y)};
    if (what % 4 == 0) {
      TestNoise noise(colour);
      for (std::uint32_t v = 0; v < area.height; ++v)
        for (std::uint32_t u = 0; u < area.width; ++u)
          picture.set(x + u, y + v, noise.below(what % 8 == 0 ? 1U << 24 : 3) * (colour | 1));
    } else if (what % 4 == 1) {
      const TestPicture before = picture;  // moved and wrapped
      for (std::size_t i = 0; i < picture.rgb.size(); ++i)
        picture.rgb[i] = before.rgb[(i + (y * size.width + x) * 3UL) % picture.rgb.size()];
    } else {
      picture.fill(area, colour & 0xFFFFFF);
    }
  }

  ByteReader input_;
  Windows windows_;
};

}  // namespace
}  // namespace p3a::p3x

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  p3a::p3x::Painter(p3a::ByteReader({data, size})).run();
  return 0;
}
