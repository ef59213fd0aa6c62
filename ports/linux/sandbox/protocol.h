// What the display and a worker tell each other: one question and one answer, in memory that both
// map. A packet of four bytes on the socket, the question's number, says that it is there.
//
// The worker believes the question. The display believes nothing: it copies the answer once and
// parses the copy. Pixels need no check, any bytes are some picture.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <type_traits>

#include "core/base/error.h"
#include "core/compose/canvas.h"
#include "core/image/image.h"
#include "device/ports.h"

namespace p3a {

struct Question {
  std::uint32_t number = 0;
  bool open = false;  ///< begin a new picture, whose file lies in the input; else its next frame
  std::uint64_t input_bytes = 0;
  ImageLimits limits;
  View view;
  Canvas canvas;  ///< in the frames that were shared before the fork: the address is the same
};

/// As it lies in memory, where the worker may have written anything.
struct RawAnswer {
  std::uint32_t walls = 0;  ///< that stand (Wall); there before the first answer
  std::uint8_t failed = 0;  ///< 0 or 1
  std::uint8_t code = 0;    ///< ErrorCode, when it failed
  std::uint8_t last = 0;    ///< 0 or 1
  std::uint8_t animated = 0;
  std::int64_t delay_us = 0;
  std::uint8_t message_bytes = 0;
  std::array<char, Message::kCapacity> message{};
};

struct WorkerBoard {
  Question question;
  RawAnswer answer;
};
static_assert(std::is_trivially_copyable_v<WorkerBoard>);

/// Where the file to decode begins, behind the board, and its most bytes.
inline constexpr std::size_t kInputOffset = 4096;
inline constexpr std::size_t kMaxInputBytes = std::size_t{64} << 20;
inline constexpr std::size_t kWorkerMemoryBytes = kInputOffset + kMaxInputBytes;
static_assert(sizeof(WorkerBoard) <= kInputOffset);

struct Answer {
  Result<DecodedFrame> frame;
  bool animated = false;
};

RawAnswer raw_answer(const Answer& answer);
/// Nothing when no decoder of ours can have written that: the worker is not ours any more.
std::optional<Answer> parse_answer(const RawAnswer& raw);

}  // namespace p3a
