// Any bytes as what a worker wrote. Whatever they are: parse_answer() takes them for nothing, or
// for an answer that a decoder gives, which comes out the same once more.
#include <algorithm>
#include <chrono>
#include <cstring>

#include "fuzz/require.h"
#include "ports/linux/sandbox/protocol.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace p3a;
  RawAnswer raw;
  if (size > 0) std::memcpy(&raw, data, std::min(size, sizeof raw));
  const auto answer = parse_answer(raw);
  if (!answer) return 0;
  const auto again = parse_answer(raw_answer(*answer));
  require(again && again->animated == answer->animated, "an answer is one again");
  require(again->frame.has_value() == answer->frame.has_value(), "good stays good");
  if (answer->frame) {
    require(answer->frame->delay >= 0us && answer->frame->delay <= std::chrono::hours(24),
            "a time that can be kept");
    require(
        again->frame->delay == answer->frame->delay && again->frame->last == answer->frame->last,
        "the same frame");
    return 0;
  }
  const std::string_view text = answer->frame.error().message.view();
  require(!text.empty() && text == again->frame.error().message.view(), "the same words");
  require(std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; }), "plain text");
  const int status = http_status(answer->frame.error().code);
  require(status == 400 || answer->frame.error().code == ErrorCode::kInternal,
          "a code for pictures");
  return 0;
}
