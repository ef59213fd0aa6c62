// Codes one slice of a frame: where blocks come from, what each block is, and the cells of those
// that nothing foretold (docs/P3X.md, section 6). One template for both directions.
//
// In: a State whose picture in the making is to be filled. The encoder also hands in its decisions.
// Out: the slice's rows of that picture, and the digest. Two slices may be coded at once.
#pragma once

#include <cstring>

#include "core/codec/pixel_coder.h"
#include "core/codec/runs.h"
#include "core/codec/state.h"

namespace p3a::p3x {

/// Where the encoder finds a colour in the palette: a hash table that forgets.
class PaletteFinder {
 public:
  static constexpr std::size_t kSlots = 4 * kPaletteSize;

  explicit PaletteFinder(std::span<std::uint16_t, kSlots> slots) : slots_(slots) {}

  std::uint32_t find(const Model& model, std::uint32_t colour) const {
    for (std::uint32_t i = 0; i < 2; ++i) {
      const std::uint32_t index = slots_[place(colour, i)];
      if (index < model.palette_count && model.palette[index] == colour) return index;
    }
    return kNoColour;
  }
  void enter(std::uint32_t colour, std::uint32_t index) {
    std::uint16_t& first = slots_[place(colour, 0)];
    slots_[place(colour, 1)] = first;
    first = static_cast<std::uint16_t>(index);
  }

 private:
  static std::size_t place(std::uint32_t colour, std::uint32_t i) {
    return (colour * kMix >> 18) ^ i;
  }
  std::span<std::uint16_t, kSlots> slots_;
};

template <class Coder>
struct DecodingIoWith {
  static constexpr bool kDecodes = true;
  Coder coder;
  Coder run_coder;
  RunReader<Coder> runs;
  std::size_t size;

  DecodingIoWith(ByteView bytes, Model& model)
      : coder(bytes, Walk::kForwards),
        run_coder(bytes, Walk::kBackwards),
        runs(run_coder, model),
        size(bytes.size()) {}
  DecodingIoWith(const DecodingIoWith&) = delete;
};
using DecodingIo = DecodingIoWith<RangeDecoder>;

struct EncodingIo {
  static constexpr bool kDecodes = false;
  RangeEncoder coder;
  RangeEncoder run_coder;
  RunWriter runs;
  PaletteFinder palette;
  std::size_t size;

  EncodingIo(ByteSpan out, Model& model, PaletteFinder finder)
      : coder(out, Walk::kForwards),
        run_coder(out, Walk::kBackwards),
        runs(run_coder, model),
        palette(finder),
        size(out.size()) {}
  EncodingIo(const EncodingIo&) = delete;
};

/// What the encoder has decided; a decoder is told.
struct Plan {
  std::span<const Source> sources;        ///< 1 to kSources; the first is Source{}
  std::span<const Block> blocks;          ///< of the whole picture, row by row
  const std::uint32_t* actual = nullptr;  ///< laid out as State::row()
};

template <class Io>
class SliceCoder {
 public:
  SliceCoder(State& state, std::uint32_t slice, Io& io, const Plan& plan)
      : state_(state),
        model_(state.model(slice)),
        io_(io),
        plan_(plan),
        begin_(state.slice_begin(slice)),
        end_(state.slice_begin(slice + 1)),
        digest_(state.digest + slice) {}

  /// False: the stream is broken, and so are the models now.
  bool run();
  std::uint32_t digest() const { return digest_; }

 private:
  bool code_sources();
  bool code_source(Source& source);
  std::int16_t code_component(std::uint32_t axis, std::int16_t value);
  bool code_blocks();
  void code_block(std::uint32_t column, std::uint32_t row);
  void fetch_row(std::uint32_t row);
  void fetch_block(std::uint32_t column, std::uint32_t row, const Source& source);
  bool code_pixels();
  void code_pixel_row(PixelCoder<Io>& pixels, std::uint32_t y);
  bool overrun() const;

  std::uint32_t first_cell_row() const { return begin_ * kBlock; }
  std::uint32_t end_cell_row() const {
    return std::min<std::uint32_t>(end_ * kBlock, state_.rows());
  }

