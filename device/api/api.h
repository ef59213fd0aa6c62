// The display's HTTP routes: which there are, who may use them, what they answer.
//
// A port parses a request's head, calls begin() on its network thread, and runs the Exchange that
// comes back where it asks to run (Where). Shapes and codes are described in docs/API_UPLOAD.md.
// The Api owns nothing that it is given; all of it must outlive it.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "device/api/health.h"
#include "device/api/memory_watch.h"
#include "device/api/snapshots.h"
#include "device/api/static_asset.h"
#include "device/api/traffic.h"
#include "device/config/config_store.h"
#include "device/engine/engine.h"
#include "device/exchange.h"
#include "device/live/live.h"
#include "device/live/stream_hub.h"
#include "device/ports.h"
#include "device/preview/preview.h"
#include "device/upload/storage_probe.h"
#include "device/upload/upload.h"

namespace p3a {

struct ApiServices {
  Clock& clock;
  Log& log;
  Machine& machine;
  Engine& engine;
  ConfigStore& config;
  PatchParser& patch_parser;
  Uploads& uploads;
  StorageProbe& storage_probe;
  SnapshotEncoder& snapshot_encoder;
  Live& live;
  Decoders& decoders;
  Preview& preview;
  std::span<const StaticAsset> assets;
  std::string version;
  std::string token{};  ///< that clients must send; empty: none
  /// The board whose limits this machine keeps to; empty: it is itself. All figures are simulated
  /// then, and say so.
  std::string simulated{};
};

/// Which thread an exchange runs on: kNetwork answers at once, kStorage may wait for the disk,
/// kRender for the CPU.
enum class Where : std::uint8_t { kNetwork, kStorage, kRender };

struct Started {
  Where where = Where::kNetwork;
  bool is_upload = false;  ///< counts against the limit of uploads at a time
  std::unique_ptr<Exchange> exchange;
};

class Api {
 public:
  static constexpr std::size_t kMaxJsonBytes = 32 * 1024;

  explicit Api(ApiServices services);

  /// The network thread. A Response: the request is refused by its head alone.
  std::variant<Started, Response> begin(const RequestHead& head);
  /// The network thread: a WebSocket upgrade. `/stream` and `/preview` everywhere, and `/` where
  /// nothing but streams is expected.
  Result<std::unique_ptr<StreamClient>> begin_stream(const RequestHead& head, bool on_stream_port,
                                                     std::shared_ptr<StreamOutbox> outbox);
  /// What the port counts, for GET /metrics. The network thread.
  Traffic& traffic() { return traffic_; }
  /// Whether no thread is stuck. Any thread; never waits. Error: kUnhealthy.
  Status alive() const;
  /// Once a minute or so, on the storage thread: probes the storage, watches memory.
  void housekeep();

 private:
  /// What a simple route gets to see of a request; owned, since the answer may be made later on
  /// another thread.
  struct Call {
    std::string client;
    std::string if_none_match;
    bool accepts_gzip = false;
    std::string body;
    const StaticAsset* asset = nullptr;
  };
  class SimpleExchange;
  struct Route {
    std::string_view method;
    std::string_view path;
    Where where;
    Response (Api::*answer)(const Call&);
  };
  static std::span<const Route> routes();

  Status check_access_of(const RequestHead& head, bool needs_no_token) const;
  bool is_open(const RequestHead& head) const;
  std::variant<Started, Response> begin_upload(const RequestHead& head);
  std::variant<Started, Response> begin_raw(const RequestHead& head);
  std::variant<Started, Response> begin_simple(const RequestHead& head);
  Response not_found(const RequestHead& head) const;

  Response get_asset(const Call& call);
  Response get_status(const Call& call);
  Response get_snapshot(const Call& call);
  Response swap_next(const Call& call);
  Response swap_back(const Call& call);
  Response pause(const Call& call);
  Response resume(const Call& call);
  // api_health.cc
  ThreadTimes thread_times() const;
  Response get_healthz(const Call& call);
  Response get_readyz(const Call& call);
  Response get_metrics(const Call& call);
  // api_live.cc
  Response get_network_stats(const Call& call);
  Response take_source(const Call& call);
  Response release_source(const Call& call);
  Response post_touch(const Call& call);
  Response source_answer();
  // api_settings.cc
  Response get_config(const Call& call);
  Response put_config(const Call& call);
  Response get_rotation(const Call& call);
  Response post_rotation(const Call& call);
  Response get_dwell_time(const Call& call);
  Response put_dwell_time(const Call& call);
  Response get_ui_config(const Call& call);
  Response get_storage(const Call& call);
  Response change_settings(const Call& call, const Patch& patch);

  ApiServices services_;
  Instant started_at_;
  MemoryWatch memory_watch_;
  Snapshots snapshots_;
  Traffic traffic_;
};

}  // namespace p3a
