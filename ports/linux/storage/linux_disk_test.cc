#include "ports/linux/storage/linux_disk.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace p3a {
namespace {

namespace fs = std::filesystem;

/// A folder of the machine that goes away with the test; the root of the disk is a folder in it.
class Scratch {
 public:
  Scratch() {
    std::string name = (fs::temp_directory_path() / "p3a-disk-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) folder_ = name;
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() { fs::remove_all(folder_); }
  fs::path root() const { return folder_ / "root"; }
  fs::path outside() const { return folder_ / "outside"; }

 private:
  fs::path folder_;
};

StoragePath path(std::string_view text) { return *StoragePath::parse(text); }

ByteView bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

void put(const fs::path& file, std::string_view text) { std::ofstream(file) << text; }

std::string text_of(const fs::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

ErrorCode open_error(LinuxDisk& disk, std::string_view name) {
  const auto opened = disk.open(path(name));
  return opened ? ErrorCode::kInternal : opened.error().code;
}

TEST(LinuxDisk, KeepsWhatIsWritten) {
  const Scratch scratch;
  LinuxDisk disk(scratch.root());
  ASSERT_TRUE(disk.make_folder(path("a/b")));
  ASSERT_TRUE(disk.make_folder(path("a/b")));
  {
    auto file = disk.create(path("a/b/.t.tmp"));
    ASSERT_TRUE(file);
    ASSERT_TRUE((*file)->write(bytes("hello ")));
    ASSERT_TRUE((*file)->write(bytes("world")));
    ASSERT_TRUE((*file)->sync());
  }
  EXPECT_FALSE(disk.create(path("a/b/.t.tmp")));
  put(scratch.root() / "a/b/x", "old");
  auto old = disk.open(path("a/b/x"));
  ASSERT_TRUE(old);
  ASSERT_TRUE(disk.rename(path("a/b/.t.tmp"), path("a/b/x")));
  ASSERT_TRUE(disk.sync_folder(path("a/b")));
  ASSERT_TRUE(disk.sync_folder(std::nullopt));
  EXPECT_EQ(text_of(scratch.root() / "a/b/x"), "hello world");

  std::array<std::uint8_t, 100> out{};
  EXPECT_EQ((*old)->read_at(0, out), 3u);  // what was opened stays readable
  auto file = disk.open(path("a/b/x"));
  ASSERT_TRUE(file);
  EXPECT_EQ((*file)->size(), 11u);
  EXPECT_EQ((*file)->read_at(6, out), 5u);
  EXPECT_EQ(out[0], 'w');
  EXPECT_EQ((*file)->read_at(11, out), 0u);
  EXPECT_EQ((*file)->read_at(~std::uint64_t{0}, out), 0u);

  ASSERT_TRUE(disk.remove(path("a/b/x")));
  ASSERT_TRUE(disk.remove(path("a/b/x")));
  ASSERT_TRUE(disk.remove(path("no/such/folder")));
  EXPECT_EQ(open_error(disk, "a/b/x"), ErrorCode::kNotFound);
}

TEST(LinuxDisk, ExchangesTwoFilesOrRenames) {
  const Scratch scratch;
  LinuxDisk disk(scratch.root());
  put(scratch.root() / "x", "old");
  put(scratch.root() / "t", "new");
  const auto exchanged = disk.exchange(path("t"), path("x"));
  ASSERT_TRUE(exchanged);
  EXPECT_TRUE(*exchanged);
  EXPECT_EQ(text_of(scratch.root() / "x"), "new");
  EXPECT_EQ(text_of(scratch.root() / "t"), "old");
  const auto renamed = disk.exchange(path("t"), path("y"));
  ASSERT_TRUE(renamed);
  EXPECT_FALSE(*renamed);
  EXPECT_EQ(text_of(scratch.root() / "y"), "old");
  EXPECT_FALSE(fs::exists(scratch.root() / "t"));
  EXPECT_FALSE(disk.exchange(path("t"), path("x")));
  EXPECT_EQ(text_of(scratch.root() / "x"), "new");
}

TEST(LinuxDisk, WritesOverAFileThatNobodyUses) {
  const Scratch scratch;
  LinuxDisk disk(scratch.root());
  put(scratch.root() / "x", "a long text");
  const auto write_over = [&](const char* name, const char* text) {
    const auto file = disk.overwrite(path(name));
    if (!file || !(*file)->write(bytes(text)) || !(*file)->truncate()) return false;
    const auto reader = disk.open(path(name));  // before it is on the medium
    return reader && (*reader)->size() == std::string_view(text).size() && (*file)->sync();
  };
  EXPECT_TRUE(write_over("x", "short"));
  EXPECT_EQ(text_of(scratch.root() / "x"), "short");
  EXPECT_TRUE(write_over("x", "longer again"));
  EXPECT_EQ(text_of(scratch.root() / "x"), "longer again");
  {
    const auto reader = disk.open(path("x"));
    ASSERT_TRUE(reader);
    EXPECT_FALSE(write_over("x", "no"));
  }
  fs::create_hard_link(scratch.root() / "x", scratch.root() / "copy");
  EXPECT_FALSE(write_over("x", "no"));
  fs::create_symlink("copy", scratch.root() / "link");
  EXPECT_FALSE(write_over("link", "no"));
  EXPECT_FALSE(write_over("nothing", "no"));
  EXPECT_EQ(text_of(scratch.root() / "x"), "longer again");
  EXPECT_EQ(text_of(scratch.root() / "copy"), "longer again");
}

TEST(LinuxDisk, ListsRegularFilesOnly) {
  const Scratch scratch;
  LinuxDisk disk(scratch.root());
  fs::create_directories(scratch.root() / "a/folder");
  put(scratch.root() / "a/x.png", "1234");
  fs::create_symlink("x.png", scratch.root() / "a/link");
  ASSERT_EQ(::mkfifo((scratch.root() / "a/pipe").c_str(), 0600), 0);
  const auto files = disk.list(path("a"));
  ASSERT_TRUE(files);
  ASSERT_EQ(files->size(), 1u);
  EXPECT_EQ(files->front().name, "x.png");
  EXPECT_EQ(files->front().size, 4u);
  EXPECT_GT(files->front().modified.count(), 1'600'000'000'000'000);
  EXPECT_TRUE(disk.list(path("b"))->empty());
  EXPECT_TRUE(disk.list(std::nullopt)->empty());
}

TEST(LinuxDisk, NoLinkLeadsOut) {
  const Scratch scratch;
  LinuxDisk disk(scratch.root());
  fs::create_directories(scratch.outside());
  put(scratch.outside() / "secret", "s");
  fs::create_directory_symlink(scratch.outside(), scratch.root() / "folder");
  fs::create_symlink(scratch.outside() / "secret", scratch.root() / "file");
  fs::create_symlink("inside", scratch.root() / "dangling");

  EXPECT_EQ(open_error(disk, "file"), ErrorCode::kNotFound);
  EXPECT_EQ(open_error(disk, "folder/secret"), ErrorCode::kNotFound);
  EXPECT_FALSE(disk.create(path("dangling")));
  EXPECT_FALSE(disk.create(path("folder/new")));
  EXPECT_FALSE(disk.make_folder(path("folder/new")));
  EXPECT_FALSE(disk.make_folder(path("folder")));
  EXPECT_FALSE(disk.remove(path("folder/secret")));
  EXPECT_FALSE(disk.rename(path("folder/secret"), path("folder/other")));
  EXPECT_FALSE(disk.list(path("folder")));
  EXPECT_EQ(text_of(scratch.outside() / "secret"), "s");
  EXPECT_EQ(std::distance(fs::directory_iterator(scratch.outside()), {}), 1);

  // Replacing a link replaces the link, not what it leads to.
  {
    ASSERT_TRUE(disk.create(path("new")));
  }
  ASSERT_TRUE(disk.rename(path("new"), path("file")));
  EXPECT_EQ(text_of(scratch.outside() / "secret"), "s");
  EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(scratch.root() / "file")));
}

TEST(LinuxDisk, OpensNoPipeSocketFolderOrDevice) {
  const Scratch scratch;
  LinuxDisk disk(scratch.root());
  ASSERT_EQ(::mkfifo((scratch.root() / "pipe").c_str(), 0600), 0);
  fs::create_directory(scratch.root() / "folder");
  EXPECT_EQ(open_error(disk, "pipe"), ErrorCode::kNotFound);  // and does not wait for a writer
  EXPECT_EQ(open_error(disk, "folder"), ErrorCode::kNotFound);
  EXPECT_FALSE(disk.remove(path("folder")));
  EXPECT_FALSE(disk.make_folder(path("pipe")));

  const FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM, 0));
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  const std::string name = (scratch.root() / "socket").string();
  ASSERT_LT(name.size(), sizeof(address.sun_path));
  std::ranges::copy(name, address.sun_path);
  ASSERT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  EXPECT_EQ(open_error(disk, "socket"), ErrorCode::kNotFound);

