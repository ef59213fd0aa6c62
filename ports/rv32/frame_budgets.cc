// Says what one frame costs on the chip's instruction set: a line "instructions<TAB>work<TAB>count"
// for each piece of work of a 720x720 frame, and the deepest stack and the allocations of all of
// them.
//
// The pictures are noise, so that no branch is predicted by the content; the counts are exact and
// the same in every run (QEMU with -icount). ports/rv32/budgets.py compares them with budgets.txt.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

#include "core/base/bytes.h"
#include "core/codec/decoder.h"
#include "core/codec/encoder.h"
#include "core/compose/compositor.h"
#include "core/compose/region.h"
#include "core/image/image.h"
#include "core/queue/frame_queue.h"
#include "core/wire/frame_header.h"
#include "core/wire/frame_message.h"
#include "ports/rv32/machine.h"

namespace p3a::rv32 {
namespace {

constexpr Size kPanel{720, 720};
constexpr std::size_t kLargestPayload = 720 * 720 * 3;

// As on the board: buffers that are there from the start, pixels behind the largest header.
alignas(128) std::array<std::uint8_t, FrameHeader::kCapacity + kLargestPayload> message;
alignas(128) std::array<std::uint8_t, 720 * 720 * 2> panel;
alignas(128) std::array<std::uint8_t, Compositor::scratch_bytes(720, 720)> scratch;
std::size_t deepest = 0;
std::uint32_t allocated = 0;
bool all_well = true;

void fill_with_noise(ByteSpan bytes) {
  std::uint32_t seed = 1;
  for (auto& byte : bytes) {
    seed = seed * 1664525 + 1013904223;
    byte = static_cast<std::uint8_t>(seed >> 24);
  }
}

/// Runs `work` once and says what it took; it tells whether it did what it was to do.
template <class Work>
void measure(const char* name, Work work) {
  const std::uint32_t allocations_before = allocations();
  mark_stack();
  const std::uint64_t begun = instructions();
  const bool done = work();
  const std::uint64_t ended = instructions();
  deepest = std::max(deepest, stack_depth());
  allocated += allocations() - allocations_before;
  std::printf("instructions\t%s\t%llu\n", name, static_cast<unsigned long long>(ended - begun));
  if (!done) std::printf("%s: not done\n", name);
  all_well &= done;
}

/// Writes the header of a frame of `payload_bytes` into `message`, the pixels being there already.
ByteView make_message(FrameFormat format, std::size_t payload_bytes, Rect region) {
  const FrameExtension extension{.kind = FrameKind::kKey,
                                 .sequence = 7,
                                 .capture_time = 1'000'000us,
                                 .presentation_time = Instant(2'000'000us),
                                 .region = region};
  const auto header = FrameHeader::make(format, payload_bytes, extension);
  if (!header) return {};
  std::copy_n(header->bytes().data(), header->bytes().size(), message.data());
  return ByteView(message).first(header->bytes().size() + payload_bytes);
}

struct Pixels {
  ByteView bytes;
  Size size;
  RowFormat format = RowFormat::kRgb565;
};

bool compose(const Pixels& picture, const Canvas& canvas, const View& view) {
  auto compositor =
      Compositor::begin(canvas, view, picture.size, picture.size, picture.format, scratch);
  if (!compositor) return false;
  const std::size_t row_bytes = picture.size.width * bytes_per_pixel(picture.format);
  for (std::uint32_t y = 0; y < picture.size.height; ++y) {
    const ByteView row = picture.bytes.subspan(y * row_bytes, row_bytes);
    const ByteSpan direct = compositor->direct_row(y);
    if (direct.empty()) {
      compositor->push_row(row);
    } else {
      std::memcpy(direct.data(), row.data(), direct.size());
    }
  }
  return true;
}

/// A message's way from its bytes to the panel: parsed, queued, taken out again, composed.
bool show(ByteView bytes, Size size, const View& view, FrameQueue& queue) {
  const auto frame = parse_frame_message(bytes, {});
  if (!frame) return false;
  const Rect area = frame->extension ? frame->extension->region : Rect{};
  const bool whole = area.empty() || area.size() == kPanel;
  const QueuedFrame queued{
      .slot = 0, .kind = FrameKind::kKey, .area = area, .whole = whole, .due = {}};
  FrameQueue::Losses lost = queue.push(queued);
  if (!queue.pop(Instant(1us), lost)) return false;
  const Canvas canvas{panel.data(), kPanel, kPanel.width * 2, PixelFormat::kRgb565};
  const bool raw565 = frame->format == FrameFormat::kRgb565;
  const Pixels picture{frame->payload, size, raw565 ? RowFormat::kRgb565 : RowFormat::kRgb888};
  return compose(picture, whole ? canvas : part_of(canvas, view.rotation, area), view);
}

void measure_parsing() {
  measure("wire parse", [] {
    const auto frame =
        parse_frame_message(make_message(FrameFormat::kRgb565, 720 * 720 * 2, {}), {});
    return frame && area_on_panel(*frame, kPanel).has_value();
  });
}

/// A camera's JPEG: JFIF, an EXIF block with a thumbnail, tables, and the scan up to 100 KiB.
ByteView make_jpeg() {
  constexpr std::size_t kBytes = 100 << 10;
  std::size_t at = 0;
  const auto put = [&at](std::initializer_list<std::uint8_t> bytes) {
    for (const std::uint8_t byte : bytes) message[at++] = byte;
  };
  const auto segment = [&](std::uint8_t marker, std::size_t size) {
    put({0xFF, marker, static_cast<std::uint8_t>(size >> 8), static_cast<std::uint8_t>(size)});
    at += size - 2;
  };
  fill_with_noise(ByteSpan(message).first(kBytes));
  put({0xFF, 0xD8});
  segment(0xE0, 16);
  segment(0xE1, 20'000);
  segment(0xDB, 67);
  segment(0xDB, 67);
  put({0xFF, 0xC0, 0, 17, 8, 720 >> 8, 720 & 255, 720 >> 8, 720 & 255, 3});
  put({1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1});
  for (const std::size_t size : {31U, 181U, 31U, 181U}) segment(0xC4, size);
  put({0xFF, 0xDA, 0, 12, 3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0});
  return ByteView(message).first(kBytes);
}

void measure_jpeg_header() {
  MemorySource source(make_jpeg());
  measure("JPEG header of 100 KiB", [&source] {
    const auto info = probe(source, {});
    return info && info->size == kPanel;
  });
}

struct Way {
  const char* name;
  FrameFormat format;
  Size size;
  Scaling scaling = Scaling::kNearest;
  Rotation rotation = Rotation::k0;
  float gamma = 1;
};
constexpr FrameFormat k565 = FrameFormat::kRgb565;
constexpr FrameFormat k888 = FrameFormat::kRgb888;
constexpr Way kWays[] = {
    {"RGB565 720", k565, {720, 720}},
    {"RGB565 360 to 720 nearest", k565, {360, 360}},
    {"RGB565 512 to 720 nearest", k565, {512, 512}},
    {"RGB565 360 to 720 bilinear", k565, {360, 360}, Scaling::kBilinear},
    {"RGB565 512 to 720 bilinear", k565, {512, 512}, Scaling::kBilinear},
    {"RGB565 720 turned by 90", k565, {720, 720}, Scaling::kNearest, Rotation::k90},
    {"RGB565 720 with gamma", k565, {720, 720}, Scaling::kNearest, Rotation::k0, 2.2F},
    {"RGB888 720", k888, {720, 720}},
    {"RGB888 360 to 720 nearest", k888, {360, 360}},
    {"RGB888 512 to 720 nearest", k888, {512, 512}},
    {"RGB888 360 to 720 bilinear", k888, {360, 360}, Scaling::kBilinear},
    {"RGB888 512 to 720 bilinear", k888, {512, 512}, Scaling::kBilinear},
    {"RGB888 720 turned by 90", k888, {720, 720}, Scaling::kNearest, Rotation::k90},
    {"RGB888 720 with gamma", k888, {720, 720}, Scaling::kNearest, Rotation::k0, 2.2F},
};

/// Whole frames: from the message's bytes to the panel's, for a panel of RGB565.
void measure_frames() {
  FrameQueue queue(3);
  for (const Way& way : kWays) {
    const std::size_t payload = way.size.width * way.size.height * raw_bytes_per_pixel(way.format);
    const ByteView bytes = make_message(way.format, payload, {});
    View view;
    view.fit = Fit::kStretch;
    view.scaling = way.scaling;
    view.rotation = way.rotation;
    view.tone = make_tone_curve(way.gamma, 1);
    measure(way.name, [&] { return show(bytes, way.size, view, queue); });
  }
}

/// The whole panel in 16 regions, each a message of its own.
void measure_regions() {
  constexpr std::uint32_t kSide = 180;
  FrameQueue queue(3);
  View view;
  view.fit = Fit::kStretch;
  // The queue wants a whole picture first.
  all_well &= show(make_message(k565, 720 * 720 * 2, {}), kPanel, view, queue);
  measure("RGB565 in 16 regions", [&] {
    bool done = true;
    for (std::uint32_t i = 0; i < 16; ++i) {
      const Rect region{static_cast<std::int32_t>(i % 4 * kSide),
                        static_cast<std::int32_t>(i / 4 * kSide), kSide, kSide};
      done &= show(make_message(k565, kSide * kSide * 2, region), region.size(), view, queue);
    }
    return done;
  });
}

/// A pixel-art scene of `side` cells, upscaled: tiles that scroll by `shift`, a sprite at `step`.
void draw_scene(std::uint32_t side, std::uint32_t shift, std::uint32_t step) {
  for (std::uint32_t y = 0; y < kPanel.height; ++y) {
    for (std::uint32_t x = 0; x < kPanel.width; ++x) {
      const std::uint32_t u = (2 * x + 1) * side / 1440, v = (2 * y + 1) * side / 1440;
      const std::uint32_t tile = ((u + shift) / 16 * 7 + v / 16 * 13) % 5;
      const std::uint32_t grain = ((u + shift) % 16 * 31 ^ v % 16 * 17) % 7;
      const bool sprite = u - step < 12 && v - 20 < 16;
      std::uint8_t* const out = &message[(y * kPanel.width + x) * 3];
      out[0] = static_cast<std::uint8_t>(sprite ? 200 + (u - step) % 3 * 20 : tile * 40);
      out[1] = static_cast<std::uint8_t>(sprite ? (v - 20) * 9 : grain * 8);
      out[2] = static_cast<std::uint8_t>(tile * 30);
    }
  }
}

/// P3X: a key frame and then, after eight others, one frame, decoded and painted where it changed.
void measure_p3x(const char* key_name, const char* name, std::uint32_t side, std::uint32_t scroll) {
  const p3x::EncoderOptions options{
      .size = kPanel, .table_bits = 14, .slices = 1, .history_bytes = 1U << 20};
  alignas(8) static std::array<std::uint8_t, 10U << 20> encoder_memory;
  alignas(8) static std::array<std::uint8_t, 2U << 20> decoder_memory;
  static std::array<std::uint8_t, 720 * 720 * 3> target;
  static std::array<std::uint8_t, 64 << 10> packet;
  static p3x::Decoder decoder(decoder_memory);
  auto encoder = p3x::Encoder::make(options, encoder_memory);
  all_well &= encoder.has_value();
  for (std::uint32_t i = 0; encoder && i <= 8; ++i) {
    draw_scene(side, i * scroll, 4 + i);
    const auto encoded =
        encoder->encode({message.data(), kPanel, kPanel.width * std::size_t{3}}, packet);
    const auto show_it = [&] {
      if (!encoded || !decoder.decode(ByteView(packet).first(encoded->size))) return false;
      decoder.paint_changes({target.data(), kPanel, kPanel.width * std::size_t{3}});
      return true;
    };
    if (i == 0)
      measure(key_name, show_it);
    else if (i == 8)
      measure(name, show_it);
    else
      all_well &= show_it();
    all_well &= std::equal(target.begin(), target.end(), message.begin());
  }
}

}  // namespace
}  // namespace p3a::rv32

int main() {
  using namespace p3a::rv32;
  fill_with_noise(message);
  measure_parsing();
  measure_frames();
  measure_regions();
  measure_jpeg_header();
  measure_p3x("P3X 64 key", "P3X 64 sprite", 64, 0);
  measure_p3x("P3X 128 key", "P3X 128 scroll", 128, 1);
  std::printf("stack-run\tdeepest\t%u\n", static_cast<unsigned>(deepest));
  std::printf("allocations\tall frames\t%u\n", static_cast<unsigned>(allocated));
  return all_well ? 0 : 1;
}
