// p3a-send watch: listens to a display's texts without sending a picture.
#include "ports/client/beast_transport.h"
#include "ports/client/send/commands.h"
#include "ports/client/send/interrupt.h"
#include "ports/client/send/watch_words.h"
#include "ports/client/steady_clock.h"
#include "sender/address.h"

namespace p3a::sender {
namespace {

constexpr Micros kConnectPatience = 3s;
constexpr Micros kPause = 500ms;      // between attempts
constexpr Micros kPollSlice = 100ms;  // how soon Ctrl-C is seen

class Watcher final : public TransportEvents {
 public:
  Watcher(const SendOptions& options, Console& console, std::vector<Destination> destinations)
      : options_(options), console_(console), destinations_(std::move(destinations)) {}

  int run() {
    while (!over()) {
      if (!connecting_ && clock_.now() >= next_attempt_) {
        connecting_ = true;
        transport_.connect(destinations_[attempts_++ % destinations_.size()], kConnectPatience);
      }
      transport_.poll(clock_.now() + kPollSlice, *this);
    }
    transport_.close(200ms);
    return reached_ ? kExitDone : kExitFailed;
  }

 private:
  void on_open() override {
    reached_ = true;
    told_.clear();
    attempts_ = (attempts_ + destinations_.size() - 1) % destinations_.size();  // the same again
    transport_.send_text(R"({"type":"hello","name":"p3a-send watch","stats":true,"touch":true})");
  }
  void on_text(std::string_view text) override {
    const auto words = watch_words(text);
    if (words) console_.print(options_.json ? text : std::string_view(*words));
  }
  void on_closed(std::string_view why) override {
    connecting_ = false;
    next_attempt_ = clock_.now() + kPause;
    if (told_ == why) return;
    console_.say(options_.to[0] + ": " + std::string(why));
    told_ = why;
  }

  bool over() {
    const auto elapsed = std::chrono::duration<double>(clock_.now() - started_).count();
    return interrupted() || (options_.duration_s > 0 && elapsed >= options_.duration_s);
  }

  const SendOptions& options_;
  Console& console_;
  std::vector<Destination> destinations_;
  SteadyClock clock_;
  BeastTransport transport_;
  const Instant started_ = clock_.now();
  Instant next_attempt_{};
  std::size_t attempts_ = 0;
  bool connecting_ = false;
  bool reached_ = false;
  std::string told_;
};

}  // namespace

int run_watch(const SendOptions& options, Console& console) {
  auto destinations = parse_address(options.to[0], "/stream", options.token, options.ca_file);
  if (!destinations) {
    console.say("p3a-send: " + std::string(destinations.error().message.view()));
    return kExitUsage;
  }
  return Watcher(options, console, std::move(*destinations)).run();
}

}  // namespace p3a::sender
