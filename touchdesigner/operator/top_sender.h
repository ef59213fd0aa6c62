// The P3A Out operator without TouchDesigner: what a cook hands over, and what it may show.
//
// cook(), the pulses and report(): the cook thread. A cook reads the parameters, copies the last
// report, starts the download of a picture that is new, and leaves it to a thread of its own, which
// waits for the GPU, sends, reconnects and counts (send_worker.h); it never waits for that thread's
// network, and takes no memory once the parameters stand still. The destructor joins within 200 ms,
// whatever the network does.
#pragma once

#include <memory>
#include <string_view>

#include "touchdesigner/operator/report.h"
#include "touchdesigner/operator/send_worker.h"

namespace p3a::td {

struct CookInput {
  bool wired = false;      ///< there is an input
  std::int64_t cooks = 0;  ///< how often the input has cooked: the same number, the same picture
};

class TopSender {
 public:
  /// `downloads` outlives it. Throws what a thread that cannot be started throws.
  explicit TopSender(Downloads& downloads, const WorkerTimes& times = {},
                     DisplayFinder& finder = DisplayFinder::shared());

  void cook(const ParameterReader& parameters, const CookInput& input);
  /// A pulse parameter by its name; others are ignored.
  void pulse(std::string_view name);
  /// As of the last cook.
  const Report& report() const { return report_; }

  /// Calls add(name, label) for each display that was found; the first entry is none of them.
  template <class Add>
  void menu(Add add) {
    finder_.look();
    add("", "(use Address)");
    for (const FoundDisplay& display : finder_.displays()) {
      add(display.name.c_str(), (display.name + " (" + display.address + ")").c_str());
    }
  }

 private:
  bool due(std::chrono::steady_clock::time_point now);

  DisplayFinder& finder_;
  Downloads& downloads_;
  Settings settings_;
  Report report_;
  std::int64_t last_cooks_ = -1;
  bool upload_wanted_ = false;
  std::chrono::steady_clock::time_point next_due_{};
  SendWorker worker_;
};

}  // namespace p3a::td
