// Any bytes, opened and played for up to eight frames on a small canvas. Whatever they are: the
// decoders come back, a frame's time is one that a display can keep, and the same bytes show the
// same pixels a second time.
#include <cstdint>
#include <memory>
#include <vector>

#include "device/borrowed_file.h"
#include "fuzz/require.h"
#include "ports/decode/decoders.h"

namespace {

using namespace p3a;

constexpr Size kPanel{64, 64};
constexpr ImageLimits kLimits{.max_width = 256, .max_height = 256, .max_frames = 64};

// The pixels of all frames that decoded, one after the other.
std::vector<std::uint8_t> play(ByteView bytes) {
  std::vector<std::uint8_t> shown;
  const auto picture = LibraryDecoders().open(std::make_unique<BorrowedFile>(bytes), kLimits);
  if (!picture) {
    require(!picture.error().message.view().empty(), "a refusal says why");
    return shown;
  }
  std::vector<std::uint8_t> pixels(kPanel.pixels() * 3);
  const Canvas canvas{.pixels = pixels.data(),
                      .size = kPanel,
                      .stride = kPanel.width * 3,
                      .format = PixelFormat::kRgb888};
  for (int i = 0; i < 8; ++i) {
    const auto frame = (*picture)->next(View{}, canvas);
    if (!frame) {
      require(!frame.error().message.view().empty(), "a refusal says why");
      break;
    }
    const bool still = frame->delay == Micros{};
    require(still ? frame->last : frame->delay > 10ms, "a time that can be kept");
    shown.insert(shown.end(), pixels.begin(), pixels.end());
  }
  return shown;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  require(play(bytes) == play(bytes), "the same pixels a second time");
  return 0;
}
