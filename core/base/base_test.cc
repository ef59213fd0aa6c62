#include <gtest/gtest.h>

#include <array>

#include "core/base/bytes.h"
#include "core/base/checked.h"
#include "core/base/error.h"
#include "core/base/geometry.h"

namespace p3a {
namespace {

TEST(Checked, SaysWhenAProductDoesNotFit) {
  EXPECT_EQ(checked_mul<std::uint32_t>(65535, 65535).value_or(0), 4294836225u);
  EXPECT_FALSE(checked_mul<std::uint32_t>(65536, 65536).has_value());
  EXPECT_FALSE(checked_add<std::uint32_t>(0xFFFFFFFF, 1).has_value());
}

TEST(ByteReader, StaysWhereItWasWhenBytesAreMissing) {
  const std::array<std::uint8_t, 5> bytes{0x44, 0x50, 1, 2, 3};
  ByteReader reader(bytes);
  EXPECT_EQ(reader.le16().value_or(0), 0x5044);
  EXPECT_FALSE(reader.le32().has_value());
  EXPECT_EQ(reader.rest().size(), 3u);
  EXPECT_EQ(reader.be16().value_or(0), 0x0102);
  EXPECT_EQ(reader.u8().value_or(0), 3);
  EXPECT_FALSE(reader.u8().has_value());
}

TEST(MemorySource, ReadsLessAtTheEndAndNothingBehindIt) {
  const std::array<std::uint8_t, 4> bytes{1, 2, 3, 4};
  MemorySource source(bytes);
  std::array<std::uint8_t, 3> out{};
  EXPECT_EQ(source.read_at(2, out), 2u);
  EXPECT_EQ(out[1], 4);
  EXPECT_EQ(source.read_at(4, out), 0u);
  EXPECT_EQ(source.read_at(~std::uint64_t{0}, out), 0u);
}

TEST(Error, CarriesACodeAndASentence) {
  const Status status = fail(ErrorCode::kDimensionsTooLarge, "it is ", 4096u, " wide");
  EXPECT_TRUE(status.error().message.view() == "it is 4096 wide");
  EXPECT_TRUE(code_name(status.error().code) == "DIMENSIONS_TOO_LARGE");
  EXPECT_EQ(http_status(ErrorCode::kFileTooLarge), 413);
}

TEST(Error, CutsASentenceThatIsTooLong) {
  Message message;
  for (int i = 0; i < 100; ++i) message.append("0123456789");
  EXPECT_EQ(message.view().size(), Message::kCapacity);
}

TEST(Rect, LiesWithinOnlyWhenAllOfItDoes) {
  EXPECT_TRUE((Rect{0, 0, 720, 720}).within({720, 720}));
  EXPECT_FALSE((Rect{1, 0, 720, 720}).within({720, 720}));
  EXPECT_FALSE((Rect{-1, 0, 2, 2}).within({720, 720}));
  EXPECT_FALSE((Rect{719, 0, 0xFFFFFFFF, 1}).within({720, 720}));
}

}  // namespace
}  // namespace p3a
