#include "sender/stream_worker.h"

#include <algorithm>
#include <utility>

namespace p3a::sender {
namespace {

// A picture that has not changed for so long is sent again without loss, if it arrives within
// kExactTime: nothing that comes next waits longer for it.
constexpr Micros kRest = 400ms, kExactTime = 150ms;
constexpr std::size_t kExactBytes = 256U << 10;  // where it is not known how long it takes

}  // namespace

StreamWorker::StreamWorker(Transport& transport, Clock& clock, ImageEncoder& images,
                           StreamBoard& board, const StreamOptions& options,
                           std::vector<Destination> destinations, std::uint64_t seed)
    : transport_(transport),
      clock_(clock),
      board_(board),
      options_(options),
      session_(transport, clock, board, options, std::move(destinations), seed),
      encoder_(images, options) {}

Status StreamWorker::submit(const PixelView& view, Instant captured,
                            std::shared_ptr<const void> keeper) {
  const auto picture = check(view);
  if (!picture) return std::unexpected(picture.error());
  box_.put(*picture, captured, options_.flip_y, std::move(keeper));
  transport_.wake();
  return {};
}

void StreamWorker::run() {
  while (!stopping_.load(std::memory_order_acquire)) step();
  transport_.close(abandoned_.load() ? Micros{} : kFarewell);
}

void StreamWorker::stop() {
  stopping_.store(true, std::memory_order_release);
  transport_.wake();
}

void StreamWorker::set_stalled(bool stalled) {
  if (stalled_.exchange(stalled) != stalled) transport_.wake();
}

void StreamWorker::step() {
  session_.set_stalled(stalled_.load());
  session_.tick();
  if (session_.may_send() && clock_.now() >= session_.frame_due()) {
    send_newest();
    if (rests() && clock_.now() >= exact_at_ && session_.may_send()) send_exact();
  }
  transport_.poll(next_event(), session_);
}

// A picture that waits for its turn is sent when the turn comes; one that waits for the link, when
// the transport tells of an ack or of room.
Instant StreamWorker::next_event() const {
  const bool picture_waits = box_.has_fresh() || session_.wants_picture();
  Instant next = session_.next_event();
  if (rests()) next = std::min(next, exact_at_);
  if (!picture_waits || !session_.may_send()) return next;
  return box_.current().number == 0 && !box_.has_fresh() ? next
                                                         : std::min(next, session_.frame_due());
}

void StreamWorker::send_newest() {
  const bool fresh = box_.take();
  const Submission& picture = box_.current();
  if (fresh) board_.taken(picture.number);
  if (picture.number == 0 || (!fresh && !session_.wants_picture())) return;
  if (fresh && !session_.wants_picture() && same_picture(picture, box_.previous())) {
    return session_.cover(picture.number);
  }
  if (session_.wants_picture()) encoder_.request_key();
  const Instant begun = clock_.now();
  const auto frame = encoder_.encode(picture.pixels(), session_.quality(), session_.panel());
  if (!frame) return session_.give_up_picture(frame.error());
  const Micros took = clock_.now() - begun;
  board_.add_encode_time(took);
  session_.add_encode_time(took);
  if (const auto sent = session_.send(*frame, picture); !sent) {
    encoder_.request_key();
    return session_.give_up_picture(sent.error());
  }
  exact_at_ = frame->exact ? Instant::max() : begun + kRest;
}

// Whether the picture that was sent last is to be made good when its time has come: nothing newer
// is there, and nothing on its way.
bool StreamWorker::rests() const {
  return exact_at_ != Instant::max() && !box_.has_fresh() && session_.idle() &&
         !session_.wants_picture();
}

void StreamWorker::send_exact() {
  exact_at_ = Instant::max();
  const std::size_t within = session_.bytes_within(kExactTime);
  const Instant begun = clock_.now();
  const auto frame = encoder_.encode_exact(box_.current().pixels(), session_.panel(),
                                           within == 0 ? kExactBytes : within);
  session_.add_encode_time(clock_.now() - begun);
  if (!frame) return encoder_.request_key();  // it stays as it is
  if (!session_.send(*frame, box_.current(), true)) return encoder_.request_key();
  if (!frame->exact) exact_at_ = clock_.now();  // the next part of it
}

}  // namespace p3a::sender
