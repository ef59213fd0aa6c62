// The live sources of a display: streams and raw pictures, who of them has the panel, and what
// becomes of their frames.
//
// The port asks StreamHub for each WebSocket connection and Api asks begin_raw() for each POST
// /display/raw; guest() is what the engine calls on its decode thread. Destroying it closes the
// streams; what the engine and the port still hold of it is harmless then. The services must
// outlive the engine.
#pragma once

#include <memory>
#include <string>
#include <variant>

#include "device/exchange.h"
#include "device/json.h"
#include "device/live/live_state.h"
#include "device/live/stream_hub.h"

namespace p3a {

class Live final : public StreamHub {
 public:
  Live(LiveServices services, std::shared_ptr<const Config> config);
  Live(const Live&) = delete;
  Live& operator=(const Live&) = delete;
  ~Live() override;

  /// To be attached to the engine.
  std::shared_ptr<StageGuest> guest() const;

  // StreamHub: the network thread.
  Result<std::unique_ptr<StreamClient>> connect(std::string client_address,
                                                std::shared_ptr<StreamOutbox> outbox) override;
  std::size_t max_message_bytes() const override;

  /// POST /display/raw; the exchange runs on the network thread. A Response: refused by its head.
  std::variant<std::unique_ptr<Exchange>, Response> begin_raw(const RequestHead& head);

  // Any thread; at once.

  void reconfigure(std::shared_ptr<const Config> config);
  /// Gives the panel to that stream. Error: kNotFound.
  Status take(StreamId stream);
  /// Whoever has the panel gives it up.
  void release_owner();
  /// All live sources give it up, for the rotation.
  void release_all();
  /// To the clients that asked. In pixels of the upright picture. Error: kInvalidValue (not on the
  /// panel).
  Status touch(const TouchEvent& touch);
  /// The same in the panel's own pixels, turned here.
  Status touch_panel(const TouchEvent& touch);

  /// JSON objects for GET /status.
  std::string source_json() const;
  std::string stream_json() const;
  /// The members of GET /network/stats' object.
  void write_network_stats(JsonWriter& json) const;
  /// The same in numbers, all streams together.
  LiveFigures figures() const;

 private:
  std::shared_ptr<LiveState> state_;
};

}  // namespace p3a
