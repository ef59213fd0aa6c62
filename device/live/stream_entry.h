// What the display knows of one stream connection. The caller locks.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "device/live/stream_hub.h"
#include "device/live/stream_stats.h"

namespace p3a {

/// At most ten a second (docs/PROTOCOL.md, section 5).
class ErrorBudget {
 public:
  static constexpr int kPerSecond = 10;
  bool spend(Instant now) {
    if (now - began_ >= 1s) {
      began_ = now;
      spent_ = 0;
    }
    return ++spent_ <= kPerSecond;
  }

 private:
  Instant began_{};
  int spent_ = 0;
};

struct StreamEntry {
  StreamId id = 0;
  std::string address;
  std::string peer;  ///< what reconnects are counted by: the name from its hello, else the host
  std::optional<std::string> name;
  std::shared_ptr<StreamOutbox> outbox;
  Instant connected;
  bool acks = false;
  bool stats = false;
  bool touch = false;
  bool stalled = false;  ///< its program makes no pictures at the moment, as it says
  bool has_owned = false;
  std::uint64_t binary_messages = 0;
  std::optional<std::uint32_t> buffer;  ///< where its next binary message is received
  StreamStats counted;
  Instant next_stats;
  ErrorBudget errors;

  std::string_view shown_name() const { return name ? *name : address; }
};

/// How often which client came back. Bounded: the one not seen for longest is forgotten.
class Peers {
 public:
  static constexpr std::size_t kKept = 32;
  void came(std::string_view peer, Instant now);
  /// The connection counted as `from` is one of `to`.
  void renamed(std::string_view from, std::string_view to, Instant now);
  std::uint64_t reconnects(std::string_view peer) const;

 private:
  struct Peer {
    std::string name;
    std::uint64_t connections = 0;
    Instant seen;
  };
  std::vector<Peer> peers_;
};

}  // namespace p3a
