// The bytes that are piped in. While there are none, `tick` is asked ten times a second whether to
// go on waiting.
#pragma once

#include <functional>

#include "sender/video/video_input.h"

namespace p3a::sender {

class StdinInput final : public VideoInput {
 public:
  explicit StdinInput(std::function<bool()> tick) : tick_(std::move(tick)) {}
  std::size_t read(ByteSpan out) override;

 private:
  // Through a buffer, because lines are read letter by letter; large reads go around it.
  std::function<bool()> tick_;
  std::uint8_t buffer_[1 << 12];
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace p3a::sender
