#include "ports/client/send/picture_source.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "ports/client/send/picture_list.h"
#include "ports/fake/repository_file.h"
#include "ports/png/png_writer.h"

namespace p3a::sender {
namespace {

namespace fs = std::filesystem;

// A folder of its own, gone after the test.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "p3a-pictures-XXXXXX").string();
    EXPECT_NE(mkdtemp(name.data()), nullptr);
    path_ = name;
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string add(const std::string& picture, const std::string& name) const {
    fs::copy_file(repository_file("tests/pictures/" + picture), path_ / name);
    return (path_ / name).string();
  }
  std::string write(const std::string& name, const std::string& bytes) const {
    std::ofstream(path_ / name, std::ios::binary) << bytes;
    return (path_ / name).string();
  }
  std::string path() const { return path_.string(); }

 private:
  fs::path path_;
};

struct Player {
  explicit Player(StreamSource source)
      : pictures(source, [this](const std::string& words) { told.push_back(words); }) {}
  // "64x48 for 100 ms", or "end", or the error's sentence.
  std::string next() {
    const auto view = pictures.next({});
    if (!view) return std::string(view.error().message.view());
    if (view->pixels == nullptr) return "end";
    return std::to_string(view->width) + "x" + std::to_string(view->height) + " for " +
           std::to_string(pictures.hold() / 1ms) + " ms";
  }
  std::vector<std::string> told;
  PictureSource pictures;
};

StreamSource files(std::vector<std::string> names, double dwell_s, std::uint32_t rounds) {
  return {.pattern = {},
          .input = {},
          .files = std::move(names),
          .dwell_s = dwell_s,
          .rounds = rounds,
          .fps = {}};
}

TEST(PictureList, AFolderIsItsPicturesByName) {
  const Folder folder;
  const std::string b = folder.add("png-1x1.png", "b.PNG");
  const std::string a = folder.add("jpeg-1x1.jpg", "a.jpeg");
  folder.add("png-1x1.png", ".hidden.png");
  folder.write("notes.txt", "not a picture");
  fs::create_directory(folder.path() + "/sub.png");
  EXPECT_EQ(list_pictures({"x.bin", folder.path(), "y"}),
            (std::vector<std::string>{"x.bin", a, b, "y"}));
}

TEST(PictureSource, AnAnimationKeepsItsOwnDelaysRoundAfterRound) {
  for (const char* name : {"gif-local-palette.gif", "apng-palette.png", "webp-animation.webp"}) {
    const Folder folder;
    Player once(files({folder.add(name, name)}, 10, 1));
    std::vector<std::string> round;
    for (std::string words = once.next(); words != "end"; words = once.next()) {
      ASSERT_LT(round.size(), 100u);
      round.push_back(words);
    }
    EXPECT_GT(round.size(), 1u) << name;
    Player twice(files({folder.path()}, 10, 2));
    for (int i = 0; i < 2; ++i) {
      for (const std::string& words : round) EXPECT_EQ(twice.next(), words) << name;
    }
    EXPECT_EQ(twice.next(), "end");
    EXPECT_TRUE(twice.told.empty());
  }
}

TEST(PictureSource, StillsStayForTheDwellAndBrokenFilesAreNamedOnceAndLeftOut) {
  const Folder folder;
  folder.add("png-3x2.png", "1.png");
  folder.add("bad-png-cut.png", "2.png");
  folder.add("gif-1x1.gif", "3.gif");
  folder.write("4.webp", "no picture at all, but long enough to be looked at");
  Player player(files({folder.path(), folder.path() + "/missing.png"}, 0.25, 2));
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(player.next(), "3x2 for 250 ms");
    EXPECT_EQ(player.next(), "1x1 for 250 ms");
  }
  EXPECT_EQ(player.next(), "end");
  ASSERT_EQ(player.told.size(), 3u);
  EXPECT_NE(player.told[0].find("2.png: "), std::string::npos) << player.told[0];
  EXPECT_NE(player.told[1].find("4.webp: "), std::string::npos) << player.told[1];
  EXPECT_NE(player.told[2].find("missing.png: There is no such file"), std::string::npos);
}

TEST(PictureSource, APictureAddedToTheFolderComesWithTheNextRound) {
  const Folder folder;
  folder.add("png-3x2.png", "1.png");
  Player player(files({folder.path()}, 1, 0));
  EXPECT_EQ(player.next(), "3x2 for 1000 ms");
  folder.add("png-9x1.png", "2.png");
  EXPECT_EQ(player.next(), "3x2 for 1000 ms");
  EXPECT_EQ(player.next(), "9x1 for 1000 ms");
}

TEST(PictureSource, WithoutAnyPictureItSaysSoInsteadOfWaiting) {
  const Folder folder;
  Player empty(files({folder.path()}, 1, 0));
  EXPECT_NE(empty.next().find("no picture to be streamed"), std::string::npos);
  Player broken(files({folder.add("bad-gif-empty.gif", "1.gif")}, 1, 0));
  EXPECT_NE(broken.next().find("no picture to be streamed"), std::string::npos);
  EXPECT_EQ(broken.told.size(), 1u);
}

TEST(PictureSource, PicturesWiderThanAStreamAreShrunkKeepingTheirShape) {
  const Folder folder;
  const std::vector<std::uint8_t> row(4100 * 3, 99);
  std::vector<std::uint8_t> png;
  ASSERT_TRUE(write_png({4100, 20}, [&](std::uint32_t) { return ByteView(row); }, png));
  Player player(files({folder.write("wide.png", {png.begin(), png.end()})}, 1, 1));
  EXPECT_EQ(player.next(), "2048x10 for 1000 ms");
}

}  // namespace
}  // namespace p3a::sender
