#pragma once
#include <esp_err.h>
#include <sdkconfig.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>

extern "C" {
enum http_method {
  HTTP_DELETE = 0,
  HTTP_GET = 1,
  HTTP_HEAD = 2,
  HTTP_POST = 3,
  HTTP_PUT = 4,
  HTTP_OPTIONS = 6,
  HTTP_PATCH = 28
};
typedef enum http_method httpd_method_t;
typedef void* httpd_handle_t;
typedef void (*httpd_free_ctx_fn_t)(void* ctx);
typedef esp_err_t (*httpd_open_func_t)(httpd_handle_t hd, int sockfd);
typedef void (*httpd_close_func_t)(httpd_handle_t hd, int sockfd);
typedef bool (*httpd_uri_match_func_t)(const char* reference_uri, const char* uri_to_match,
                                       size_t match_upto);
typedef struct httpd_config {
  unsigned task_priority;
  size_t stack_size;
  int core_id;
  uint32_t task_caps;
  uint16_t server_port;
  uint16_t ctrl_port;
  uint16_t max_open_sockets;
  uint16_t max_uri_handlers;
  uint16_t max_resp_headers;
  uint16_t backlog_conn;
  bool lru_purge_enable;
  uint16_t recv_wait_timeout;
  uint16_t send_wait_timeout;
  void* global_user_ctx;
  httpd_free_ctx_fn_t global_user_ctx_free_fn;
  void* global_transport_ctx;
  httpd_free_ctx_fn_t global_transport_ctx_free_fn;
  bool enable_so_linger;
  int linger_timeout;
  bool keep_alive_enable;
  int keep_alive_idle;
  int keep_alive_interval;
  int keep_alive_count;
  httpd_open_func_t open_fn;
  httpd_close_func_t close_fn;
  httpd_uri_match_func_t uri_match_fn;
} httpd_config_t;
#define HTTPD_DEFAULT_CONFIG()                                                               \
  {5,       4096,    0x7FFFFFFF, 0,       80,    32768, 7,     8, 8, 5, false,   5,       5, \
   nullptr, nullptr, nullptr,    nullptr, false, 0,     false, 0, 0, 0, nullptr, nullptr, nullptr}
#define HTTPD_MAX_URI_LEN CONFIG_HTTPD_MAX_URI_LEN
#define HTTPD_SOCK_ERR_FAIL -1
#define HTTPD_SOCK_ERR_INVALID -2
#define HTTPD_SOCK_ERR_TIMEOUT -3
#define HTTPD_RESP_USE_STRLEN -1

typedef struct httpd_req {
  httpd_handle_t handle;
  int method;
  const char uri[HTTPD_MAX_URI_LEN + 1];
  size_t content_len;
  void* aux;
  void* user_ctx;
  void* sess_ctx;
  httpd_free_ctx_fn_t free_ctx;
  bool ignore_sess_ctx_changes;
} httpd_req_t;
typedef struct httpd_uri {
  const char* uri;
  httpd_method_t method;
  esp_err_t (*handler)(httpd_req_t* r);
  void* user_ctx;
  bool is_websocket;
  bool handle_ws_control_frames;
  const char* supported_subprotocol;
  esp_err_t (*ws_pre_handshake_cb)(httpd_req_t* req);
  esp_err_t (*ws_post_handshake_cb)(httpd_req_t* req);
} httpd_uri_t;
typedef enum {
  HTTPD_WS_TYPE_CONTINUE = 0x0,
  HTTPD_WS_TYPE_TEXT = 0x1,
  HTTPD_WS_TYPE_BINARY = 0x2,
  HTTPD_WS_TYPE_CLOSE = 0x8,
  HTTPD_WS_TYPE_PING = 0x9,
  HTTPD_WS_TYPE_PONG = 0xA
} httpd_ws_type_t;
typedef enum {
  HTTPD_WS_CLIENT_INVALID = 0x0,
  HTTPD_WS_CLIENT_HTTP = 0x1,
  HTTPD_WS_CLIENT_WEBSOCKET = 0x2
} httpd_ws_client_info_t;
typedef struct httpd_ws_frame {
  bool final;
  bool fragmented;
  httpd_ws_type_t type;
  uint8_t* payload;
  size_t len;
} httpd_ws_frame_t;
typedef int (*httpd_send_func_t)(httpd_handle_t hd, int sockfd, const char* buf, size_t buf_len,
                                 int flags);
typedef int (*httpd_recv_func_t)(httpd_handle_t hd, int sockfd, char* buf, size_t buf_len,
                                 int flags);
typedef void (*httpd_work_fn_t)(void* arg);

esp_err_t httpd_start(httpd_handle_t* handle, const httpd_config_t* config);
esp_err_t httpd_stop(httpd_handle_t handle);
esp_err_t httpd_register_uri_handler(httpd_handle_t handle, const httpd_uri_t* uri_handler);
bool httpd_uri_match_wildcard(const char* uri_template, const char* uri_to_match,
                              size_t match_upto);
void* httpd_get_global_user_ctx(httpd_handle_t handle);
esp_err_t httpd_sess_set_recv_override(httpd_handle_t hd, int sockfd, httpd_recv_func_t recv_func);
esp_err_t httpd_sess_set_send_override(httpd_handle_t hd, int sockfd, httpd_send_func_t send_func);
esp_err_t httpd_sess_trigger_close(httpd_handle_t handle, int sockfd);
int httpd_req_to_sockfd(httpd_req_t* r);
size_t httpd_req_get_hdr_value_len(httpd_req_t* r, const char* field);
esp_err_t httpd_req_get_hdr_value_str(httpd_req_t* r, const char* field, char* val,
                                      size_t val_size);
int httpd_req_recv(httpd_req_t* r, char* buf, size_t buf_len);
int httpd_send(httpd_req_t* r, const char* buf, size_t buf_len);
esp_err_t httpd_resp_set_status(httpd_req_t* r, const char* status);
esp_err_t httpd_resp_set_type(httpd_req_t* r, const char* type);
esp_err_t httpd_resp_set_hdr(httpd_req_t* r, const char* field, const char* value);
esp_err_t httpd_resp_send(httpd_req_t* r, const char* buf, ssize_t buf_len);
esp_err_t httpd_req_async_handler_begin(httpd_req_t* r, httpd_req_t** out);
esp_err_t httpd_req_async_handler_complete(httpd_req_t* r);
esp_err_t httpd_queue_work(httpd_handle_t handle, httpd_work_fn_t work, void* arg);
httpd_ws_client_info_t httpd_ws_get_fd_info(httpd_handle_t hd, int fd);
esp_err_t httpd_ws_recv_frame(httpd_req_t* req, httpd_ws_frame_t* pkt, size_t max_len);
esp_err_t httpd_ws_send_frame_async(httpd_handle_t hd, int fd, httpd_ws_frame_t* frame);
}
