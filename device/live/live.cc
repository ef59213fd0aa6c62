#include "device/live/live.h"

#include <utility>

#include "core/compose/region.h"
#include "device/live/raw_upload.h"

namespace p3a {
namespace {

class Client final : public StreamClient {
 public:
  Client(std::shared_ptr<LiveState> state, StreamId id) : state_(std::move(state)), id_(id) {}
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() override { state_->disconnect(id_); }

  ByteSpan buffer() override { return state_->buffer(id_); }
  void on_binary(std::size_t size) override { state_->on_binary(id_, size); }
  void on_oversize() override { state_->on_oversize(id_); }
  void on_text(std::string_view text) override { state_->on_text(id_, text); }

 private:
  const std::shared_ptr<LiveState> state_;
  const StreamId id_;
};

Status beside(Size panel) {
  return fail(ErrorCode::kInvalidValue, "a touch lies on the panel of ", panel.width, " x ",
              panel.height, " pixels");
}

}  // namespace

Live::Live(LiveServices services, std::shared_ptr<const Config> config)
    : state_(std::make_shared<LiveState>(std::move(services), std::move(config))) {}

Live::~Live() { state_->close_all(); }

std::shared_ptr<StageGuest> Live::guest() const { return state_; }

Result<std::unique_ptr<StreamClient>> Live::connect(std::string client_address,
                                                    std::shared_ptr<StreamOutbox> outbox) {
  const auto id = state_->connect(std::move(client_address), std::move(outbox));
  if (!id) return std::unexpected(id.error());
  return std::make_unique<Client>(state_, *id);
}

std::size_t Live::max_message_bytes() const { return state_->buffer_bytes(); }

std::variant<std::unique_ptr<Exchange>, Response> Live::begin_raw(const RequestHead& head) {
  const auto config = state_->config();
  auto request = parse_raw_request(head, image_limits_of(*config), state_->upright(),
                                   state_->raw_buffers()->bytes(), state_->clock().now());
  if (!request) {
    state_->raw_refused(head.client, request.error());
    return error_response(request.error());
  }
  return std::make_unique<RawUpload>(state_, state_->raw_buffers(), std::move(*request));
}

void Live::reconfigure(std::shared_ptr<const Config> config) {
  state_->reconfigure(std::move(config));
}

Status Live::take(StreamId stream) { return state_->take(stream); }

void Live::release_owner() { state_->release_owner(); }

void Live::release_all() { state_->release_all(); }

Status Live::touch_panel(const TouchEvent& touch) {
  const auto config = state_->config();
  const Size panel{config->panel.width, config->panel.height};
  if (touch.x >= panel.width || touch.y >= panel.height) return beside(panel);
  const Pixel at = upright_pixel(panel, config->panel.rotation, {touch.x, touch.y});
  TouchEvent upright = touch;
  upright.x = at.x;
  upright.y = at.y;
  state_->touch(upright);
  return {};
}

Status Live::touch(const TouchEvent& touch) {
  const Size panel = state_->upright();
  if (touch.x >= panel.width || touch.y >= panel.height) return beside(panel);
  state_->touch(touch);
  return {};
}

std::string Live::source_json() const { return state_->source_json(); }

std::string Live::stream_json() const { return state_->stream_json(); }

LiveFigures Live::figures() const { return state_->figures(); }

void Live::write_network_stats(JsonWriter& json) const { state_->write_network_stats(json); }

}  // namespace p3a
