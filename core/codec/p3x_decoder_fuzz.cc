// Any bytes as a P3X stream: frames with their lengths before them. Nothing is read or written
// outside the memory handed in, the work is bounded, and a refused frame leaves the panel alone.
#include <vector>

#include "core/base/bytes.h"
#include "core/codec/decoder.h"
#include "fuzz/require.h"

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
    const bool shown = decoder.decode(*bytes).has_value();
    require(shown || decoder.needs_key() || frame > 0, "a refused first frame wants a key");
    if (decoder.needs_key()) continue;
    const Size output = decoder.grid().output();
    require(output.width <= p3x::kMaxSide && output.height <= p3x::kMaxSide, "sides in range");
    if (output.pixels() > 1U << 16) continue;  // painting is not what takes the time here
    panel.assign(static_cast<std::size_t>(output.pixels() * 3), 0);
    decoder.paint_changes({panel.data(), output, output.width * 3UL});
    decoder.paint({panel.data(), output, output.width * 3UL});
  }
  return 0;
}
