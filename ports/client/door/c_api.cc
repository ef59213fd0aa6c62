#include <algorithm>
#include <cstring>
#include <memory>
#include <new>

#include "include/p3a/p3a.h"
#include "include/p3a/p3a.hpp"

static_assert(P3A_STATE_CLOSED == static_cast<int>(p3a::StreamState::kClosed));
static_assert(P3A_FORMAT_RGB565 == static_cast<int>(p3a::InputFormat::kRgb565));
static_assert(P3A_ENCODING_RGB565 == static_cast<int>(p3a::Encoding::kRgb565));
static_assert(P3A_FIT_INTEGER == static_cast<int>(p3a::Fitting::kInteger));
static_assert(P3A_DEVICE_STOCK == static_cast<int>(p3a::Device::kStock));
static_assert(P3A_TOUCH_UP == static_cast<int>(p3a::PanelTouch::Kind::kUp));

struct p3a_stream {
  p3a::Stream stream;
};
struct p3a_display {
  p3a::Display display;
  p3a::Reply reply{};
};

namespace {

thread_local std::string last_error;

int failed(int code, std::string_view why) {
  try {
    last_error = why;
  } catch (...) {
    last_error.clear();
  }
  return code;
}

// Runs a call; what it throws becomes a code.
template <class Call>
int guarded(Call call) {
  try {
    return call();
  } catch (const std::bad_alloc&) {
    return failed(P3A_ERR_MEMORY, "There is not enough memory.");
  } catch (const std::exception& problem) {
    return failed(P3A_ERR_INTERNAL, problem.what());
  } catch (...) {
    return failed(P3A_ERR_INTERNAL, "Something unexpected went wrong.");
  }
}

int null_argument() { return failed(P3A_ERR_INVALID, "A pointer is NULL that may not be."); }

// The caller's struct, as this library knows it: what an older caller does not have stays as it is
// in `known`, what a newer one has besides is not looked at.
template <class Struct>
bool read_struct(Struct& known, const Struct* from) {
  std::size_t size = 0;
  std::memcpy(&size, from, sizeof size);
  if (size < 2 * sizeof size || size > 16 * sizeof(Struct)) {
    failed(P3A_ERR_INVALID, "struct_size is not set: set it to the sizeof of the struct.");
    return false;
  }
  std::memcpy(&known, from, std::min(size, sizeof(Struct)));
  return true;
}

p3a::PixelView view_of(const p3a_picture& picture) {
  p3a::PixelView view;
  view.pixels = picture.pixels;
  view.width = picture.width;
  view.height = picture.height;
  view.stride = picture.stride;
  // What is out of range must stay so when it becomes a byte.
  view.format = static_cast<p3a::InputFormat>(std::clamp(picture.format, -1, 255));
  view.bottom_up = picture.bottom_up != 0;
  return view;
}

template <class Enum>
Enum to_enum(std::int32_t value) {
  return static_cast<Enum>(std::clamp(value, -1, 255));
}

p3a::StreamOptions options_of(const p3a_stream_options& from) {
  p3a::StreamOptions options;
  if (from.name) options.name = from.name;
  if (from.token) options.token = from.token;
  options.encoding = to_enum<p3a::Encoding>(from.encoding);
  options.fit = to_enum<p3a::Fitting>(from.fit);
  options.device = to_enum<p3a::Device>(from.device);
  options.target_width = from.target_width;
  options.target_height = from.target_height;
  options.as_is = from.as_is != 0;
  options.smooth = from.smooth != 0;
  options.background = from.background;
  options.flip_x = from.flip_x != 0;
  options.flip_y = from.flip_y != 0;
  options.min_quality = from.min_quality;
  options.max_quality = from.max_quality;
  options.full_chroma = from.full_chroma != 0;
  options.max_error = from.max_error;
  if (from.ca_file) options.ca_file = from.ca_file;
  options.acks = from.acks != 0;
  options.min_fps = from.min_fps;
  options.max_fps = from.max_fps;
  options.latency_target = std::chrono::microseconds(from.latency_target_us);
  options.in_flight = from.in_flight < 0 ? 0u : static_cast<unsigned>(from.in_flight);
  options.keep_alive = std::chrono::milliseconds(from.keep_alive_ms);
  options.reconnect_min = std::chrono::milliseconds(from.reconnect_min_ms);
  options.reconnect_max = std::chrono::milliseconds(from.reconnect_max_ms);
  if (from.on_touch) {
    options.on_touch = [call = from.on_touch, user = from.user](const p3a::PanelTouch& touch) {
      const p3a_touch told{static_cast<std::uint32_t>(touch.kind), touch.id, touch.x, touch.y};
      call(user, &told);
    };
  }
  if (from.on_state) {
    options.on_state = [call = from.on_state, user = from.user](p3a::StreamState state) {
      call(user, static_cast<std::int32_t>(state));
    };
  }
  return options;
}

template <std::size_t kSize>
void copy_text(char (&to)[kSize], const std::string& from) {
  std::size_t size = std::min(from.size(), kSize - 1);
  // Not in the middle of a UTF-8 character.
  while (size < from.size() && size > 0 && (static_cast<unsigned char>(from[size]) & 0xC0) == 0x80)
    --size;
  std::memcpy(to, from.data(), size);
  to[size] = 0;
}

p3a_stream_status status_of(const p3a::StreamStatus& from) {
  p3a_stream_status status{};
  status.state = static_cast<std::int32_t>(from.state);
  status.on_panel = from.on_panel ? 1 : 0;
  status.panel_width = from.panel_width;
  status.panel_height = from.panel_height;
  copy_text(status.error, from.error);
  copy_text(status.display_name, from.display_name);
  copy_text(status.owner, from.owner);
  status.submitted = from.submitted;
  status.replaced = from.replaced;
  status.unchanged = from.unchanged;
  status.sent = from.sent;
  status.shown = from.shown;
  status.dropped = from.dropped;
  status.lost = from.lost;
  status.failed = from.failed;
  status.bytes_sent = from.bytes_sent;
  status.keep_alives = from.keep_alives;
  status.connects = from.connects;
  status.quality = from.quality;
  status.fps_limit = from.fps_limit;
  status.fps = from.fps;
  status.latency_p50_us = from.latency_p50_us;
  status.latency_p99_us = from.latency_p99_us;
  status.encode_p50_us = from.encode_p50_us;
  status.round_trip_us = from.round_trip_us;
  status.clock_offset_us = from.clock_offset_us;
  status.send_p50_us = from.send_p50_us;
  copy_text(status.format, from.format);
  copy_text(status.format_reason, from.format_reason);
  return status;
}

int answered(p3a_display& display, p3a::Reply reply) {
  display.reply = std::move(reply);
  if (display.reply.ok) return P3A_OK;
  const int code = display.reply.http_status != 0          ? P3A_ERR_REFUSED
                   : display.reply.code == "INVALID_VALUE" ? P3A_ERR_INVALID
                                                           : P3A_ERR_NO_DISPLAY;
  return failed(code, display.reply.error);
}

int submit(p3a_stream* stream, const p3a_picture* picture, std::int64_t age_us,
           std::shared_ptr<const void> keeper) {
  if (!stream || !picture) return null_argument();
  p3a_picture known{};
  if (!read_struct(known, picture)) return int{P3A_ERR_INVALID};
  const auto captured = std::chrono::steady_clock::now() -
                        std::chrono::microseconds(std::max<std::int64_t>(age_us, 0));
  if (stream->stream.submit(view_of(known), std::move(keeper), captured)) return int{P3A_OK};
  return failed(P3A_ERR_INVALID, stream->stream.status().error);
}

int wait(p3a_stream* stream, int timeout_ms, bool (p3a::Stream::*event)(std::chrono::milliseconds),
         const char* not_yet) {
  return guarded([&] {
    if (!stream) return null_argument();
    if ((stream->stream.*event)(std::chrono::milliseconds(std::max(timeout_ms, 0)))) {
      return int{P3A_OK};
    }
    const std::string error = stream->stream.status().error;
    return failed(P3A_ERR_TIMEOUT, error.empty() ? not_yet : error);
  });
}

}  // namespace

