// One WebSocket connection of the stream: frames go into memory that the display lends, control
// text both ways.
//
// Three coroutines on the network thread: one reads, one writes, one watches. What the display has
// to say waits in a bounded outbox; when it is full, further text is lost and nothing else suffers.
// A peer that answers no ping has vanished, even if something between us still holds the
// connection, and one that takes too long for a message makes room for others.
#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket.hpp>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "device/live/stream_hub.h"
#include "ports/linux/http/client_stream.h"

namespace p3a {

class StreamSession final : public StreamOutbox,
                            public std::enable_shared_from_this<StreamSession> {
 public:
  using UpgradeRequest = boost::beast::http::request<boost::beast::http::empty_body>;

  explicit StreamSession(const boost::asio::any_io_executor& network);

  /// Answers the upgrade and serves the connection to its end.
  boost::asio::awaitable<void> serve(ClientStream stream, UpgradeRequest request,
                                     std::unique_ptr<StreamClient> client);

  void send_text(std::string json) override;
  void send_binary(std::string bytes) override;
  void close(std::uint16_t code, std::string_view reason) override;

 private:
  using Clock = std::chrono::steady_clock;
  struct Message {
    std::string bytes;
    bool text = true;
  };
  struct Close {
    std::uint16_t code = 0;
    std::string reason;
  };

  boost::asio::awaitable<void> read_messages(StreamClient& client);
  boost::asio::awaitable<bool> read_message(StreamClient& client);
  boost::asio::awaitable<void> read_away();
  boost::asio::awaitable<void> write_messages();
  boost::asio::awaitable<bool> write_next();
  void send(Message message);
  void wake_writer();
  boost::asio::awaitable<void> watch();
  bool end_if_gone(Clock::time_point now);
  void set_options();

  using Socket = boost::beast::websocket::stream<ClientStream>;
  boost::asio::any_io_executor network_;
  boost::asio::steady_timer wake_;
  boost::asio::steady_timer look_;
  const Clock::time_point begun_ = Clock::now();
  const StreamClient* client_ = nullptr;  // while it is served
  Clock::time_point heard_ = Clock::now();
  Clock::time_point next_ping_ = Clock::now();
  std::optional<Clock::time_point> message_since_;  // one is being received
  std::optional<Socket> socket_;                    // from serve() on
  std::array<std::uint8_t, 1024> first_piece_;

  std::mutex waking_;  // held while the writer is woken; `over_` is set under both
  std::mutex mutex_;   // guards the members below
  std::deque<Message> outbox_;
  std::size_t outbox_bytes_ = 0;
  std::optional<Close> close_;
  std::optional<Clock::time_point> farewell_until_;  // of a close that was asked for
  bool over_ = false;  // nothing more will be sent; the network thread may be gone
};

}  // namespace p3a
