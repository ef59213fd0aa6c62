#include "device/api/api.h"

#include <algorithm>
#include <array>

#include "device/api/access.h"
#include "device/api/guarded_stream.h"
#include "device/api/status_json.h"
#include "device/json.h"

namespace p3a {
namespace {

// What the page may do in a browser: load its own files and talk to this display, nothing else.
constexpr std::string_view kPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

Response queued(std::string_view action) {
  JsonWriter json;
  json.begin_object().member("queued", true).member("action", action).end_object();
  return ok_response(json.text(), 202);
}

bool etag_matches(std::string_view if_none_match, std::string_view etag) {
  return if_none_match == "*" ||
         (!etag.empty() && if_none_match.find(etag) != std::string_view::npos);
}

}  // namespace

// Collects a body of at most kMaxJsonBytes and answers with one of the Api's functions.
class Api::SimpleExchange final : public Exchange {
 public:
  SimpleExchange(Api& api, Response (Api::*answer)(const Call&), Call call)
      : api_(api), answer_(answer), call_(std::move(call)) {}

  std::optional<Response> on_body(ByteView bytes) override {
    if (call_.body.size() + bytes.size() > kMaxJsonBytes) return too_large();
    call_.body.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return std::nullopt;
  }
  void on_end(Responder respond) override { respond((api_.*answer_)(call_)); }

  static Response too_large() {
    return error_response(fail(ErrorCode::kPayloadTooLarge, "the body is larger than ",
                               kMaxJsonBytes, " bytes: send less")
                              .error());
  }

