// What the window shows, as the X server has it: screenshots by xwd, not SDL's own idea.
#include "ports/linux/panel/window_panel.h"

#include <SDL.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <optional>

#include "core/base/bytes.h"
#include "ports/linux/panel/headless_panel.h"

// X11 and Mesa keep small things for as long as a program runs. SDL unloads them before the end,
// and then the leak checker cannot see who keeps them; so in this program nothing is unloaded.
extern "C" int dlclose(void*) { return 0; }
// SDL leaves libdbus as it is when it closes; that is 1 KiB, once.
extern "C" const char* __lsan_default_suppressions() { return "leak:libdbus"; }
// Mesa's software renderer is not instrumented: ThreadSanitizer does not see how its threads agree.
extern "C" const char* __tsan_default_suppressions() { return "race:swrast_dri"; }

namespace p3a {
namespace {

constexpr const char* kTitle = "p3a window test";

// An X server without a screen, on a display that is free; ends with the object.
class XServer {
 public:
  XServer() {
    int ends[2];
    if (pipe(ends) != 0) return;
    pid_ = fork();
    if (pid_ == 0) {
      const std::string fd = std::to_string(ends[1]);
      execlp("Xvfb", "Xvfb", "-displayfd", fd.c_str(), "-screen", "0", "800x600x24", "-nolisten",
             "tcp", "-noreset", static_cast<char*>(nullptr));
      _exit(127);
    }
    ::close(ends[1]);
    char number = 0;
    while (read(ends[0], &number, 1) == 1 && number != '\n') display_ += number;
    ::close(ends[0]);
    if (display_.empty()) return;
    display_.insert(0, ":");
    setenv("DISPLAY", display_.c_str(), 1);
    setenv("SDL_VIDEODRIVER", "x11", 1);
  }
  ~XServer() {
    if (pid_ <= 0) return;
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
  }
  XServer(const XServer&) = delete;
  XServer& operator=(const XServer&) = delete;
  bool runs() const { return !display_.empty(); }

