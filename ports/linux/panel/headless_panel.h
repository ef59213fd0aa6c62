// A panel that nobody looks at directly: GET /snapshot.png and the page show what would be on it.
#pragma once

#include <atomic>
#include <cstdint>

#include "device/ports.h"

namespace p3a {

class HeadlessPanel final : public Panel {
 public:
  Status present(const Canvas&) override {
    ++frames_;
    return {};
  }
  bool any_thread() const override { return true; }
  /// Frames shown so far. Any thread.
  std::uint64_t frames() const { return frames_; }

 private:
  std::atomic<std::uint64_t> frames_{0};
};

}  // namespace p3a
