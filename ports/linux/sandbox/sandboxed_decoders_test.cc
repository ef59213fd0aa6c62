// Good pictures look as they do without the sandbox; bad ones, and workers that somebody else has
// taken over, cost one picture each.
#include "ports/linux/sandbox/sandboxed_decoders.h"

#include <dirent.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <tuple>

#include "core/base/sanitizers.h"
#include "ports/decode/decoders.h"
#include "ports/decode/picture_files.h"
#include "ports/fake/fake_log.h"

namespace p3a {
namespace {

constexpr std::string_view kMark = "ATTACK:";
constexpr std::size_t kFrameBytes = std::size_t{256} * 256 * 3;

// What a worker does that an enemy has: named by a mark and a letter behind the end of a good file.
// Test only.
enum class Attack : std::uint8_t {
  kNone = 'a',
  kSegfault,
  kAbort,
  kLeave,
  kSpin,
  kWait,
  kTakeMemory,
  kWrongNumber,
  kLongPacket,
  kBurst,
  kNegativeDelay,
  kEscapeSequence,
  kWrongCode,
  kOpenFile,
};

void write_packet(const void* bytes, std::size_t size) {
  std::ignore = ::write(kWorkerSocket, bytes, size);
}

Result<DecodedFrame> carry_out(Attack attack) {
  const std::uint32_t wrong[64] = {0xdeadbeef};
  volatile std::uintptr_t nowhere = 8;
  switch (attack) {
    case Attack::kNone:
      break;
    case Attack::kSegfault:
      *reinterpret_cast<volatile int*>(nowhere) = 1;
      break;
    case Attack::kAbort:
      std::abort();
    case Attack::kLeave:
      ::_exit(0);
    case Attack::kSpin:
      for (volatile bool on = true; on;) {
      }
      break;
    case Attack::kWait: {
      std::uint32_t none = 0;
      while (::read(kWorkerSocket, &none, sizeof none) > 0) {
      }
      break;
    }
    case Attack::kTakeMemory:
      for (;;) {
        auto* const taken = new std::array<std::uint8_t, 1 << 20>;
        taken->fill(1);
      }
    case Attack::kWrongNumber:
      write_packet(wrong, 4);
      break;
    case Attack::kLongPacket:
      write_packet(wrong, sizeof wrong);
      break;
    case Attack::kBurst:
      for (int i = 0; i < 64; ++i) write_packet(wrong, 3);
      break;
    case Attack::kNegativeDelay:
      return DecodedFrame{.delay = Micros(-1), .last = false};
    case Attack::kEscapeSequence:
      return fail(ErrorCode::kDecodeFailed, "\x1b[2J");
    case Attack::kWrongCode:
      return fail(ErrorCode::kStorageFull, "Pay up.");
    case Attack::kOpenFile:
      std::ignore = ::access("/etc/shadow", R_OK);
      break;
  }
  return DecodedFrame{.delay = {}, .last = true};
}

class HostilePicture final : public Picture {
 public:
  explicit HostilePicture(Attack attack) : attack_(attack) {}
  const ImageInfo& info() const override { return info_; }
  Result<DecodedFrame> next(const View&, const Canvas&) override { return carry_out(attack_); }

 private:
  Attack attack_;
  ImageInfo info_;
};

class HostileDecoders final : public Decoders {
 public:
  Result<std::unique_ptr<Picture>> open(std::unique_ptr<ReadableFile> file,
                                        const ImageLimits& limits) override {
    std::array<std::uint8_t, kMark.size() + 1> end{};
    if (file->size() >= end.size()) file->read_at(file->size() - end.size(), end);
    if (!std::ranges::equal(std::span(end).first(kMark.size()), kMark))
      return libraries_.open(std::move(file), limits);
    return std::make_unique<HostilePicture>(Attack{end.back()});
  }

