#include "device/live/p3x_show.h"

#include <algorithm>
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

}  // namespace

P3xShow::P3xShow(const Capacities& capacities) : capacities_(capacities) {
  if (!capacities_.p3x_from_the_start) return;
  take_memory();
  take_room(capacities_.p3x_pixels);
}

std::uint64_t P3xShow::bytes(const Capacities& capacities, std::uint64_t pixels) {
  return memory_of(capacities) + pixels * 3;
}

bool P3xShow::is_delta(ByteView payload) {
  const auto packet = p3x::Packet::parse(payload);
  return packet && packet->type != p3x::FrameType::kKey;
}

Result<RawPixels> P3xShow::decode(ByteView payload, const ImageLimits& limits) {
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
  if (size.pixels() > room_ && !take_room(size.pixels())) {
    forget();
    return no_memory();
  }
  decoder_.paint_changes({rgb_.get(), size, size.width * std::size_t{3}});
  const auto bytes = static_cast<std::size_t>(size.pixels() * 3);
  const std::uint64_t cells = is_delta(payload) ? 0 : decoder_.grid().cells().pixels();
  return RawPixels{RawLayout::kRgb888, size, {rgb_.get(), bytes}, cells};
}

void P3xShow::forget() {
  if (!memory_) return;
  decoder_ = p3x::Decoder({});
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
