// Y4mReader on any bytes in pieces of any size: what it opens has a size within the limits, its
// pictures fill exactly that, and it ends.
#include "fuzz/require.h"
#include "sender/video/memory_input.h"
#include "sender/video/y4m_reader.h"

using namespace p3a;
using namespace p3a::sender;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView video(data + 1, size - 1);
  MemoryInput input(video, 1 + data[0] % 64u);
  Y4mReader reader(input);
  const auto format = reader.open();
  if (!format) {
    require(!format.error().message.view().empty(), "a refusal says why");
    return 0;
  }
  require(format->size.pixels() > 0, "there is a picture");
  require(format->size.width <= 4096 && format->size.height <= 4096, "sides are limited");
  require(format->fps >= 0, "the rate is a rate");
  std::vector<std::uint8_t> rgb(format->size.pixels() * 3);
  std::size_t frames = 0;
  for (auto more = reader.next(rgb); more && *more; more = reader.next(rgb)) ++frames;
  require(frames * format->frame_bytes() <= size, "pictures come from bytes");
  return 0;
}