 private:
  LibraryDecoders libraries_;
};

std::vector<std::uint8_t> hostile_file(Attack attack) {
  auto bytes = read_picture("gif-all.gif");
  bytes.insert(bytes.end(), kMark.begin(), kMark.end());
  bytes.push_back(static_cast<std::uint8_t>(attack));
  return bytes;
}

std::vector<pid_t> children() {
  std::ifstream list("/proc/self/task/" + std::to_string(::getpid()) + "/children");
  std::vector<pid_t> pids;
  for (pid_t pid = 0; list >> pid;) pids.push_back(pid);
  return pids;
}

std::size_t open_files() {
  std::size_t count = 0;
  DIR* const folder = ::opendir("/proc/self/fd");
  while (::readdir(folder) != nullptr) ++count;
  ::closedir(folder);
  return count;
}

class SandboxedDecodersTest : public testing::Test {
 protected:
  void SetUp() override {
#if P3A_THREAD_SANITIZER
    GTEST_SKIP() << "ThreadSanitizer's own runtime asks for system calls that the walls forbid";
#endif
    settle();
  }

  void settle() {
    const Status ready = decoders_.configure(config_);
    EXPECT_TRUE(ready);
    EXPECT_EQ(decoders_.status().sandbox, "on") << decoders_.status().missing;
  }
  std::unique_ptr<Picture> open(std::vector<std::uint8_t> bytes) {
    auto picture = decoders_.open(std::make_unique<MemoryFile>(std::move(bytes)), {});
    return picture ? std::move(*picture) : nullptr;
  }
  Canvas canvas(Size size) const {
    return {.pixels = decoders_.frames().data(),
            .size = size,
            .stride = size.width * std::size_t{3},
            .format = PixelFormat::kRgb888};
  }
  Result<DecodedFrame> show(std::vector<std::uint8_t> bytes) {
    return open(std::move(bytes))->next(plain_view(), canvas({16, 16}));
  }
  ErrorCode code_of(Attack attack) {
    const auto shown = show(hostile_file(attack));
    return shown ? ErrorCode::kInternal : shown.error().code;
  }
  bool shows_good_pictures() { return show(read_picture("webp-1x1.webp")).has_value(); }

