#pragma once
#include <esp_err.h>

#include <cstdint>
extern "C" {
typedef enum { PPA_OPERATION_SRM, PPA_OPERATION_BLEND, PPA_OPERATION_FILL } ppa_operation_t;
typedef struct ppa_client_t* ppa_client_handle_t;
typedef struct {
  ppa_operation_t oper_type;
  uint32_t max_pending_trans_num;
} ppa_client_config_t;
typedef enum {
  PPA_SRM_COLOR_MODE_ARGB8888,
  PPA_SRM_COLOR_MODE_RGB888,
  PPA_SRM_COLOR_MODE_RGB565
} ppa_srm_color_mode_t;
typedef enum { PPA_SRM_ROTATION_ANGLE_0, PPA_SRM_ROTATION_ANGLE_90 } ppa_srm_rotation_angle_t;
typedef enum { PPA_TRANS_MODE_BLOCKING, PPA_TRANS_MODE_NON_BLOCKING } ppa_trans_mode_t;
typedef struct {
  void* buffer;  // const in some versions
  uint32_t pic_w;
  uint32_t pic_h;
  uint32_t block_w;
  uint32_t block_h;
  uint32_t block_offset_x;
  uint32_t block_offset_y;
  ppa_srm_color_mode_t srm_cm;
} ppa_in_pic_blk_config_t;
typedef struct {
  void* buffer;
  uint32_t buffer_size;
  uint32_t pic_w;
  uint32_t pic_h;
  uint32_t block_offset_x;
  uint32_t block_offset_y;
  ppa_srm_color_mode_t srm_cm;
} ppa_out_pic_blk_config_t;
typedef struct {
  ppa_in_pic_blk_config_t in;
  ppa_out_pic_blk_config_t out;
  ppa_srm_rotation_angle_t rotation_angle;
  float scale_x;
  float scale_y;
  bool rgb_swap;
  bool byte_swap;
  ppa_trans_mode_t mode;
} ppa_srm_oper_config_t;
esp_err_t ppa_register_client(const ppa_client_config_t* config, ppa_client_handle_t* ret_client);
esp_err_t ppa_unregister_client(ppa_client_handle_t ppa_client);
esp_err_t ppa_do_scale_rotate_mirror(ppa_client_handle_t ppa_client,
                                     const ppa_srm_oper_config_t* config);
}
