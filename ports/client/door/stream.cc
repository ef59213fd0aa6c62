#include <system_error>
#include <thread>

#include "include/p3a/p3a.hpp"
#include "ports/client/beast_transport.h"
#include "ports/client/http_client.h"
#include "ports/client/image_encoder.h"
#include "ports/client/steady_clock.h"
#include "sender/address.h"
#include "sender/stream_options.h"
#include "sender/stream_worker.h"

namespace p3a {
inline namespace v0 {

namespace {
constexpr Micros kExitPatience = 500ms;  // to connect, and to answer
}  // namespace

const char* version() { return P3A_VERSION; }

struct Stream::State {
  explicit State(const StreamOptions& wanted) : options(wanted) {}
  ~State() { close(); }

  void fail(std::string_view why) { board.end(StreamState::kFailed, why); }
  void start(const std::string& address);
  void close();
  void leave(const sender::Destination& pico);
  void abandon();

  const StreamOptions options;
  sender::StreamBoard board;
  sender::SteadyClock clock;
  sender::LibraryImageEncoder images;
  sender::BeastTransport transport;
  std::unique_ptr<sender::StreamWorker> worker;  // none: the stream has failed
  std::thread thread;
  std::mutex closing;

  std::mutex farewell_mutex;
  bool abandoned = false;
  sender::HttpClient* farewell = nullptr;  // while it is being said
};

void Stream::State::start(const std::string& address) {
  if (const auto good = sender::check(options); !good) return fail(good.error().message.view());
  auto destinations = sender::parse_address(address, "/stream", options.token, options.ca_file);
  if (!destinations) return fail(destinations.error().message.view());
  const auto seed = static_cast<std::uint64_t>(clock.now().time_since_epoch().count()) ^
                    reinterpret_cast<std::uintptr_t>(this);
  worker = std::make_unique<sender::StreamWorker>(transport, clock, images, board, options,
                                                  std::move(*destinations), seed);
  try {
    thread = std::thread([this] { worker->run(); });
  } catch (const std::system_error&) {
    worker.reset();
    fail("The machine has no thread left for the stream.");
  }
}

void Stream::State::close() {
  const std::scoped_lock lock(closing);
  if (!thread.joinable()) return;
  worker->stop();
  thread.join();
  if (const auto pico = worker->pico_to_leave()) leave(*pico);
  board.end(StreamState::kClosed, "");
}

void Stream::State::leave(const sender::Destination& pico) {
  sender::HttpClient client(pico);
  {
    const std::scoped_lock lock(farewell_mutex);
    if (abandoned) return;
    farewell = &client;
  }
  client.ask({.post = true, .target = std::string(sender::kPicoExit), .patience = kExitPatience},
             {});
  const std::scoped_lock lock(farewell_mutex);
  farewell = nullptr;
}

void Stream::State::abandon() {
  const std::scoped_lock lock(farewell_mutex);
  abandoned = true;
  if (worker) worker->abandon();
  if (farewell != nullptr) farewell->cancel();
}

Stream::Stream() = default;
Stream::~Stream() = default;
Stream::Stream(Stream&& other) noexcept = default;
Stream& Stream::operator=(Stream&& other) noexcept = default;

Stream Stream::open(const std::string& address, const StreamOptions& options) {
  Stream stream;
  stream.state_ = std::make_unique<State>(options);
  stream.state_->start(address);
  return stream;
}

bool Stream::submit(const PixelView& picture, std::chrono::steady_clock::time_point captured) {
  return submit(picture, nullptr, captured);
}

bool Stream::submit(const PixelView& picture, std::shared_ptr<const void> keeper,
                    std::chrono::steady_clock::time_point captured) {
  if (!state_ || !state_->worker || state_->board.ended()) return false;
  if (captured == std::chrono::steady_clock::time_point{}) {
    captured = std::chrono::steady_clock::now();
  }
  const auto done =
      state_->worker->submit(picture, sender::to_instant(captured), std::move(keeper));
  if (done) return true;
  state_->board.update([&](StreamStatus& status) { status.error = done.error().message.view(); });
  return false;
}

bool Stream::wait_shown(std::chrono::milliseconds patience) {
  if (!state_ || !state_->worker) return false;
  const std::uint64_t newest = state_->worker->submitted();
  return newest != 0 && state_->board.wait_settled(newest, patience);
}

bool Stream::wait_taken(std::chrono::milliseconds patience) {
  if (!state_ || !state_->worker) return false;
  const std::uint64_t newest = state_->worker->submitted();
  return newest != 0 && state_->board.wait_taken(newest, patience);
}

StreamStatus Stream::status() const {
  if (!state_) {
    StreamStatus closed;
    closed.state = StreamState::kClosed;
    return closed;
  }
  StreamStatus status = state_->board.status();
  if (state_->worker) {
    status.replaced = state_->worker->replaced();
    status.submitted = state_->worker->submitted();
  }
  return status;
}

bool Stream::next_touch(PanelTouch& touch) { return state_ && state_->board.next_touch(touch); }

void Stream::set_stalled(bool stalled) {
  if (state_ && state_->worker) state_->worker->set_stalled(stalled);
}

void Stream::abandon() {
  if (state_) state_->abandon();
}

void Stream::close() {
  if (state_) state_->close();
}

}  // namespace v0
}  // namespace p3a
