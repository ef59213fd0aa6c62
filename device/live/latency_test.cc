#include "device/live/latency.h"

#include <gtest/gtest.h>

namespace p3a {
namespace {

TEST(Latency, IsZeroWithoutSamples) {
  EXPECT_EQ(LatencyHistogram().percentile(0.5), 0us);
  EXPECT_EQ(LatencyMeter().figures().total.p99, 0us);
}

TEST(Latency, IsRightWithinSixPerCentEverywhere) {
  for (std::int64_t micros = 0; micros < 16'000'000; micros += 1 + micros / 50) {
    LatencyHistogram histogram;
    histogram.note(Micros(micros));
    const auto told = static_cast<double>(histogram.percentile(0.5).count());
    EXPECT_NEAR(told, static_cast<double>(micros), 0.0625 * static_cast<double>(micros) + 1e-9);
  }
}

TEST(Latency, WhatIsOutOfRangeCountsAsItsEnd) {
  LatencyHistogram histogram;
  histogram.note(-5us);
  EXPECT_EQ(histogram.percentile(0.5), 0us);
  histogram.note(Micros(100s));
  EXPECT_GT(histogram.percentile(1), Micros(15s));
}

TEST(Latency, TellsTheMedianFromTheTail) {
  LatencyHistogram histogram;
  for (int i = 0; i < 98; ++i) histogram.note(1ms);
  histogram.note(100ms);
  histogram.note(100ms);
  EXPECT_LT(histogram.percentile(0.5), 1100us);
  EXPECT_GT(histogram.percentile(0.99), 90ms);
}

TEST(Latency, EveryStageHasItsOwn) {
  LatencyMeter meter;
  const Instant at{Micros(1s)};
  meter.note({.received = at, .started = at + 1us, .decoded = at + 3us, .presented = at + 7us});
  const LatencyFigures figures = meter.figures();
  EXPECT_EQ(figures.queue.p50, 1us);
  EXPECT_EQ(figures.decode.p50, 2us);
  EXPECT_EQ(figures.present.p50, 4us);
  EXPECT_EQ(figures.total.p50, 7us);
}

}  // namespace
}  // namespace p3a
