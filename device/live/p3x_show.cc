#include "device/live/p3x_show.h"

namespace p3a {
namespace {

constexpr Size kLargest{p3x::kMaxSide, p3x::kMaxSide};
constexpr p3x::Parameters kAnnounced{
    .table_bits = P3xShow::kTableBits, .slices = p3x::kMaxSlices, .pictures = p3x::kMinPictures};

}  // namespace

bool P3xShow::is_delta(ByteView payload) {
  const auto packet = p3x::Packet::parse(payload);
  return packet && packet->type != p3x::FrameType::kKey;
}

Result<RawPixels> P3xShow::decode(ByteView payload, const ImageLimits& limits) {
  if (memory_.empty()) {
    const std::uint64_t bytes = p3x::models_bytes(kLargest, kAnnounced) + kPictureBytes;
    memory_.resize(static_cast<std::size_t>(bytes / 8));
    decoder_ =
        p3x::Decoder(ByteSpan(reinterpret_cast<std::uint8_t*>(memory_.data()), bytes / 8 * 8));
  }
  if (auto decoded = decoder_.decode(payload); !decoded) return std::unexpected(decoded.error());
  const Size size = decoder_.grid().output();
  if (size.width > limits.max_width || size.height > limits.max_height) {
    forget();
    return fail(ErrorCode::kDimensionsTooLarge, "the P3X stream has pictures of ", size.width,
                " x ", size.height, " pixels; this display takes ", limits.max_width, " x ",
                limits.max_height);
  }
  const auto bytes = static_cast<std::size_t>(size.pixels() * 3);
  if (rgb_.size() != bytes) rgb_.resize(bytes);
  decoder_.paint_changes({rgb_.data(), size, size.width * std::size_t{3}});
  const std::uint64_t cells = is_delta(payload) ? 0 : decoder_.grid().cells().pixels();
  return RawPixels{RawLayout::kRgb888, size, rgb_, true, cells};
}

void P3xShow::forget() {
  if (memory_.empty()) return;
  memory_ = {};
  rgb_ = {};
  decoder_ = p3x::Decoder({});
}

}  // namespace p3a
