// Any bytes as a P3X stream: frames, plain or mixed, with their lengths before them. Nothing is
// read or written outside the memory handed in, the work is bounded, and a refused frame leaves the
// panel alone; what a mixed frame says of its rectangles holds.
#include <vector>

#include "core/base/bytes.h"
#include "core/codec/decoder.h"
#include "core/codec/mixed_frame.h"
#include "fuzz/require.h"

namespace {

void look_at(const p3a::p3x::MixedFrame& frame, p3a::ByteView bytes) {
  using p3a::require;
  std::size_t sum = frame.p3x.size();
  for (const auto& patch : frame.patches()) {
    sum += patch.file.size();
    require(frame.windows.touch(patch.area) && !patch.area.empty(), "a patch lies in a window");
  }
  const std::size_t windows = frame.windows.areas().size(), patches = frame.patches().size();
  require(sum + p3a::p3x::mixed_head_bytes(windows, patches) == bytes.size(), "no byte is left");
  std::vector<std::uint8_t> head(p3a::p3x::mixed_head_bytes(windows, patches));
  write_mixed_head(frame.windows, frame.patches(), frame.p3x.size(), head);
  require(std::equal(head.begin(), head.end(), bytes.begin()), "it is written as it was read");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace p3a;
  std::vector<std::uint64_t> memory((320U << 10) / 8);
  p3x::Decoder decoder(
      {static_cast<std::uint8_t*>(static_cast<void*>(memory.data())), memory.size() * 8});
  std::vector<std::uint8_t> panel;
  ByteReader input({data, size});
  for (int frame = 0; frame < 8; ++frame) {
    const auto length = input.le16();
    if (!length) break;
    const auto bytes = input.take(std::min<std::size_t>(*length, input.rest().size()));
    const auto mixed = p3x::MixedFrame::parse(*bytes);
    if (mixed) look_at(*mixed, *bytes);
    const bool shown = decoder.decode(mixed ? mixed->p3x : *bytes).has_value();
    require(shown || decoder.needs_key() || frame > 0, "a refused first frame wants a key");
    if (decoder.needs_key()) continue;
    const Size output = decoder.grid().output();
    require(output.width <= p3x::kMaxSide && output.height <= p3x::kMaxSide, "sides in range");
    if (output.pixels() > 1U << 16) continue;  // painting is not what takes the time here
    panel.assign(static_cast<std::size_t>(output.pixels() * 3), 0);
    decoder.paint_changes({panel.data(), output, output.width * 3UL});
    decoder.paint({panel.data(), output, output.width * 3UL});
    if (!mixed || !mixed->windows.within(output)) continue;
    std::vector<std::uint8_t> other(panel.size(), 1);
    decoder.paint_changes({other.data(), output, output.width * 3UL}, mixed->windows);
    decoder.paint({other.data(), output, output.width * 3UL}, {0, 0, output.width, output.height},
                  mixed->windows);
    for (std::uint32_t y = 0; y < output.height; ++y)
      for (std::uint32_t x = 0; x < output.width; ++x) {
        const std::size_t at = (y * std::size_t{output.width} + x) * 3;
        const bool open = mixed->windows.cover(x, y);
        require(other[at] == (open ? 1 : panel[at]), "all outside of the windows is painted");
      }
  }
  return 0;
}
