// p3a-send stream: a pattern, piped video or picture files onto one or many displays.
#include <algorithm>
#include <thread>

#include "ports/client/send/commands.h"
#include "ports/client/send/frame_source.h"
#include "ports/client/send/interrupt.h"
#include "ports/client/send/stdin_input.h"
#include "ports/client/send/stream_summary.h"

namespace p3a::sender {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kLineInterval = 250ms;
constexpr auto kLastPicturePatience = 1000ms;

StreamOptions stream_options(const SendOptions& options, double fps) {
  StreamOptions stream;
  stream.name = "p3a-send";
  stream.token = options.token;
  stream.ca_file = options.ca_file;
  stream.device = options.device;
  stream.encoding = options.encoding;
  stream.max_error = options.max_error;
  stream.fit = options.fit;
  stream.max_quality = options.quality;
  stream.min_quality = std::min(stream.min_quality, options.quality);
  stream.max_fps = fps;
  if (fps > 0) stream.min_fps = std::min(stream.min_fps, fps);
  return stream;
}

class Streaming {
 public:
  Streaming(const SendOptions& options, Console& console)
      : options_(options), console_(console), input_([this] { return go_on(); }) {}

  int run() {
    auto source = open_frame_source(options_.source, input_,
                                    [this](const std::string& news) { console_.say(news); });
    if (!source) return give_up(source.error());
    open_streams((*source)->fps());
    const Status sent = send_all(**source);
    for (Stream& stream : streams_) {
      if (stream.status().state == StreamState::kOpen) stream.wait_shown(kLastPicturePatience);
    }
    report();
    // What was cut off because the time was up is no damage.
    if (!sent && !over()) return give_up(sent.error());
    return reached_all() ? kExitDone : kExitFailed;
  }

 private:
  int give_up(const Error& error) {
    if (over() && error.code != ErrorCode::kUnsupportedFeature) return kExitDone;
    console_.say("p3a-send: " + std::string(error.message.view()));
    return kExitFailed;
  }

  void open_streams(double fps) {
    for (const std::string& to : options_.to) {
      streams_.push_back(Stream::open(to, stream_options(options_, fps)));
    }
    told_.resize(streams_.size());
  }

  // Pictures go out at the source's rate. One that comes late is sent at once, and the rhythm
  // begins anew with it: nothing is made up for.
  Status send_all(FrameSource& source) {
    for (auto due = Clock::now(); wait_until(due);
         due = std::max<Clock::time_point>(due + source.hold(), Clock::now())) {
      const auto picture = source.next(std::chrono::duration_cast<Micros>(Clock::now() - started_));
      if (!picture) return std::unexpected(picture.error());
      if (picture->pixels == nullptr) return {};
      const auto captured = Clock::now();
      for (Stream& stream : streams_) stream.submit(*picture, captured);
      ++submitted_;
    }
    return {};
  }

  bool wait_until(Clock::time_point due) {
    while (go_on()) {
      const auto now = Clock::now();
      if (now >= due) return true;
      std::this_thread::sleep_for(std::min<Clock::duration>(due - now, 100ms));
    }
    return false;
  }

  bool over() const {
    const std::chrono::duration<double> elapsed = Clock::now() - started_;
    return interrupted() || (options_.duration_s > 0 && elapsed.count() >= options_.duration_s);
  }

  // Whether to continue; keeps people informed meanwhile.
  bool go_on() {
    if (over()) return false;
    const auto now = Clock::now();
    if (now < next_line_ || streams_.empty()) return true;
    next_line_ = now + kLineInterval;
    const std::vector<StreamStatus> statuses = look();
    tell_changes(statuses);
    console_.show_live(live_words(statuses));
    // When no display can be streamed to at all, waiting does not help.
    return !std::ranges::all_of(
        statuses, [](const auto& status) { return status.state == StreamState::kFailed; });
  }

  std::vector<StreamStatus> look() const {
    std::vector<StreamStatus> statuses;
    for (const Stream& stream : streams_) statuses.push_back(stream.status());
    return statuses;
  }

  void tell_changes(const std::vector<StreamStatus>& statuses) {
    for (std::size_t i = 0; i < statuses.size(); ++i) {
      const StreamStatus& status = statuses[i];
      std::string news = status.error;
      if (news.empty() && status.state == StreamState::kOpen) {
        news = "streaming to " + status.display_name + ", " + std::to_string(status.panel_width) +
               "x" + std::to_string(status.panel_height);
        if (status.panel_width == 0) continue;  // it has not said hello yet
      }
      if (news.empty() || news == told_[i]) continue;
      console_.say(options_.to[i] + ": " + news);
      told_[i] = news;
    }
  }

  void report() {
    const std::chrono::duration<double> elapsed = Clock::now() - started_;
    const std::vector<StreamStatus> statuses = look();
    tell_changes(statuses);
    console_.say(summary_words(summarise(statuses, submitted_, elapsed.count())));
    if (options_.json) {
      console_.print(summary_json(options_.to, statuses, submitted_, elapsed.count()));
    }
  }

  bool reached_all() const {
    return std::ranges::all_of(look(), [](const auto& status) {
      return status.sent > 0 && status.state != StreamState::kFailed;
    });
  }

  const SendOptions& options_;
  Console& console_;
  const Clock::time_point started_ = Clock::now();
  StdinInput input_;
  std::vector<Stream> streams_;
  std::vector<std::string> told_;  // the last words about each
  std::uint64_t submitted_ = 0;
  Clock::time_point next_line_{};
};

}  // namespace

int run_stream(const SendOptions& options, Console& console) {
  return Streaming(options, console).run();
}

}  // namespace p3a::sender
