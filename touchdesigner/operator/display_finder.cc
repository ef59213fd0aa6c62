#include "touchdesigner/operator/display_finder.h"

#include <algorithm>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace p3a::td {

using Clock = std::chrono::steady_clock;

struct DisplayFinder::State {
  Search search;
  std::chrono::milliseconds rest{};
  std::mutex mutex;
  bool searching = false;
  std::optional<Clock::time_point> ended;
  std::vector<FoundDisplay> displays;
  std::string error;
};

DisplayFinder& DisplayFinder::shared() {
  static auto* const finder = new DisplayFinder([] { return discover(); });
  return *finder;
}

DisplayFinder::DisplayFinder(Search search, std::chrono::milliseconds rest)
    : state_(std::make_shared<State>()) {
  state_->rest = rest;
  state_->search = std::move(search);
}

void DisplayFinder::look() {
  {
    const std::scoped_lock lock(state_->mutex);
    if (state_->searching || (state_->ended && Clock::now() - *state_->ended < state_->rest))
      return;
    state_->searching = true;
  }
  const auto search = [state = state_] {
    Discovery found;
    try {
      found = state->search();
    } catch (...) {
      found.error = "Displays cannot be found by name: there is not enough memory.";
    }
    const std::scoped_lock lock(state->mutex);
    // A search that failed says nothing of the displays that were there before.
    if (found.error.empty()) state->displays = std::move(found.displays);
    state->error = std::move(found.error);
    state->searching = false;
    state->ended = Clock::now();
  };
  try {
    std::thread(search).detach();
  } catch (const std::system_error&) {
    const std::scoped_lock lock(state_->mutex);
    state_->searching = false;
  }
}

std::vector<FoundDisplay> DisplayFinder::displays() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->displays;
}

std::optional<std::string> DisplayFinder::address_of(std::string_view name) const {
  const std::scoped_lock lock(state_->mutex);
  const auto found = std::ranges::find(state_->displays, name, &FoundDisplay::name);
  if (found == state_->displays.end()) return std::nullopt;
  return found->address;
}

std::string DisplayFinder::error() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->error;
}

}  // namespace p3a::td
