#include "bench/live_peer.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

namespace live_bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kMaxFrames = 200000;

std::int64_t now_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now().time_since_epoch())
      .count();
}

double cpu_seconds_of(int who) {
  rusage usage{};
  ::getrusage(who, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

struct Ledger::Times {
  std::int64_t submitted_us[kMaxFrames];
  std::int64_t shown_us[kMaxFrames];
  std::size_t bytes;
};

void check(bool good, const char* what) {
  if (good) return;
  std::perror(what);
  std::exit(1);
}

double own_cpu_seconds() { return cpu_seconds_of(RUSAGE_SELF) + cpu_seconds_of(RUSAGE_CHILDREN); }

void print_result(const Job& job, std::vector<double>& latencies_us, double seconds,
                  double cpu_seconds, double bytes_per_frame, int shown,
                  std::int64_t encode_p50_us) {
  std::printf(
      "{\"content\": \"%s\", \"side\": %d, \"quality\": %d, \"fps_asked\": %g, \"count\": %d, "
      "\"shown\": %d, \"fps\": %.2f, \"cpu_ms_per_frame\": %.4f, \"bytes_per_frame\": %.0f, "
      "\"encode_p50_us\": %lld, \"latencies_us\": [",
      job.content.c_str(), job.side, job.quality, job.fps, job.count, shown, shown / seconds,
      cpu_seconds * 1e3 / job.count, bytes_per_frame, static_cast<long long>(encode_p50_us));
  for (std::size_t i = 0; i < latencies_us.size(); ++i) {
    std::printf("%s%.0f", i == 0 ? "" : ",", latencies_us[i]);
  }
  std::printf("]}\n");
}

Ledger::Ledger(const Job& job) : job_(job), loop_(make_loop(job.content, job.side)) {
  check(job.count <= kMaxFrames, "too many frames");
  void* memory =
      ::mmap(nullptr, sizeof(Times), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  check(memory != MAP_FAILED, "mmap");
  times_ = static_cast<Times*>(memory);
}

const Frame& Ledger::next(int index) {
  if (index > 0 && job_.fps > 0) {
    const auto due = static_cast<std::int64_t>(index * 1e6 / job_.fps) + times_->submitted_us[0];
    std::this_thread::sleep_until(Clock::time_point(std::chrono::microseconds(due)));
  }
  times_->submitted_us[index] = now_us();
  return frame(index);
}

void Ledger::shown(int index) { times_->shown_us[index] = now_us(); }

void Ledger::add_bytes(std::size_t count) { times_->bytes += count; }

double Ledger::seconds() const {
  return static_cast<double>(now_us() - times_->submitted_us[0]) / 1e6;
}

void Ledger::print(double cpu_seconds) const {
  std::vector<double> latencies;
  for (int i = 0; i < job_.count; ++i) {
    latencies.push_back(static_cast<double>(times_->shown_us[i] - times_->submitted_us[i]));
  }
  const auto span = times_->shown_us[job_.count - 1] - times_->submitted_us[0];
  print_result(job_, latencies, static_cast<double>(span) / 1e6, cpu_seconds,
               static_cast<double>(times_->bytes) / job_.count, job_.count);
}

void run_in_two(const Job& job, const std::function<void(Ledger&)>& receive,
                const std::function<void(Ledger&)>& send) {
  Ledger ledger(job);
  const double before = own_cpu_seconds();  // the pictures are made
  const pid_t child = ::fork();
  check(child >= 0, "fork");
  if (child == 0) {
    receive(ledger);
    std::_Exit(0);
  }
  send(ledger);
  int status = 0;
  check(::waitpid(child, &status, 0) == child && status == 0, "the receiving end");
  ledger.print(own_cpu_seconds() - before);
}

}  // namespace live_bench
