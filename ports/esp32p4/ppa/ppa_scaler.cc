#include "ports/esp32p4/ppa/ppa_scaler.h"

namespace p3a {

Result<std::unique_ptr<PpaScaler>> PpaScaler::start() {
  ppa_client_config_t config{};
  config.oper_type = PPA_OPERATION_SRM;
  ppa_client_handle_t client = nullptr;
  if (ppa_register_client(&config, &client) != ESP_OK)
    return fail(ErrorCode::kInternal,
                "the pixel engine is in use: pictures are scaled in software");
  return std::unique_ptr<PpaScaler>(new PpaScaler(client));
}

PpaScaler::~PpaScaler() { ppa_unregister_client(client_); }

bool PpaScaler::put(const Source& source, const View& view, const Canvas& canvas) {
  const auto job = ppa_takes(source.picture, view, canvas);
  if (!job) return false;
  const auto mode = [](PixelFormat format) {
    return format == PixelFormat::kRgb565 ? PPA_SRM_COLOR_MODE_RGB565 : PPA_SRM_COLOR_MODE_RGB888;
  };
  ppa_srm_oper_config_t work{};
  work.in.buffer = source.pixels;
  work.in.pic_w = source.stored.width;
  work.in.pic_h = source.stored.height;
  work.in.block_w = job->from.width;
  work.in.block_h = job->from.height;
  work.in.block_offset_x = static_cast<std::uint32_t>(job->from.x);
  work.in.block_offset_y = static_cast<std::uint32_t>(job->from.y);
  work.in.srm_cm = mode(source.format);
  work.out.buffer = canvas.pixels;
  work.out.buffer_size = static_cast<std::uint32_t>(canvas.stride * canvas.size.height);
  work.out.pic_w = canvas.size.width;
  work.out.pic_h = canvas.size.height;
  work.out.srm_cm = mode(canvas.format);
  // What the engine calls RGB888 are the bytes B,G,R, ours are R,G,B; words mean the same to both.
  work.rgb_swap = source.format != canvas.format;
  work.scale_x = static_cast<float>(job->sixteenths_x) / 16;
  work.scale_y = static_cast<float>(job->sixteenths_y) / 16;
  work.mode = PPA_TRANS_MODE_BLOCKING;
  return ppa_do_scale_rotate_mirror(client_, &work) == ESP_OK;
}

}  // namespace p3a
