#include "sender/mailbox.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>

namespace p3a::sender {
namespace {

using Bytes = std::vector<std::uint8_t>;

CheckedView checked(const PixelView& view) {
  const auto result = check(view);
  EXPECT_TRUE(result.has_value());
  return *result;
}

PixelView rgb(const Bytes& bytes, std::uint32_t width, std::uint32_t height) {
  return {.pixels = bytes.data(),
          .width = width,
          .height = height,
          .stride = 0,
          .format = InputFormat::kRgb888};
}

TEST(Mailbox, HandsOverWhatWasPutIn) {
  Mailbox box;
  EXPECT_FALSE(box.take());
  const Bytes pixels{1, 2, 3, 4, 5, 6};
  box.put(checked(rgb(pixels, 2, 1)), Instant(5ms), false);
  ASSERT_TRUE(box.take());
  EXPECT_EQ(box.current().bytes, pixels);
  EXPECT_EQ(box.current().size, (Size{2, 1}));
  EXPECT_EQ(box.current().captured, Instant(5ms));
  EXPECT_EQ(box.current().number, 1u);
  EXPECT_FALSE(box.take());
}

TEST(Mailbox, TheNewestWinsAndTheOthersAreCounted) {
  Mailbox box;
  for (std::uint8_t i = 0; i < 5; ++i) box.put(checked(rgb(Bytes{i, i, i}, 1, 1)), {}, false);
  ASSERT_TRUE(box.take());
  EXPECT_EQ(box.current().bytes, (Bytes{4, 4, 4}));
  EXPECT_EQ(box.submitted(), 5u);
  EXPECT_EQ(box.replaced(), 4u);
}

TEST(Mailbox, ReadsAKeptPictureWhereItLies) {
  Mailbox box;
  const auto pixels = std::make_shared<const Bytes>(Bytes{1, 2, 3, 0, 4, 5, 6, 0});
  PixelView view = rgb(*pixels, 1, 2);
  view.stride = 4;
  box.put(checked(view), {}, false, pixels);
  ASSERT_TRUE(box.take());
  EXPECT_EQ(box.current().pixels().data, pixels->data());
  EXPECT_EQ(box.current().pixels().row(1)[2], 6);

  box.put(checked(rgb(Bytes{1, 2, 3, 4, 5, 6}, 1, 2)), {}, false);
  ASSERT_TRUE(box.take());
  EXPECT_TRUE(same_picture(box.current(), box.previous())) << "padding is no part of a picture";
}

TEST(Mailbox, CopiesAKeptPictureThatIsToBeTurned) {
  Mailbox box;
  const auto pixels = std::make_shared<const Bytes>(Bytes{1, 2, 3, 4, 5, 6});
  box.put(checked(rgb(*pixels, 1, 2)), {}, true, pixels);
  EXPECT_EQ(pixels.use_count(), 1);
  ASSERT_TRUE(box.take());
  EXPECT_EQ(box.current().bytes, (Bytes{4, 5, 6, 1, 2, 3}));
}

TEST(Mailbox, LetsGoOfPicturesThatWereReplaced) {
  Mailbox box;
  const auto pixels = std::make_shared<const Bytes>(Bytes{1, 2, 3});
  for (int i = 0; i < 20; ++i) {
    box.put(checked(rgb(*pixels, 1, 1)), {}, false, pixels);
    EXPECT_LE(pixels.use_count(), 5) << "ours, and four";
    if (i % 3 == 0) {
      EXPECT_TRUE(box.take());
    }
  }
  for (std::uint8_t i = 0; i < 4; ++i) {
    box.put(checked(rgb(Bytes{i, i, i}, 1, 1)), {}, false);
    ASSERT_TRUE(box.take());
  }
  EXPECT_EQ(pixels.use_count(), 1);
}

TEST(Mailbox, KeepsThePictureBeforeForComparing) {
  Mailbox box;
  box.put(checked(rgb(Bytes{1, 1, 1}, 1, 1)), {}, false);
  ASSERT_TRUE(box.take());
  box.put(checked(rgb(Bytes{1, 1, 1}, 1, 1)), {}, false);
  ASSERT_TRUE(box.take());
  EXPECT_TRUE(same_picture(box.current(), box.previous()));
  box.put(checked(rgb(Bytes{1, 1, 2}, 1, 1)), {}, false);
  ASSERT_TRUE(box.take());
  EXPECT_FALSE(same_picture(box.current(), box.previous()));
}

TEST(Mailbox, RowsComeOutTopFirstWhateverWayTheyCameIn) {
  const Bytes padded{1, 1, 1, 0, 2, 2, 2, 0, 3, 3, 3, 0};  // one pixel wide, stride 4
  const Bytes down{1, 1, 1, 2, 2, 2, 3, 3, 3};
  const Bytes up{3, 3, 3, 2, 2, 2, 1, 1, 1};
  struct Case {
    std::ptrdiff_t first;
    std::ptrdiff_t stride;
    bool bottom_up;
    bool flip;
    const Bytes* expected;
  };
  for (const Case& c : {Case{0, 4, false, false, &down}, Case{0, 4, true, false, &up},
                        Case{8, -4, false, false, &up}, Case{8, -4, true, false, &down},
                        Case{0, 4, false, true, &up}, Case{0, 4, true, true, &down}}) {
    Mailbox box;
    box.put(checked({.pixels = padded.data() + c.first,
                     .width = 1,
                     .height = 3,
                     .stride = c.stride,
                     .format = InputFormat::kRgb888,
                     .bottom_up = c.bottom_up}),
            {}, c.flip);
    ASSERT_TRUE(box.take());
    EXPECT_EQ(box.current().bytes, *c.expected) << c.first << " " << c.stride;
  }
}

TEST(Mailbox, TakesNoMemoryOnceEverySlotHasHadTheSize) {
  Mailbox box;
  const Bytes pixels(12);
  std::array<const std::uint8_t*, 4> first{};
  for (std::size_t round = 0; round < 12; ++round) {
    box.put(checked(rgb(pixels, 2, 2)), {}, false);
    ASSERT_TRUE(box.take());
    if (round < 4) {
      first[round] = box.current().bytes.data();
    } else {
      EXPECT_NE(std::find(first.begin(), first.end(), box.current().bytes.data()), first.end());
    }
  }
}

// Both threads run at full speed: every picture that comes out is whole, and newer than the last.
TEST(Mailbox, NeverTearsAPictureNorGoesBack) {
  Mailbox box;
  std::atomic<bool> done{false};
  std::thread program([&] {
    for (std::uint32_t i = 1; i <= 20'000; ++i) {
      const auto value = static_cast<std::uint8_t>(i);
      box.put(checked(rgb(Bytes(48, value), 4, 4)), Instant(Micros(i)), false);
    }
    done = true;
  });
  Instant last{};
  std::uint64_t taken = 0;
  while (!done || box.has_fresh()) {
    if (!box.take()) continue;
    ++taken;
    const Submission& picture = box.current();
    EXPECT_GT(picture.captured, last);
    last = picture.captured;
    const auto value = static_cast<std::uint8_t>(last.time_since_epoch().count());
    EXPECT_EQ(picture.bytes, Bytes(48, value));
  }
  program.join();
  EXPECT_EQ(last, Instant(Micros(20'000)));
  EXPECT_EQ(taken + box.replaced(), box.submitted());
}

}  // namespace
}  // namespace p3a::sender
