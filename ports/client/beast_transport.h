// The WebSocket client by Boost.Beast, plain or under TLS: no compression, no fragments, one frame
// a message, at once (TCP_NODELAY).
//
// All of it runs inside poll(), on the caller's thread; name lookups alone use a thread of Asio's,
// and the destructor waits for one that is under way.
#pragma once

#include <memory>

#include "sender/ports.h"

namespace p3a::sender {

class BeastTransport final : public Transport {
 public:
  BeastTransport();
  ~BeastTransport() override;

  void connect(const Destination& destination, Micros patience) override;
  bool ready() const override;
  void send_frame(ByteView head, ByteView payload) override;
  void send_text(std::string_view text) override;
  void poll(Instant until, TransportEvents& events) override;
  void wake() override;
  void close(Micros farewell) override;

 private:
  struct State;
  class Link;
  std::unique_ptr<State> state_;
};

}  // namespace p3a::sender
