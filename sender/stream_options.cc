#include "sender/stream_options.h"

#include "core/compose/compositor.h"

namespace p3a::sender {

Status check(const StreamOptions& options) {
  using std::chrono_literals::operator""h;
  const auto refuse = [](const auto&... parts) {
    return Status(fail(ErrorCode::kInvalidValue, parts...));
  };
  if (options.name.size() > 64) return refuse("The name has more than 64 bytes: shorten it.");
  if (options.encoding > Encoding::kP3x) return refuse("There is no such encoding.");
  if (options.fit > Fitting::kInteger) return refuse("There is no such fit.");
  if (options.device > Device::kStock) return refuse("There is no such kind of display.");
  if ((options.target_width == 0) != (options.target_height == 0)) {
    return refuse("The target wants a width and a height, or neither.");
  }
  if (options.target_width > kMaxComposedSide || options.target_height > kMaxComposedSide) {
    return refuse("The target has at most ", kMaxComposedSide, " pixels a side.");
  }
  if (options.max_error < 0 || options.max_error > 16)
    return refuse("The largest error of a channel goes from 0 to 16.");
  if (options.max_error > 0 && options.encoding != Encoding::kAuto &&
      options.encoding != Encoding::kP3x)
    return refuse("A bounded error goes with the encodings auto and p3x.");
  if (options.min_quality < 1 || options.max_quality > 100 ||
      options.min_quality > options.max_quality) {
    return refuse("Qualities go from 1 to 100, the lowest first.");
  }
  const bool rates = options.min_fps > 0 && options.min_fps <= 1000 && options.max_fps >= 0 &&
                     options.max_fps <= 1000 &&
                     (options.max_fps == 0 || options.min_fps <= options.max_fps);
  if (!rates) return refuse("Rates go from above 0 to 1000 frames a second, the lowest first.");
  if (options.latency_target < 1ms || options.latency_target > 10s) {
    return refuse("The latency target is between 1 ms and 10 s.");
  }
  if (options.in_flight < 1 || options.in_flight > 8) {
    return refuse("There are 1 to 8 frames in flight.");
  }
  if (options.keep_alive < 10ms || options.keep_alive > 1h) {
    return refuse("The keep-alive interval is between 10 ms and 1 h.");
  }
  if (options.reconnect_min < 1ms || options.reconnect_max > 1h ||
      options.reconnect_min > options.reconnect_max) {
    return refuse("Waits between attempts go from 1 ms to 1 h, the shortest first.");
  }
  return {};
}

}  // namespace p3a::sender
