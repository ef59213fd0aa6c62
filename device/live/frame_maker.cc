#include "device/live/frame_maker.h"

#include <algorithm>
#include <cstring>

#include "core/compose/compositor.h"
#include "core/compose/region.h"
#include "device/borrowed_file.h"

namespace p3a {
namespace {

RowFormat row_format(RawLayout layout) {
  if (layout == RawLayout::kRgb565) return RowFormat::kRgb565;
  return layout == RawLayout::kRgb888 ? RowFormat::kRgb888 : RowFormat::kRgba8888;
}

const View kAsItIs = [] {
  View view;
  view.fit = Fit::kStretch;
  return view;
}();

}  // namespace

std::string_view layout_name(RawLayout layout) {
  if (layout == RawLayout::kRgb565) return "rgb565";
  return layout == RawLayout::kRgb888 ? "rgb888" : "rgba8888";
}

void FrameMaker::configure(const Config& config) {
  limits_ = image_limits_of(config);
  view_ = view_of(config);
  view_.chroma = view_.scaling;  // mostly pixel art, and in a hurry: docs/decisions/0013
  part_view_ = view_;
  part_view_.fit = Fit::kStretch;
}

Result<std::unique_ptr<Picture>> FrameMaker::open(ByteView file) {
  return decoders_.open(std::make_unique<BorrowedFile>(file), limits_);
}

Result<DecodedFrame> FrameMaker::draw(Picture& picture, const std::optional<Rect>& area,
                                      const FrameRef& base, Frame& frame) {
  const Target target = target_of(area, base, frame);
  return picture.next(target.view, target.canvas);
}

Status FrameMaker::draw(const RawPixels& pixels, const std::optional<Rect>& area,
                        const FrameRef& base, Frame& frame) {
  const Target target = target_of(area, base, frame);
  const Size panel = frame.canvas.size;
  const std::size_t scratch =
      Compositor::scratch_bytes(pixels.size.width, std::max(panel.width, panel.height));
  if (scratch_.size() < scratch) scratch_.resize(scratch);
  auto compositor = Compositor::begin(target.canvas, target.view, pixels.size, pixels.size,
                                      row_format(pixels.layout), scratch_);
  if (!compositor) return std::unexpected(compositor.error());
  const std::size_t stride = pixels.size.width * bytes_per_pixel(pixels.layout);
  for (std::uint32_t y = 0; y < pixels.size.height; ++y) {
    const ByteView row = pixels.bytes.subspan(y * stride, stride);
    const ByteSpan direct = compositor->direct_row(y);
    if (direct.empty())
      compositor->push_row(row);
    else
      std::memcpy(direct.data(), row.data(), direct.size());
  }
  decoders_.drew({.bytes_per_pixel = bytes_per_pixel(pixels.layout),
                  .size = pixels.size,
                  .p3x_cells = pixels.p3x_cells},
                 target.view, target.canvas);
  return {};
}

Result<ByteView> FrameMaker::decode(ByteView file, Size size, Frame& frame) {
  if (size.pixels() > frame.canvas.size.pixels())
    return fail(ErrorCode::kBadFrame, "a patch has more pixels than the panel");
  const auto picture = open(file);
  if (!picture) return std::unexpected(picture.error());
  const ImageInfo& info = (*picture)->info();
  if (info.format != ImageFormat::kJpeg && info.format != ImageFormat::kPng)
    return fail(ErrorCode::kUnknownFormat, "a patch is a JPEG or PNG file, this one is ",
                format_name(info.format));
  if (info.size != size)
    return fail(ErrorCode::kBadFrame, "a patch of ", size.width, " x ", size.height,
                " pixels is a picture of ", info.size.width, " x ", info.size.height);
  const Canvas tight{frame.canvas.pixels, size, size.width * std::size_t{3}};
  if (const auto drawn = (*picture)->next(kAsItIs, tight); !drawn)
    return std::unexpected(drawn.error());
  return ByteView(tight.pixels, tight.stride * size.height);
}

void FrameMaker::copy(const FrameRef& from, Frame& to) {
  std::memcpy(to.canvas.pixels, from->canvas.pixels, to.canvas.stride * to.canvas.size.height);
}

bool FrameMaker::as_is(Size size, const Frame& frame) const {
  return frame.canvas.size == size && frame.canvas.format == PixelFormat::kRgb888 &&
         view_.rotation == Rotation::k0 && view_.tone.identity;
}

void FrameMaker::drew(Size size, std::optional<std::uint64_t> p3x_cells, const Frame& frame) const {
  decoders_.drew({.bytes_per_pixel = 3, .size = size, .p3x_cells = p3x_cells}, view_, frame.canvas);
}

FrameMaker::Target FrameMaker::target_of(const std::optional<Rect>& area, const FrameRef& base,
                                         Frame& frame) {
  if (!area) return {frame.canvas, view_};
  if (base)
    copy(base, frame);
  else
    fill(frame.canvas, {}, {});
  return {part_of(frame.canvas, part_view_.rotation, *area), part_view_};
}

}  // namespace p3a
