#include "ports/linux/sandbox/protocol.h"

#include <gtest/gtest.h>

namespace p3a {
namespace {

TEST(WorkerProtocol, BringsAnswersBack) {
  const auto frame = parse_answer(raw_answer({DecodedFrame{.delay = 40ms, .last = true}, true}));
  ASSERT_TRUE(frame && frame->frame);
  EXPECT_EQ(frame->frame->delay, 40ms);
  EXPECT_TRUE(frame->frame->last);
  EXPECT_TRUE(frame->animated);
  const auto refusal = parse_answer(raw_answer({fail(ErrorCode::kDecodeLimit, "Too many.")}));
  ASSERT_TRUE(refusal && !refusal->frame);
  EXPECT_EQ(refusal->frame.error().code, ErrorCode::kDecodeLimit);
  EXPECT_EQ(refusal->frame.error().message.view(), "Too many.");
}

TEST(WorkerProtocol, KnowsWhatNoDecoderAnswers) {
  const RawAnswer good = raw_answer({DecodedFrame{}, false});
  const RawAnswer bad = raw_answer({fail(ErrorCode::kDecodeFailed, "Broken.")});
  ASSERT_TRUE(parse_answer(good));
  ASSERT_TRUE(parse_answer(bad));
  const auto refused = [](RawAnswer raw, auto change) {
    change(raw);
    return !parse_answer(raw);
  };
  EXPECT_TRUE(refused(good, [](RawAnswer& raw) { raw.failed = 2; }));
  EXPECT_TRUE(refused(good, [](RawAnswer& raw) { raw.last = 255; }));
  EXPECT_TRUE(refused(good, [](RawAnswer& raw) { raw.animated = 3; }));
  EXPECT_TRUE(refused(good, [](RawAnswer& raw) { raw.delay_us = -1; }));
  EXPECT_TRUE(refused(good, [](RawAnswer& raw) { raw.delay_us = INT64_MAX; }));
  EXPECT_TRUE(refused(bad, [](RawAnswer& raw) { raw.code = 255; }));
  EXPECT_TRUE(refused(
      bad, [](RawAnswer& raw) { raw.code = static_cast<std::uint8_t>(ErrorCode::kUnauthorized); }));
  EXPECT_TRUE(refused(bad, [](RawAnswer& raw) { raw.message_bytes = 0; }));
  EXPECT_TRUE(refused(bad, [](RawAnswer& raw) { raw.message_bytes = 255; }));
  EXPECT_TRUE(refused(bad, [](RawAnswer& raw) { raw.message[3] = '\n'; }));
  EXPECT_TRUE(refused(bad, [](RawAnswer& raw) { raw.message[0] = '\x1b'; }));
}

}  // namespace
}  // namespace p3a
