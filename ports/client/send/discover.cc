// p3a-send discover: which displays there are on the local network.
#include "ports/client/send/commands.h"
#include "ports/client/send/discover_words.h"

namespace p3a::sender {

int run_discover(const SendOptions& options, Console& console) {
  const auto patience = std::chrono::duration<double>(options.duration_s);
  const Discovery discovery =
      discover(std::chrono::duration_cast<std::chrono::milliseconds>(patience));
  if (!discovery.error.empty()) console.say("p3a-send: " + discovery.error);
  if (options.json) {
    console.print(discovery_json(discovery));
  } else {
    for (const FoundDisplay& display : discovery.displays) console.print(display_words(display));
  }
  if (discovery.error.empty() && discovery.displays.empty()) {
    console.say("No display has answered: is it on, and in the same network?");
  }
  return discovery.displays.empty() ? kExitFailed : kExitDone;
}

}  // namespace p3a::sender
