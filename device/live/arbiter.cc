#include "device/live/arbiter.h"

#include <algorithm>

namespace p3a {

void Arbiter::set_rules(const Rules& rules, Instant now) {
  rules_ = rules;
  settle(Reason::kPriority);
  advance(now);
}

bool Arbiter::frame(StreamId id, Instant now) {
  advance(now);
  Stream& stream = find(id);
  stream.last_heard = now;
  if (stream.released) return false;
  if (!stream.wants) {
    claim(stream);
    settle(Reason::kStarted);
  }
  return owner_.stream == id;
}

void Arbiter::heard(StreamId id, Instant now) {
  advance(now);  // what comes too late does not undo the silence before it
  const auto found = std::ranges::find(streams_, id, &Stream::id);
  if (found != streams_.end()) found->last_heard = now;
}

void Arbiter::take(StreamId id, Instant now) {
  Stream& stream = find(id);
  stream.last_heard = now;  // it has its whole timeout to send the first frame
  stream.released = false;
  claim(stream);
  settle(Reason::kTaken);
}

void Arbiter::release(StreamId id, Instant now) {
  Stream& stream = find(id);
  stream.wants = false;
  stream.released = true;
  settle(Reason::kReleased);
  advance(now);
}

void Arbiter::gone(StreamId id, Instant now) {
  if (owner_ == Owner{Source::kStream, id, false} && rules_.hold > 0us &&
      waiting_streams().empty()) {
    held_ = id;
    held_until_ = now + rules_.hold;
  }
  std::erase_if(streams_, [&](const Stream& stream) { return stream.id == id; });
  settle(Reason::kClosed);
}

bool Arbiter::raw(Instant now) {
  held_ = 0;
  raw_since_ = now;
  settle(Reason::kStarted);
  return owner_.source == Source::kRaw;
}

void Arbiter::release_raw(Instant now) {
  raw_since_.reset();
  settle(Reason::kReleased);
  advance(now);
}

void Arbiter::release_owner(Instant now) {
  if (owner_.source == Source::kRaw) return release_raw(now);
  if (owner_.source != Source::kStream) return;
  if (!owner_.held) return release(owner_.stream, now);
  held_ = 0;
  settle(Reason::kReleased);
}

void Arbiter::release_all(Instant now) {
  for (Stream& stream : streams_) {
    stream.released = stream.released || stream.wants;
    stream.wants = false;
  }
  held_ = 0;
  release_raw(now);
}

void Arbiter::advance(Instant now) {
  for (Stream& stream : streams_)
    if (now - stream.last_heard >= rules_.stream_timeout) stream.wants = false;
  if (held_until_ <= now) held_ = 0;
  if (raw_end() <= now) raw_since_.reset();
  settle(Reason::kTimeout);
}

Instant Arbiter::deadline() const {
  Instant first = raw_end();
  for (const Stream& stream : streams_)
    if (stream.wants) first = std::min(first, stream.last_heard + rules_.stream_timeout);
  return held_ == 0 ? first : std::min(first, held_until_);
}

std::vector<StreamId> Arbiter::waiting_streams() const {
  std::vector<Stream> waiting;
  for (const Stream& stream : streams_)
    if (stream.wants && stream.id != owner_.stream) waiting.push_back(stream);
  std::ranges::sort(waiting, std::ranges::greater(), &Stream::claim);
  std::vector<StreamId> ids;
  for (const Stream& stream : waiting) ids.push_back(stream.id);
  return ids;
}

std::vector<StreamId> Arbiter::released_streams() const {
  std::vector<StreamId> ids;
  for (const Stream& stream : streams_)
    if (stream.released) ids.push_back(stream.id);
  return ids;
}

Arbiter::Stream& Arbiter::find(StreamId id) {
  const auto found = std::ranges::find(streams_, id, &Stream::id);
  if (found != streams_.end()) return *found;
  Stream stream;
  stream.id = id;
  return streams_.emplace_back(stream);
}

void Arbiter::claim(Stream& stream) {
  stream.wants = true;
  stream.claim = ++claims_;
}

void Arbiter::settle(Reason reason) {
  for (const Source source : rules_.priority) {
    const auto best = candidate(source);
    if (!best) continue;
    if (*best == owner_) return;
    owner_ = *best;
    reason_ = reason;
    return;
  }
}

std::optional<Arbiter::Owner> Arbiter::candidate(Source source) const {
  if (source == Source::kRotation) return Owner{};
  if (source == Source::kRaw) {
    if (!raw_since_) return std::nullopt;
    return Owner{.source = Source::kRaw, .stream = 0, .held = false};
  }
  const Stream* newest = nullptr;
  for (const Stream& stream : streams_)
    if (stream.wants && (newest == nullptr || stream.claim > newest->claim)) newest = &stream;
  if (newest != nullptr) {
    return Owner{.source = Source::kStream, .stream = newest->id, .held = false};
  }
  if (held_ == 0) return std::nullopt;
  return Owner{.source = Source::kStream, .stream = held_, .held = true};
}

Instant Arbiter::raw_end() const {
  if (!raw_since_ || rules_.raw_timeout == 0us) return Instant::max();
  return *raw_since_ + rules_.raw_timeout;
}

std::string_view reason_name(Arbiter::Reason reason) {
  switch (reason) {
    case Arbiter::Reason::kStarted:
      return "started";
    case Arbiter::Reason::kTaken:
      return "taken";
    case Arbiter::Reason::kReleased:
      return "released";
    case Arbiter::Reason::kClosed:
      return "closed";
    case Arbiter::Reason::kTimeout:
      return "timeout";
    case Arbiter::Reason::kPriority:
      return "priority";
  }
  return "";
}

}  // namespace p3a
