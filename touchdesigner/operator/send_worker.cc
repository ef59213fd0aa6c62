#include "touchdesigner/operator/send_worker.h"

#include <algorithm>
#include <utility>

#include "sender/pattern/pattern.h"
#include "touchdesigner/operator/identify.h"
#include "touchdesigner/operator/wall_time.h"

namespace p3a::td {

using namespace std::chrono_literals;

namespace {

constexpr auto kTick = 100ms;          // without pictures
constexpr double kDrawnFps = 30;       // of the test pattern, at most
constexpr auto kLeavePatience = 60ms;  // for goodbyes, when the operator is destroyed

// The parameters Address and Port together. A port that stands behind the address counts; 0: none.
std::string with_port(std::string_view address, int port) {
  const std::size_t scheme = address.find("://");
  const std::size_t begin = scheme == std::string_view::npos ? 0 : scheme + 3;
  const std::size_t slash = address.find('/', begin);
  const std::string_view path = slash == std::string_view::npos ? "" : address.substr(slash);
  std::string host(address.substr(begin, address.size() - begin - path.size()));
  const bool v6 = std::ranges::count(host, ':') > 1 && !host.starts_with('[');
  if (v6) host = "[" + host + "]";
  const bool has_port = host.find(':', host.starts_with('[') ? host.find(']') : 0) != host.npos;
  if (port != 0 && !has_port && !host.empty()) host += ":" + std::to_string(port);
  return std::string(address.substr(0, begin)) + host + std::string(path);
}

}  // namespace

SendWorker::SendWorker(Downloads& downloads, const WorkerTimes& times, DisplayFinder& finder)
    : downloads_(downloads), times_(times), finder_(finder), tone_(make_tone_curve(1, 1)) {
  thread_ = std::thread([this] { run(); });
}

SendWorker::~SendWorker() {
  {
    std::unique_lock lock(mutex_);
    shared_.stopping = true;
    wake_.notify_all();
    lock.unlock();
    {
      const std::scoped_lock http_lock(http_mutex_);
      if (http_) http_->cancel();
    }
    lock.lock();
    done_.wait_for(lock, kLeavePatience, [&] { return shared_.finished; });
    if (!shared_.finished) stream_.abandon();
  }
  thread_.join();
  if (shared_.waiting) downloads_.clear(shared_.waiting->place);
}

// --- the cook thread ---

Handover SendWorker::begin_cook(const Settings& settings, bool wired, Clock::time_point now,
                                Report& report) {
  Handover handover;
  bool wake = false;
  {
    const std::scoped_lock lock(mutex_);
    shared_.cooked = now;
    shared_.wired = wired;
    if (!wired) shared_.unusable = false;
    if (!(settings == shared_.settings)) {
      shared_.settings = settings;
      shared_.settings_new = wake = true;
      shared_.again = true;
    }
    handover.again = shared_.again;
    shared_.again = false;
    while (handover.place == shared_.reading ||
           (shared_.waiting && handover.place == shared_.waiting->place)) {
      ++handover.place;
    }
    report = shared_.report;
  }
  touches_.show(report);
  if (wake) wake_.notify_one();
  return handover;
}

void SendWorker::hand_over(std::size_t place, Clock::time_point captured, bool upload) {
  std::optional<Waiting> older;
  {
    const std::scoped_lock lock(mutex_);
    older = shared_.waiting;
    // An upload that was asked for is not lost to a newer picture: it takes that.
    shared_.waiting = Waiting{place, captured, upload || (older && older->upload)};
    shared_.unusable = false;
    ++shared_.frames_in;
    if (older) ++shared_.replaced;
  }
  if (older) downloads_.clear(older->place);
  wake_.notify_one();
}

void SendWorker::no_picture() {
  const std::scoped_lock lock(mutex_);
  shared_.unusable = true;
}

void SendWorker::identify() {
  const std::scoped_lock lock(mutex_);
  shared_.identify = true;
  wake_.notify_one();
}

void SendWorker::retry_upload() {
  const std::scoped_lock lock(mutex_);
  shared_.retry = true;
  wake_.notify_one();
}

// --- the thread ---

void SendWorker::run() {
  second_began_ = Clock::now();
  std::unique_lock lock(mutex_);
  while (!shared_.stopping) {
    wake_.wait_for(lock, patience(), [this] {
      return shared_.stopping || shared_.settings_new || shared_.waiting || shared_.identify ||
             shared_.retry;
    });
    if (shared_.stopping) break;
    take(lock);
  }
  lock.unlock();
  stream_.close();
  {
    const std::scoped_lock http_lock(http_mutex_);
    http_.reset();
  }
  lock.lock();
  shared_.finished = true;
  done_.notify_all();
}

SendWorker::Clock::duration SendWorker::patience() const {
  const bool draws = settings_.active && settings_.test_pattern && !stalled_;
  if (!draws) return stream_.open() || settings_.active ? kTick : 10 * kTick;
  return std::clamp<Clock::duration>(draw_at_ - Clock::now(), 1ms, kTick);
}

// Takes over what the cook has left, works without the lock, and leaves the report.
void SendWorker::take(std::unique_lock<std::mutex>& lock) {
  now_ = Clock::now();
  const bool settings_new = std::exchange(shared_.settings_new, false);
  if (settings_new) {
    lost_ = was_open_ = false;
    settings_ = shared_.settings;
  }
  wired_ = shared_.wired;
  unusable_ = shared_.unusable;
  cooked_ = shared_.cooked;
  const auto picture = std::exchange(shared_.waiting, std::nullopt);
  if (picture) shared_.reading = picture->place;
  if (std::exchange(shared_.identify, false)) {
    identify_until_ = now_ + times_.identify;
    named_ = false;
  }
  const bool retry = std::exchange(shared_.retry, false);
  report_.frames_in = shared_.frames_in;
  lock.unlock();
  if (settings_new) tone_ = make_tone_curve(settings_.gamma, settings_.brightness);
  if (retry && !http().retry()) report_.log(wall_time().view(), "Nothing was uploaded yet.");
  work(picture);
  lock.lock();
  shared_.reading = Downloads::kPlaces;
  shared_.report = report_;
}

void SendWorker::work(const std::optional<Waiting>& picture) {
  watch_cooks(now_);
  find_target();
  keep_stream(now_);
  if (picture) {
    PixelView view;
    const bool wanted = picture->upload || !settings_.test_pattern;
    if (downloads_.read(picture->place, view) && wanted) {
      deliver(view, picture->captured, picture->upload);
    }
    downloads_.clear(picture->place);
  }
  draw(now_);
  stream_.tick(now_);
  write_report(now_);
}

// Bypass, a stopped timeline, a project that loads: nobody tells, the cooks just stay away.
void SendWorker::watch_cooks(Clock::time_point now) {
  const bool stalled = settings_.active && now - cooked_ >= times_.stalled_after;
  if (stalled != stalled_) stream_.set_stalled(stalled);
  stalled_ = stalled;
  const bool given_up = stalled && !settings_.hold && now - cooked_ >= times_.given_up_after;
  if (given_up_ && !given_up) {
    const std::scoped_lock lock(mutex_);
    shared_.again = true;
  }
  given_up_ = given_up;
}

// Where to: the display that was picked, else the address.
void SendWorker::find_target() {
  not_found_ = false;
  if (!settings_.display.empty()) {
    if (const auto address = finder_.address_of(settings_.display.view())) {
      target_ = *address;
    } else {
      finder_.look();
      not_found_ = true;
      target_.clear();
    }
    return;
  }
  target_ = with_port(settings_.address.view(), settings_.port);
}

void SendWorker::keep_stream(Clock::time_point now) {
  const bool live = settings_.active && settings_.mode == Mode::kStream && !given_up_;
  if (!(live || identifying()) || target_.empty()) return stream_.close();
  if (!settings_.reconnect && lost_) return;
  const bool same =
      stream_.open() && stream_.address() == target_ && same_stream(stream_.settings(), settings_);
  if (same) {
    changed_at_.reset();
    return;
  }
  // A slider that is being turned: not a new stream for each step.
  if (stream_.open()) {
    if (!changed_at_) changed_at_ = now;
    if (now - *changed_at_ < times_.settle) return;
  }
  changed_at_.reset();
  stream_.begin(target_, settings_, [this](const PanelTouch& touch) { touches_.add(touch); });
  named_ = false;
  const std::scoped_lock lock(mutex_);
  shared_.again = true;
}

HttpSender& SendWorker::http() {
  const std::scoped_lock lock(http_mutex_);
  if (!http_) http_ = std::make_unique<HttpSender>();
  return *http_;
}

void SendWorker::deliver(const PixelView& view, Clock::time_point captured, bool upload) {
  const bool http_mode = settings_.active && !given_up_ && settings_.mode != Mode::kStream;
  const bool keep = upload || (http_mode && settings_.mode == Mode::kUpload);
  if (keep || http_mode) {
    if (target_.empty()) return;
    HttpJob job{.address = target_,
                .token = std::string(settings_.token.view()),
                .ca_file = std::string(settings_.ca_file.view()),
                .file_name = std::string(settings_.file_name.view()),
                .keep = keep,
                .png = settings_.format == Format::kPng || settings_.format == Format::kPixelArt ||
                       (keep && settings_.format == Format::kAuto),
                .quality = settings_.quality,
                .fit = settings_.fit,
                .again = settings_.reconnect};
    if (!http().send(job, view, tone_)) ++replaced_;
    if (http_mode) return;
  }
  const bool live = settings_.active && settings_.mode == Mode::kStream;
  if (identifying() || !live || !stream_.open()) return;
  PixelView toned = view;
  if (!tone_.identity && !with_tone(view, tone_, toned_, toned)) return;
  stream_.submit(toned, captured);
}

// The name, and the test pattern: pictures of our own.
void SendWorker::draw(Clock::time_point now) {
  const bool tests = settings_.active && settings_.test_pattern && !stalled_ && now >= draw_at_;
  if (!identifying() && !identified_ && !tests) return;
  const StreamStatus status = stream_.status();
  const Size panel =
      status.panel_width != 0 ? Size{status.panel_width, status.panel_height} : Size{720, 720};
  if (identifying()) {
    identified_ = true;
    // Again when its name is known.
    if (named_ || !stream_.open()) return;
    const std::string name = status.display_name.empty() ? target_ : status.display_name;
    stream_.submit(draw_identity(name, target_, panel, drawn_), now);
    named_ = !status.display_name.empty();
    return;
  }
  if (std::exchange(identified_, false)) {
    const std::scoped_lock lock(mutex_);
    shared_.again = true;
  }
  if (!tests) return;
  const double most = settings_.mode == Mode::kUpload ? 0.5 : kDrawnFps;
  const auto interval = std::chrono::duration_cast<Clock::duration>(
      std::chrono::duration<double>(1 / std::min(settings_.max_fps, most)));
  draw_at_ = std::max(draw_at_ + interval, now);
  if (began_ == Clock::time_point{}) began_ = now;
  drawn_.resize(panel.pixels() * 4);
  sender::draw_pattern(sender::Pattern::kBars, panel,
                       std::chrono::duration_cast<Micros>(now - began_), drawn_);
  deliver({.pixels = drawn_.data(), .width = panel.width, .height = panel.height}, now, false);
}

}  // namespace p3a::td
