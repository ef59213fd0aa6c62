// Routes for those who watch over displays: health and metrics.
#include "device/api/api.h"
#include "device/api/metrics_text.h"

namespace p3a {

ThreadTimes Api::thread_times() const {
  return {.decode = services_.engine.decode_busy(), .present = services_.engine.present_busy()};
}

Status Api::alive() const { return check_alive(thread_times()); }

Response Api::get_healthz(const Call&) {
  const Status status = alive();
  return status ? ok_response() : error_response(status.error());
}

Response Api::get_readyz(const Call&) {
  const Status status =
      check_ready(thread_times(), services_.engine.status(), services_.storage_probe.health());
  return status ? ok_response() : error_response(status.error());
}

Response Api::get_metrics(const Call&) {
  const Micros uptime = services_.clock.now() - started_at_;
  return {.content_type = "text/plain; version=0.0.4; charset=utf-8",
          .body = metrics_text({.version = services_.version,
                                .uptime_s = static_cast<double>(uptime.count()) / 1e6,
                                .traffic = traffic_,
                                .threads = thread_times(),
                                .engine = services_.engine.status(),
                                .storage = services_.storage_probe.health(),
                                .machine = services_.machine.status(),
                                .live = services_.live.figures(),
                                .uploads = services_.uploads.counters()}),
          .headers = {}};
}

}  // namespace p3a