  FakeLog log_;
  HostileDecoders inside_;
  Config config_;
  SandboxedDecoders decoders_{inside_, log_, kFrameBytes};
};

// Both decode to the end of the second round, frame by frame.
void expect_same(Picture& one, Picture& other, const Canvas& shared, const std::string& name,
                 Scaling chroma = Scaling::kBilinear) {
  CanvasMemory own(shared.size);
  View view = plain_view({40, 90, 200});
  view.chroma = chroma;
  for (int ends = 0, frames = 0; ends < 2 && frames < 200; ++frames) {
    const auto in_sandbox = one.next(view, shared);
    const auto in_process = other.next(view, own.canvas);
    ASSERT_EQ(in_sandbox.has_value(), in_process.has_value()) << name << " frame " << frames;
    if (!in_sandbox) {
      EXPECT_EQ(in_sandbox.error().code, in_process.error().code) << name;
      EXPECT_EQ(in_sandbox.error().message.view(), in_process.error().message.view()) << name;
      return;
    }
    EXPECT_EQ(in_sandbox->delay, in_process->delay) << name << " frame " << frames;
    EXPECT_EQ(in_sandbox->last, in_process->last) << name << " frame " << frames;
    EXPECT_EQ(one.info().animated, other.info().animated) << name << " frame " << frames;
    ASSERT_TRUE(std::ranges::equal(own.pixels, std::span(shared.pixels, own.pixels.size())))
        << name << " frame " << frames;
    ends += in_sandbox->last ? 1 : 0;
  }
}

TEST_F(SandboxedDecodersTest, ShowEveryPictureAsTheDecodersDoBare) {
  LibraryDecoders bare;
  std::size_t compared = 0;
  for (const PictureLine& line : picture_index()) {
    const auto bytes = read_picture(line.name);
    const auto in_sandbox = decoders_.open(std::make_unique<MemoryFile>(bytes), {});
    const auto in_process = bare.open(std::make_unique<MemoryFile>(bytes), {});
    if (!in_process) {
      // open() of the sandbox reads the header only.
      EXPECT_TRUE(!in_sandbox || !(*in_sandbox)->next(plain_view(), canvas({16, 16}))) << line.name;
      continue;
    }
    ASSERT_TRUE(in_sandbox) << line.name;
    const Size size = line.good ? line.size : Size{64, 48};
    expect_same(**in_sandbox, **in_process, canvas(size), line.name);
    ++compared;
  }
  EXPECT_GT(compared, 80u);
  EXPECT_EQ(decoders_.status().crashed, 0u);
  EXPECT_EQ(decoders_.status().timed_out, 0u);
}

TEST_F(SandboxedDecodersTest, ShowLivePicturesAsTheDecodersDoBare) {
  LibraryDecoders bare;
  std::size_t compared = 0;
  for (const PictureLine& line : picture_index()) {
    if (!line.good || !line.name.starts_with("jpeg")) continue;
    const auto bytes = read_picture(line.name);
    const auto in_sandbox = decoders_.open(std::make_unique<MemoryFile>(bytes), {});
    const auto in_process = bare.open(std::make_unique<MemoryFile>(bytes), {});
    ASSERT_TRUE(in_sandbox && in_process) << line.name;
    expect_same(**in_sandbox, **in_process, canvas(line.size), line.name, Scaling::kNearest);
    ++compared;
  }
  EXPECT_GT(compared, 3u);
  EXPECT_EQ(decoders_.status().crashed, 0u);
}

TEST_F(SandboxedDecodersTest, LetEveryAttackCostOnePicture) {
  config_.decode.deadline_ms = 60;
  config_.decode.memory_mib = 32;
  settle();
  const std::size_t files = open_files();
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(code_of(Attack::kSegfault), ErrorCode::kDecodeFailed);
    EXPECT_TRUE(shows_good_pictures());
    EXPECT_EQ(code_of(Attack::kAbort), ErrorCode::kDecodeFailed);
    EXPECT_EQ(code_of(Attack::kLeave), ErrorCode::kDecodeFailed);
    EXPECT_EQ(code_of(Attack::kOpenFile), ErrorCode::kDecodeFailed);
    EXPECT_TRUE(shows_good_pictures());
    EXPECT_EQ(code_of(Attack::kSpin), ErrorCode::kDecodeTimeout);
    EXPECT_EQ(code_of(Attack::kWait), ErrorCode::kDecodeTimeout);
    EXPECT_TRUE(shows_good_pictures());
    for (const Attack attack :
         {Attack::kWrongNumber, Attack::kLongPacket, Attack::kBurst, Attack::kNegativeDelay,
          Attack::kEscapeSequence, Attack::kWrongCode})
      EXPECT_EQ(code_of(attack), ErrorCode::kDecodeFailed);
    EXPECT_TRUE(shows_good_pictures());
  }
  EXPECT_EQ(decoders_.status().crashed, 3u * 10);
  EXPECT_EQ(decoders_.status().timed_out, 3u * 2);
  EXPECT_EQ(open_files(), files);
  EXPECT_EQ(children().size(), 1 + SandboxedDecoders::kSpareWorkers);
  EXPECT_TRUE(log_.contains("with a picture of"));
}

#if !P3A_ADDRESS_SANITIZER  // whose allocator gives up in its own way
TEST_F(SandboxedDecodersTest, RefuseWhatNeedsTooMuchMemoryAndSayWhichPictureItWas) {
  config_.decode.memory_mib = 32;
  settle();
  const auto shown = show(hostile_file(Attack::kTakeMemory));
  ASSERT_FALSE(shown);
  EXPECT_EQ(shown.error().code, ErrorCode::kDecodeLimit);
  EXPECT_TRUE(shown.error().message.view().contains(" bytes, CRC-32 "));
  EXPECT_EQ(decoders_.status().over_limit, 1u);
  EXPECT_TRUE(shows_good_pictures());
}
#endif

TEST_F(SandboxedDecodersTest, SayWhichPictureItWas) {
  const auto shown = show(hostile_file(Attack::kLeave));
  ASSERT_FALSE(shown);
  const std::string text(shown.error().message.view());
  const std::size_t bytes = hostile_file(Attack::kLeave).size();
  EXPECT_TRUE(text.contains("(" + std::to_string(bytes) + " bytes, CRC-32 ")) << text;
  EXPECT_TRUE(log_.contains("ended with code 0"));
}

// Hundreds of times; script/bench kills does it 10,000 times to a display with a stream.
TEST_F(SandboxedDecodersTest, OutliveWorkersThatAreKilled) {
  const std::size_t files = open_files();
  const auto picture = read_picture("webp-1x1.webp");
#if P3A_ADDRESS_SANITIZER  // which writes a long report for each SIGSEGV
  constexpr int kSignals[] = {SIGKILL, SIGSTOP, SIGKILL};
  constexpr int kRounds = 20;
#else
  constexpr int kSignals[] = {SIGKILL, SIGSEGV, SIGSTOP};
  constexpr int kRounds = 200;
#endif
  for (int i = 0; i < kRounds; ++i) {
    const auto pids = children();
    for (const pid_t pid : pids)
      if (pid != pids.front()) ::kill(pid, kSignals[i % 3]);  // the first child is the server
    for (int lost = 0; !show(picture); ++lost) ASSERT_LT(lost, 3);
  }
  EXPECT_EQ(open_files(), files);
  EXPECT_EQ(children().size(), 1 + SandboxedDecoders::kSpareWorkers);
}

TEST_F(SandboxedDecodersTest, MakeANewServerWhenItIsGone) {
  for (const pid_t pid : children()) ::kill(pid, SIGKILL);
  // What is being killed may still look alive.
  for (int lost = 0; !shows_good_pictures(); ++lost) ASSERT_LT(lost, 3);
  EXPECT_TRUE(shows_good_pictures());
  EXPECT_TRUE(log_.contains("started anew"));
  EXPECT_EQ(children().size(), 1 + SandboxedDecoders::kSpareWorkers);
}

TEST_F(SandboxedDecodersTest, GiveEachOpenAnimationItsOwnWorker) {
  std::vector<std::unique_ptr<Picture>> animations;
  for (std::size_t i = 0; i < SandboxedDecoders::kMaxWorkers; ++i) {
    animations.push_back(open(read_picture("gif-all.gif")));
    ASSERT_TRUE(animations.back()->next(plain_view(), canvas({16, 16})));
  }
  const auto one_more = show(read_picture("webp-1x1.webp"));
  ASSERT_FALSE(one_more);
  EXPECT_EQ(one_more.error().code, ErrorCode::kBusy);
  animations.clear();
  EXPECT_TRUE(shows_good_pictures());
  EXPECT_EQ(children().size(), 1 + SandboxedDecoders::kSpareWorkers);
}

TEST_F(SandboxedDecodersTest, TakeFramesOnly) {
  CanvasMemory own({16, 16});
  const auto picture = open(read_picture("webp-1x1.webp"));
  EXPECT_FALSE(picture->next(plain_view(), own.canvas));
  Canvas beyond = canvas({16, 16});
  beyond.pixels += decoders_.frames().size() - 16 * 16 * 3 + 1;
  EXPECT_FALSE(picture->next(plain_view(), beyond));
  --beyond.pixels;
  EXPECT_TRUE(picture->next(plain_view(), beyond));
}

TEST_F(SandboxedDecodersTest, CanBeSwitchedOffAndOn) {
  config_.decode.sandbox = SandboxMode::kOff;
  ASSERT_TRUE(decoders_.configure(config_));
  EXPECT_EQ(decoders_.status().sandbox, "off");
  CanvasMemory own({16, 16});
  EXPECT_TRUE(open(read_picture("webp-1x1.webp"))->next(plain_view(), own.canvas));
  config_.decode.sandbox = SandboxMode::kRequire;
  ASSERT_TRUE(decoders_.configure(config_));
  EXPECT_TRUE(shows_good_pictures());
}

TEST_F(SandboxedDecodersTest, SayWhatCannotBeHadAndRefuseWhenRequired) {
#if P3A_ADDRESS_SANITIZER
  GTEST_SKIP() << "UBSan wants a pipe, and here are no descriptors";
#endif
  const pid_t pid = ::fork();
  if (pid == 0) {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_NOFILE, &none);  // no socket, no memory to share
    SandboxedDecoders without(inside_, log_, kFrameBytes);
    Config config;
    const bool goes_on =
        without.configure(config).has_value() && without.status().sandbox == "unavailable";
    config.decode.sandbox = SandboxMode::kRequire;
    const bool refuses =
        !without.configure(config) &&
        !without.open(std::make_unique<MemoryFile>(read_picture("webp-1x1.webp")), {});
    ::_exit(goes_on && refuses && log_.contains("decode: no sandbox here") ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace p3a
