#include "sender/mailbox.h"

#include <cstring>
#include <utility>

namespace p3a::sender {

void Mailbox::put(const CheckedView& view, Instant captured, bool flip_y) {
  Submission& slot = slots_[filling_];
  const std::size_t row_bytes = view.row_bytes();
  const std::uint8_t* from = view.top;
  std::ptrdiff_t step = view.step;
  if (flip_y) {
    from += step * static_cast<std::ptrdiff_t>(view.size.height - 1);
    step = -step;
  }
  slot.bytes.resize(row_bytes * view.size.height);
  std::uint8_t* to = slot.bytes.data();
  if (step == static_cast<std::ptrdiff_t>(row_bytes)) {
    std::memcpy(to, from, slot.bytes.size());
  } else {
    for (std::uint32_t y = 0; y < view.size.height; ++y, to += row_bytes) {
      std::memcpy(to, from + step * static_cast<std::ptrdiff_t>(y), row_bytes);
    }
  }
  slot.size = view.size;
  slot.format = view.format;
  slot.captured = captured;
  slot.number = submitted_.load(std::memory_order_relaxed) + 1;

  const std::uint32_t before = waiting_.exchange(filling_ | kFresh, std::memory_order_acq_rel);
  if (before & kFresh) replaced_.fetch_add(1, std::memory_order_relaxed);
  filling_ = before & ~kFresh;
  submitted_.fetch_add(1, std::memory_order_release);
}

bool Mailbox::take() {
  if (!has_fresh()) return false;
  const std::uint32_t fresh = waiting_.exchange(previous_, std::memory_order_acq_rel) & ~kFresh;
  previous_ = std::exchange(current_, fresh);
  return true;
}

bool same_picture(const Submission& a, const Submission& b) {
  return a.size == b.size && a.format == b.format && a.bytes.size() == b.bytes.size() &&
         std::memcmp(a.bytes.data(), b.bytes.data(), a.bytes.size()) == 0;
}

}  // namespace p3a::sender
