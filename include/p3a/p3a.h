/* Live pictures onto P3A pixel displays: the C door. C99; link p3a::p3a, or pkg-config p3a.
 *
 * Conventions:
 *  1. Handles are opaque and made by p3a_*_open; p3a_*_close takes them back, and NULL too.
 *  2. Functions return P3A_OK (0) or one of p3a_code; those that return a pointer return NULL.
 *     p3a_last_error() then has a sentence that says what to do: of this thread's last failed call,
 *     valid until its next call into this library.
 *  3. Option structs are filled by p3a_*_init and then changed; out structs have struct_size set to
 *     sizeof by the caller before the call. New members come at the end only, so that programs and
 *     libraries of different versions work together.
 *  4. Text is UTF-8 and ends with 0. What is handed in is copied or read before the call returns;
 *     p3a_stream_submit_kept alone reads later. Text that is handed out belongs to the handle and
 *     is valid until its next call.
 *  5. Flags are int, 0 or 1. Times are microseconds unless the name says otherwise.
 *  6. p3a_stream_*: any thread, p3a_stream_submit one at a time; no call may run during or after
 *     p3a_stream_close. p3a_display_*: one thread at a time for each handle.
 *  7. Callbacks come on the stream's own thread, must return soon and may not close the stream.
 *  8. An address is "host", "host:port" or "[v6]:port", with https:// in front for a display with
 *     TLS. Its certificate must be for that host, and lead to an authority that the machine trusts
 *     or to the ca_file.
 *  9. No exception crosses; nothing is printed; the program is never ended.
 */
#ifndef P3A_P3A_H
#define P3A_P3A_H

#include <stddef.h>
#include <stdint.h>

#if defined(P3A_STATIC)
#define P3A_C_API
#elif defined(_WIN32)
#if defined(P3A_BUILDS_LIBRARY)
#define P3A_C_API __declspec(dllexport)
#else
#define P3A_C_API __declspec(dllimport)
#endif
#else
#define P3A_C_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef enum p3a_code {
  P3A_OK = 0,
  P3A_ERR_INVALID = 1,    /* an argument cannot work */
  P3A_ERR_NO_DISPLAY = 2, /* nobody answers at that address, or nobody to be trusted */
  P3A_ERR_REFUSED = 3,    /* the display said no; p3a_last_error() is its sentence */
  P3A_ERR_TIMEOUT = 4,
  P3A_ERR_NOTHING = 5, /* there is nothing to be fetched; not an error to worry about */
  P3A_ERR_MEMORY = 6,
  P3A_ERR_INTERNAL = 7
} p3a_code;

/* Bytes a pixel, in memory order; RGB565 is a little-endian word. Alpha is not looked at. */
typedef enum p3a_format {
  P3A_FORMAT_RGB888 = 0,
  P3A_FORMAT_RGBA8888 = 1,
  P3A_FORMAT_BGRA8888 = 2,
  P3A_FORMAT_RGB565 = 3
} p3a_format;

typedef enum p3a_encoding {
  P3A_ENCODING_AUTO = 0,
  P3A_ENCODING_JPEG = 1,
  P3A_ENCODING_PNG = 2,
  P3A_ENCODING_RGB888 = 3,
  P3A_ENCODING_RGB565 = 4,
  P3A_ENCODING_P3X = 5
} p3a_encoding;

typedef enum p3a_fit {
  P3A_FIT_CONTAIN = 0,
  P3A_FIT_COVER = 1,
  P3A_FIT_STRETCH = 2,
  P3A_FIT_INTEGER = 3
} p3a_fit;

/* AUTO: it is asked. STOCK: a p3a with its own firmware: 128 x 128 pixels, 16 colours. */
typedef enum p3a_device {
  P3A_DEVICE_AUTO = 0,
  P3A_DEVICE_LIVE = 1,
  P3A_DEVICE_STOCK = 2
} p3a_device;

typedef enum p3a_state {
  P3A_STATE_CONNECTING = 0,
  P3A_STATE_OPEN = 1,
  P3A_STATE_WAITING = 2, /* not reached, or gone; the next attempt comes by itself */
  P3A_STATE_FAILED = 3,
  P3A_STATE_CLOSED = 4
} p3a_state;

typedef enum p3a_touch_kind {
  P3A_TOUCH_DOWN = 0,
  P3A_TOUCH_MOVE = 1,
  P3A_TOUCH_UP = 2
} p3a_touch_kind;

typedef struct p3a_stream p3a_stream;
typedef struct p3a_display p3a_display;

typedef struct p3a_touch {
  uint32_t kind; /* p3a_touch_kind */
  uint32_t id;   /* which finger */
  uint32_t x;    /* panel pixels */
  uint32_t y;
} p3a_touch;

/* A display on the local network; all of it lives for the callback only. */
typedef struct p3a_found {
  size_t struct_size;  /* set by the library */
  const char* name;    /* "p3a-kitchen" */
  const char* host;    /* "p3a-kitchen.local" */
  const char* address; /* "192.0.2.7:8080", "https://…": what p3a_*_open take */
  int32_t device;      /* p3a_device */
  uint32_t width;      /* of the panel; 0: it does not say */
  uint32_t height;
  uint32_t reserved;
} p3a_found;

typedef struct p3a_picture {
  size_t struct_size; /* sizeof(p3a_picture) */
  const void* pixels;
  uint32_t width;    /* 1 to 65535 */
  uint32_t height;   /* 1 to 65535 */
  ptrdiff_t stride;  /* bytes from a row to the one below; 0: rows touch; may be negative */
  int32_t format;    /* p3a_format */
  int32_t bottom_up; /* `pixels` is the bottom row; the stride leads to the row above */
} p3a_picture;

