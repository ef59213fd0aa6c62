// Video bytes from memory, for the tests: a few at a time, as a pipe gives them.
#pragma once

#include <algorithm>

#include "sender/video/video_input.h"

namespace p3a::sender {

class MemoryInput final : public VideoInput {
 public:
  MemoryInput(ByteView bytes, std::size_t piece) : rest_(bytes), piece_(piece) {}
  std::size_t read(ByteSpan out) override {
    const std::size_t count = std::min({out.size(), rest_.size(), piece_});
    std::copy_n(rest_.begin(), count, out.begin());
    rest_ = rest_.subspan(count);
    return count;
  }

 private:
  ByteView rest_;
  std::size_t piece_;
};

}  // namespace p3a::sender
