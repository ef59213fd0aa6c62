#include "device/live/stream_entry.h"

#include <algorithm>

namespace p3a {

void Peers::came(std::string_view name, Instant now) {
  auto found = std::ranges::find(peers_, name, &Peer::name);
  if (found == peers_.end()) {
    if (peers_.size() == kKept) peers_.erase(std::ranges::min_element(peers_, {}, &Peer::seen));
    found = peers_.insert(peers_.end(), Peer{std::string(name), 0, now});
  }
  ++found->connections;
  found->seen = now;
}

void Peers::renamed(std::string_view from, std::string_view to, Instant now) {
  const auto old = std::ranges::find(peers_, from, &Peer::name);
  if (old != peers_.end() && --old->connections == 0) peers_.erase(old);
  came(to, now);
}

std::uint64_t Peers::reconnects(std::string_view name) const {
  const auto found = std::ranges::find(peers_, name, &Peer::name);
  return found == peers_.end() ? 0 : found->connections - 1;
}

}  // namespace p3a
