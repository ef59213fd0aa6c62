#include "device/engine/decode_worker.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <thread>
#include <vector>

#include "ports/fake/fake_clock.h"

namespace p3a {
namespace {

TEST(DecodeWorker, DoesTasksInOrderOnOneThread) {
  FakeClock clock;
  DecodeWorker worker(clock, [] { return Instant::max(); });
  std::vector<int> order;
  std::promise<std::thread::id> first;
  std::promise<std::thread::id> last;
  worker.post([&](bool) {
    order.push_back(1);
    first.set_value(std::this_thread::get_id());
  });
  worker.post([&](bool) { order.push_back(2); });
  worker.post([&](bool) { last.set_value(std::this_thread::get_id()); });
  const auto thread = last.get_future().get();
  EXPECT_EQ(first.get_future().get(), thread);
  EXPECT_NE(thread, std::this_thread::get_id());
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

TEST(DecodeWorker, BeginsOnItsThreadBeforeAnythingElse) {
  FakeClock clock;
  std::thread::id begun;
  std::promise<bool> before;
  {
    DecodeWorker worker(
        clock, [] { return Instant::max(); }, [&] { begun = std::this_thread::get_id(); });
    worker.post([&](bool) { before.set_value(begun == std::this_thread::get_id()); });
    EXPECT_TRUE(before.get_future().get());
  }
}

TEST(DecodeWorker, AdvancesAtTheStartWhenDueAndAfterTasks) {
  FakeClock clock;
  int calls = 0;
  std::promise<void> three;
  std::promise<void> four;
  DecodeWorker worker(clock, [&] {
    ++calls;
    if (calls == 3) three.set_value();
    if (calls == 4) four.set_value();
    return calls < 3 ? clock.now() : Instant::max();
  });
  three.get_future().get();
  worker.post([](bool) {});
  four.get_future().get();
}

TEST(DecodeWorker, AdvancesWhenItsTimeHasCome) {
  FakeClock clock;
  std::promise<void> first;
  std::promise<void> second;
  int calls = 0;
  DecodeWorker worker(clock, [&] {
    if (++calls == 2) second.set_value();
    if (calls == 2) return Instant::max();
    const Instant due = clock.now() + 2ms;
    first.set_value();
    return due;
  });
  first.get_future().get();
  clock.advance(2ms);
  second.get_future().get();
  EXPECT_EQ(calls, 2);
}

TEST(DecodeWorker, WhatItDoesNotComeToIsTold) {
  FakeClock clock;
  DecodeWorker worker(clock, [] { return Instant::max(); });
  std::promise<void> begun;
  std::promise<void> release;
  std::promise<bool> waited;
  worker.post([&](bool) {
    begun.set_value();
    release.get_future().get();
  });
  begun.get_future().get();
  worker.post([&](bool stopping) { waited.set_value(stopping); });
  std::thread stopper([&] { worker.stop(); });
  // What comes after stop() has begun is told at once, on the thread that posts it.
  const auto probe = std::make_shared<std::atomic<bool>>(false);
  while (!*probe) {
    worker.post([probe](bool stopping) { *probe = stopping; });
    std::this_thread::yield();
  }
  release.set_value();
  stopper.join();
  EXPECT_TRUE(waited.get_future().get());
}

}  // namespace
}  // namespace p3a
