// What the peers of live_bench share: the job, the time of every frame, two processes, the line of
// JSON.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bench/live_content.h"

namespace live_bench {

struct Job {
  std::string content;
  int side;
  int quality;
  double fps;  ///< 0: as fast as it goes
  int count;
};

/// Ends the program with what went wrong.
void check(bool good, const char* what);
/// Of this process and its children that have ended.
double own_cpu_seconds();
void print_result(const Job& job, std::vector<double>& latencies_us, double seconds,
                  double cpu_seconds, double bytes_per_frame, int shown,
                  std::int64_t encode_p50_us = 0);

/// When each frame was submitted and shown; in memory that both ends of a pair of processes see.
class Ledger {
 public:
  explicit Ledger(const Job& job);
  const Frame& frame(int index) const { return loop_[static_cast<std::size_t>(index % kLoop)]; }
  /// Waits for the frame's time and takes it down.
  const Frame& next(int index);
  void shown(int index);
  void add_bytes(std::size_t count);
  /// Since the first frame was submitted.
  double seconds() const;
  /// Once all frames are shown.
  void print(double cpu_seconds) const;

 private:
  struct Times;
  const Job job_;
  const std::vector<Frame> loop_;
  Times* times_;
};

/// Runs `receive` in a process of its own and `send` in this one, and prints what came out.
void run_in_two(const Job& job, const std::function<void(Ledger&)>& receive,
                const std::function<void(Ledger&)>& send);

void run_gstreamer(const Job& job);

}  // namespace live_bench
