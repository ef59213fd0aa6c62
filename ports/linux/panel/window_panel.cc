#include "ports/linux/panel/window_panel.h"

#include <SDL.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace p3a {
namespace {

// SDL's part of the program, while a window is open.
class VideoSubsystem {
 public:
  VideoSubsystem() {
    SDL_SetMainReady();
    SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");  // SIGTERM is ours
    SDL_SetHint(SDL_HINT_RENDER_SCALE_QUALITY, "nearest");
    SDL_SetHint(SDL_HINT_TOUCH_MOUSE_EVENTS, "0");  // a finger is told once, as a finger
    SDL_SetHint(SDL_HINT_MOUSE_TOUCH_EVENTS, "0");
    ready_ = SDL_InitSubSystem(SDL_INIT_VIDEO) == 0;
  }
  ~VideoSubsystem() {
    if (ready_) SDL_QuitSubSystem(SDL_INIT_VIDEO);
  }
  VideoSubsystem(const VideoSubsystem&) = delete;
  VideoSubsystem& operator=(const VideoSubsystem&) = delete;
  bool ready() const { return ready_; }

 private:
  bool ready_ = false;
};

template <auto kDestroy>
struct Destroy {
  template <class T>
  void operator()(T* object) const {
    kDestroy(object);
  }
};

std::unexpected<Error> sdl_failure(std::string_view what) {
  return fail(ErrorCode::kInternal, what, " (", std::string_view(SDL_GetError()),
              "). Start it on a desktop with DISPLAY or WAYLAND_DISPLAY set, or use "
              "--panel.kind=headless.");
}

int to_int(std::uint32_t value) { return static_cast<int>(value); }

}  // namespace

class WindowPanel::Window {
 public:
  static Result<std::unique_ptr<Window>> open(const std::string& title, Size size);

  Status present(const Canvas& canvas);
  PanelEvents poll();

 private:
  explicit Window(Size size) : size_(size) {}
  Status create(const std::string& title);
  Status create_renderer();
  Status draw();
  void handle(const SDL_Event& event, PanelEvents& events);
  void handle_window(const SDL_WindowEvent& event, PanelEvents& events);
  void handle_mouse(TouchEvent::Kind kind, int x, int y, PanelEvents& events);
  void handle_finger(TouchEvent::Kind kind, const SDL_TouchFingerEvent& finger,
                     PanelEvents& events) const;

  const Size size_;
  VideoSubsystem video_;
  std::unique_ptr<SDL_Window, Destroy<SDL_DestroyWindow>> window_;
  std::unique_ptr<SDL_Renderer, Destroy<SDL_DestroyRenderer>> renderer_;
  std::unique_ptr<SDL_Texture, Destroy<SDL_DestroyTexture>> texture_;
  std::vector<std::uint8_t> rgb_;  // an RGB565 canvas, converted as snapshots are
  bool pressed_ = false;
};

Result<std::unique_ptr<WindowPanel::Window>> WindowPanel::Window::open(const std::string& title,
                                                                       Size size) {
  std::unique_ptr<Window> window(new Window(size));
  if (const Status created = window->create(title); !created)
    return std::unexpected(created.error());
  return window;
}

Status WindowPanel::Window::create(const std::string& title) {
  if (!video_.ready()) return sdl_failure("No desktop to open a window on");
  int width = to_int(size_.width);
  int height = to_int(size_.height);
  SDL_Rect desktop{};
  if (SDL_GetDisplayUsableBounds(0, &desktop) == 0)
    for (; width > desktop.w || height > desktop.h; width /= 2) height /= 2;
  window_.reset(SDL_CreateWindow(title.c_str(), SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED,
                                 width, height, SDL_WINDOW_RESIZABLE));
  if (!window_) return sdl_failure("The window does not open");
  return create_renderer();
}

Status WindowPanel::Window::create_renderer() {
  renderer_.reset(SDL_CreateRenderer(window_.get(), -1, SDL_RENDERER_PRESENTVSYNC));
  if (!renderer_) renderer_.reset(SDL_CreateRenderer(window_.get(), -1, SDL_RENDERER_SOFTWARE));
  if (!renderer_ ||
      SDL_RenderSetLogicalSize(renderer_.get(), to_int(size_.width), to_int(size_.height)) != 0)
    return sdl_failure("Nothing can draw in the window");
  texture_.reset(SDL_CreateTexture(renderer_.get(), SDL_PIXELFORMAT_RGB24,
                                   SDL_TEXTUREACCESS_STREAMING, to_int(size_.width),
                                   to_int(size_.height)));
  if (!texture_) return sdl_failure("No texture for the window");
  return {};
}

