// Which displays there are on the network: looked for beside everything else, one list for all
// operators of the process.
//
// look() never waits; the search runs on a thread that nobody has to join, and keeps only what it
// needs itself. Any thread.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "include/p3a/p3a.hpp"

namespace p3a::td {

class DisplayFinder {
 public:
  /// The process' own; never destroyed, since a search may outlast everything else.
  static DisplayFinder& shared();

  using Search = std::function<Discovery()>;
  /// `rest`: between two searches.
  explicit DisplayFinder(Search search, std::chrono::milliseconds rest = std::chrono::seconds(5));

  /// Begins a search unless one is under way or has just ended.
  void look();
  std::vector<FoundDisplay> displays() const;
  /// Where the display of that name was seen last.
  std::optional<std::string> address_of(std::string_view name) const;
  std::string error() const;  ///< why nobody could be asked; empty: nothing is wrong

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace p3a::td
