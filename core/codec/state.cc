#include "core/codec/state.h"

#include <algorithm>
#include <cstring>

#include "core/codec/placer.h"

namespace p3a::p3x {
namespace {

std::uint64_t picture_cells(Size cells) {
  // One row more has room for the pads after the last row.
  return std::uint64_t{cells.width + 2} * (cells.height + 1);
}

std::uint64_t block_bytes(Size output) {
  return aligned(std::uint64_t{output.width / kBlock + 1} * (output.height / kBlock + 1));
}

std::uint64_t nothing_bytes(Size output) { return aligned((output.width + 4) * 4); }

std::uint64_t table_slots(Parameters parameters) {
  return std::uint64_t{1} << parameters.table_bits;
}

}  // namespace

std::uint64_t pictures_bytes(Size cells, std::uint32_t pictures) {
  return aligned(picture_cells(cells) * 4 * pictures);
}

std::uint64_t models_bytes(Size output, Parameters parameters) {
  return parameters.slices * (aligned(sizeof(Model)) + 2 * table_slots(parameters) * 4) +
         block_bytes(output) + nothing_bytes(output);
}

Status State::restart(Parameters parameters) {
  const Size output = next_grid().output();
  const std::uint64_t models = models_bytes(output, parameters);
  if (models > memory_.size())
    return fail(ErrorCode::kDecodeLimit, "the stream's models take ", models,
                " bytes, more than the ", memory_.size(), " set aside for it");
  parameters_ = parameters;
  Placer placer(memory_);
  for (std::uint32_t i = 0; i < parameters.slices; ++i) {
    models_[i] = placer.place<Model>(1);
    const auto slots = static_cast<std::size_t>(table_slots(parameters));
    std::uint32_t* const time = placer.place<std::uint32_t>(slots);
    std::uint32_t* const space = placer.place<std::uint32_t>(slots);
    std::fill_n(time, 2 * slots, 0U);
    models_[i]->reset();
    models_[i]->with_time = ContextTable({time, slots});
    models_[i]->in_space = ContextTable({space, slots});
  }
  const auto block_count = static_cast<std::size_t>(block_bytes(output));
  blocks_ = {placer.place<Block>(block_count), block_count};
  nothing_ = placer.place<std::uint32_t>(output.width + 4);
  std::fill_n(nothing_, output.width + 4, 0U);
  pictures_ = placer.place<std::uint32_t>(0);
  room_ = static_cast<std::size_t>(memory_.size() - models) / 4;
  digest = 0;
  sequence = 0;
  if (auto taken = take_grid(parameters.pictures); !taken) return taken;
  std::fill_n(pictures_, picture_cells_, 0U);
  return {};
}

Status State::take_grid(std::uint8_t pictures) {
  const Grid& grid = next_grid();
  const std::uint64_t bytes = pictures_bytes(grid.cells(), pictures);
  if (bytes > room_ * 4)
    return fail(ErrorCode::kDecodeLimit, "the stream's pictures take ", bytes,
                " bytes, more than the ", room_ * 4, " set aside for them");
  grid_ = grid_ == 0 ? 1 : 0;
  parameters_.pictures = pictures;
  columns_ = grid.columns.cells();
  rows_ = grid.rows.cells();
  picture_cells_ = static_cast<std::size_t>(picture_cells(grid.cells()));
  newest_ = 0;
  past_ = 0;
  std::fill(blocks_.begin(), blocks_.end(), Block{});
  return {};
}

Status State::regrid(std::uint8_t pictures) {
  const std::uint32_t old_stride = stride();
  const std::uint32_t* const last = row(1, 0) - 2;
  const std::size_t old_cells = picture_cells_;
  if (auto taken = take_grid(pictures); !taken) return taken;
  const Grid& grid = grids_[grid_];
  const Grid& old = grids_[grid_ == 0 ? 1 : 0];
  // Both grids had room for two pictures, so the old one fits behind the new one.
  std::uint32_t* const aside = pictures_ + room_ - old_cells;
  std::memmove(aside, last, old_cells * 4);
  std::fill_n(pictures_, picture_cells_, 0U);
  std::uint32_t* out = pictures_ + 2;
  for (std::uint32_t y = 0, from_y = 0; y < rows_; ++y, out += stride()) {
    while (old.rows.start(from_y + 1) <= grid.rows.start(y)) ++from_y;
    const std::uint32_t* const from = aside + 2 + from_y * old_stride;
    for (std::uint32_t x = 0, from_x = 0; x < columns_; ++x) {
      while (old.columns.start(from_x + 1) <= grid.columns.start(x)) ++from_x;
      out[x] = from[from_x];
    }
  }
  past_ = 1;
  return {};
}

void State::begin_picture() {
  std::uint32_t* pads = row(0, 0) - 2;
  for (std::uint32_t y = 0; y <= rows_; ++y, pads += stride()) pads[0] = pads[1] = 0;
}

void State::keep() {
  newest_ = (newest_ + 1) % parameters_.pictures;
  if (past_ + 1 < parameters_.pictures) ++past_;
}

}  // namespace p3a::p3x