  if (::mknod((scratch.root() / "device").c_str(), S_IFCHR | 0600, makedev(1, 5)) == 0) {
    EXPECT_EQ(open_error(disk, "device"), ErrorCode::kNotFound);
  } else {
    ASSERT_EQ(errno, EPERM);
  }
}

TEST(LinuxDisk, LongAndOddNamesAreJustNames) {
  const Scratch scratch;
  LinuxDisk disk(scratch.root());
  EXPECT_FALSE(StoragePath::parse(std::string(300, 'n')));
  EXPECT_FALSE(StoragePath::parse("../outside"));
  EXPECT_FALSE(StoragePath::parse("a/../../outside"));
  EXPECT_FALSE(StoragePath::parse("/etc/passwd"));
  for (const std::string& name : {std::string(255, 'n'), std::string("%2e%2e"), std::string("a\nb"),
                                  std::string("..."), std::string("\xFF")}) {
    EXPECT_TRUE(disk.create(path(name))) << name;
    EXPECT_TRUE(disk.open(path(name))) << name;
  }
}

TEST(LinuxDisk, FindsARootThatComesBack) {
  const Scratch scratch;
  LinuxDisk disk(scratch.root());
  put(scratch.root() / "x", "1");
  ASSERT_TRUE(disk.open(path("x")));
  fs::rename(scratch.root(), scratch.outside());  // still held, but no longer the root
  fs::remove_all(scratch.outside());
  EXPECT_EQ(open_error(disk, "x"), ErrorCode::kStorageUnavailable);
  const auto created = disk.create(path("y"));
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().code, ErrorCode::kStorageUnavailable);
  EXPECT_TRUE(created.error().message.view().contains("missing"));
  EXPECT_FALSE(disk.list(path("a")));
  EXPECT_FALSE(disk.totals());

  fs::create_directories(scratch.root());
  put(scratch.root() / "x", "2");
  EXPECT_TRUE(disk.open(path("x")));
  EXPECT_TRUE(disk.create(path("y")));
  fs::remove_all(scratch.root());  // away and back between two calls
  fs::create_directories(scratch.root());
  EXPECT_TRUE(disk.create(path("z")));
}

TEST(LinuxDisk, KnowsHowMuchRoomThereIs) {
  const Scratch scratch;
  LinuxDisk disk(scratch.root());
  const auto totals = disk.totals();
  ASSERT_TRUE(totals);
  EXPECT_GT(totals->total_bytes, 0u);
  EXPECT_LE(totals->free_bytes, totals->total_bytes);
}

}  // namespace
}  // namespace p3a
