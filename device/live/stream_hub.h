// Where a WebSocket session of a port meets the display: one StreamClient a connection.
//
// The port asks connect() at the upgrade, receives each binary message straight into buffer(), and
// says what came. The display answers through the StreamOutbox. All methods of StreamHub and
// StreamClient: the network thread only; they return at once and never decode.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/error.h"

namespace p3a {

/// What a connection gets to send; implemented by the port. Any thread; returns at once; bounded:
/// with 64 KiB of text waiting, further text is lost. Nothing is called from inside these two.
class StreamOutbox {
 public:
  virtual ~StreamOutbox() = default;
  virtual void send_text(std::string json) = 0;
  /// A binary message, in the same bounded queue.
  virtual void send_binary(std::string bytes) = 0;
  /// Sends what waits, then closes with that code (RFC 6455, section 7.4).
  virtual void close(std::uint16_t code, std::string_view reason) = 0;
};

/// One stream connection as the display sees it. Destroying it: the client is gone.
class StreamClient {
 public:
  virtual ~StreamClient() = default;
  /// False: the client has yet to say who it is; the port gives it some seconds for that.
  virtual bool admitted() const { return true; }
  /// Where the next binary message is to be received: at least max_message_bytes() long; the same
  /// memory until on_binary() or destruction. Never empty: when everything is waiting, the oldest
  /// waiting frame gives way. Ask for it when the first byte of a message is there, so that idle
  /// connections hold no memory.
  virtual ByteSpan buffer() = 0;
  /// A whole message of that size now lies at the beginning of buffer().
  virtual void on_binary(std::size_t size) = 0;
  /// A message was larger than the limit: counts it and says FRAME_TOO_LARGE; the port closes with
  /// 1009 after that.
  virtual void on_oversize() = 0;
  /// A whole text message, however long.
  virtual void on_text(std::string_view text) = 0;
};

class StreamHub {
 public:
  virtual ~StreamHub() = default;
  /// A client whose handshake was accepted; its `hello` is sent to `outbox` before this returns.
  /// `client_address`: "192.0.2.7:51234". The outbox may be called until the client is destroyed
  /// and a moment longer. Errors: kBusy (as many streams as may be), kNotFound (streaming is
  /// switched off), kShuttingDown.
  virtual Result<std::unique_ptr<StreamClient>> connect(std::string client_address,
                                                        std::shared_ptr<StreamOutbox> outbox) = 0;
  /// The longest binary message that is taken; does not change while the display runs.
  virtual std::size_t max_message_bytes() const = 0;
};

}  // namespace p3a
