#include "device/api/health.h"

namespace p3a {
namespace {

Status not_stuck(std::string_view thread, Micros busy) {
  if (busy <= kStuckAfter) return {};
  return fail(ErrorCode::kUnhealthy, "the ", thread, " thread has been stuck for ",
              busy / Micros(1s), " s: restart the display, and tell us what it was shown");
}

}  // namespace

Status check_alive(const ThreadTimes& threads) {
  if (const Status decode = not_stuck("decode", threads.decode); !decode) return decode;
  return not_stuck("presenting", threads.present);
}

Status check_ready(const ThreadTimes& threads, const EngineStatus& engine,
                   const StorageHealth& storage) {
  if (const Status alive = check_alive(threads); !alive) return alive;
  if (!engine.panel_error.empty()) {
    return fail(ErrorCode::kUnhealthy, "the panel fails: ", std::string_view(engine.panel_error));
  }
  if (!storage.healthy) {
    return fail(ErrorCode::kStorageUnavailable,
                "nothing can be saved: ", std::string_view(storage.last_error));
  }
  return {};
}

}  // namespace p3a
