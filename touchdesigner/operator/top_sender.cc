#include "touchdesigner/operator/top_sender.h"

#include <algorithm>

namespace p3a::td {

using Clock = std::chrono::steady_clock;

TopSender::TopSender(Downloads& downloads, const WorkerTimes& times, DisplayFinder& finder)
    : finder_(finder), downloads_(downloads), worker_(downloads, times, finder) {}

// Fetching a picture costs the GPU something: no more than are sent.
bool TopSender::due(Clock::time_point now) {
  constexpr double kUploadsPerSecond = 2;
  const double fps = settings_.mode == Mode::kUpload
                         ? std::min(settings_.max_fps, kUploadsPerSecond)
                         : settings_.max_fps;
  const auto interval =
      std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(1 / fps));
  if (now < next_due_ - interval / 4) return false;  // cooks come a little early and late
  next_due_ = std::max(next_due_ + interval, now);
  return true;
}

void TopSender::cook(const ParameterReader& parameters, const CookInput& input) {
  const Clock::time_point now = Clock::now();
  read_settings(parameters, settings_);
  const Handover handover = worker_.begin_cook(settings_, input.wired, now, report_);
  if (handover.again) last_cooks_ = -1;
  if (!input.wired) return;
  if (!upload_wanted_ && (input.cooks == last_cooks_ || !due(now))) return;
  last_cooks_ = input.cooks;
  if (!downloads_.start(handover.place)) return worker_.no_picture();
  worker_.hand_over(handover.place, now, upload_wanted_);
  upload_wanted_ = false;
}

void TopSender::pulse(std::string_view name) {
  if (name == "Identify") worker_.identify();
  if (name == "Uploadnow") upload_wanted_ = true;
  if (name == "Retryupload") worker_.retry_upload();
}

}  // namespace p3a::td