 private:
  Api& api_;
  Response (Api::*answer_)(const Call&);
  Call call_;
};

Api::Api(ApiServices services)
    : services_(std::move(services)),
      started_at_(services_.clock.now()),
      memory_watch_(services_.log),
      snapshots_(services_.snapshot_encoder, services_.clock.since_epoch()) {}

std::span<const Api::Route> Api::routes() {
  static constexpr std::array kRoutes{
      Route{"GET", "/status", Where::kNetwork, &Api::get_status},
      Route{"GET", "/healthz", Where::kNetwork, &Api::get_healthz},
      Route{"GET", "/readyz", Where::kNetwork, &Api::get_readyz},
      Route{"GET", "/metrics", Where::kNetwork, &Api::get_metrics},
      Route{"GET", "/snapshot.png", Where::kRender, &Api::get_snapshot},
      Route{"POST", "/action/swap_next", Where::kNetwork, &Api::swap_next},
      Route{"POST", "/action/swap_back", Where::kNetwork, &Api::swap_back},
      Route{"POST", "/action/pause", Where::kNetwork, &Api::pause},
      Route{"POST", "/action/resume", Where::kNetwork, &Api::resume},
      Route{"GET", "/network/stats", Where::kNetwork, &Api::get_network_stats},
      Route{"POST", "/source/take", Where::kNetwork, &Api::take_source},
      Route{"POST", "/source/release", Where::kNetwork, &Api::release_source},
      Route{"POST", "/touch", Where::kNetwork, &Api::post_touch},
      Route{"GET", "/config", Where::kNetwork, &Api::get_config},
      Route{"PUT", "/config", Where::kStorage, &Api::put_config},
      Route{"GET", "/rotation", Where::kNetwork, &Api::get_rotation},
      Route{"POST", "/rotation", Where::kStorage, &Api::post_rotation},
      Route{"GET", "/settings/dwell_time", Where::kNetwork, &Api::get_dwell_time},
      Route{"PUT", "/settings/dwell_time", Where::kStorage, &Api::put_dwell_time},
      Route{"GET", "/api/ui-config", Where::kNetwork, &Api::get_ui_config},
      Route{"GET", "/api/storage", Where::kNetwork, &Api::get_storage},
  };
  return kRoutes;
}

std::variant<Started, Response> Api::begin(const RequestHead& head) {
  if (const Status access = check_access_of(head, is_open(head)); !access) {
    ++traffic_.forbidden;
    return error_response(access.error());
  }
  if (head.method == "POST" && (head.path == "/upload/image" || head.path == "/upload"))
    return begin_upload(head);
  if (head.method == "POST" && head.path == "/display/raw") return begin_raw(head);
  return begin_simple(head);
}

Result<std::unique_ptr<StreamClient>> Api::begin_stream(const RequestHead& head,
                                                        bool on_stream_port,
                                                        std::shared_ptr<StreamOutbox> outbox) {
  // Without a header for it, the token may come as the first message.
  const bool says_later = head.header("authorization").empty() && !services_.token.empty();
  if (const Status access = check_access_of(head, says_later); !access) {
    ++traffic_.forbidden;
    return std::unexpected(access.error());
  }
  const bool is_stream = head.path == "/stream" || (on_stream_port && head.path == "/");
  if (!is_stream && head.path != "/preview") {
    return fail(ErrorCode::kNotFound, "there is no stream at this path: connect to /stream");
  }
  const auto connect = [this, is_stream, client = head.client, outbox] {
    return is_stream ? services_.live.connect(client, outbox) : services_.preview.connect(outbox);
  };
  if (!says_later) return connect();
  return std::make_unique<GuardedStream>(services_.token, services_.patch_parser, std::move(outbox),
                                         connect);
}

// What holds no secret: the page, which asks for the token, and what tells that we are alive.
bool Api::is_open(const RequestHead& head) const {
  if (head.method != "GET" && head.method != "HEAD") return false;
  return head.path == "/" || head.path == "/healthz" || head.path == "/readyz" ||
         std::ranges::find(services_.assets, head.path, &StaticAsset::path) !=
             services_.assets.end();
}

Status Api::check_access_of(const RequestHead& head, bool needs_no_token) const {
  const auto config = services_.config.current();
  std::vector<std::string> names = config->http.hosts;
  names.push_back(config->mdns.name);
  names.push_back(config->mdns.name + ".local");
  return check_access({.host = head.header("host"),
                       .origin = head.header("origin"),
                       .local_address = head.local_address,
                       .authorization = head.header("authorization"),
                       .needs_no_token = needs_no_token},
                      {.names = names, .token = services_.token});
}

std::variant<Started, Response> Api::begin_upload(const RequestHead& head) {
  auto begun = head.path == "/upload" ? services_.uploads.begin_legacy(head)
                                      : services_.uploads.begin_image(head);
  if (auto* refusal = std::get_if<Response>(&begun)) return std::move(*refusal);
  return Started{Where::kStorage, true, std::get<std::unique_ptr<Exchange>>(std::move(begun))};
}

std::variant<Started, Response> Api::begin_simple(const RequestHead& head) {
  if (head.content_length.value_or(0) > kMaxJsonBytes) return SimpleExchange::too_large();
  Call call{.client = head.client,
            .if_none_match = std::string(head.header("if-none-match")),
            .accepts_gzip = head.header("accept-encoding").find("gzip") != std::string_view::npos,
            .body = {}};
  const std::string_view method =
      head.method == "HEAD" ? "GET" : head.method;  // the port leaves out the body

  for (const Route& route : routes()) {
    if (route.method != method || route.path != head.path) continue;
    return Started{route.where, false,
                   std::make_unique<SimpleExchange>(*this, route.answer, std::move(call))};
  }
  const std::string_view file = head.path == "/" ? "/index.html" : head.path;
  const auto asset = std::ranges::find(services_.assets, file, &StaticAsset::path);
  if (method != "GET" || asset == services_.assets.end()) return not_found(head);
  call.asset = &*asset;
  return Started{Where::kNetwork, false,
                 std::make_unique<SimpleExchange>(*this, &Api::get_asset, std::move(call))};
}

Response Api::not_found(const RequestHead& head) const {
  std::string allowed;
  for (const Route& route : routes()) {
    if (route.path != head.path) continue;
    allowed += (allowed.empty() ? "" : ", ") + std::string(route.method);
  }
  if (head.path == "/upload/image" || head.path == "/upload" || head.path == "/display/raw")
    allowed = "POST";
  if (allowed.empty() && std::ranges::find(services_.assets, head.path, &StaticAsset::path) !=
                             services_.assets.end()) {
    allowed = "GET";
  }
  if (allowed.empty()) {
    return error_response(
        fail(ErrorCode::kNotFound,
             "there is nothing at this path: docs/API_UPLOAD.md lists what there is")
            .error());
  }
  Response response =
      error_response(fail(ErrorCode::kMethodNotAllowed,
                          "this path takes other methods: ", std::string_view(allowed))
                         .error());
  response.headers.emplace_back("Allow", allowed);
  return response;
}

void Api::housekeep() {
  memory_watch_.update(services_.machine.status());
  services_.storage_probe.run();
}

Response Api::get_asset(const Call& call) {
  const StaticAsset& asset = *call.asset;
  Response response{
      .status = 200, .content_type = asset.content_type, .body = asset.plain, .headers = {}};
  response.headers.emplace_back("ETag", std::string(asset.etag));
  response.headers.emplace_back("Cache-Control",
                                "no-cache");  // a new program brings a new page at once
  response.headers.emplace_back("Vary", "Accept-Encoding");
  response.headers.emplace_back("Content-Security-Policy", std::string(kPagePolicy));
  if (etag_matches(call.if_none_match, asset.etag)) {
    response.status = 304;
    response.body = std::string();
  } else if (call.accepts_gzip) {
    response.headers.emplace_back("Content-Encoding", "gzip");
    response.body = asset.gzip;
  }
  return response;
}

Response Api::get_status(const Call&) {
  const MachineStatus machine = services_.machine.status();
  const auto config = services_.config.current();
  return ok_response(status_json({.uptime = services_.clock.now() - started_at_,
                                  .version = services_.version,
                                  .machine = machine,
                                  .memory_low = memory_watch_.update(machine),
                                  .config = *config,
                                  .engine = services_.engine.status(),
                                  .storage = services_.storage_probe.health(),
                                  .source_json = services_.live.source_json(),
                                  .stream_json = services_.live.stream_json(),
                                  .decoders = services_.decoders.status(),
                                  .uploads = services_.uploads.counters(),
                                  .simulated = services_.simulated}));
}

Response Api::get_snapshot(const Call& call) {
  const FrameRef frame = services_.engine.shown();
  if (!frame)
    return error_response(
        fail(ErrorCode::kBusy, "the panel has not shown anything yet: try again").error());
  const std::string etag = snapshots_.etag(*frame);
  Response response{
      .status = 304, .content_type = "image/png", .body = std::string(), .headers = {}};
  response.headers.emplace_back("ETag", etag);
  response.headers.emplace_back("Cache-Control", "no-cache");
  if (etag_matches(call.if_none_match, etag)) return response;
  auto png = snapshots_.png(frame);
  if (!png) return error_response(png.error());
  response.status = 200;
  response.body = std::move(*png);
  return response;
}

Response Api::swap_next(const Call&) {
  services_.engine.next();
  return queued("swap_next");
}

Response Api::swap_back(const Call&) {
  services_.engine.back();
  return queued("swap_back");
}

Response Api::pause(const Call&) {
  services_.engine.set_paused(true);
  return queued("pause");
}

Response Api::resume(const Call&) {
  services_.engine.set_paused(false);
  return queued("resume");
}

}  // namespace p3a