typedef struct p3a_stream_options {
  size_t struct_size;
  const char* name;      /* who sends; NULL: "p3a" */
  const char* token;     /* NULL: none */
  int32_t encoding;      /* p3a_encoding */
  int32_t fit;           /* p3a_fit */
  uint32_t target_width; /* 0 x 0: the panel's size */
  uint32_t target_height;
  int32_t as_is;       /* do not resize here */
  int32_t smooth;      /* blend when enlarging */
  uint32_t background; /* 0xRRGGBB */
  int32_t flip_x;
  int32_t flip_y;
  int32_t min_quality; /* 1 to 100; equal: fixed */
  int32_t max_quality;
  int32_t full_chroma;
  int32_t acks;
  double min_fps;
  double max_fps; /* 0: as fast as the display takes them */
  int64_t latency_target_us;
  int32_t in_flight; /* 1 to 8 */
  int32_t keep_alive_ms;
  int32_t reconnect_min_ms;
  int32_t reconnect_max_ms;
  void (*on_touch)(void* user, const p3a_touch* touch); /* NULL: none */
  void (*on_state)(void* user, int32_t state);          /* p3a_state */
  void* user;
  int32_t device;    /* p3a_device */
  int32_t max_error; /* with AUTO and P3X: of a channel, 0 (exact) to 16 */
  /* PEM: the display's own certificate or its authority's, trusted instead of the machine's list;
   * NULL: that list. Read for each connection. */
  const char* ca_file;
} p3a_stream_options;

/* As StreamStatus in p3a.hpp. */
typedef struct p3a_stream_status {
  size_t struct_size;
  int32_t state; /* p3a_state */
  int32_t on_panel;
  uint32_t panel_width;
  uint32_t panel_height;
  char error[256];
  char display_name[128];
  char owner[32];
  uint64_t submitted;
  uint64_t replaced;
  uint64_t unchanged;
  uint64_t sent;
  uint64_t shown;
  uint64_t dropped;
  uint64_t lost;
  uint64_t failed;
  uint64_t bytes_sent;
  uint64_t keep_alives;
  uint64_t connects;
  int32_t quality;
  int32_t reserved;
  double fps_limit;
  double fps;
  int64_t latency_p50_us;
  int64_t latency_p99_us;
  int64_t encode_p50_us;
  int64_t round_trip_us;
  int64_t clock_offset_us;
  int64_t send_p50_us;
  char format[16];
  char format_reason[64];
} p3a_stream_status;

P3A_C_API const char* p3a_version(void);
P3A_C_API const char* p3a_last_error(void);

/* Looks for displays by mDNS, for patience_ms at most, then calls on_found on this thread for each.
 * P3A_ERR_NO_DISPLAY: nobody could be asked; p3a_last_error() says why. None found is P3A_OK. */
P3A_C_API int p3a_discover(int32_t patience_ms,
                           void (*on_found)(void* user, const p3a_found* found), void* user);

/* Streams. */
P3A_C_API void p3a_stream_options_init(p3a_stream_options* options);
/* Starts at once and never waits; options may be NULL. */
P3A_C_API p3a_stream* p3a_stream_open(const char* address, const p3a_stream_options* options);
/* Copies the newest picture and returns; age_us: how long ago it was made. */
P3A_C_API int p3a_stream_submit(p3a_stream* stream, const p3a_picture* picture, int64_t age_us);
/* The same without a copy: the pixels stay there and unchanged until release(user) is called, which
 * happens exactly once whatever this returns, on any thread, soon after newer pictures have taken
 * this one's place. Up to four pictures are kept at a time. */
P3A_C_API int p3a_stream_submit_kept(p3a_stream* stream, const p3a_picture* picture, int64_t age_us,
                                     void (*release)(void* user), void* user);
/* Waits until the newest picture submitted no longer waits to be encoded: the next one replaces
 * nothing. P3A_ERR_TIMEOUT: it still waits. */
P3A_C_API int p3a_stream_wait_taken(p3a_stream* stream, int timeout_ms);
/* Waits until the newest picture submitted is on the panel. P3A_ERR_TIMEOUT: it is not yet. */
P3A_C_API int p3a_stream_wait_shown(p3a_stream* stream, int timeout_ms);
P3A_C_API int p3a_stream_get_status(p3a_stream* stream, p3a_stream_status* status);
/* The oldest touch not yet fetched; P3A_ERR_NOTHING when there is none. */
P3A_C_API int p3a_stream_next_touch(p3a_stream* stream, p3a_touch* touch);
/* The program makes no pictures at the moment: the display's status says so. Set until unset. */
P3A_C_API int p3a_stream_set_stalled(p3a_stream* stream, int stalled);
P3A_C_API void p3a_stream_close(p3a_stream* stream);

/* Displays, over HTTP; these wait for the answer. */
P3A_C_API p3a_display* p3a_display_open(const char* address, const char* token);
/* p3a_stream_options.ca_file, for what is asked from now on. */
P3A_C_API int p3a_display_set_ca_file(p3a_display* display, const char* ca_file);
P3A_C_API int p3a_display_upload(p3a_display* display, const char* filename, const void* bytes,
                                 size_t size);
P3A_C_API int p3a_display_raw(p3a_display* display, const void* bytes, size_t size);
P3A_C_API int p3a_display_raw_pixels(p3a_display* display, const p3a_picture* picture);
P3A_C_API int p3a_display_status(p3a_display* display);
/* The whole JSON of the last answer; "" when there was none. */
P3A_C_API const char* p3a_display_answer(p3a_display* display);
/* Its HTTP status; 0 when there was none. */
P3A_C_API int p3a_display_http_status(p3a_display* display);
P3A_C_API void p3a_display_close(p3a_display* display);

#ifdef __cplusplus
}
#endif

#endif
