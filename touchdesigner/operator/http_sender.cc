#include "touchdesigner/operator/http_sender.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "ports/client/image_encoder.h"
#include "sender/frame_encoder.h"
#include "sender/json_object.h"

namespace p3a::td {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

constexpr auto kFirstWait = 1s;
constexpr auto kLongestWait = 8s;
constexpr std::uint32_t kLargestFile = 5u << 20;  // the display's own default

// The panel's size in a GET /status.
Size panel_of(const Reply& status) {
  const auto json = sender::JsonObject::parse(status.json);
  const auto data = json ? json->object("data") : std::nullopt;
  const auto device = data ? data->object("device") : std::nullopt;
  if (!device) return {};
  const auto side = [&](const char* name) {
    return static_cast<std::uint32_t>(
        std::clamp<std::int64_t>(device->whole(name).value_or(0), 0, 4096));
  };
  const Size size{side("screen_w"), side("screen_h")};
  return size.pixels() == 0 ? Size{} : size;
}

// By a display, with yes or no.
bool answered(const Reply& reply) {
  return reply.code != "NO_DISPLAY" && reply.code != "TLS_FAILED";
}

std::string in_words(const std::string& name, const Reply& reply) {
  if (reply.ok) return "uploaded as " + name;
  return name + " was not uploaded (" + reply.code + "): " + reply.error;
}

}  // namespace

bool with_tone(const PixelView& picture, const ToneCurve& tone, std::vector<std::uint8_t>& pixels,
               PixelView& toned) {
  const auto view = sender::check(picture);
  if (!view || view->format == InputFormat::kRgb565) return false;
  const std::size_t row = view->row_bytes();
  pixels.resize(row * view->size.height);
  for (std::uint32_t y = 0; y < view->size.height; ++y) {
    const std::uint8_t* from = view->top + view->step * static_cast<std::ptrdiff_t>(y);
    std::uint8_t* to = pixels.data() + y * row;
    if (tone.identity) {
      std::copy_n(from, row, to);
    } else {
      std::transform(from, from + row, to, [&](std::uint8_t level) { return tone.levels[level]; });
    }
  }
  toned = {.pixels = pixels.data(),
           .width = view->size.width,
           .height = view->size.height,
           .format = view->format};
  return true;
}

// A picture on its way. The last raw picture and the last upload each have one.
struct Slot {
  HttpJob job;
  std::vector<std::uint8_t> pixels;
  PixelView picture;
  bool encoded = false;
  std::vector<std::uint8_t> file;
  std::string file_name;
};

struct HttpSender::State {
  // Of both sides, under the mutex.
  mutable std::mutex mutex;
  std::condition_variable wake;
  bool stopping = false;
  Slot* due = nullptr;  // waits to be sent
  HttpReport report;
  Display* display = nullptr;  // while there is one

  // The caller's while they are neither due nor under way.
  Slot raw;
  Slot kept;
  // The thread's.
  std::optional<Display> owned;
  std::string owned_for;
  std::thread thread;

  void run();
  Reply reach(const HttpJob& job);
  Reply encode(Slot& slot) const;
  Reply deliver(Slot& slot);
};

void HttpSender::State::run() {
  std::unique_lock lock(mutex);
  bool again = false;
  Clock::time_point again_at{};
  Clock::duration wait = kFirstWait;
  while (!stopping) {
    if (due == nullptr && !again) {
      wake.wait(lock);
      continue;
    }
    const auto woken = [&] { return due != nullptr || stopping; };
    if (due == nullptr && wake.wait_until(lock, again_at, woken)) continue;
    Slot& slot = due != nullptr ? *due : kept;
    due = nullptr;
    again = false;
    report.busy = true;
    lock.unlock();
    const Reply reply = deliver(slot);
    lock.lock();
    report.busy = false;
    report.last = reply;
    ++(reply.ok ? report.sent : report.failed);
    if (reply.ok) report.bytes += slot.file.size();
    if (!slot.job.keep) continue;
    report.what = in_words(slot.file_name, reply);
    const bool nobody = !answered(reply) && slot.job.again;
    again = nobody;
    again_at = Clock::now() + wait;
    wait = nobody ? std::min<Clock::duration>(2 * wait, kLongestWait) : kFirstWait;
  }
}

