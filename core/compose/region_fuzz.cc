// Regions, beside plain arithmetic in 64 bits: what lies within a panel, what a frame covers, where
// a part of the turned picture lies in memory.
#include "core/compose/region.h"
#include "core/wire/frame_message.h"
#include "fuzz/require.h"

namespace {

using namespace p3a;

constexpr std::uint32_t kSide = 64;
std::uint8_t memory[kSide * kSide * 3];
std::uint8_t payload[1 << 10];

struct Point {
  std::int64_t x = 0;
  std::int64_t y = 0;
};

// Where the panel shows a pixel of the upright picture, which it shows turned clockwise.
Point on_panel(Point at, Size panel, Rotation rotation) {
  const std::int64_t right = std::int64_t{panel.width} - 1, bottom = std::int64_t{panel.height} - 1;
  switch (rotation) {
    case Rotation::k0:
      break;
    case Rotation::k90:
      return {right - at.y, at.x};
    case Rotation::k180:
      return {right - at.x, bottom - at.y};
    case Rotation::k270:
      return {at.y, bottom - at.x};
  }
  return at;
}

bool lies_within(const Rect& area, Size surface) {
  const std::int64_t x = area.x, y = area.y, width = area.width, height = area.height;
  return x >= 0 && y >= 0 && x + width <= surface.width && y + height <= surface.height;
}

void check_covered(const Rect& region, Size panel, FrameFormat format, std::size_t bytes) {
  const FrameMessage frame{.format = format,
                           .bare = false,
                           .payload = ByteView(payload).first(bytes),
                           .extension = FrameExtension{.region = region}};
  const bool whole = region.width == 0 || region.height == 0;
  const Rect wanted = whole ? Rect{0, 0, panel.width, panel.height} : region;
  const auto area = area_on_panel(frame, panel);
  const std::uint64_t exact =
      std::uint64_t{wanted.width} * wanted.height * raw_bytes_per_pixel(format);
  const bool fits = lies_within(wanted, panel) && (exact == 0 || exact == bytes);
  require(area.has_value() == fits, "a frame is taken when its region and its bytes fit");
  require(!area || *area == wanted, "it covers what it says");
  const bool covers = wanted == Rect{0, 0, panel.width, panel.height};
  require(!area || stands_alone(frame, panel) == covers,
          "it stands alone when it covers the panel");
}

void check_part(const Canvas& canvas, Rotation rotation, const Rect& area) {
  const Canvas part = part_of(canvas, rotation, area);
  const auto pixel = std::int64_t{canvas.format == PixelFormat::kRgb888 ? 3 : 2};
  const auto stride = static_cast<std::int64_t>(canvas.stride);
  for (const std::int64_t dx : {std::int64_t{0}, std::int64_t{area.width} - 1}) {
    for (const std::int64_t dy : {std::int64_t{0}, std::int64_t{area.height} - 1}) {
      const Point whole = on_panel({area.x + dx, area.y + dy}, canvas.size, rotation);
      const Point local = on_panel({dx, dy}, part.size, rotation);
      require(canvas.pixels + whole.y * stride + whole.x * pixel ==
                  part.pixels + local.y * stride + local.x * pixel,
              "a corner of the part is that pixel of the whole");
      const Pixel back =
          upright_pixel(canvas.size, rotation,
                        {static_cast<std::uint32_t>(whole.x), static_cast<std::uint32_t>(whole.y)});
      require(back.x == area.x + dx && back.y == area.y + dy, "and can be found again");
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteReader reader(ByteView(data, size));
  const auto word = [&] { return reader.le32().value_or(0); };
  const auto byte = [&] { return reader.u8().value_or(0); };
  const auto rotation = static_cast<Rotation>(byte() % 4);
  const auto pixels = static_cast<PixelFormat>(byte() % 2);
  constexpr FrameFormat kFormats[] = {FrameFormat::kJpeg, FrameFormat::kRgb565,
                                      FrameFormat::kRgb888};
  const FrameFormat format = kFormats[byte() % 3];
  const std::size_t bytes = word() % (sizeof payload + 1);
  const Size large{word(), word()};
  const Rect any{static_cast<std::int32_t>(word()), static_cast<std::int32_t>(word()), word(),
                 word()};
  require(any.within(large) == lies_within(any, large), "within, however large");
  // From here on as the wire and panels have it.
  const Size panel{1 + large.width % kSide, 1 + large.height % kSide};
  const Rect wire{any.x & 0xFFFF, any.y & 0xFFFF, any.width & 0xFFFF, any.height & 0xFFFF};
  check_covered(wire, panel, format, bytes);
  const Size upright = upright_size(panel, rotation);
  Rect area{wire.x % static_cast<std::int32_t>(upright.width),
            wire.y % static_cast<std::int32_t>(upright.height), 0, 0};
  area.width = 1 + wire.width % (upright.width - static_cast<std::uint32_t>(area.x));
  area.height = 1 + wire.height % (upright.height - static_cast<std::uint32_t>(area.y));
  require(area.within(upright), "an area of the picture");
  check_covered(area, upright, format,
                area.size().pixels() * raw_bytes_per_pixel(format) % sizeof payload);
  check_part({memory, panel, panel.width * bytes_per_pixel(pixels), pixels}, rotation, area);
  return 0;
}
