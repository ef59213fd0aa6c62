#include "ports/linux/sandbox/protocol.h"

#include <algorithm>

namespace p3a {
namespace {

// APNG's longest, 65535 s, with room.
constexpr std::int64_t kMaxDelayUs = std::int64_t{24} * 3600 * 1'000'000;

bool for_pictures(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInternal:
    case ErrorCode::kEmptyBody:
    case ErrorCode::kUnknownFormat:
    case ErrorCode::kUnsupportedFeature:
    case ErrorCode::kDimensionsTooLarge:
    case ErrorCode::kDecodeFailed:
    case ErrorCode::kDecodeLimit:
      return true;
    default:
      return false;
  }
}

bool printable(char c) { return c >= ' ' && c <= '~'; }

}  // namespace

RawAnswer raw_answer(const Answer& answer) {
  RawAnswer raw;
  raw.animated = answer.animated ? 1 : 0;
  if (answer.frame) {
    raw.last = answer.frame->last ? 1 : 0;
    raw.delay_us = answer.frame->delay.count();
    return raw;
  }
  raw.failed = 1;
  raw.code = static_cast<std::uint8_t>(answer.frame.error().code);
  const std::string_view text = answer.frame.error().message.view();
  raw.message_bytes = static_cast<std::uint8_t>(text.size());
  std::ranges::copy(text, raw.message.begin());
  return raw;
}

std::optional<Answer> parse_answer(const RawAnswer& raw) {
  if (raw.failed > 1 || raw.last > 1 || raw.animated > 1) return std::nullopt;
  const bool animated = raw.animated == 1;
  if (raw.failed == 0) {
    if (raw.delay_us < 0 || raw.delay_us > kMaxDelayUs) return std::nullopt;
    return Answer{DecodedFrame{.delay = Micros(raw.delay_us), .last = raw.last == 1}, animated};
  }
  const auto code = static_cast<ErrorCode>(raw.code);
  if (!for_pictures(code) || raw.message_bytes == 0 || raw.message_bytes > raw.message.size())
    return std::nullopt;
  const std::string_view text(raw.message.data(), raw.message_bytes);
  if (!std::ranges::all_of(text, printable)) return std::nullopt;
  return Answer{fail(code, text), animated};
}

}  // namespace p3a