 private:
  pid_t pid_ = -1;
  std::string display_;
};

// Pixels as tightly packed R,G,B.
struct Picture24 {
  Size size;
  std::vector<std::uint8_t> rgb;
  bool operator==(const Picture24&) const = default;
};

std::vector<std::uint8_t> output_of(const std::string& command) {
  std::vector<std::uint8_t> bytes;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return bytes;
  std::uint8_t buffer[4096];
  while (const std::size_t count = fread(buffer, 1, sizeof buffer, pipe))
    bytes.insert(bytes.end(), buffer, buffer + count);
  pclose(pipe);
  return bytes;
}

// The format of xwd (X11/XWDFile.h): 25 big-endian words, a name, 12 bytes a colour, then the rows.
std::optional<Picture24> parse_xwd(ByteView bytes) {
  if (bytes.size() < 100) return std::nullopt;
  const auto word = [&](std::size_t i) { return load_be32(bytes.data() + 4 * i); };
  const std::size_t pixels = word(0) + std::size_t{word(19)} * 12;
  const Size size{word(4), word(5)};
  const std::size_t stride = word(12);
  const bool little_endian = word(7) == 0;
  if (word(11) != 32 || word(14) != 0xff0000 || word(16) != 0xff || !little_endian ||
      bytes.size() < pixels + stride * size.height)
    return std::nullopt;
  Picture24 picture{size, {}};
  for (std::uint32_t y = 0; y < size.height; ++y)
    for (std::uint32_t x = 0; x < size.width; ++x) {
      const std::uint8_t* p = &bytes[pixels + y * stride + x * 4];
      picture.rgb.insert(picture.rgb.end(), {p[2], p[1], p[0]});
    }
  return picture;
}

std::optional<Picture24> screenshot() {
  return parse_xwd(output_of(std::string("xwd -silent -name '") + kTitle + "' 2>/dev/null"));
}

// A canvas with memory, every pixel another colour.
struct TestCanvas {
  TestCanvas(Size size, PixelFormat format, std::uint32_t seed) {
    const std::size_t stride = size.width * bytes_per_pixel(format) + 6;  // rows need not touch
    memory.resize(stride * size.height);
    for (std::uint8_t& byte : memory)
      byte = static_cast<std::uint8_t>((seed = seed * 69069 + 1) >> 20);
    canvas = {memory.data(), size, stride, format};
  }
  Picture24 picture() const {
    Picture24 picture{canvas.size, std::vector<std::uint8_t>(canvas.size.pixels() * 3)};
    to_rgb888(canvas, picture.rgb);
    return picture;
  }
  std::vector<std::uint8_t> memory;
  Canvas canvas;
};

// Each pixel as a square of `by` by `by`.
Picture24 enlarged(const Picture24& picture, std::uint32_t by) {
  Picture24 large{{picture.size.width * by, picture.size.height * by}, {}};
  for (std::uint32_t y = 0; y < large.size.height; ++y)
    for (std::uint32_t x = 0; x < large.size.width; ++x) {
      const std::size_t from = (std::size_t{y / by} * picture.size.width + x / by) * 3;
      for (std::size_t i = 0; i < 3; ++i) large.rgb.push_back(picture.rgb[from + i]);
    }
  return large;
}

// The X server draws when it comes to it, and nobody tells when that was: looks again for a while.
bool window_comes_to_show(WindowPanel& panel, const Picture24& expected) {
  for (int i = 0; i < 200; ++i) {
    panel.poll();
    if (screenshot() == expected) return true;
  }
  return false;
}

void resize_window(int width, int height) {
  for (std::uint32_t id = 1; id < 100; ++id)
    if (SDL_Window* window = SDL_GetWindowFromID(id)) SDL_SetWindowSize(window, width, height);
}

void push_mouse(std::uint32_t type, int x, int y, std::uint8_t button = SDL_BUTTON_LEFT) {
  SDL_Event event{};
  event.type = type;
  std::uint32_t id = 1;
  while (id < 100 && SDL_GetWindowFromID(id) == nullptr) ++id;
  if (type == SDL_MOUSEMOTION) {
    event.motion.windowID = id;
    event.motion.x = x;
    event.motion.y = y;
  } else {
    event.button.windowID = id;
    event.button.button = button;
    event.button.x = x;
    event.button.y = y;
  }
  SDL_PushEvent(&event);
}

TEST(WindowPanel, ShowsRgb888BitForBit) {
  const XServer x;
  ASSERT_TRUE(x.runs()) << "install xvfb and x11-apps (script/setup does)";
  WindowPanel panel(kTitle);
  const TestCanvas first({197, 131}, PixelFormat::kRgb888, 1);
  ASSERT_TRUE(panel.present(first.canvas));
  EXPECT_TRUE(window_comes_to_show(panel, first.picture()));
  const TestCanvas second({197, 131}, PixelFormat::kRgb888, 2);
  ASSERT_TRUE(panel.present(second.canvas));
  EXPECT_TRUE(window_comes_to_show(panel, second.picture()));
  panel.close();
}

TEST(WindowPanel, ShowsRgb565AsSnapshotsDo) {
  const XServer x;
  ASSERT_TRUE(x.runs());
  WindowPanel panel(kTitle);
  const TestCanvas canvas({64, 64}, PixelFormat::kRgb565, 3);
  ASSERT_TRUE(panel.present(canvas.canvas));
  EXPECT_TRUE(window_comes_to_show(panel, canvas.picture()));
  panel.close();
}

TEST(WindowPanel, AResizedWindowShowsLargerPixelsAndTouchesStayPanelPixels) {
  const XServer x;
  ASSERT_TRUE(x.runs());
  WindowPanel panel(kTitle);
  const TestCanvas canvas({120, 90}, PixelFormat::kRgb888, 4);
  ASSERT_TRUE(panel.present(canvas.canvas));
  resize_window(360, 270);
  EXPECT_TRUE(window_comes_to_show(panel, enlarged(canvas.picture(), 3)));

  push_mouse(SDL_MOUSEMOTION, 9, 9);  // nothing is pressed
  push_mouse(SDL_MOUSEBUTTONDOWN, 90, 30, SDL_BUTTON_RIGHT);
  push_mouse(SDL_MOUSEBUTTONDOWN, 30, 60);
  push_mouse(SDL_MOUSEMOTION, 357, 267);
  push_mouse(SDL_MOUSEBUTTONUP, 500, 12);
  const PanelEvents events = panel.poll();
  ASSERT_EQ(events.touches.size(), 3u);
  EXPECT_EQ(events.touches[0].kind, TouchEvent::Kind::kDown);
  EXPECT_EQ(events.touches[0].x, 10u);
  EXPECT_EQ(events.touches[0].y, 20u);
  EXPECT_EQ(events.touches[1].kind, TouchEvent::Kind::kMove);
  EXPECT_EQ(events.touches[1].x, 119u);
  EXPECT_EQ(events.touches[1].y, 89u);
  EXPECT_EQ(events.touches[2].kind, TouchEvent::Kind::kUp);
  EXPECT_EQ(events.touches[2].x, 119u);
  EXPECT_EQ(events.touches[2].y, 4u);
  panel.close();
}

TEST(WindowPanel, AFingerTouchesPanelPixels) {
  const XServer x;
  ASSERT_TRUE(x.runs());
  WindowPanel panel(kTitle);
  const TestCanvas canvas({100, 50}, PixelFormat::kRgb888, 5);
  ASSERT_TRUE(panel.present(canvas.canvas));
  SDL_Event event{};
  event.type = SDL_FINGERDOWN;
  event.tfinger.fingerId = 6;
  event.tfinger.x = 0.505F;
  event.tfinger.y = 1.0F;
  SDL_PushEvent(&event);
  const PanelEvents events = panel.poll();
  ASSERT_EQ(events.touches.size(), 1u);
  EXPECT_EQ(events.touches[0].id, 7u);
  EXPECT_EQ(events.touches[0].x, 50u);
  EXPECT_EQ(events.touches[0].y, 49u);
  panel.close();
}

TEST(WindowPanel, TellsThatItWasClosed) {
  const XServer x;
  ASSERT_TRUE(x.runs());
  WindowPanel panel(kTitle);
  EXPECT_FALSE(panel.poll().closed);  // before there is a window, too
  const TestCanvas canvas({32, 32}, PixelFormat::kRgb888, 6);
  ASSERT_TRUE(panel.present(canvas.canvas));
  EXPECT_FALSE(panel.poll().closed);
  SDL_Event event{};
  event.type = SDL_WINDOWEVENT;
  event.window.event = SDL_WINDOWEVENT_CLOSE;
  SDL_PushEvent(&event);
  EXPECT_TRUE(panel.poll().closed);
  panel.close();
}

TEST(WindowPanel, WithoutADesktopSaysWhatToDo) {
  unsetenv("DISPLAY");
  setenv("SDL_VIDEODRIVER", "x11", 1);
  WindowPanel panel(kTitle);
  const TestCanvas canvas({32, 32}, PixelFormat::kRgb888, 7);
  const Status status = panel.present(canvas.canvas);
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().message.view().find("--panel.kind=headless"), std::string_view::npos)
      << status.error().message.view();
  EXPECT_FALSE(panel.poll().closed);
}

TEST(HeadlessPanel, CountsFrames) {
  HeadlessPanel panel;
  const TestCanvas canvas({8, 8}, PixelFormat::kRgb565, 8);
  EXPECT_TRUE(panel.present(canvas.canvas));
  EXPECT_TRUE(panel.present(canvas.canvas));
  EXPECT_EQ(panel.frames(), 2u);
  EXPECT_FALSE(panel.wants_events());
}

}  // namespace
}  // namespace p3a
