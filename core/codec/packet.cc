#include "core/codec/packet.h"

namespace p3a::p3x {
namespace {

std::unexpected<Error> cut_off() {
  return fail(ErrorCode::kBadFrame, "the P3X frame ends in the middle; send a key frame");
}

Status read_key(ByteReader& reader, Packet& packet) {
  const auto width = reader.le16(), height = reader.le16();
  const auto table_bits = reader.u8(), slices = reader.u8(), pictures = reader.u8();
  if (!pictures) return cut_off();
  if (*width > kMaxSide || *height > kMaxSide)
    return fail(ErrorCode::kDimensionsTooLarge, "a P3X picture may have up to ", kMaxSide, " x ",
                kMaxSide, " pixels; this one has ", *width, " x ", *height);
  packet.output = {*width, *height};
  packet.parameters = {.table_bits = *table_bits, .slices = *slices, .pictures = *pictures};
  if (*width == 0 || *height == 0 || !packet.parameters.valid())
    return fail(ErrorCode::kBadFrame, "the P3X key frame has parameters outside their ranges");
  return {};
}

Status read_grid(ByteReader& reader, Packet& packet) {
  const auto length = reader.le16();
  if (!length) return cut_off();
  const auto grid = reader.take(*length);
  if (!grid) return cut_off();
  packet.grid = *grid;
  return {};
}

}  // namespace

Result<Packet> Packet::parse(ByteView bytes) {
  ByteReader reader(bytes);
  const auto kind = reader.u8(), sequence = reader.u8();
  const auto check = reader.le16();
  if (!check) return cut_off();
  if (*kind >> 4 != kVersion)
    return fail(ErrorCode::kUnsupportedFeature, "the P3X frame has version ", *kind >> 4,
                "; this display knows version ", kVersion);
  if ((*kind & 15U) > static_cast<unsigned>(FrameType::kRegrid))
    return fail(ErrorCode::kUnsupportedFeature, "the P3X frame is of a kind that version ",
                kVersion, " does not have");
  Packet packet;
  packet.type = static_cast<FrameType>(*kind & 15U);
  packet.sequence = *sequence;
  packet.check = *check;
  if (packet.type == FrameType::kKey) {
    if (auto read = read_key(reader, packet); !read) return std::unexpected(read.error());
  } else if (packet.type == FrameType::kRegrid) {
    const auto pictures = reader.u8();
    if (!pictures) return cut_off();
    packet.parameters.pictures = *pictures;
    if (!packet.parameters.valid())
      return fail(ErrorCode::kBadFrame, "the P3X frame wants too many or too few pictures kept");
  }
  if (packet.type == FrameType::kKey || packet.type == FrameType::kRegrid)
    if (auto read = read_grid(reader, packet); !read) return std::unexpected(read.error());
  packet.rest = reader.rest();
  if (packet.type == FrameType::kRepeat && !packet.rest.empty())
    return fail(ErrorCode::kBadFrame, "a repeated P3X frame has nothing after its head");
  return packet;
}

bool split_slices(ByteView rest, std::uint32_t slices, std::array<ByteView, kMaxSlices>& out) {
  ByteReader reader(rest);
  for (std::uint32_t i = 0; i + 1 < slices; ++i) {
    const auto length = reader.le32();
    const auto bytes = length ? reader.take(*length) : std::nullopt;
    if (!bytes) return false;
    out[i] = *bytes;
  }
  out[slices - 1] = reader.rest();
  return true;
}

}  // namespace p3a::p3x
