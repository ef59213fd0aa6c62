#include "device/config/config.h"

namespace p3a {

View view_of(const Config& config) {
  return {.fit = config.picture.fit,
          .scaling = config.picture.scaling,
          .rotation = config.panel.rotation,
          .background = config.picture.background,
          .tone = make_tone_curve(static_cast<float>(config.panel.gamma),
                                  static_cast<float>(config.panel.brightness) / 100)};
}

ImageLimits image_limits_of(const Config& config) {
  ImageLimits limits;
  limits.max_width = config.decode.max_width;
  limits.max_height = config.decode.max_height;
  return limits;
}

}  // namespace p3a
