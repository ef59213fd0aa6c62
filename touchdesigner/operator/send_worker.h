// The operator's own thread: takes the newest picture from the cook, waits for the GPU, and gets it
// to the display by stream or HTTP; notices when nobody cooks any more; writes the report.
//
// begin_cook(), hand_over(), no_picture() and the pulses: the cook thread; they take a lock that is
// held for copies only. Everything else is the thread's. The destructor joins within 200 ms.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "touchdesigner/operator/display_finder.h"
#include "touchdesigner/operator/http_sender.h"
#include "touchdesigner/operator/live_stream.h"
#include "touchdesigner/operator/report.h"
#include "touchdesigner/operator/settings.h"
#include "touchdesigner/operator/touches.h"

namespace p3a::td {

struct WorkerTimes {
  std::chrono::milliseconds stalled_after{1000};   ///< without a cook
  std::chrono::milliseconds given_up_after{5000};  ///< without a cook, Hold Last Frame off
  std::chrono::milliseconds identify{3000};
  std::chrono::milliseconds settle{150};  ///< a parameter that is being turned is waited for
};

/// What a cook may do.
struct Handover {
  std::size_t place = 0;  ///< of Downloads, where nothing is
  bool again = false;     ///< the picture is wanted although it is the same as before
};

class SendWorker {
 public:
  SendWorker(Downloads& downloads, const WorkerTimes& times, DisplayFinder& finder);
  ~SendWorker();

  Handover begin_cook(const Settings& settings, bool wired,
                      std::chrono::steady_clock::time_point now, Report& report);
  /// The download in that place was started; the one that still waited is replaced.
  void hand_over(std::size_t place, std::chrono::steady_clock::time_point captured, bool upload);
  /// The input has none that could be shown.
  void no_picture();
  void identify();
  void retry_upload();

 private:
  using Clock = std::chrono::steady_clock;
  struct Waiting {
    std::size_t place = 0;
    Clock::time_point captured{};
    bool upload = false;
  };
  // What the two threads share, under mutex_.
  struct Shared {
    bool stopping = false;
    bool finished = false;
    Settings settings;
    bool settings_new = false;
    bool wired = false;
    bool unusable = false;  // the input
    bool identify = false;
    bool retry = false;
    bool again = true;
    Clock::time_point cooked{};
    std::optional<Waiting> waiting;
    std::size_t reading = Downloads::kPlaces;  // none
    std::uint64_t frames_in = 0;
    std::uint64_t replaced = 0;
    Report report;
  };

  void run();
  void take(std::unique_lock<std::mutex>& lock);
  void work(const std::optional<Waiting>& picture);
  void find_target();
  void keep_stream(Clock::time_point now);
  void deliver(const PixelView& view, Clock::time_point captured, bool upload);
  void draw(Clock::time_point now);
  void watch_cooks(Clock::time_point now);
  void write_report(Clock::time_point now);
  using Say = std::function<void(State, Trouble, std::string_view)>;
  void judge(Report& report, const StreamStatus& stream, const HttpReport& http);
  void judge_stream(const StreamStatus& stream, const Say& say);
  void judge_http(const HttpReport& http, const Say& say) const;
  HttpSender& http();
  Clock::duration patience() const;
  bool identifying() const { return now_ < identify_until_; }

  Downloads& downloads_;
  const WorkerTimes times_;
  DisplayFinder& finder_;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable done_;
  Shared shared_;
  Touches touches_;

  // The thread's; streams_ and http_ may also be given up from outside.
  Clock::time_point now_{};
  Settings settings_;
  bool wired_ = false;
  bool unusable_ = false;
  Clock::time_point cooked_{};
  std::string target_;  // "" while there is none
  bool not_found_ = false;
  LiveStream stream_;
  std::mutex http_mutex_;
  std::unique_ptr<HttpSender> http_;
  bool http_was_busy_ = false;
  std::uint64_t replaced_ = 0;  // came while HTTP was busy
  std::uint64_t replaced_told_ = 0;
  std::optional<Clock::time_point> changed_at_;  // the settings, away from the stream's
  bool was_open_ = false;
  bool lost_ = false;  // and Auto Reconnect is off
  ToneCurve tone_;
  std::vector<std::uint8_t> toned_;
  std::vector<std::uint8_t> drawn_;
  Clock::time_point draw_at_{};
  Clock::time_point began_{};
  Clock::time_point identify_until_{};
  bool named_ = false;       // the display's own name was drawn
  bool identified_ = false;  // in the last step
  bool stalled_ = false;
  bool given_up_ = false;
  Report report_;
  Clock::time_point report_at_{};
  Clock::time_point second_began_{};
  std::uint64_t sent_before_ = 0;
  std::uint64_t shown_before_ = 0;
  std::uint64_t bytes_before_ = 0;

  std::thread thread_;
};

}  // namespace p3a::td
