#include "sender/mailbox.h"

#include <cstring>
#include <utility>

namespace p3a::sender {

namespace {

void copy(const CheckedView& view, std::vector<std::uint8_t>& bytes) {
  const std::size_t row_bytes = view.row_bytes();
  bytes.resize(row_bytes * view.size.height);
  std::uint8_t* to = bytes.data();
  if (view.step == static_cast<std::ptrdiff_t>(row_bytes)) {
    std::memcpy(to, view.top, bytes.size());
    return;
  }
  for (std::uint32_t y = 0; y < view.size.height; ++y, to += row_bytes) {
    std::memcpy(to, view.top + view.step * static_cast<std::ptrdiff_t>(y), row_bytes);
  }
}

}  // namespace

void Mailbox::put(const CheckedView& given, Instant captured, bool flip_y,
                  std::shared_ptr<const void> keeper) {
  CheckedView view = given;
  if (flip_y) {
    view.top += view.step * static_cast<std::ptrdiff_t>(view.size.height - 1);
    view.step = -view.step;
  }
  Submission& slot = slots_[filling_];
  if (keeper && view.step > 0) {
    slot.keeper = std::move(keeper);
    slot.kept = view.top;
    slot.kept_stride = static_cast<std::size_t>(view.step);
  } else {
    copy(view, slot.bytes);
  }
  slot.size = view.size;
  slot.format = view.format;
  slot.captured = captured;
  slot.number = submitted_.load(std::memory_order_relaxed) + 1;

  const std::uint32_t before = waiting_.exchange(filling_ | kFresh, std::memory_order_acq_rel);
  if (before & kFresh) replaced_.fetch_add(1, std::memory_order_relaxed);
  filling_ = before & ~kFresh;
  slots_[filling_].keeper.reset();
  submitted_.fetch_add(1, std::memory_order_release);
}

bool Mailbox::take() {
  if (!has_fresh()) return false;
  const std::uint32_t fresh = waiting_.exchange(previous_, std::memory_order_acq_rel) & ~kFresh;
  previous_ = std::exchange(current_, fresh);
  return true;
}

bool same_picture(const Submission& a, const Submission& b) {
  if (b.number == 0 || a.size != b.size || a.format != b.format) return false;
  const Pixels mine = a.pixels();
  const Pixels other = b.pixels();
  const std::size_t row_bytes = a.size.width * bytes_per_pixel(a.format);
  for (std::uint32_t y = 0; y < a.size.height; ++y) {
    if (std::memcmp(mine.row(y), other.row(y), row_bytes) != 0) return false;
  }
  return true;
}

}  // namespace p3a::sender
