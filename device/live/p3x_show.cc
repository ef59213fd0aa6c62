#include "device/live/p3x_show.h"

#include <algorithm>
#include <cstring>
#include <new>

namespace p3a {
namespace {

constexpr Size kLargest{p3x::kMaxSide, p3x::kMaxSide};

std::uint64_t memory_of(const Capacities& capacities) {
  const p3x::Parameters announced{.table_bits = capacities.p3x_table_bits,
                                  .slices = p3x::kMaxSlices,
                                  .pictures = p3x::kMinPictures};
  return (p3x::models_bytes(kLargest, announced) + capacities.p3x_picture_bytes) / 8 * 8;
}

std::unexpected<Error> no_memory() {
  return fail(ErrorCode::kDecodeLimit,
              "there is no memory for a P3X picture here at the moment: send a JPEG instead");
}

bool is_delta(ByteView p3x_frame) {
  const auto packet = p3x::Packet::parse(p3x_frame);
  return packet && packet->type != p3x::FrameType::kKey;
}

}  // namespace

P3xShow::P3xShow(const Capacities& capacities) : capacities_(capacities) {
  if (!capacities_.p3x_from_the_start) return;
  take_memory();
  take_room(capacities_.p3x_pixels);
}

std::uint64_t P3xShow::bytes(const Capacities& capacities, std::uint64_t pixels) {
  return memory_of(capacities) + pixels * 3;
}

Result<FrameKind> P3xShow::kind_of(FrameFormat format, ByteView payload) {
  if (format != FrameFormat::kMixed) return is_delta(payload) ? FrameKind::kDelta : FrameKind::kKey;
  const auto mixed = p3x::MixedFrame::parse(payload);
  if (!mixed) return std::unexpected(mixed.error());
  return kind_of(FrameFormat::kPixelArt, mixed->p3x);
}

Result<RawPixels> P3xShow::decode(ByteView payload, const ImageLimits& limits) {
  catch_up(payload);
  if (auto stepped = step(payload, {}, limits); !stepped) return std::unexpected(stepped.error());
  return show(!is_delta(payload), {});
}

// What is drawn so far of a frame that turns out broken is not shown: only a key goes on.
Result<RawPixels> P3xShow::decode_mixed(ByteView payload, FrameMaker& maker, Frame& frame) {
  const auto mixed = p3x::MixedFrame::parse(payload);
  if (!mixed) return std::unexpected(mixed.error());
  catch_up(mixed->p3x);
  if (auto stepped = step(mixed->p3x, mixed->windows, maker.limits()); !stepped)
    return std::unexpected(stepped.error());
  const auto pixels = show(!is_delta(mixed->p3x), mixed->windows);
  if (!pixels) return pixels;
  for (const p3x::Patch& patch : mixed->patches()) {
    const Status drawn = draw_patch(patch, maker, frame);
    if (drawn) continue;
    take_memory();
    return std::unexpected(drawn.error());
  }
  return pixels;
}

Result<Size> P3xShow::draw(FrameFormat format, ByteView payload, const Destination& to) {
  const bool mixed = format == FrameFormat::kMixed, key = !mixed && !is_delta(payload);
  const auto straight = [&] {
    return !to.area && to.maker.as_is(decoder_.grid().output(), to.frame);
  };
  Result<RawPixels> pixels;
  if (mixed) {
    pixels = decode_mixed(payload, to.maker, to.frame);
  } else if (!key && !straight()) {
    pixels = decode(payload, to.maker.limits());
  } else {
    // A key frame says only now which size the picture has.
    if (auto stepped = step(payload, {}, to.maker.limits()); !stepped)
      return std::unexpected(stepped.error());
    const Size size = decoder_.grid().output();
    if (straight()) {
      paint_straight(to.frame);
      to.maker.drew(size, key ? decoder_.grid().cells().pixels() : 0, to.frame);
      return size;
    }
    pixels = show(key, {});
  }
  if (!pixels) return std::unexpected(pixels.error());
  const Status drawn = to.maker.draw(*pixels, to.area, to.base, to.frame);
  if (!drawn) return std::unexpected(drawn.error());
  return pixels->size;
}

void P3xShow::paint_straight(Frame& frame) {
  const p3x::PaintTarget target{frame.canvas.pixels, frame.canvas.size, frame.canvas.stride};
  const std::span<const PaintedFrames::Columns> lacks = painted_.lacks(frame);
  if (lacks.empty()) {
    decoder_.paint(target);
  } else {
    const std::uint32_t rows = decoder_.grid().rows.cells();
    for (std::uint32_t y = 0; y < rows; ++y) {
      const PaintedFrames::Columns columns = lacks[y / p3x::kBlock];
      if (columns.from < columns.to) decoder_.paint_cells(target, y, columns.from, columns.to);
    }
  }
  painted_.painted(frame);
  windows_ = {};
  behind_ = true;
}

// Before a frame that builds upon the last picture, which is to be in rgb_.
void P3xShow::catch_up(ByteView payload) {
  if (!behind_ || !is_delta(payload) || decoder_.needs_key()) return;
  const Size size = decoder_.grid().output();
  if (size.pixels() > room_ && !take_room(size.pixels())) return;  // as show() will say
  decoder_.paint({rgb_.get(), size, size.width * std::size_t{3}});
  behind_ = false;
}

Status P3xShow::draw_patch(const p3x::Patch& patch, FrameMaker& maker, Frame& frame) {
  const auto pixels = maker.decode(patch.file, patch.area.size(), frame);
  if (!pixels) return std::unexpected(pixels.error());
  const std::size_t row_bytes = patch.area.width * std::size_t{3};
  const std::size_t stride = decoder_.grid().output().width * std::size_t{3};
  std::uint8_t* out = rgb_.get() + static_cast<std::size_t>(patch.area.y) * stride +
                      static_cast<std::size_t>(patch.area.x) * 3;
  for (std::uint32_t y = 0; y < patch.area.height; ++y, out += stride)
    std::memcpy(out, pixels->data() + y * row_bytes, row_bytes);
  return {};
}

// Of a window that is there no more, the P3X picture is seen again.
void P3xShow::paint_closed(const p3x::Windows& windows, const p3x::PaintTarget& target) {
  for (const Rect& area : windows_.areas())
    if (area.within(target.size)) decoder_.paint(target, area, windows);
}

// Decodes a frame; nothing is painted yet.
Status P3xShow::step(ByteView payload, const p3x::Windows& windows, const ImageLimits& limits) {
  if (!memory_ && !take_memory()) return no_memory();
  if (auto decoded = decoder_.decode(payload); !decoded) return std::unexpected(decoded.error());
  const Size size = decoder_.grid().output();
  if (size.width > limits.max_width || size.height > limits.max_height ||
      size.pixels() > capacities_.p3x_pixels) {
    forget();
    return fail(
        ErrorCode::kDimensionsTooLarge, "the P3X stream has pictures of ", size.width, " x ",
        size.height, " pixels, more than this display takes: at most ", limits.max_width, " x ",
        limits.max_height, ", and ",
        std::min(capacities_.p3x_pixels, Size{limits.max_width, limits.max_height}.pixels()),
        " in all");
  }
  if (!windows.within(size)) {
    take_memory();
    return fail(ErrorCode::kBadFrame, "a window of the mixed frame reaches beyond its picture");
  }
  if (decoder_.all_new())
    painted_.restart((decoder_.grid().rows.cells() + p3x::kBlock - 1) / p3x::kBlock);
  else
    decoder_.for_changes([this](std::uint32_t y, std::uint32_t from, std::uint32_t to) {
      if (y % p3x::kBlock == 0) painted_.change(y / p3x::kBlock, from, to);
    });
  return {};
}

// The picture in rgb_, which has the one before, unless it is a key frame's.
Result<RawPixels> P3xShow::show(bool key, const p3x::Windows& windows) {
  const Size size = decoder_.grid().output();
  if (size.pixels() > room_ && !take_room(size.pixels())) {
    forget();
    return no_memory();
  }
  const p3x::PaintTarget target{rgb_.get(), size, size.width * std::size_t{3}};
  if (key || behind_) {
    decoder_.paint(target);
  } else {
    decoder_.paint_changes(target, windows);
    if (windows != windows_) paint_closed(windows, target);
  }
  behind_ = false;
  windows_ = windows;
  const auto bytes = static_cast<std::size_t>(size.pixels() * 3);
  const std::uint64_t cells = key ? decoder_.grid().cells().pixels() : 0;
  return RawPixels{RawLayout::kRgb888, size, {rgb_.get(), bytes}, cells};
}

void P3xShow::forget() {
  if (!memory_) return;
  decoder_ = p3x::Decoder({});
  painted_.restart(0);
  windows_ = {};
  behind_ = false;
  if (capacities_.p3x_from_the_start) {
    take_memory();
    return;
  }
  memory_ = {};
  rgb_ = {};
  room_ = 0;
}

// What it has already is used again.
bool P3xShow::take_memory() {
  const auto bytes = static_cast<std::size_t>(memory_of(capacities_));
  if (!memory_) memory_.reset(new (std::nothrow) std::uint64_t[bytes / 8]);
  if (memory_)
    decoder_ = p3x::Decoder(ByteSpan(reinterpret_cast<std::uint8_t*>(memory_.get()), bytes));
  return memory_ != nullptr;
}

bool P3xShow::take_room(std::uint64_t pixels) {
  rgb_.reset(new (std::nothrow) std::uint8_t[static_cast<std::size_t>(pixels * 3)]);
  room_ = rgb_ ? pixels : 0;
  return rgb_ != nullptr;
}

}  // namespace p3a
