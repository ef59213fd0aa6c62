// Who has the panel: a stream, a raw picture or the rotation.
//
// In: what happens, with the time of it. Out: the owner, and when time alone may change it. The
// rotation always wants the panel; a raw picture wants it from its arrival until it is released or
// raw.timeout_s is over; a stream from its first frame until it closes, releases or is silent
// (sends no frame and no text) for stream.timeout_s. Of those, the first by priority has it; among
// streams, the one that began or asked last. The last picture of a stream that closed is held for
// `hold`, against the rotation only. Pure; the caller locks.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "device/frame.h"

namespace p3a {

/// Numbers connections; 0 is none.
using StreamId = std::uint32_t;

class Arbiter {
 public:
  struct Rules {
    std::array<Source, 3> priority = {Source::kStream, Source::kRaw, Source::kRotation};
    Micros stream_timeout = 5s;
    Micros hold{};
    Micros raw_timeout{};  ///< 0: never
  };
  struct Owner {
    Source source = Source::kRotation;
    StreamId stream = 0;  ///< for kStream
    bool held = false;    ///< that stream has closed; its last picture stays a while
    bool operator==(const Owner&) const = default;
  };
  /// What the last change of the owner came from.
  enum class Reason : std::uint8_t { kStarted, kTaken, kReleased, kClosed, kTimeout, kPriority };

  explicit Arbiter(const Rules& rules) : rules_(rules) {}
  void set_rules(const Rules& rules, Instant now);

  /// A good frame of that stream came. Whether it may be shown.
  bool frame(StreamId stream, Instant now);
  /// Something else came from that stream: it is not silent.
  void heard(StreamId stream, Instant now);
  void take(StreamId stream, Instant now);
  /// The stream's frames are not shown until it takes the panel again.
  void release(StreamId stream, Instant now);
  void gone(StreamId stream, Instant now);
  /// A raw picture came. Whether it may be shown.
  bool raw(Instant now);
  void release_raw(Instant now);
  /// Whoever has the panel gives it up, as by the two above; the rotation keeps it.
  void release_owner(Instant now);
  /// All give it up, for the rotation.
  void release_all(Instant now);

  void advance(Instant now);
  /// When advance() has something to do; Instant::max() for never.
  Instant deadline() const;

  const Owner& owner() const { return owner_; }
  Reason reason() const { return reason_; }
  /// The streams that would like the panel, the next one first.
  std::vector<StreamId> waiting_streams() const;
  /// The streams whose frames are not shown until they take the panel.
  std::vector<StreamId> released_streams() const;
  /// Whether a raw picture is there that is not shown.
  bool raw_waits() const { return raw_since_ && owner_.source != Source::kRaw; }

 private:
  struct Stream {
    StreamId id = 0;
    Instant last_heard;
    std::uint64_t claim = 0;  // grows with every beginning and every take
    bool wants = false;
    bool released = false;
  };
  Stream& find(StreamId id);
  void claim(Stream& stream);
  void settle(Reason reason);
  std::optional<Owner> candidate(Source source) const;
  Instant raw_end() const;

  Rules rules_;
  std::vector<Stream> streams_;
  std::uint64_t claims_ = 0;
  std::optional<Instant> raw_since_;
  Instant held_until_{};
  StreamId held_ = 0;
  Owner owner_;
  Reason reason_ = Reason::kStarted;
};

/// "started", "taken", ...: as in the stream's `source` message.
std::string_view reason_name(Arbiter::Reason reason);

}  // namespace p3a
