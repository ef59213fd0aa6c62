#include "ports/client/send/p3x_file.h"

#include <algorithm>

#include "ports/client/send/p3x_costs.h"

namespace p3a::sender {
namespace {

constexpr std::uint8_t kTableBits = 16;
constexpr std::uint32_t kHistoryBytes = 8U << 20;
constexpr std::size_t kMaxFileBytes = std::size_t{1} << 30;

ByteSpan bytes_of(std::vector<std::uint64_t>& memory) {
  return {reinterpret_cast<std::uint8_t*>(memory.data()), memory.size() * 8};
}

// A full-size picture takes 16 MiB twice; small ones keep what a display announces.
std::uint64_t history_for(Size size) {
  return std::max<std::uint64_t>(kHistoryBytes, p3x::pictures_bytes(size, p3x::kMinPictures));
}

}  // namespace

Result<P3xFileWriter> P3xFileWriter::begin(Size size) {
  P3xFileWriter writer(
      {.size = size, .table_bits = kTableBits, .history_bytes = history_for(size)});
  const auto bytes = p3x::Encoder::memory_bytes(writer.options_);
  if (!bytes || writer.options_.history_bytes > kMaxP3xPictureBytes)
    return fail(ErrorCode::kDimensionsTooLarge, "P3X files take pictures of up to 2047 x 2047 ",
                "pixels, this one is ", size.width, " x ", size.height, ": scale it down");
  writer.memory_.assign(static_cast<std::size_t>(*bytes / 8 + 1), 0);
  auto made = p3x::Encoder::make(writer.options_, bytes_of(writer.memory_));
  if (!made) return std::unexpected(made.error());
  writer.encoder_ = *made;
  writer.packet_.resize(static_cast<std::size_t>(size.pixels() * 4 + 4096));
  writer.bytes_.resize(kP3xHeaderBytes);
  return writer;
}

Status P3xFileWriter::add(const p3x::RgbPicture& picture, Micros delay) {
  const auto encoded = encoder_->encode(picture, packet_);
  if (!encoded) return std::unexpected(encoded.error());
  if (bytes_.size() + encoded->size > kMaxFileBytes)
    return fail(ErrorCode::kDecodeLimit,
                "the file would be larger than 1 GiB: take fewer pictures");
  bytes_.insert(bytes_.end(), packet_.begin(),
                packet_.begin() + static_cast<std::ptrdiff_t>(encoded->size));
  constexpr Micros kLongest(0xFFFFFFFF);
  entries_.push_back({.bytes = static_cast<std::uint32_t>(encoded->size),
                      .key = encoded->type == p3x::FrameType::kKey,
                      .delay = std::clamp(delay, kMinP3xDelay, kLongest)});
  return {};
}

std::vector<std::uint8_t> P3xFileWriter::finish() {
  const P3xHeader header{.size = options_.size,
                         .table_bits = options_.table_bits,
                         .slices = options_.slices,
                         .picture_bytes = static_cast<std::uint32_t>(options_.history_bytes),
                         .frames = static_cast<std::uint32_t>(entries_.size()),
                         .index_offset = bytes_.size()};
  std::ranges::copy(p3x_header_bytes(header), bytes_.begin());
  for (const P3xEntry& entry : entries_) {
    const auto bytes = p3x_entry_bytes(entry);
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }
  return std::move(bytes_);
}

Result<P3xFileReader> P3xFileReader::open(std::vector<std::uint8_t> file) {
  MemorySource source(file);
  constexpr ImageLimits kAny{.max_frames = 0xFFFFFFFF};
  const auto header = parse_p3x_header(source, kAny);
  if (!header) return std::unexpected(header.error());
  return P3xFileReader(std::move(file), *header);
}

P3xFileReader::P3xFileReader(std::vector<std::uint8_t> file, const P3xHeader& header)
    : file_(std::move(file)), header_(header) {
  const p3x::Parameters parameters{.table_bits = header.table_bits, .slices = header.slices};
  const std::uint64_t bytes = p3x::models_bytes(header.size, parameters) + header.picture_bytes;
  memory_.resize(static_cast<std::size_t>(bytes / 8));
  decoder_ = p3x::Decoder(bytes_of(memory_));
  pixels_.resize(header.size.pixels() * 3);
}

Result<std::optional<P3xFrame>> P3xFileReader::next(std::vector<double>* costs) {
  if (frame_ == header_.frames) return std::nullopt;
  MemorySource source(file_);
  const auto entry = read_p3x_entry(source, header_, frame_);
  if (!entry) return std::unexpected(entry.error());
  const ByteView frame = ByteView(file_).subspan(offset_, entry->bytes);
  if (const Status decoded = decode(frame, costs); !decoded)
    return std::unexpected(decoded.error());
  if (decoder_.grid().output() != header_.size)
    return fail(ErrorCode::kBadFrame, "frame ", frame_, " has another size than the file");
  decoder_.paint_changes({pixels_.data(), header_.size, header_.size.width * std::size_t{3}});
  ++frame_;
  offset_ += entry->bytes;
  const auto packet = p3x::Packet::parse(frame);
  return P3xFrame{.entry = *entry,
                  .type = packet ? packet->type : p3x::FrameType::kRepeat,
                  .cells = decoder_.grid().cells()};
}

Status P3xFileReader::decode(ByteView frame, std::vector<double>* costs) {
  if (costs == nullptr) return decoder_.decode(frame);
  if (const Status begun = decoder_.begin(frame); !begun) return begun;
  cell_costs_.assign(decoder_.grid().cells().pixels(), 0);
  for (std::uint32_t i = 0; i < decoder_.slices(); ++i)
    decode_slice_weighed(decoder_, i, cell_costs_);
  if (const Status done = decoder_.finish(); !done) return done;
  if (decoder_.grid().output() == header_.size) spread(*costs);
  return {};
}

void P3xFileReader::spread(std::vector<double>& costs) const {
  costs.resize(header_.size.pixels());
  const p3x::Grid& grid = decoder_.grid();
  const Size cells = grid.cells();
  for (std::uint32_t y = 0; y < cells.height; ++y) {
    for (std::uint32_t x = 0; x < cells.width; ++x) {
      const std::uint32_t cost = cell_costs_[std::size_t{y} * cells.width + x];
      if (cost == 0) continue;
      const std::uint32_t top = grid.rows.start(y), bottom = grid.rows.start(y + 1);
      const std::uint32_t left = grid.columns.start(x), right = grid.columns.start(x + 1);
      const double share = static_cast<double>(cost) / ((bottom - top) * (right - left));
      for (std::uint32_t row = top; row < bottom; ++row)
        for (std::uint32_t column = left; column < right; ++column)
          costs[std::size_t{row} * header_.size.width + column] += share;
    }
  }
}

}  // namespace p3a::sender
