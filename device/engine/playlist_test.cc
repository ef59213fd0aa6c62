#include "device/engine/playlist.h"

#include <gtest/gtest.h>

#include <set>

namespace p3a {
namespace {

using enum Playlist::Direction;

FileInfo file(std::string name, std::uint64_t size = 10, Micros modified = 1s) {
  return {.name = std::move(name), .size = size, .modified = modified};
}

std::vector<FileInfo> files(std::initializer_list<const char*> names) {
  std::vector<FileInfo> list;
  for (const char* name : names) list.push_back(file(name));
  return list;
}

std::string step(Playlist& playlist, Playlist::Direction direction = kForward) {
  const FileInfo* at = playlist.step(direction);
  return at == nullptr ? "" : at->name;
}

Error error(ErrorCode code) { return fail(code, "because").error(); }

TEST(Playlist, PlaysPicturesByNameAndStartsAgain) {
  Playlist playlist(1);
  playlist.update(files({"b.gif", "notes.txt", "a.png", ".hidden.png", "c.JPG", "png"}));
  EXPECT_EQ(playlist.size(), 3u);
  EXPECT_EQ(step(playlist), "a.png");
  EXPECT_EQ(step(playlist), "b.gif");
  EXPECT_EQ(step(playlist), "c.JPG");
  EXPECT_EQ(step(playlist), "a.png");
  EXPECT_EQ(step(playlist, kBack), "c.JPG");
  EXPECT_EQ(step(playlist, kBack), "b.gif");
}

TEST(Playlist, BackFromTheStartIsTheLast) {
  Playlist playlist(1);
  playlist.update(files({"a.png", "b.png"}));
  EXPECT_EQ(step(playlist, kBack), "b.png");
}

TEST(Playlist, EmptyHasNothing) {
  Playlist playlist(1);
  EXPECT_EQ(playlist.step(kForward), nullptr);
  EXPECT_EQ(playlist.step(kBack), nullptr);
  EXPECT_FALSE(playlist.has_candidate());
}

TEST(Playlist, KeepsItsPlaceWhenFilesComeAndGo) {
  Playlist playlist(1);
  playlist.update(files({"a.png", "c.png", "e.png"}));
  playlist.jump("c.png");
  playlist.update(files({"a.png", "b.png", "d.png", "e.png"}));
  EXPECT_EQ(step(playlist), "d.png");
  playlist.jump("c.png");
  EXPECT_EQ(step(playlist, kBack), "b.png");
}

TEST(Playlist, ShuffledEveryFileComesOnceARoundAndNeverTwiceInARow) {
  Playlist playlist(42);
  playlist.set_shuffle(true);
  playlist.update(files({"a.png", "b.png", "c.png", "d.png"}));
  std::string last;
  std::set<std::vector<std::string>> orders;
  for (int round = 0; round < 50; ++round) {
    std::vector<std::string> order;
    for (int i = 0; i < 4; ++i) {
      order.push_back(step(playlist));
      EXPECT_NE(order.back(), last);
      last = order.back();
    }
    EXPECT_EQ(std::set<std::string>(order.begin(), order.end()).size(), 4u);
    orders.insert(order);
  }
  EXPECT_GT(orders.size(), 10u);
}

TEST(Playlist, ShuffledOrderComesFromTheSeed) {
  const auto round = [](std::uint64_t seed) {
    Playlist playlist(seed);
    playlist.set_shuffle(true);
    playlist.update(files({"a.png", "b.png", "c.png", "d.png", "e.png", "f.png"}));
    std::string order;
    for (int i = 0; i < 12; ++i) order += step(playlist);
    return order;
  };
  EXPECT_EQ(round(7), round(7));
  EXPECT_NE(round(7), round(8));
}

TEST(Playlist, ShuffledBackRetracesTheRound) {
  Playlist playlist(3);
  playlist.set_shuffle(true);
  playlist.update(files({"a.png", "b.png", "c.png", "d.png"}));
  const std::string first = step(playlist);
  const std::string second = step(playlist);
  step(playlist);
  EXPECT_EQ(step(playlist, kBack), second);
  EXPECT_EQ(step(playlist, kBack), first);
}

TEST(Playlist, ShuffledSingleFileRepeats) {
  Playlist playlist(3);
  playlist.set_shuffle(true);
  playlist.update(files({"a.png"}));
  EXPECT_EQ(step(playlist), "a.png");
  EXPECT_EQ(step(playlist), "a.png");
  EXPECT_EQ(step(playlist, kBack), "a.png");
}

TEST(Playlist, ABadFileIsNewsOnceUntilItChanges) {
  Playlist playlist(1);
  playlist.update({file("bad.png")});
  EXPECT_TRUE(playlist.has_candidate());
  EXPECT_TRUE(playlist.skip(file("bad.png"), error(ErrorCode::kDecodeFailed)));
  EXPECT_FALSE(playlist.skip(file("bad.png"), error(ErrorCode::kDecodeFailed)));
  EXPECT_TRUE(playlist.passes_over(file("bad.png")));
  EXPECT_FALSE(playlist.has_candidate());

  playlist.update({file("bad.png")});
  ASSERT_EQ(playlist.skipped().size(), 1u);
  EXPECT_EQ(playlist.skipped()[0].name, "bad.png");
  EXPECT_EQ(playlist.skipped()[0].reason.code, ErrorCode::kDecodeFailed);

  playlist.update({file("bad.png", 11)});
  EXPECT_TRUE(playlist.has_candidate());
  EXPECT_TRUE(playlist.skipped().empty());
  EXPECT_TRUE(playlist.skip(file("bad.png", 11), error(ErrorCode::kDecodeFailed)));
  playlist.update({file("bad.png", 11, 2s)});
  EXPECT_TRUE(playlist.has_candidate());
  playlist.update({});
  EXPECT_TRUE(playlist.skipped().empty());
}

TEST(Playlist, ASlowFileIsNamedButTriedAgain) {
  Playlist playlist(1);
  playlist.update({file("slow.png")});
  EXPECT_TRUE(playlist.skip(file("slow.png"), error(ErrorCode::kDecodeTimeout)));
  EXPECT_FALSE(playlist.skip(file("slow.png"), error(ErrorCode::kDecodeTimeout)));
  EXPECT_FALSE(playlist.passes_over(file("slow.png")));
  EXPECT_EQ(playlist.skipped().size(), 1u);
  playlist.unskip("slow.png");
  EXPECT_TRUE(playlist.skipped().empty());
}

}  // namespace
}  // namespace p3a
