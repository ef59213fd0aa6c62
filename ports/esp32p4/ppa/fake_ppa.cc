#include "ports/esp32p4/ppa/fake_ppa.h"

#include <driver/ppa.h>

#include <algorithm>
#include <cstddef>

namespace p3a::fake_ppa {

int jobs = 0;
bool fails = false;
std::string wrong;

namespace {

// Only whole sixteenths are kept.
std::uint32_t scaled(std::uint32_t size, float scale) {
  return size * static_cast<std::uint32_t>(scale * 16) / 16;
}

std::string check(const ppa_srm_oper_config_t& work) {
  if (scaled(work.in.block_w, work.scale_x) != work.out.pic_w ||
      scaled(work.in.block_h, work.scale_y) != work.out.pic_h)
    return "another size than the canvas";
  if (work.in.block_offset_x + work.in.block_w > work.in.pic_w ||
      work.in.block_offset_y + work.in.block_h > work.in.pic_h)
    return "a block beyond the picture";
  if (reinterpret_cast<std::uintptr_t>(work.out.buffer) % 128 != 0 ||
      work.out.buffer_size % 128 != 0)
    return "a canvas across cache lines";
  return {};
}

}  // namespace
}  // namespace p3a::fake_ppa

extern "C" {
esp_err_t ppa_register_client(const ppa_client_config_t*, ppa_client_handle_t* client) {
  *client = reinterpret_cast<ppa_client_handle_t>(1);
  return ESP_OK;
}
esp_err_t ppa_unregister_client(ppa_client_handle_t) { return ESP_OK; }
esp_err_t ppa_do_scale_rotate_mirror(ppa_client_handle_t, const ppa_srm_oper_config_t* work) {
  ++p3a::fake_ppa::jobs;
  p3a::fake_ppa::wrong = p3a::fake_ppa::check(*work);
  if (p3a::fake_ppa::fails || !p3a::fake_ppa::wrong.empty()) return ESP_FAIL;
  const auto* const in = static_cast<const std::uint8_t*>(work->in.buffer);
  const std::size_t first =
      (std::size_t{work->in.block_offset_y} * work->in.pic_w + work->in.block_offset_x) *
      (work->in.srm_cm == PPA_SRM_COLOR_MODE_RGB888 ? 3 : 2);
  std::fill_n(static_cast<std::uint8_t*>(work->out.buffer), work->out.buffer_size, in[first]);
  return ESP_OK;
}
}
