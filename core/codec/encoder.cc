#include "core/codec/encoder.h"

#include <algorithm>
#include <cstring>

#include "core/base/bytes.h"
#include "core/codec/placer.h"
#include "core/codec/slice_coder.h"

namespace p3a::p3x {
namespace {

struct Parts {
  std::uint64_t state, sources, rgb, rows, actual, palette;
};

Parts parts_of(const EncoderOptions& options) {
  const Size size = options.size;
  const Parameters parameters{.table_bits = options.table_bits, .slices = options.slices};
  return {.state = models_bytes(size, parameters) + aligned(options.history_bytes),
          .sources = aligned(SourceFinder::memory_bytes(size)),
          .rgb = aligned(size.pixels() * 3),
          .rows = aligned(size.height),
          .actual = aligned(std::uint64_t{size.width + 2} * (size.height + 1) * 4),
          .palette = options.slices * PaletteFinder::kSlots * 2};
}

// The two codes of a slice, written from both ends of `out`, moved together.
std::size_t close_up(EncodingIo& io, ByteSpan out) {
  io.coder.finish();
  io.run_coder.finish();
  const std::size_t front = io.coder.size(), back = io.run_coder.size();
  if (front + back <= out.size())
    std::memmove(out.data() + front, out.data() + out.size() - back, back);
  return front + back;
}

void store_le16(std::uint8_t* out, std::uint32_t value) {
  out[0] = static_cast<std::uint8_t>(value);
  out[1] = static_cast<std::uint8_t>(value >> 8);
}

std::unexpected<Error> no_room() {
  return fail(ErrorCode::kFrameTooLarge,
              "the picture is too rich for P3X within the bytes allowed; send it as JPEG or PNG");
}

}  // namespace

std::optional<std::uint64_t> Encoder::memory_bytes(const EncoderOptions& options) {
  const Parameters parameters{.table_bits = options.table_bits, .slices = options.slices};
  const Size size = options.size;
  if (size.width == 0 || size.height == 0 || size.width > kMaxSide || size.height > kMaxSide ||
      !parameters.valid() || options.history_bytes > 1U << 30)
    return std::nullopt;
  const Parts parts = parts_of(options);
  return aligned(sizeof(State)) + aligned(sizeof(GridFinder)) + parts.state + parts.sources +
         parts.rgb + parts.rows + parts.actual + parts.palette;
}

Result<Encoder> Encoder::make(const EncoderOptions& options, ByteSpan memory) {
  const auto bytes = memory_bytes(options);
  if (!bytes)
    return fail(ErrorCode::kInvalidValue, "P3X encodes pictures of 1 to ", kMaxSide,
                " pixels a side, with table bits ", kMinTableBits, " to ", kMaxTableBits,
                " and 1 or 2 slices");
  if (memory.size() < *bytes)
    return fail(ErrorCode::kInvalidValue, "the P3X encoder wants ", *bytes, " bytes of memory");
  return Encoder(options, memory);
}

Encoder::Encoder(const EncoderOptions& options, ByteSpan memory) : options_(options) {
  const Parts parts = parts_of(options);
  Placer placer(memory);
  const auto part = [&placer](std::uint64_t bytes) {
    return ByteSpan(placer.place<std::uint8_t>(bytes), static_cast<std::size_t>(bytes));
  };
  state_ = placer.place_zeros<State>();
  finder_ = placer.place_zeros<GridFinder>();
  state_->use(part(parts.state));
  sources_ = SourceFinder(part(parts.sources), options.size);
  last_rgb_ = placer.place<std::uint8_t>(parts.rgb);
  changed_rows_ = placer.place<std::uint8_t>(parts.rows);
  actual_ = placer.place<std::uint32_t>(parts.actual / 4);
  palette_slots_ = placer.place<std::uint16_t>(parts.palette / 2);
  std::fill_n(palette_slots_, parts.palette / 2, std::uint16_t{0});
  finder_->restart(options.size);
}

void Encoder::set_windows(const Windows& windows) {
  if (windows == windows_) return;
  windows_ = windows;
  finder_->restart(options_.size, windows);
  key_ = first_ = true;
}

// Which rows differ from the last picture handed in; false: none.
bool Encoder::take_rows(const RgbPicture& picture) {
  const std::size_t bytes = options_.size.width * 3UL;
  bool any = false;
  for (std::uint32_t y = 0; y < options_.size.height; ++y) {
    std::uint8_t* const last = last_rgb_ + y * bytes;
    const std::uint8_t* const row = picture.row(y);
    const bool changed = first_ || !VisibleRuns(windows_, options_.size.width, y).same(row, last);
    changed_rows_[y] = static_cast<std::uint8_t>(changed);
    if (changed) std::memcpy(last, row, bytes);
    any = any || changed;
  }
  first_ = false;
  return any;
}

// One cell for each upscaled square: its top left pixel.
void Encoder::gather(const RgbPicture& picture, bool all) {
  const Grid& grid = finder_->grid();
  const Size cells = grid.cells();
  for (std::uint32_t y = 0; y < cells.height; ++y) {
    if (!all && changed_rows_[grid.rows.start(y)] == 0) continue;
    const std::uint8_t* const row = picture.row(grid.rows.start(y));
    std::uint32_t* const out = actual_ + y * (cells.width + 2UL);
    // A byte more than the pixel is read, but not of the last one.
    for (std::uint32_t x = 0; x + 1 < cells.width; ++x)
      out[x] = load_le32(row + grid.columns.start(x) * 3UL) & 0xFFFFFFU;
    const std::uint8_t* const at = row + grid.columns.start(cells.width - 1) * 3UL;
    out[cells.width - 1] =
        at[0] | static_cast<std::uint32_t>(at[1]) << 8 | static_cast<std::uint32_t>(at[2]) << 16;
    // A cell lies wholly in a window or outside of all.
    if (windows_.empty()) continue;
    for (std::uint32_t x = 0; x < cells.width; ++x)
      if (windows_.cover(grid.columns.start(x), grid.rows.start(y))) out[x] = 0;
  }
}

Result<std::uint8_t> Encoder::pictures_for(const Grid& grid) const {
  const std::uint64_t one = pictures_bytes(grid.cells(), 1);
  const std::uint64_t fit = options_.history_bytes / one;
  if (fit < kMinPictures)
    return fail(ErrorCode::kDecodeLimit,
                "the picture is too fine for the receiver's P3X memory: ", "two pictures of ", one,
                " bytes do not fit; send it as JPEG or PNG");
  return static_cast<std::uint8_t>(std::min<std::uint64_t>(fit, kMaxPictures));
}

namespace {

// Writes the grid with its length before it.
bool put_grid(Grid& grid, ByteSpan out, std::size_t& size) {
  if (out.size() < size + 2) return false;
  RangeEncoder coder(out.subspan(size + 2), Walk::kForwards);
  Axis::code(coder, grid.columns, grid.columns.size());
  Axis::code(coder, grid.rows, grid.rows.size());
  coder.finish();
  if (coder.full() || coder.size() > 0xFFFF) return false;
  store_le16(&out[size], static_cast<std::uint32_t>(coder.size()));
  size += 2 + coder.size();
  return true;
}

}  // namespace

Status Encoder::start_key(ByteSpan out, std::size_t& size) {
  const Grid& grid = finder_->grid();
  const auto pictures = pictures_for(grid);
  if (!pictures) return std::unexpected(pictures.error());
  const Parameters parameters{
      .table_bits = options_.table_bits, .slices = options_.slices, .pictures = *pictures};
  const std::uint8_t sequence = state_->sequence;
  state_->next_grid() = grid;
  if (auto restarted = state_->restart(parameters); !restarted) return restarted;
  state_->sequence = sequence;
  if (out.size() < size + kKeyBytes) return no_room();
  store_le16(&out[size], options_.size.width);
  store_le16(&out[size + 2], options_.size.height);
  out[size + 4] = parameters.table_bits;
  out[size + 5] = parameters.slices;
  out[size + 6] = parameters.pictures;
  size += kKeyBytes;
  // Writing leaves the grid as it is; after the swap the other copy is free to be written from.
  state_->next_grid() = grid;
  if (!put_grid(state_->next_grid(), out, size)) return no_room();
  return {};
}

Status Encoder::start_regrid(ByteSpan out, std::size_t& size) {
  const Grid& grid = finder_->grid();
  const auto pictures = pictures_for(grid);
  if (!pictures) return std::unexpected(pictures.error());
  state_->next_grid() = grid;
  if (auto done = state_->regrid(*pictures); !done) return done;
  if (out.size() < size + 1) return no_room();
  out[size++] = *pictures;
  // Writing leaves the grid as it is; after the swap the other copy is free to be written from.
  state_->next_grid() = grid;
  if (!put_grid(state_->next_grid(), out, size)) return no_room();
  return {};
}

Result<Encoded> Encoder::encode(const RgbPicture& picture, ByteSpan out) {
  if (picture.size != options_.size)
    return fail(ErrorCode::kInvalidValue, "this P3X stream has pictures of ", options_.size.width,
                " x ", options_.size.height, " pixels");
  if (out.size() < kHeadBytes) return no_room();
  const bool any = take_rows(picture);
  const bool regrid = any && finder_->update(picture, changed_rows_);
  const bool key = key_;
  key_ = true;  // until all went well
  FrameType type = key ? FrameType::kKey : regrid ? FrameType::kRegrid : FrameType::kDelta;
  std::size_t size = kHeadBytes;
  if (key) {
    if (auto started = start_key(out, size); !started) return std::unexpected(started.error());
  } else if (regrid) {
    if (auto started = start_regrid(out, size); !started) return std::unexpected(started.error());
  }
  if (key || regrid) {
    gather(picture, true);
    sources_.restart(*state_);
  } else if (any) {
    gather(picture, false);
  }
  const bool news = (any || key) && sources_.plan(*state_, actual_);
  if (!news && !key && !regrid) {
    type = FrameType::kRepeat;
  } else {
    if (!news) sources_.plan_nothing(*state_);
    auto slices = encode_slices(out.subspan(size));
    if (!slices) return std::unexpected(slices.error());
    size += *slices;
    state_->keep();
    sources_.kept();
  }
  seal(out, type);
  key_ = false;
  return Encoded{.type = type, .size = size};
}

Result<std::size_t> Encoder::encode_slices(ByteSpan out) {
  const Plan plan{.sources = sources_.sources(), .blocks = sources_.blocks(), .actual = actual_};
  const std::uint32_t slices = options_.slices;
  std::uint32_t digest = 0;
  std::size_t size = 0;
  state_->begin_picture();
  for (std::uint32_t i = 0; i < slices; ++i) {
    const std::size_t length_bytes = i + 1 < slices ? 4 : 0;
    if (out.size() < size + length_bytes) return no_room();
    const ByteSpan room = out.subspan(size + length_bytes);
    const std::span<std::uint16_t, PaletteFinder::kSlots> slots(
        palette_slots_ + i * PaletteFinder::kSlots, PaletteFinder::kSlots);
    EncodingIo io(room, state_->model(i), PaletteFinder(slots));
    SliceCoder<EncodingIo> coder(*state_, i, io, plan);
    if (!coder.run()) return no_room();
    const std::size_t bytes = close_up(io, room);
    if (bytes > room.size()) return no_room();
    if (length_bytes != 0) {
      store_le16(&out[size], static_cast<std::uint32_t>(bytes));
      store_le16(&out[size + 2], static_cast<std::uint32_t>(bytes >> 16));
    }
    size += length_bytes + bytes;
    digest = step_digest(digest, coder.digest());
  }
  state_->digest = digest;
  return size;
}

void Encoder::seal(ByteSpan out, FrameType type) {
  out[0] = static_cast<std::uint8_t>(kVersion << 4 | static_cast<unsigned>(type));
  out[1] = state_->sequence++;
  store_le16(&out[2], check_of(state_->digest));
}

}  // namespace p3a::p3x
