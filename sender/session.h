// The sender's end of docs/PROTOCOL.md: reaches the display, says hello, measures its clock, knows
// which frames are on their way, lets rate control hear of them, and begins again when the
// connection is gone.
//
// Drives a Transport and writes to a StreamBoard; decides when a frame may go, not which. Time
// comes from the Clock. The worker's thread only.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "sender/clock_offset.h"
#include "sender/control.h"
#include "sender/frame_encoder.h"
#include "sender/frames_in_flight.h"
#include "sender/mailbox.h"
#include "sender/pacer.h"
#include "sender/pico/pico_pings.h"
#include "sender/rate_control.h"
#include "sender/reconnect.h"
#include "sender/stream_board.h"

namespace p3a::sender {

class Session final : public TransportEvents {
 public:
  static constexpr Micros kConnectPatience = 900ms;
  static constexpr Micros kHelloPatience = 300ms;  ///< then the display is one that says nothing
  /// After the answer to a ping that was sent later: then the frame is lost. Before it, the frame
  /// is still on its way: what a slow link holds back is not made less by sending more.
  static constexpr Micros kAckPatience = 2s;
  /// Of a display that answers pings: then it is gone. Longer where pings are rare, and over a link
  /// that takes long for a frame.
  static constexpr Micros kSilence = 3s;
  static constexpr Micros kLongestSilence = 30s;
  /// A stock p3a does nothing else while it takes an upload from somebody.
  static constexpr Micros kPicoSilence = 5s;

  /// All of them outlive the session. At least one destination.
  Session(Transport& transport, Clock& clock, StreamBoard& board, const StreamOptions& options,
          std::vector<Destination> destinations, std::uint64_t seed);

  /// Does what is due: connects, pings, gives up on what is lost.
  void tick();
  /// When tick() has to be called again at the latest.
  Instant next_event() const;

  /// Whether the link takes another frame now. Pacing is frame_due()'s.
  bool may_send() const;
  Instant frame_due() const { return pacer_.due(); }
  /// The display needs the picture, changed or not.
  bool wants_picture() const { return wants_picture_; }
  int quality() const { return rate_.quality(); }
  const PanelFacts& panel() const { return panel_; }

  /// Only when may_send(). The payload stays until the transport is ready again.
  /// `again`: the picture is there already, but not exactly; it is not what latency is measured by.
  Status send(const EncodedFrame& frame, const Submission& picture, bool again = false);
  /// So many bytes arrive within `time`, by what the last frames took; 0: not known.
  std::size_t bytes_within(Micros time) const;
  /// Nothing is on its way.
  bool idle() const { return flying_.size() == 0; }
  /// The newest picture could not be sent; it is not asked for again.
  void give_up_picture(const Error& error);
  /// The worker was busy encoding for so long, and heard nothing.
  void add_encode_time(Micros time) { encoding_ += time; }
  /// The newest picture is the same as the one sent last.
  void cover(std::uint64_t submission);

  /// Told to the display now, and again whenever it is reached.
  void set_stalled(bool stalled);

  /// The stock p3a that the last connection led to.
  const std::optional<Destination>& pico_to_leave() const { return pico_at_; }

  void on_open() override;
  void on_text(std::string_view text) override;
  void on_binary(ByteView message) override;
  void on_closed(std::string_view why) override;
  void on_declined(unsigned status, std::string_view why) override;

 private:
  void connect();
  void set_state(StreamState state);
  void say_hello();
  void greet_pico(Instant now);
  void ping_pico(Instant now);
  void ping();
  void measure_link(std::size_t bytes, Micros took);
  Instant loss_due() const;
  void give_up_lost(Instant now);
  std::size_t most_in_flight() const;
  Micros silence() const {
    return pico_ ? kPicoSilence : std::max(patience_, 3 * Micros(options_.keep_alive));
  }

  void hear(const HelloMessage& hello);
  void hear(const AckMessage& ack);
  void hear(const PongMessage& pong);
  void hear(const SourceMessage& source);
  void hear(const PanelTouch& touch);
  void hear(const KeyRequest& request);
  void hear(const ErrorMessage& error);

  Transport& transport_;
  Clock& clock_;
  StreamBoard& board_;
  const StreamOptions& options_;
  const std::vector<Destination> destinations_;
  std::size_t destination_ = 0;  // the one to be tried, or that is open
  Reconnect reconnect_;
  RateControl rate_;
  Pacer pacer_;
  PanelFacts panel_;

  StreamState state_ = StreamState::kWaiting;
  Instant attempt_at_{};  // when the next or the current attempt begins or began
  Instant opened_{};
  bool greeted_ = false;    // the display has said hello: it answers
  bool own_panel_ = false;  // what we show is what it shows
  bool proven_ = false;     // the connection has lasted: the next wait is a short one
  Instant heard_{};
  Instant ping_at_{};
  unsigned pings_ = 0;
  Instant pinged_{};  // when the last ping was sent
  // The oldest frame without an ack had arrived at that time, with all that were sent before the
  // ping whose answer came then.
  struct Arrived {
    std::uint64_t frame = 0;
    Instant before{};
    Instant at{};
  };
  Arrived arrived_;
  Micros patience_ = kSilence;
  // The shortest round trip of the connection. Later ones may have waited behind our own frames.
  Micros distance_ = Micros::max();
  double bytes_a_second_ = 0;  // that the link carried lately, waits included
  Micros encoding_{};          // so long in all
  Micros encoding_at_ping_{};
  std::uint64_t frames_at_ping_ = 0;

  // A stock p3a: the attempt or the connection is to its /pico_stream.
  bool pico_ = false;
  std::optional<Destination> pico_at_;  // where the last connection was, if it was one
  std::string no_stream_;               // why the attempt before led here
  PicoPings pico_pings_;

  ClockOffset display_clock_;
  FramesInFlight flying_;
  std::uint64_t frames_ = 0;    // of this connection
  std::uint32_t sequence_ = 0;  // of the stream
  bool wants_picture_ = false;
  bool stalled_ = false;                // as the program said
  std::uint64_t shown_submission_ = 0;  // newest that is known to be on the panel
  Instant second_began_{};
  std::uint64_t frames_in_second_ = 0;
};

}  // namespace p3a::sender
