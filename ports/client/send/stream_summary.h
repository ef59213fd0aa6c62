// What became of a stream's pictures, over all its displays. Pure.
#pragma once

#include <string>
#include <vector>

#include "include/p3a/p3a.hpp"

namespace p3a::sender {

/// Counters are sums; fps is the slowest display's, latencies are the slowest display's.
struct StreamSummary {
  std::uint64_t frames_submitted = 0;
  std::uint64_t sent = 0;
  std::uint64_t shown = 0;
  std::uint64_t dropped = 0;    ///< by a display
  std::uint64_t replaced = 0;   ///< a newer one came before it could go out
  std::uint64_t unchanged = 0;  ///< not sent
  std::uint64_t lost = 0;
  std::uint64_t failed = 0;
  double fps = 0;  ///< shown; of displays that do not say so: sent
  std::int64_t latency_p50_us = 0;
  std::int64_t latency_p99_us = 0;
  std::uint64_t bytes = 0;
  std::uint64_t reconnects = 0;
};

StreamSummary summarise(const std::vector<StreamStatus>& displays, std::uint64_t submitted,
                        double seconds);

/// One JSON object; `to` names the displays of `displays`, one each.
std::string summary_json(const std::vector<std::string>& to,
                         const std::vector<StreamStatus>& displays, std::uint64_t submitted,
                         double seconds);
std::string summary_words(const StreamSummary& summary);

/// "59.9 fps  48.1 kB/frame  latency 9.1/14.0 ms  0 dropped": rates of the last second.
std::string live_words(const std::vector<StreamStatus>& displays);

}  // namespace p3a::sender