// The connection to that display, with its panel's size asked once. Not ok: nobody answers.
Reply HttpSender::State::reach(const HttpJob& job) {
  const std::string key = job.address + '\n' + job.token + '\n' + job.ca_file;
  std::unique_lock lock(mutex);
  if (owned && owned_for == key && report.panel_width != 0) return {.ok = true};
  if (!owned || owned_for != key) {
    display = nullptr;
    owned.emplace(job.address, job.token);
    owned->set_ca_file(job.ca_file);
    owned_for = key;
    report.panel_width = report.panel_height = 0;
    if (stopping) owned->cancel();
    display = &*owned;
  }
  lock.unlock();
  Reply status = owned->status();
  if (status.http_status == 0) return status;
  const Size panel = panel_of(status);
  lock.lock();
  report.panel_width = panel.width;
  report.panel_height = panel.height;
  return {.ok = true};
}

Reply HttpSender::State::encode(Slot& slot) const {
  const HttpJob& job = slot.job;
  StreamOptions options;
  options.encoding = job.png ? Encoding::kPng : Encoding::kJpeg;
  options.fit = job.fit;
  options.min_quality = options.max_quality = job.quality;
  sender::PanelFacts panel;
  panel.size = {report.panel_width, report.panel_height};
  panel.limits.max_lossy_bytes = panel.limits.max_lossless_bytes = kLargestFile;
  sender::LibraryImageEncoder images;
  sender::FrameEncoder encoder(images, options);
  const PixelView& view = slot.picture;
  const sender::Pixels pixels{static_cast<const std::uint8_t*>(view.pixels),
                              {view.width, view.height},
                              view.width * sender::bytes_per_pixel(view.format),
                              view.format};
  const auto frame = encoder.encode(pixels, job.quality, panel);
  if (!frame) {
    Reply refused;
    refused.code = code_name(frame.error().code);
    refused.error = frame.error().message.view();
    return refused;
  }
  slot.file.assign(frame->payload.begin(), frame->payload.end());
  slot.encoded = true;
  return {.ok = true};
}

Reply HttpSender::State::deliver(Slot& slot) {
  Reply reply;
  try {
    reply = reach(slot.job);
    if (reply.ok && !slot.encoded) reply = encode(slot);
    if (!reply.ok) return reply;
    return slot.job.keep ? owned->upload(slot.file_name, slot.file.data(), slot.file.size())
                         : owned->raw(slot.file.data(), slot.file.size());
  } catch (const std::exception& problem) {
    reply.ok = false;
    reply.code = "INTERNAL";
    reply.error = problem.what();
    return reply;
  }
}

HttpSender::HttpSender() : state_(std::make_unique<State>()) {
  state_->thread = std::thread([this] { state_->run(); });
}

HttpSender::~HttpSender() {
  cancel();
  state_->thread.join();
}

void HttpSender::cancel() {
  const std::scoped_lock lock(state_->mutex);
  state_->stopping = true;
  if (state_->display != nullptr) state_->display->cancel();
  state_->wake.notify_all();
}

bool HttpSender::send(const HttpJob& job, const PixelView& picture, const ToneCurve& tone) {
  const std::scoped_lock lock(state_->mutex);
  if (state_->report.busy || state_->due != nullptr || state_->stopping) return false;
  Slot& slot = job.keep ? state_->kept : state_->raw;
  if (!with_tone(picture, tone, slot.pixels, slot.picture)) return false;
  slot.job = job;
  slot.file_name =
      (job.file_name.empty() ? "touchdesigner" : job.file_name) + (job.png ? ".png" : ".jpg");
  slot.encoded = false;
  state_->due = &slot;
  ++state_->report.taken;
  state_->wake.notify_all();
  return true;
}

bool HttpSender::retry() {
  const std::scoped_lock lock(state_->mutex);
  Slot& kept = state_->kept;
  if (kept.pixels.empty() || state_->report.busy || state_->due != nullptr) return false;
  state_->due = &kept;
  state_->wake.notify_all();
  return true;
}

HttpReport HttpSender::report() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->report;
}

}  // namespace p3a::td
