#include "core/codec/decoder.h"

#include <algorithm>
#include <cstring>

#include "core/codec/slice_coder.h"

namespace p3a::p3x {

std::uint64_t Decoder::memory_bytes(Size output, Size cells, Parameters parameters) {
  return models_bytes(output, parameters) + pictures_bytes(cells, parameters.pictures);
}

Status Decoder::decode(ByteView frame) {
  if (auto begun = begin(frame); !begun) return begun;
  for (std::uint32_t i = 0; i < slices(); ++i) decode_slice(i);
  return finish();
}

Status Decoder::refuse(std::unexpected<Error> error) {
  broken_ = true;
  busy_ = false;
  return error;
}

Status Decoder::begin(ByteView frame) {
  auto parsed = Packet::parse(frame);
  if (!parsed) return refuse(std::unexpected(parsed.error()));
  const Packet& packet = *parsed;
  busy_ = false;
  const bool key = packet.type == FrameType::kKey;
  if (!key && broken_)
    return fail(ErrorCode::kBadFrame, "the P3X stream must go on with a key frame");
  if (!key && packet.sequence != state_.sequence)
    return refuse(fail(ErrorCode::kBadFrame, "P3X frame ", state_.sequence,
                       " of the stream is missing; send a key frame"));
  check_ = packet.check;
  repeat_ = packet.type == FrameType::kRepeat;
  all_new_ = key || packet.type == FrameType::kRegrid;
  if (all_new_)
    if (auto taken = take_grid(packet); !taken) return refuse(std::unexpected(taken.error()));
  if (key) state_.sequence = packet.sequence;
  ++state_.sequence;
  if (!repeat_ && !split_slices(packet.rest, state_.parameters().slices, bytes_))
    return refuse(fail(ErrorCode::kBadFrame, "the P3X frame's slices do not fit into it"));
  broken_ = false;
  busy_ = !repeat_;
  if (busy_) state_.begin_picture();
  return {};
}

Status Decoder::take_grid(const Packet& packet) {
  const Size output = packet.type == FrameType::kKey ? packet.output : state_.grid().output();
  Grid& grid = state_.next_grid();
  RangeDecoder coder(packet.grid, Walk::kForwards);
  if (!Axis::code(coder, grid.columns, output.width) ||
      !Axis::code(coder, grid.rows, output.height))
    return fail(ErrorCode::kBadFrame, "the P3X frame's grid is broken; send a key frame");
  return packet.type == FrameType::kKey ? state_.restart(packet.parameters)
                                        : state_.regrid(packet.parameters.pictures);
}

void Decoder::decode_slice(std::uint32_t slice) {
  DecodingIo io(bytes_[slice], state_.model(slice));
  SliceCoder<DecodingIo> coder(state_, slice, io, Plan{});
  sound_[slice] = coder.run();
  digests_[slice] = coder.digest();
}

Status Decoder::finish() {
  if (broken_) return fail(ErrorCode::kBadFrame, "the P3X stream must go on with a key frame");
  if (busy_) {
    std::uint32_t digest = 0;
    for (std::uint32_t i = 0; i < slices(); ++i) {
      if (!sound_[i])
        return refuse(fail(ErrorCode::kBadFrame, "the P3X frame is broken; send a key frame"));
      digest = step_digest(digest, digests_[i]);
    }
    state_.digest = digest;
  }
  if (check_of(state_.digest) != check_)
    return refuse(fail(ErrorCode::kBadFrame,
                       "the P3X frame does not fit what came before; send a key frame"));
  if (busy_) state_.keep();
  busy_ = false;
  return {};
}

namespace {

std::uint8_t* paint_run(std::uint8_t* out, std::uint32_t colour, std::uint32_t count) {
  const auto r = static_cast<std::uint8_t>(colour), g = static_cast<std::uint8_t>(colour >> 8),
             b = static_cast<std::uint8_t>(colour >> 16);
  for (std::uint32_t i = 0; i < count; ++i, out += 3) {
    out[0] = r;
    out[1] = g;
    out[2] = b;
  }
  return out;
}

}  // namespace

void Decoder::paint_cells(const PaintTarget& target, std::uint32_t row_index, std::uint32_t from,
                          std::uint32_t to) const {
  const Grid& grid = state_.grid();
  const std::uint32_t top = grid.rows.start(row_index), bottom = grid.rows.start(row_index + 1);
  const std::uint32_t left = grid.columns.start(from), right = grid.columns.start(to);
  std::uint8_t* const first = target.pixels + top * target.stride + left * 3UL;
  const std::uint32_t* const cells = row(row_index);
  std::uint8_t* out = first;
  for (std::uint32_t x = from; x < to; ++x)
    out = paint_run(out, cells[x], grid.columns.start(x + 1) - grid.columns.start(x));
  for (std::uint32_t y = top + 1; y < bottom; ++y)
    std::memcpy(first + (y - top) * target.stride, first, (right - left) * 3UL);
}

void Decoder::paint(const PaintTarget& target) const {
  if (broken_ || target.size != grid().output()) return;
  for (std::uint32_t y = 0; y < state_.rows(); ++y) paint_cells(target, y, 0, state_.columns());
}

void Decoder::paint_changes(const PaintTarget& target) const {
  if (all_new_) return paint(target);
  if (target.size != grid().output()) return;
  for_changes([&](std::uint32_t y, std::uint32_t from, std::uint32_t to) {
    paint_cells(target, y, from, to);
  });
}

void Decoder::paint_changes(const PaintTarget& target, const Windows& windows) const {
  if (windows.empty()) return paint_changes(target);
  if (broken_ || repeat_ || target.size != grid().output()) return;
  const Size size = target.size;
  if (all_new_) return paint(target, {0, 0, size.width, size.height}, windows);
  for_changes([&](std::uint32_t y, std::uint32_t from, std::uint32_t to) {
    const Axis &columns = grid().columns, &rows = grid().rows;
    const Rect area{static_cast<std::int32_t>(columns.start(from)),
                    static_cast<std::int32_t>(rows.start(y)),
                    columns.start(to) - columns.start(from), rows.start(y + 1) - rows.start(y)};
    if (windows.touch(area))
      paint(target, area, windows);
    else
      paint_cells(target, y, from, to);
  });
}

void Decoder::paint(const PaintTarget& target, const Rect& area, const Windows& windows) const {
  if (broken_ || target.size != grid().output()) return;
  const Axis &columns = grid().columns, &rows = grid().rows;
  const auto left = static_cast<std::uint32_t>(area.x), right = left + area.width;
  const auto top = static_cast<std::uint32_t>(area.y), bottom = top + area.height;
  const std::uint32_t first = columns.cell_at(left);
  for (std::uint32_t y = top; y < bottom; ++y) {
    const std::uint32_t* const cells = row(rows.cell_at(y));
    std::uint32_t x = first;
    for (const auto& run : VisibleRuns(windows, right, y)) {
      const std::uint32_t from = std::max(run.from, left);
      std::uint8_t* out = target.pixels + y * target.stride + from * 3UL;
      for (std::uint32_t at = from; at < run.to;) {
        while (columns.start(x + 1) <= at) ++x;
        const std::uint32_t end = std::min(columns.start(x + 1), run.to);
        out = paint_run(out, cells[x], end - at);
        at = end;
      }
    }
  }
}

}  // namespace p3a::p3x
