// Any picture on any canvas in any view: nothing outside the canvas is touched, every pixel of it
// is written, and each is what the plain reference says.
#include <cstdlib>

#include "core/compose/compositor_reference.h"

namespace {

using namespace p3a;

/// One byte after the other from the input, zero when it has ended.
class Choices {
 public:
  explicit Choices(ByteView bytes) : reader_(bytes) {}
  std::uint32_t below(std::uint32_t limit) {
    const std::uint32_t high = reader_.u8().value_or(0);
    return (high << 8 | reader_.u8().value_or(0)) % limit;
  }
  std::uint8_t byte() { return reader_.u8().value_or(0); }

 private:
  ByteReader reader_;
};

View choose_view(Choices& choices) {
  View view;
  view.fit = static_cast<Fit>(choices.below(4));
  view.scaling = static_cast<Scaling>(choices.below(2));
  view.rotation = static_cast<Rotation>(choices.below(4));
  view.background = {choices.byte(), choices.byte(), choices.byte()};
  // A steep curve makes more of a difference of 1 than the comparison allows.
  const bool exact = view.scaling == Scaling::kNearest;
  view.tone = exact && choices.below(2) == 1
                  ? make_tone_curve(0.5F + static_cast<float>(choices.below(30)) / 10.0F, 0.8F)
                  : make_tone_curve(1, 1);
  return view;
}

reference::Picture choose_picture(Choices& choices) {
  reference::Picture picture;
  picture.size = {1 + choices.below(90), 1 + choices.below(90)};
  picture.shape = picture.size;
  if (choices.below(4) == 3) {
    picture.shape = {1 + choices.below(400), 1 + choices.below(400)};
  }
  picture.format = static_cast<RowFormat>(choices.below(3));
  std::uint32_t noise = 1 + choices.below(65535);
  const std::uint32_t kind = choices.below(3);
  picture.bytes.resize(picture.row_bytes() * picture.size.height);
  for (auto& byte : picture.bytes) {
    noise = noise * 1664525 + 1013904223;
    const auto random = static_cast<std::uint8_t>(noise >> 24);
    byte = kind == 0 ? random : kind == 1 ? (random & 1 ? 255 : 0) : choices.byte();
  }
  return picture;
}

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Choices choices(ByteView(data, size));
  const View view = choose_view(choices);
  const Size canvas{1 + choices.below(70), 1 + choices.below(70)};
  const auto format = static_cast<PixelFormat>(choices.below(2));
  const reference::Picture picture = choose_picture(choices);
  const auto expected = reference::compose(picture, view, canvas, format);
  for (const std::uint8_t before : {std::uint8_t{0}, std::uint8_t{0xFF}}) {
    const auto composed = reference::run(picture, view, canvas, format, before);
    require(composed.begun && composed.padding_untouched);
    require(reference::largest_difference(composed.rgb, expected) <=
            reference::tolerance(view, format));
  }
  return 0;
}