extern "C" {

const char* p3a_version(void) { return p3a::version(); }
const char* p3a_last_error(void) { return last_error.c_str(); }

void p3a_stream_options_init(p3a_stream_options* options) {
  if (!options) return;
  const p3a::StreamOptions defaults;
  *options = {};
  options->struct_size = sizeof *options;
  options->min_quality = defaults.min_quality;
  options->max_quality = defaults.max_quality;
  options->acks = 1;
  options->min_fps = defaults.min_fps;
  options->max_fps = defaults.max_fps;
  options->latency_target_us = defaults.latency_target.count();
  options->in_flight = static_cast<std::int32_t>(defaults.in_flight);
  options->keep_alive_ms = static_cast<std::int32_t>(defaults.keep_alive.count());
  options->reconnect_min_ms = static_cast<std::int32_t>(defaults.reconnect_min.count());
  options->reconnect_max_ms = static_cast<std::int32_t>(defaults.reconnect_max.count());
}

int p3a_discover(int32_t patience_ms, void (*on_found)(void* user, const p3a_found* found),
                 void* user) {
  return guarded([&] {
    if (!on_found) return null_argument();
    if (patience_ms < 0) return failed(P3A_ERR_INVALID, "The patience is below 0.");
    const p3a::Discovery discovery = p3a::discover(std::chrono::milliseconds(patience_ms));
    for (const p3a::FoundDisplay& display : discovery.displays) {
      const p3a_found found{.struct_size = sizeof found,
                            .name = display.name.c_str(),
                            .host = display.host.c_str(),
                            .address = display.address.c_str(),
                            .device = static_cast<std::int32_t>(display.device),
                            .width = display.width,
                            .height = display.height,
                            .reserved = 0};
      on_found(user, &found);
    }
    if (!discovery.error.empty()) return failed(P3A_ERR_NO_DISPLAY, discovery.error);
    return int{P3A_OK};
  });
}

p3a_stream* p3a_stream_open(const char* address, const p3a_stream_options* options) {
  p3a_stream* opened = nullptr;
  guarded([&] {
    if (!address) return null_argument();
    p3a_stream_options known;
    p3a_stream_options_init(&known);
    if (options && !read_struct(known, options)) return int{P3A_ERR_INVALID};
    auto stream = std::make_unique<p3a_stream>(p3a::Stream::open(address, options_of(known)));
    const auto status = stream->stream.status();
    if (status.state == p3a::StreamState::kFailed) return failed(P3A_ERR_INVALID, status.error);
    opened = stream.release();
    return int{P3A_OK};
  });
  return opened;
}

int p3a_stream_submit(p3a_stream* stream, const p3a_picture* picture, int64_t age_us) {
  return guarded([&] { return submit(stream, picture, age_us, nullptr); });
}

int p3a_stream_submit_kept(p3a_stream* stream, const p3a_picture* picture, int64_t age_us,
                           void (*release)(void* user), void* user) {
  return guarded([&] {
    if (!release) return null_argument();
    // Where there is no memory for the count, shared_ptr calls release itself.
    const std::shared_ptr<const void> keeper(user, [release](void* kept) { release(kept); });
    return submit(stream, picture, age_us, keeper);
  });
}

int p3a_stream_wait_taken(p3a_stream* stream, int timeout_ms) {
  return wait(stream, timeout_ms, &p3a::Stream::wait_taken, "The picture still waits.");
}

int p3a_stream_wait_shown(p3a_stream* stream, int timeout_ms) {
  return wait(stream, timeout_ms, &p3a::Stream::wait_shown, "The picture is not on the panel yet.");
}

int p3a_stream_get_status(p3a_stream* stream, p3a_stream_status* status) {
  return guarded([&] {
    if (!stream || !status) return null_argument();
    p3a_stream_status known = status_of(stream->stream.status());
    const std::size_t size = status->struct_size;
    if (size < 2 * sizeof size) {
      return failed(P3A_ERR_INVALID, "struct_size is not set: set it to the sizeof of the struct.");
    }
    known.struct_size = size;
    std::memcpy(status, &known, std::min(size, sizeof known));
    return int{P3A_OK};
  });
}

int p3a_stream_next_touch(p3a_stream* stream, p3a_touch* touch) {
  return guarded([&] {
    if (!stream || !touch) return null_argument();
    p3a::PanelTouch told;
    if (!stream->stream.next_touch(told)) return failed(P3A_ERR_NOTHING, "There is no touch.");
    *touch = {static_cast<std::uint32_t>(told.kind), told.id, told.x, told.y};
    return int{P3A_OK};
  });
}

int p3a_stream_set_stalled(p3a_stream* stream, int stalled) {
  if (stream == nullptr) return null_argument();
  return guarded([&] {
    stream->stream.set_stalled(stalled != 0);
    return int{P3A_OK};
  });
}

void p3a_stream_close(p3a_stream* stream) {
  guarded([&] {
    delete stream;
    return int{P3A_OK};
  });
}

p3a_display* p3a_display_open(const char* address, const char* token) {
  p3a_display* opened = nullptr;
  guarded([&] {
    if (!address) return null_argument();
    opened = new p3a_display{.display = p3a::Display(address, token ? token : "")};
    return int{P3A_OK};
  });
  return opened;
}

int p3a_display_set_ca_file(p3a_display* display, const char* ca_file) {
  return guarded([&] {
    if (!display) return null_argument();
    display->display.set_ca_file(ca_file ? ca_file : "");
    return int{P3A_OK};
  });
}

int p3a_display_upload(p3a_display* display, const char* filename, const void* bytes, size_t size) {
  return guarded([&] {
    if (!display || !filename || !bytes) return null_argument();
    return answered(*display, display->display.upload(filename, bytes, size));
  });
}

int p3a_display_raw(p3a_display* display, const void* bytes, size_t size) {
  return guarded([&] {
    if (!display || !bytes) return null_argument();
    return answered(*display, display->display.raw(bytes, size));
  });
}

int p3a_display_raw_pixels(p3a_display* display, const p3a_picture* picture) {
  return guarded([&] {
    if (!display || !picture) return null_argument();
    p3a_picture known{};
    if (!read_struct(known, picture)) return int{P3A_ERR_INVALID};
    return answered(*display, display->display.raw(view_of(known)));
  });
}

int p3a_display_status(p3a_display* display) {
  return guarded([&] {
    if (!display) return null_argument();
    return answered(*display, display->display.status());
  });
}

const char* p3a_display_answer(p3a_display* display) {
  return display ? display->reply.json.c_str() : "";
}

int p3a_display_http_status(p3a_display* display) {
  return display ? display->reply.http_status : 0;
}

void p3a_display_close(p3a_display* display) {
  guarded([&] {
    delete display;
    return int{P3A_OK};
  });
}

}  // extern "C"
