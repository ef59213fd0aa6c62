// What displays answered, for people and for programs.
#pragma once

#include <string>
#include <vector>

#include "include/p3a/p3a.hpp"
#include "ports/client/send/console.h"

namespace p3a::sender {

struct Answer {
  std::string file{};  ///< empty: no file was sent
  std::string to{};
  Reply reply{};
};

/// The display's own sentence and code: "It is too large. (FILE_TOO_LARGE)".
std::string why_not(const Reply& reply);

/// {"ok":…,"results":[{"file":…,"to":…,"ok":…,"http_status":…,"answer":…}]}; ok: all are. What is
/// no JSON object has code and error instead of the answer.
std::string answers_json(const std::vector<Answer>& answers);

bool all_ok(const std::vector<Answer>& answers);

}  // namespace p3a::sender
