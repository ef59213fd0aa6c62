#include "core/image/p3x_header.h"

#include <algorithm>

#include "core/image/read_bytes.h"

namespace p3a {
namespace {

constexpr std::array<std::uint8_t, 8> kMagic{0x89, 'P', '3', 'X', '\r', '\n', 0x1A, '\n'};
constexpr std::uint8_t kVersion = 1;
constexpr std::uint32_t kKeyFlag = 1U << 31;
constexpr std::uint32_t kMinFrameBytes = 4;
constexpr std::size_t kPiece = 16;  // entries read at once

std::unexpected<Error> damaged() {
  return fail(ErrorCode::kDecodeFailed,
              "the P3X file is damaged or cut off: encode it again and send the whole file");
}

P3xEntry entry_at(const std::uint8_t* bytes) {
  const std::uint32_t word = load_le32(bytes);
  return {.bytes = word & ~kKeyFlag,
          .key = (word & kKeyFlag) != 0,
          .delay = Micros(load_le32(bytes + 4))};
}

bool valid(const P3xEntry& entry, std::uint32_t frame, std::uint32_t frames) {
  return entry.bytes >= kMinFrameBytes && (frame > 0 || entry.key) &&
         (frames == 1 || entry.delay >= kMinP3xDelay);
}

// All entries are good, and the frames fill what lies between the head and the index.
bool index_fits(ByteSource& source, const P3xHeader& header) {
  std::uint64_t end = kP3xHeaderBytes;
  std::array<std::uint8_t, kPiece * kP3xEntryBytes> piece{};
  for (std::uint32_t frame = 0; frame < header.frames;) {
    const std::uint32_t count = std::min<std::uint32_t>(kPiece, header.frames - frame);
    const ByteSpan bytes = ByteSpan(piece).first(count * kP3xEntryBytes);
    const std::uint64_t offset = header.index_offset + std::uint64_t{frame} * kP3xEntryBytes;
    if (source.read_at(offset, bytes) != bytes.size()) return false;
    for (std::uint32_t i = 0; i < count; ++i, ++frame) {
      const P3xEntry entry = entry_at(&piece[i * kP3xEntryBytes]);
      if (!valid(entry, frame, header.frames)) return false;
      end += entry.bytes;
    }
  }
  return end == header.index_offset;
}

void store_le(std::uint8_t* out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out[i] = static_cast<std::uint8_t>(value >> 8 * i);
}

}  // namespace

Result<P3xHeader> parse_p3x_header(ByteSource& source, const ImageLimits& limits) {
  const auto head = read_bytes<kP3xHeaderBytes>(source, 0);
  if (!head || !std::equal(kMagic.begin(), kMagic.end(), head->begin())) return damaged();
  const std::uint8_t* const at = head->data();
  if (at[8] != kVersion)
    return fail(ErrorCode::kUnsupportedFeature, "the P3X file is of version ", at[8],
                ", this display plays version ", kVersion, ": encode it again");
  P3xHeader header{.size = {load_le16(at + 12), load_le16(at + 14)},
                   .table_bits = at[9],
                   .slices = at[10],
                   .picture_bytes = load_le32(at + 20),
                   .frames = load_le32(at + 16),
                   .index_offset = load_le32(at + 24)};
  if (at[11] != 0 || load_le32(at + 28) != 0 || header.table_bits < 10 || header.table_bits > 18 ||
      header.slices < 1 || header.slices > 2 || header.frames == 0)
    return damaged();
  if (const Status fits = check_size(header.size, limits); !fits)
    return std::unexpected(fits.error());
  if (header.frames > limits.max_frames)
    return fail(ErrorCode::kDecodeLimit, "the P3X file has ", header.frames, " frames; at most ",
                limits.max_frames, " are played: send fewer");
  if (header.picture_bytes > kMaxP3xPictureBytes)
    return fail(ErrorCode::kDecodeLimit, "the P3X file wants ", header.picture_bytes,
                " bytes for pictures; at most ", kMaxP3xPictureBytes,
                " are given: encode it with a shorter history");
  if (header.index_offset + std::uint64_t{header.frames} * kP3xEntryBytes != source.size() ||
      !index_fits(source, header))
    return damaged();
  return header;
}

Result<P3xEntry> read_p3x_entry(ByteSource& source, const P3xHeader& header, std::uint32_t frame) {
  const auto bytes = read_bytes<kP3xEntryBytes>(
      source, header.index_offset + std::uint64_t{frame} * kP3xEntryBytes);
  if (!bytes) return damaged();
  const P3xEntry entry = entry_at(bytes->data());
  if (!valid(entry, frame, header.frames)) return damaged();
  return entry;
}

std::array<std::uint8_t, kP3xHeaderBytes> p3x_header_bytes(const P3xHeader& header) {
  std::array<std::uint8_t, kP3xHeaderBytes> out{};
  std::ranges::copy(kMagic, out.begin());
  out[8] = kVersion;
  out[9] = header.table_bits;
  out[10] = header.slices;
  store_le(&out[12], header.size.width, 2);
  store_le(&out[14], header.size.height, 2);
  store_le(&out[16], header.frames, 4);
  store_le(&out[20], header.picture_bytes, 4);
  store_le(&out[24], header.index_offset, 4);
  return out;
}

std::array<std::uint8_t, kP3xEntryBytes> p3x_entry_bytes(const P3xEntry& entry) {
  std::array<std::uint8_t, kP3xEntryBytes> out{};
  store_le(out.data(), entry.bytes | (entry.key ? kKeyFlag : 0), 4);
  store_le(&out[4], static_cast<std::uint64_t>(entry.delay.count()), 4);
  return out;
}

}  // namespace p3a