  State& state_;
  Model& model_;
  Io& io_;
  const Plan& plan_;
  std::uint32_t begin_, end_;  // block rows
  std::uint32_t digest_;
};

template <class Io>
bool SliceCoder<Io>::run() {
  if (begin_ == end_) return true;
  if (!code_sources()) return false;
  if (!code_blocks()) return false;
  for (std::uint32_t row = begin_; row < end_; ++row) fetch_row(row);
  if (!code_pixels()) return false;
  io_.runs.finish();
  return !overrun();
}

template <class Io>
bool SliceCoder<Io>::overrun() const {
  if constexpr (Io::kDecodes)
    return io_.coder.taken() + io_.run_coder.taken() > io_.size + 8;
  else
    return io_.coder.size() + io_.run_coder.size() > io_.size;
}

template <class Io>
bool SliceCoder<Io>::code_sources() {
  std::uint32_t count = Io::kDecodes ? 0 : static_cast<std::uint32_t>(plan_.sources.size());
  count = 1 + code_tree(io_.coder, model_.source_count.data(), 3, count - 1);
  const std::uint32_t before = model_.sources_used;
  for (std::uint32_t i = 1; i < count; ++i) {
    Source source = Io::kDecodes ? Source{} : plan_.sources[i];
    const bool same = i < before && io_.coder.bit(model_.same_source, source == model_.sources[i]);
    if (same)
      source = model_.sources[i];
    else if (!code_source(source))
      return false;
    if (source.back > state_.past()) return false;
    model_.sources[i] = source;
  }
  model_.sources_used = count;
  return true;
}

template <class Io>
bool SliceCoder<Io>::code_source(Source& source) {
  source.back = static_cast<std::uint8_t>(code_tree(io_.coder, model_.back.data(), 8, source.back));
  source.dx = code_component(0, source.dx);
  source.dy = code_component(1, source.dy);
  return source.back != 0;
}

template <class Io>
std::int16_t SliceCoder<Io>::code_component(std::uint32_t axis, std::int16_t value) {
  const auto size = static_cast<std::uint32_t>(value < 0 ? -value : value);
  const auto bits = code_tree(io_.coder, model_.magnitude[axis].data(), 4,
                              static_cast<std::uint32_t>(std::bit_width(size)));
  if (bits == 0) return 0;
  std::uint32_t read = 1;
  for (std::uint32_t i = bits - 1; i-- > 0;)
    read = read << 1 | static_cast<std::uint32_t>(io_.coder.even((size >> i & 1U) != 0));
  const bool minus = io_.coder.bit(model_.sign[axis], value < 0);
  return static_cast<std::int16_t>(minus ? -static_cast<int>(read) : static_cast<int>(read));
}

template <class Io>
bool SliceCoder<Io>::code_blocks() {
  for (std::uint32_t row = begin_; row < end_; ++row) {
    for (std::uint32_t column = 0; column < state_.block_columns(); ++column)
      code_block(column, row);
    if (overrun()) return false;
  }
  const auto blocks = state_.blocks();
  for (std::uint32_t i = begin_ * state_.block_columns(); i < end_ * state_.block_columns(); ++i)
    if (blocks[i].source >= model_.sources_used) return false;
  return true;
}

template <class Io>
void SliceCoder<Io>::code_block(std::uint32_t column, std::uint32_t row) {
  const std::uint32_t width = state_.block_columns();
  Block* const here = &state_.blocks()[row * width + column];
  const Block outside;
  const Block& west = column > 0 ? here[-1] : outside;
  const Block& north = row > begin_ ? *(here - width) : outside;
  const Block& corner = row > begin_ && column + 1 < width ? *(here - width + 1) : outside;
  Block block = Io::kDecodes ? Block{} : plan_.blocks[row * width + column];

  // `here` and those east and south of it still say what the last frame did.
  const Block& east = column + 1 < width ? here[1] : outside;
  const Block& south = row + 1 < end_ ? *(here + width) : outside;
  std::uint32_t around = 0;
  for (const Block* const b :
       {&south, &east, static_cast<const Block*>(here), &corner, &north, &west})
    around = around << 1 | static_cast<std::uint32_t>(b->kind == BlockKind::kSkip);
  if (io_.coder.bit(model_.skip[around], block.kind == BlockKind::kSkip)) {
    block = Block();
  } else {
    const auto kind = [](const Block& b) { return static_cast<std::uint32_t>(b.kind); };
    Bit& coded = model_.coded[kind(west) * 9 + kind(north) * 3 + kind(*here)];
    block.kind = io_.coder.bit(coded, block.kind == BlockKind::kCoded) ? BlockKind::kCoded
                                                                       : BlockKind::kCopy;
    // A copy of the last picture's place would be a skip, but may be said.
    const Block& beside = west.kind == BlockKind::kSkip ? north : west;
    auto& tree = model_.source[beside.source][here->source];
    block.source = code_tree(io_.coder, tree.data(), 3, block.source) & 7U;
  }
  *here = block;
  if constexpr (requires { io_.block_done(column, row); }) io_.block_done(column, row);
  digest_ = step_digest(digest_, static_cast<std::uint32_t>(block.kind) << 4 | block.source);
}

template <class Io>
void SliceCoder<Io>::fetch_row(std::uint32_t row) {
  const std::uint32_t last = std::min<std::uint32_t>(row * kBlock + kBlock, state_.rows());
  for (std::uint32_t y = row * kBlock; y < last; ++y)
    std::memcpy(state_.row(0, y), state_.row(1, y), state_.columns() * sizeof(std::uint32_t));
  const Block* const blocks = &state_.blocks()[row * state_.block_columns()];
  for (std::uint32_t column = 0; column < state_.block_columns(); ++column)
    if (blocks[column].source != 0) fetch_block(column, row, model_.sources[blocks[column].source]);
}

// A place outside the picture is the nearest inside.
template <class Io>
void SliceCoder<Io>::fetch_block(std::uint32_t column, std::uint32_t row, const Source& source) {
  const auto columns = static_cast<std::int32_t>(state_.columns());
  const auto rows = static_cast<std::int32_t>(state_.rows());
  const auto left = static_cast<std::int32_t>(column * kBlock);
  const auto top = static_cast<std::int32_t>(row * kBlock);
  const std::int32_t right =
      std::min<std::int32_t>(left + static_cast<std::int32_t>(kBlock), columns);
  const std::int32_t bottom = std::min<std::int32_t>(top + static_cast<std::int32_t>(kBlock), rows);
  const bool inside = left + source.dx >= 0 && right + source.dx <= columns;
  for (std::int32_t y = top; y < bottom; ++y) {
    const std::int32_t from_y = std::clamp<std::int32_t>(y + source.dy, 0, rows - 1);
    const std::uint32_t* const from = state_.row(source.back, static_cast<std::uint32_t>(from_y));
    std::uint32_t* const to = state_.row(0, static_cast<std::uint32_t>(y));
    if (inside) {
      std::memcpy(to + left, from + left + source.dx,
                  static_cast<std::size_t>(right - left) * sizeof(std::uint32_t));
      continue;
    }
    for (std::int32_t x = left; x < right; ++x)
      to[x] = from[std::clamp<std::int32_t>(x + source.dx, 0, columns - 1)];
  }
}

template <class Io>
bool SliceCoder<Io>::code_pixels() {
  PixelCoder<Io> pixels(model_, io_, digest_);
  for (std::uint32_t y = first_cell_row(); y < end_cell_row(); ++y) {
    code_pixel_row(pixels, y);
    if (overrun()) return false;
  }
  digest_ = pixels.digest();
  return true;
}

template <class Io>
void SliceCoder<Io>::code_pixel_row(PixelCoder<Io>& pixels, std::uint32_t y) {
  const std::uint32_t top = first_cell_row();
  const Rows rows{.here = state_.row(0, y),
                  .north = y > top ? state_.row(0, y - 1) : state_.no_row(),
                  .north2 = y > top + 1 ? state_.row(0, y - 2) : state_.no_row(),
                  .south = y + 1 < end_cell_row() ? state_.row(0, y + 1) : state_.no_row()};
  const std::uint32_t* actual = nullptr;
  if constexpr (!Io::kDecodes) actual = plan_.actual + y * state_.stride();
  const Block* const blocks = &state_.blocks()[y / kBlock * state_.block_columns()];
  const std::uint32_t width = state_.block_columns();
  for (std::uint32_t column = 0; column < width;) {
    if (blocks[column].kind != BlockKind::kCoded) {
      ++column;
      continue;
    }
    const std::uint32_t from = column * kBlock;
    while (column < width && blocks[column].kind == BlockKind::kCoded) ++column;
    pixels.cells(rows, from, std::min<std::uint32_t>(column * kBlock, state_.columns()), actual);
  }
}

}  // namespace p3a::p3x
