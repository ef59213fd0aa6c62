#include "device/engine/prepare.h"

#include <utility>

namespace p3a {

Result<PreparedPicture> prepare_picture(Decoders& decoders, const View& view,
                                        const ImageLimits& limits,
                                        std::unique_ptr<ReadableFile> file, FrameRef frame) {
  auto picture = decoders.open(std::move(file), limits);
  if (!picture) return std::unexpected(picture.error());
  const auto timing = (*picture)->next(view, frame->canvas);
  if (!timing) return std::unexpected(timing.error());
  return PreparedPicture{std::move(*picture), std::move(frame), *timing};
}

}  // namespace p3a
