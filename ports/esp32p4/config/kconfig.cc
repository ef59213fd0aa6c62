#include "ports/esp32p4/config/kconfig.h"

#include <sdkconfig.h>

namespace p3a {
namespace {

std::string_view on_card(std::string_view path, std::string_view card) {
  if (path.starts_with(card)) path.remove_prefix(card.size());
  while (path.starts_with('/')) path.remove_prefix(1);
  return path;
}

}  // namespace

// A bool that was switched off is not defined at all, and what depends on it neither.
Config config_from_kconfig(std::string_view card) {
  Config config;
  config.storage.root = card;
  config.http.port = 80;
  config.panel.format = PixelFormat::kRgb565;  // a third less memory traffic than RGB888
  config.mdns.name = CONFIG_P3A_DEVICE_NAME;
  config.raw.max_bytes = std::uint64_t{720} * 720 * 3;  // what there is memory for
#ifdef CONFIG_P3A_UPLOAD_ENABLE
  config.upload.max_bytes = CONFIG_P3A_UPLOAD_MAX_FILE_SIZE;
  config.upload.save_path = on_card(CONFIG_P3A_UPLOAD_SAVE_PATH, card);
#ifndef CONFIG_P3A_UPLOAD_OVERWRITE
  config.upload.overwrite = false;
#endif
#ifdef CONFIG_P3A_UPLOAD_DURABILITY_FAST
  config.upload.durability = Durability::kFast;
#endif
#else
  config.upload.enable = false;
#endif
#ifdef CONFIG_P3A_STREAM_ENABLE
  config.stream.port = CONFIG_P3A_STREAM_PORT;
  config.stream.queue_depth = CONFIG_P3A_STREAM_RING_BUFFER_DEPTH;
#ifdef CONFIG_P3A_STREAM_JPEG_ONLY
  config.stream.jpeg_only = true;
#endif
#else
  config.stream.mode = StreamMode::kOff;
#endif
#ifdef CONFIG_P3A_GAMMA_CORRECT
  config.panel.gamma = CONFIG_P3A_GAMMA_PERCENT / 100.0;
#endif
  return config;
}

}  // namespace p3a
