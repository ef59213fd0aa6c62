// The page's preview: PreviewFeed on a thread of its own, which sleeps while nobody watches.
#pragma once

#include "device/engine/decode_worker.h"
#include "device/preview/preview_feed.h"

namespace p3a {

class Preview {
 public:
  Preview(Stage& stage, Clock& clock, const Capacities& capacities = {})
      : feed_(
            stage, clock, [this] { worker_.wake(); }, capacities),
        worker_(clock, [this, &clock] { return feed_.advance(clock.now()); }) {}

  /// Any thread. Error: kBusy.
  Result<std::unique_ptr<StreamClient>> connect(std::shared_ptr<StreamOutbox> outbox) {
    return feed_.connect(std::move(outbox));
  }
  /// Ends the thread; watchers see no more.
  void stop() { worker_.stop(); }

 private:
  PreviewFeed feed_;
  DecodeWorker worker_;  // after the feed that it runs
};

}  // namespace p3a
