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

std::shared_ptr<const ShownPicture> label_of(const PreparedPicture& prepared, std::string name) {
  const ImageInfo& info = prepared.picture->info();
  return std::make_shared<ShownPicture>(
      ShownPicture{.name = std::move(name),
                   .format = format_name(info.format),
                   .size = info.size,
                   .animated = info.animated && !prepared.timing.last});
}

}  // namespace p3a
