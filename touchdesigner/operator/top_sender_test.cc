#include "touchdesigner/operator/top_sender.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <new>
#include <thread>

#include "core/base/sanitizers.h"

// Memory taken by the thread that asks, where the sanitizers do not want to see that themselves.
#if !P3A_ADDRESS_SANITIZER && !P3A_THREAD_SANITIZER
namespace {
thread_local int allocations = 0;
}
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"  // both are here
void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
#define P3A_COUNTS_MEMORY 1
#endif

// A name server that does not answer: names that end in ".silent" are looked up for ever.
namespace {
std::atomic<bool> name_server_silent{true};
}
extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints,
                           addrinfo** result) {
  if (name != nullptr && std::strstr(name, ".silent") != nullptr) {
    while (name_server_silent) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return EAI_AGAIN;
  }
  using Real = int(const char*, const char*, const addrinfo*, addrinfo**);
  static auto* const real = reinterpret_cast<Real*>(dlsym(RTLD_NEXT, "getaddrinfo"));
  return real(name, service, hints, result);
}

namespace p3a::td {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

struct TestParameters final : ParameterReader {
  std::map<std::string, double, std::less<>> numbers;
  std::map<std::string, std::string, std::less<>> texts;

  TestParameters() {
    for (const Parameter& parameter : parameters()) {
      numbers[parameter.name] = parameter.number;
      texts[parameter.name] = parameter.text;
    }
  }
  double number(const char* name) const override { return numbers.find(name)->second; }
  const char* text(const char* name) const override { return texts.find(name)->second.c_str(); }
};

struct TestDownloads final : Downloads {
  std::vector<std::uint8_t> pixels = std::vector<std::uint8_t>(std::size_t{64} * 64 * 4, 90);
  std::array<std::atomic<int>, kPlaces> used{};
  std::atomic<int> started{0};
  std::atomic<int> misused{0};
  bool good = true;

  bool start(std::size_t place) override {
    if (!good) return false;
    if (place >= kPlaces || ++used[place] != 1) ++misused;
    ++started;
    return true;
  }
  bool read(std::size_t place, PixelView& view) override {
    if (used[place] != 1) ++misused;
    view = {.pixels = pixels.data(), .width = 64, .height = 64, .format = InputFormat::kBgra8888};
    return true;
  }
  void clear(std::size_t place) override {
    if (--used[place] != 0) ++misused;
  }
};

// A port that takes connections and never says anything.
class SilentServer {
 public:
  SilentServer() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(socket_, reinterpret_cast<sockaddr*>(&address), size);
    ::listen(socket_, 64);
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  ~SilentServer() { ::close(socket_); }
  int port() const { return port_; }

 private:
  int socket_;
  int port_ = 0;
};

int free_port() { return SilentServer().port(); }

struct Rig {
  TestParameters parameters;
  TestDownloads downloads;
  DisplayFinder finder{[] { return Discovery{}; }};
  WorkerTimes times{};
  std::optional<TopSender> sender;
  std::int64_t cooks = 0;