Status WindowPanel::Window::present(const Canvas& canvas) {
  const std::uint8_t* pixels = canvas.pixels;
  std::size_t stride = canvas.stride;
  if (canvas.format != PixelFormat::kRgb888) {
    stride = std::size_t{canvas.size.width} * 3;
    rgb_.resize(stride * canvas.size.height);
    to_rgb888(canvas, rgb_);
    pixels = rgb_.data();
  }
  if (SDL_UpdateTexture(texture_.get(), nullptr, pixels, static_cast<int>(stride)) != 0)
    return sdl_failure("The window takes no picture");
  return draw();
}

Status WindowPanel::Window::draw() {
  // A hidden window may never get its vertical sync; it is drawn when it comes back.
  if ((SDL_GetWindowFlags(window_.get()) & (SDL_WINDOW_MINIMIZED | SDL_WINDOW_HIDDEN)) != 0)
    return {};
  SDL_SetRenderDrawColor(renderer_.get(), 0, 0, 0, SDL_ALPHA_OPAQUE);
  if (SDL_RenderClear(renderer_.get()) != 0 ||
      SDL_RenderCopy(renderer_.get(), texture_.get(), nullptr, nullptr) != 0)
    return sdl_failure("The window cannot be drawn");
  SDL_RenderPresent(renderer_.get());
  return {};
}

PanelEvents WindowPanel::Window::poll() {
  PanelEvents events;
  SDL_Event event;
  while (SDL_PollEvent(&event) != 0) handle(event, events);
  return events;
}

void WindowPanel::Window::handle(const SDL_Event& event, PanelEvents& events) {
  using enum TouchEvent::Kind;
  switch (event.type) {
    case SDL_QUIT:
      events.closed = true;
      break;
    case SDL_WINDOWEVENT:
      handle_window(event.window, events);
      break;
    case SDL_MOUSEBUTTONDOWN:
      if (event.button.button == SDL_BUTTON_LEFT)
        handle_mouse(kDown, event.button.x, event.button.y, events);
      break;
    case SDL_MOUSEMOTION:
      handle_mouse(kMove, event.motion.x, event.motion.y, events);
      break;
    case SDL_MOUSEBUTTONUP:
      if (event.button.button == SDL_BUTTON_LEFT)
        handle_mouse(kUp, event.button.x, event.button.y, events);
      break;
    case SDL_FINGERDOWN:
      handle_finger(kDown, event.tfinger, events);
      break;
    case SDL_FINGERMOTION:
      handle_finger(kMove, event.tfinger, events);
      break;
    case SDL_FINGERUP:
      handle_finger(kUp, event.tfinger, events);
      break;
    default:
      break;
  }
}

void WindowPanel::Window::handle_window(const SDL_WindowEvent& event, PanelEvents& events) {
  if (event.event == SDL_WINDOWEVENT_CLOSE) events.closed = true;
  if (event.event == SDL_WINDOWEVENT_EXPOSED || event.event == SDL_WINDOWEVENT_SIZE_CHANGED ||
      event.event == SDL_WINDOWEVENT_RESTORED)
    static_cast<void>(draw());  // a failure shows with the next frame
}

// x and y are panel pixels already, by way of the logical size; outside in the letterbox's bars.
void WindowPanel::Window::handle_mouse(TouchEvent::Kind kind, int x, int y, PanelEvents& events) {
  const bool inside = x >= 0 && y >= 0 && x < to_int(size_.width) && y < to_int(size_.height);
  if (kind == TouchEvent::Kind::kDown ? !inside : !pressed_) return;
  pressed_ = kind != TouchEvent::Kind::kUp;
  const auto clamp = [](int value, std::uint32_t size) {
    return static_cast<std::uint32_t>(std::clamp(value, 0, to_int(size) - 1));
  };
  events.touches.push_back(
      {.kind = kind, .id = 0, .x = clamp(x, size_.width), .y = clamp(y, size_.height)});
}

// x and y are 0 to 1 over the canvas. Id 0 is the mouse.
void WindowPanel::Window::handle_finger(TouchEvent::Kind kind, const SDL_TouchFingerEvent& finger,
                                        PanelEvents& events) const {
  const auto scale = [](float value, std::uint32_t size) {
    const float pixel = std::floor(value * static_cast<float>(size));
    return static_cast<std::uint32_t>(std::clamp(pixel, 0.0F, static_cast<float>(size - 1)));
  };
  events.touches.push_back({.kind = kind,
                            .id = 1 + (static_cast<std::uint32_t>(finger.fingerId) & 0x7fffffffu),
                            .x = scale(finger.x, size_.width),
                            .y = scale(finger.y, size_.height)});
}

WindowPanel::WindowPanel(std::string title) : title_(std::move(title)) {}

WindowPanel::~WindowPanel() = default;

Status WindowPanel::present(const Canvas& canvas) {
  if (!window_) {
    auto opened = Window::open(title_, canvas.size);
    if (!opened) return std::unexpected(opened.error());
    window_ = std::move(*opened);
  }
  return window_->present(canvas);
}

PanelEvents WindowPanel::poll() { return window_ ? window_->poll() : PanelEvents{}; }

void WindowPanel::close() { window_.reset(); }

}  // namespace p3a