  explicit Rig(int port, const char* address = "127.0.0.1") {
    parameters.texts["Address"] = address;
    parameters.numbers["Port"] = port;
    parameters.numbers["Active"] = 1;
  }
  void start() { sender.emplace(downloads, times, finder); }
  void cook(bool wired = true) {
    downloads.pixels[0] = static_cast<std::uint8_t>(cooks);
    sender->cook(parameters, {.wired = wired, .cooks = ++cooks});
  }
  // Cooks until it is so; the time only ends a test that has failed.
  template <class So>
  bool cook_until(So so, bool wired = true) {
    const auto end = Clock::now() + 20s;
    while (Clock::now() < end) {
      cook(wired);
      if (so(sender->report())) return true;
      std::this_thread::sleep_for(2ms);
    }
    return false;
  }
};

TEST(TopSender, SaysThatNobodyAnswersAndWhatToDo) {
  Rig rig(free_port());
  rig.start();
  ASSERT_TRUE(rig.cook_until([](const Report& r) { return r.trouble == Trouble::kNoDisplay; }));
  EXPECT_NE(warning(rig.sender->report()).find("No display was reached at 127.0.0.1"),
            std::string_view::npos);
  EXPECT_TRUE(error(rig.sender->report()).empty());
  EXPECT_EQ(rig.sender->report().errors[0].time.view().size(), 8u);
  EXPECT_GT(rig.sender->report().frames_in, 0u);
  rig.sender.reset();
  EXPECT_EQ(rig.downloads.misused, 0);
  for (const auto& place : rig.downloads.used) EXPECT_EQ(place, 0) << "a download was left behind";
}

TEST(TopSender, ASetupThatCannotWorkIsAnError) {
  Rig rig(0, "not an address");
  rig.start();
  ASSERT_TRUE(rig.cook_until([](const Report& r) { return r.state == State::kInvalid; }));
  EXPECT_FALSE(error(rig.sender->report()).empty());
  EXPECT_TRUE(warning(rig.sender->report()).empty());
  rig.parameters.texts["Address"] = "";
  ASSERT_TRUE(rig.cook_until([](const Report& r) {
    return error(r).find("Type the display's name") != std::string_view::npos;
  }));
}

// "http://pi:8080" was taken for IPv6, and the port was left away behind "http://pi".
TEST(TopSender, ThePortGoesBehindAnAddressThatHasAScheme) {
  Rig rig(9, "");
  rig.start();
  for (const auto& [address, target] :
       {std::pair{"https://127.0.0.1", "https://127.0.0.1:9"},
        std::pair{"http://127.0.0.1:8/", "http://127.0.0.1:8/"},
        std::pair{"wss://::1/stream", "wss://[::1]:9/stream"}, std::pair{"::1", "[::1]:9"}}) {
    rig.parameters.texts["Address"] = address;
    EXPECT_TRUE(rig.cook_until([&](const Report& r) { return r.address == target; })) << target;
  }
}

TEST(TopSender, WithoutAnInputItSaysSoAndAPulseForAnUploadWaits) {
  Rig rig(free_port());
  rig.parameters.numbers["Mode"] = 1;
  rig.start();
  ASSERT_TRUE(
      rig.cook_until([](const Report& r) { return r.trouble == Trouble::kNoInput; }, false));
  EXPECT_NE(warning(rig.sender->report()).find("wire a TOP"), std::string_view::npos);
  EXPECT_EQ(rig.downloads.started, 0);
  rig.parameters.numbers["Active"] = 0;
  rig.sender->pulse("Uploadnow");
  rig.cook(false);
  EXPECT_EQ(rig.downloads.started, 0);
  ASSERT_TRUE(rig.cook_until([](const Report& r) {
    return r.upload.view().find("touchdesigner.png was not uploaded (NO_DISPLAY)") == 0;
  }));
}

TEST(TopSender, APictureThatIsNoneIsAWarning) {
  Rig rig(free_port());
  rig.parameters.numbers["Mode"] = 1;
  rig.downloads.good = false;
  rig.start();
  ASSERT_TRUE(rig.cook_until(
      [](const Report& r) { return warning(r).find("2D") != std::string_view::npos; }));
}

TEST(TopSender, AStillPictureIsFetchedOnce) {
  Rig rig(free_port());
  rig.start();
  for (int i = 0; i < 200; ++i) {
    rig.sender->cook(rig.parameters, {.wired = true, .cooks = 5});
    std::this_thread::sleep_for(1ms);
  }
  // Again when the stream was opened, and once for the settings.
  EXPECT_LE(rig.downloads.started, 4);
  EXPECT_GE(rig.downloads.started, 1);
}

TEST(TopSender, NoMoreIsFetchedThanMaxFpsAllows) {
  Rig rig(free_port());
  rig.parameters.numbers["Maxfps"] = 1;
  rig.start();
  for (int i = 0; i < 300; ++i) {
    rig.cook();
    std::this_thread::sleep_for(1ms);
  }
  EXPECT_LE(rig.downloads.started, 60) << "a slow machine cooks for longer, but not a minute";
}

TEST(TopSender, ADisplayThatWasPickedIsFoundByItsName) {
  Rig rig(0);
  rig.parameters.texts["Display"] = "p3a-kitchen";
  // Nobody waits for whoever looks: it may look once more when the test is over.
  const auto there = std::make_shared<std::atomic<bool>>(false);
  DisplayFinder finder(
      [there] {
        Discovery found;
        if (*there) found.displays = {{.name = "p3a-kitchen", .address = "127.0.0.1:9"}};
        return found;
      },
      5ms);
  rig.sender.emplace(rig.downloads, rig.times, finder);
  ASSERT_TRUE(rig.cook_until([](const Report& r) { return r.trouble == Trouble::kNotFound; }));
  EXPECT_NE(warning(rig.sender->report()).find("p3a-kitchen"), std::string_view::npos);
  *there = true;
  ASSERT_TRUE(rig.cook_until([](const Report& r) { return r.address == "127.0.0.1:9"; }));
  std::vector<std::string> names;
  rig.sender->menu([&](const char* name, const char*) { names.emplace_back(name); });
  EXPECT_EQ(names, (std::vector<std::string>{"", "p3a-kitchen"}));
}

TEST(TopSender, NoticesThatNobodyCooksAnyMore) {
  Rig rig(free_port());
  rig.parameters.numbers["Holdlast"] = 0;
  rig.times.stalled_after = 20ms;
  rig.times.given_up_after = 40ms;
  rig.start();
  // A cook is told of the time before it, which was one without cooks.
  for (int i = 0; i < 60 && rig.sender->report().trouble != Trouble::kStalled; ++i) {
    rig.cook();
    std::this_thread::sleep_for(300ms);
  }
  EXPECT_EQ(rig.sender->report().trouble, Trouble::kStalled);
  ASSERT_TRUE(rig.cook_until([](const Report& r) { return r.trouble == Trouble::kNoDisplay; }));
}

#ifdef P3A_COUNTS_MEMORY
TEST(TopSender, ACookTakesNoMemory) {
  Rig rig(free_port());
  rig.start();
  for (int i = 0; i < 20; ++i) rig.cook();
  const int before = allocations;
  for (int i = 0; i < 300; ++i) {
    rig.cook();
    if (i % 10 == 0) std::this_thread::sleep_for(1ms);
  }
  EXPECT_EQ(allocations, before);
}
#endif

// 200 ms are wanted (script/bench cook measures them); without being given up, each of these would
// take seconds.
TEST(TopSender, IsGoneAtOnceWhateverTheNetworkDoes) {
  const SilentServer silent;
  struct Case {
    const char* what;
    const char* address;
    int port;
    int mode;
  };
  for (const Case& one :
       {Case{"refused", "127.0.0.1", free_port(), 0},
        Case{"no answer to a stream", "127.0.0.1", silent.port(), 0},
        Case{"no answer to a picture", "127.0.0.1", silent.port(), 1},
        Case{"no answer to an upload", "127.0.0.1", silent.port(), 2},
        Case{"no TLS to a stream", "https://127.0.0.1", silent.port(), 0},
        Case{"no TLS to an upload", "https://127.0.0.1", silent.port(), 2},
        Case{"no route", "192.0.2.1", 80, 1}, Case{"no name server, stream", "p3a.silent", 80, 0},
        Case{"no name server, upload", "p3a.silent", 80, 2}}) {
    Rig rig(one.port, one.address);
    rig.parameters.numbers["Mode"] = one.mode;
    rig.start();
    for (int i = 0; i < 30; ++i) {
      rig.cook();
      std::this_thread::sleep_for(2ms);
    }
    const auto begun = Clock::now();
    rig.sender.reset();
    const auto took = Clock::now() - begun;
    RecordProperty(one.what, std::to_string(took / 1us) + " us");
    EXPECT_LT(took, 800ms) << one.what;
  }
  name_server_silent = false;
}

// Under AddressSanitizer this is also the proof that nothing is left behind.
TEST(TopSender, AThousandAreMadeAndDestroyed) {
  const int port = free_port();
  for (int i = 0; i < 1000; ++i) {
    Rig rig(port);
    rig.parameters.numbers["Mode"] = i % 3;
    rig.start();
    rig.cook();
    if (i % 4 == 0) rig.sender->pulse("Identify");
    if (i % 5 == 0) rig.cook();
    rig.sender.reset();
    for (const auto& place : rig.downloads.used) ASSERT_EQ(place, 0) << i;
    ASSERT_EQ(rig.downloads.misused, 0);
  }
}

}  // namespace
}  // namespace p3a::td
