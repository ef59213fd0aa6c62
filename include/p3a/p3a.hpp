// Live pictures onto P3A pixel displays: the C++ door. C++17 and up; link p3a::p3a.
//
// In: pixels in memory, or picture files. Out: the picture on the display's panel, and numbers that
// say how it got there. An address is "host", "host:port" or "[v6]:port"; without a port, 80
// and 8080 are tried in turn. For a display with TLS write https:// in front of it (443 is tried
// first then): its certificate must be for that host, and lead to an authority that the machine
// trusts or to the caller's own ca_file.
//
// Threads: a Stream has one thread of its own. submit() may be called from any thread, one at a
// time, and never waits for the network, the display or the encoder; everything else may be called
// from any thread. Callbacks come on the Stream's thread and must return soon; they may not destroy
// their Stream. A Display may be used by one thread at a time and blocks until the display has
// answered.
// Ownership: pixels and files are the caller's and are copied or read before the call returns; only
// what is submitted together with its keeper is read later.
// Errors are values with a sentence that says what to do; nothing here throws but for lack of
// memory.
// Both ends of this door must be built with the same C++ standard library; p3a.h has no such need.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#if defined(P3A_STATIC)
#define P3A_API
#elif defined(_WIN32)
#if defined(P3A_BUILDS_LIBRARY)
#define P3A_API __declspec(dllexport)
#else
#define P3A_API __declspec(dllimport)
#endif
#else
#define P3A_API __attribute__((visibility("default")))
#endif

namespace p3a {
inline namespace v0 {

/// Bytes a pixel, in memory order. kRgb565 is a little-endian word RRRRRGGGGGGBBBBB. Alpha is not
/// looked at.
enum class InputFormat : std::uint8_t { kRgb888, kRgba8888, kBgra8888, kRgb565 };

/// A picture in the caller's memory.
struct PixelView {
  const void* pixels = nullptr;
  std::uint32_t width = 0;   ///< pixels, 1 to 65535
  std::uint32_t height = 0;  ///< pixels, 1 to 65535
  /// Bytes from a row to the one below; 0: rows touch. Negative: `pixels` is the top row and the
  /// rows below it lie before it in memory.
  std::ptrdiff_t stride = 0;
  InputFormat format = InputFormat::kRgba8888;
  bool bottom_up = false;  ///< `pixels` is the bottom row; the stride leads to the row above
};

/// How pictures travel. kAuto: P3X where the display takes it and the content is pixel art, else
/// JPEG, or the first of PNG and RGB888 that the display takes. The others are kept to. kPng,
/// kRgb888 and kP3x are lossless; kRgb565 is exact for RGB565 input.
enum class Encoding : std::uint8_t { kAuto, kJpeg, kPng, kRgb888, kRgb565, kP3x };

/// contain: all of it, centred. cover: fills, cuts off evenly. stretch: fills, shape ignored.
/// integer: the largest whole multiple, centred.
enum class Fitting : std::uint8_t { kContain, kCover, kStretch, kInteger };

/// What kind of display is spoken to. kAuto: it is asked, which costs one round trip. kStock: a p3a
/// with its own firmware (1.1), which shows 128 × 128 pixels in 16 colours, 30 times a second.
enum class Device : std::uint8_t { kAuto, kLive, kStock };

enum class StreamState : std::uint8_t {
  kConnecting,  ///< on the way to the display
  kOpen,        ///< pictures go out
  kWaiting,     ///< the display was not reached or went away; the next attempt comes by itself
  kFailed,      ///< the options or the address cannot work; status().error says why
  kClosed,      ///< close() was called
};

/// A finger on the panel.
struct PanelTouch {
  enum class Kind : std::uint8_t { kDown, kMove, kUp };
  Kind kind = Kind::kDown;
  std::uint32_t id = 0;  ///< which finger
  std::uint32_t x = 0;   ///< panel pixels
  std::uint32_t y = 0;
};

struct StreamOptions {
  std::string name = "p3a";  ///< who sends; the display shows it
  std::string token{};       ///< for displays that want one

  Encoding encoding = Encoding::kAuto;
  /// The picture's size on the wire; 0 × 0: the panel's.
  std::uint32_t target_width = 0;
  std::uint32_t target_height = 0;
  bool as_is = false;  ///< do not resize here: the display fits the picture as it is configured
  Fitting fit = Fitting::kContain;
  bool smooth = false;           ///< blend when enlarging; shrinking always averages
  std::uint32_t background = 0;  ///< 0xRRGGBB around the picture
  bool flip_x = false;           ///< left and right change places
  bool flip_y = false;           ///< top and bottom change places

  /// JPEG: what rate control may choose from, 1 to 100. Equal: fixed.
  int min_quality = 30;
  int max_quality = 90;
  bool full_chroma = false;  ///< JPEG 4:4:4 instead of 4:2:0: sharper colours, twice the work
  /// With kAuto and kP3x: how far a channel of a pixel may be off, 0 (exact) to 16. Lossy, but
  /// bounded: 4 makes rich pictures about a quarter as large. Exact again when the picture rests.
  int max_error = 0;
  double min_fps = 5;
  double max_fps = 60;                              ///< 0: as fast as the display takes them
  std::chrono::microseconds latency_target{50000};  ///< from submit() to the panel

  bool acks = true;        ///< ask the display what became of each frame
  unsigned in_flight = 2;  ///< frames on their way at once, 1 to 8; more only over long distances
  std::chrono::milliseconds keep_alive{1000};    ///< how often an unchanged picture shows life
  std::chrono::milliseconds reconnect_min{50};   ///< between two attempts, jittered,
  std::chrono::milliseconds reconnect_max{500};  ///< doubled up to here

  std::function<void(const PanelTouch&)> on_touch{};
  std::function<void(StreamState)> on_state{};
  /// A picture is on the panel; `latency` is since its capture. With acks only.
  std::function<void(std::chrono::microseconds latency)> on_shown{};

  Device device = Device::kAuto;
  /// PEM: the display's own certificate or its authority's, trusted instead of the machine's list;
  /// read for each connection. Empty: the machine's list. For addresses with https:// only.
  std::string ca_file{};
};

/// Times are microseconds; a time that is not known yet is 0. Counters count from open().
struct StreamStatus {
  StreamState state = StreamState::kConnecting;
  std::string error{};  ///< the last thing that went wrong; kept until pictures flow again

  // What the display said of itself.
  std::string display_name{};
  std::uint32_t panel_width = 0;
  std::uint32_t panel_height = 0;
  bool on_panel = false;  ///< this stream is what the panel shows
  std::string owner{};    ///< else: what is shown instead

  std::uint64_t submitted = 0;
  std::uint64_t replaced = 0;   ///< a newer one came before it could go out
  std::uint64_t unchanged = 0;  ///< the same as the one before: not sent
  std::uint64_t sent = 0;
  std::uint64_t shown = 0;       ///< acknowledged as presented
  std::uint64_t dropped = 0;     ///< acknowledged as dropped by the display
  std::uint64_t lost = 0;        ///< sent, and never heard of again
  std::uint64_t failed = 0;      ///< could not be encoded or fit the display's limits
  std::uint64_t bytes_sent = 0;  ///< payload and headers of frames
  std::uint64_t keep_alives = 0;
  std::uint64_t connects = 0;  ///< how often the display was reached

  int quality = 0;                  ///< of the newest JPEG
  double fps_limit = 0;             ///< what rate control allows; 0: no limit
  double fps = 0;                   ///< sent, over the last second
  std::int64_t latency_p50_us = 0;  ///< capture to panel, over the last 512 frames
  std::int64_t latency_p99_us = 0;
  std::int64_t encode_p50_us = 0;
  std::int64_t round_trip_us = 0;    ///< the shortest of the last pings
  std::int64_t clock_offset_us = 0;  ///< the display's clock minus ours
  std::int64_t send_p50_us = 0;      ///< encoded to arrived at the display; with acks only

  std::string format{};         ///< of the newest frame: "pixelart", "jpeg", "png", ...
  std::string format_reason{};  ///< why that one, in words for people
};

/// A live stream onto one display. Reconnects by itself for as long as it lives.
class P3A_API Stream {
 public:
  Stream();  ///< closed
  ~Stream();
  Stream(Stream&& other) noexcept;
  Stream& operator=(Stream&& other) noexcept;

  /// Starts at once and never waits. What cannot work is kFailed in status().
  static Stream open(const std::string& address, const StreamOptions& options = {});

  /// Hands over the newest picture; false, with nothing done, when the view is no picture or the
  /// stream is closed or failed. `captured` is when the picture was made, now by default; latency
  /// counts from it. After the first picture of a size no memory is taken.
  bool submit(const PixelView& picture, std::chrono::steady_clock::time_point captured = {});
  /// The same without a copy: `keeper` keeps the pixels there and unchanged for as long as a copy
  /// of it lives. The stream lets go of it, on any thread, when newer pictures have taken its
  /// place: it holds up to four. (Pictures to be turned upside down are copied all the same.)
  bool submit(const PixelView& picture, std::shared_ptr<const void> keeper,
              std::chrono::steady_clock::time_point captured = {});

  /// Waits until the newest picture submitted so far is no longer waiting to be encoded, so that
  /// the next one replaces nothing: for programs that make pictures as fast as they are taken.
  /// False when the time is up.
  bool wait_taken(std::chrono::milliseconds patience);

  /// Waits until the newest picture submitted so far is on the panel (without acks: has been sent),
  /// or was found unchanged. False when the time is up.
  bool wait_shown(std::chrono::milliseconds patience);

  StreamStatus status() const;
  /// The oldest touch not yet fetched; false when there is none. At most 256 are kept.
  bool next_touch(PanelTouch& touch);
  /// The program makes no pictures at the moment: the display's status says so. Set until unset.
  void set_stalled(bool stalled);
  /// A stock p3a is sent back to its rotation, within a second or not at all.
  void close();
  /// Any thread, beside close() too: that ends within about 100 ms, and nobody is told.
  void abandon();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// What a display answered over HTTP, or why it could not be asked.
struct Reply {
  bool ok = false;
  int http_status = 0;  ///< 0: no answer
  std::string
      code{};  ///< "UPPER_SNAKE", empty when ok; docs/API_UPLOAD.md. "NO_DISPLAY": no answer;
               ///< "TLS_FAILED": one of which it is not sure that it is the display's
  std::string error{};  ///< a sentence, empty when ok
  std::string json{};   ///< the whole body
};

/// One display, over HTTP with one connection that is kept.
class P3A_API Display {
 public:
  explicit Display(const std::string& address, const std::string& token = {},
                   Device device = Device::kAuto);
  ~Display();
  Display(Display&& other) noexcept;
  Display& operator=(Display&& other) noexcept;

  /// StreamOptions::ca_file, for what is asked from now on.
  void set_ca_file(const std::string& ca_file);

  using Progress = std::function<void(std::size_t sent, std::size_t total)>;

  /// What kind of display it is: asked once, for 3 s at most; kAuto while nobody answered.
  Device device();

  /// A picture file joins the rotation and is kept. A stock p3a keeps it under its name in plain
  /// letters, shows it, and shows nothing else until it is told to.
  Reply upload(const std::string& filename, const void* bytes, std::size_t size,
               const Progress& progress = {});
  /// A picture file goes straight to the panel and is not kept. A stock p3a cannot do that.
  Reply raw(const void* bytes, std::size_t size, const Progress& progress = {});
  /// Pixels go straight to the panel, bit for bit.
  Reply raw(const PixelView& picture);
  /// GET /status.
  Reply status();
  /// Any thread: what is being asked ends at once, and so does all that is asked later:
  /// "CANCELLED".
  void cancel();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A display that announces itself on the local network.
struct FoundDisplay {
  std::string name{};  ///< "p3a-kitchen"
  std::string host{};  ///< "p3a-kitchen.local"
  /// "192.0.2.7:8080": what Stream and Display take. Of a display with TLS
  /// "https://p3a-kitchen.local:8080", since certificates are for names.
  std::string address{};
  Device device = Device::kAuto;
  std::uint32_t width = 0;  ///< of the panel; 0: it does not say
  std::uint32_t height = 0;
};

struct Discovery {
  std::vector<FoundDisplay> displays{};
  std::string error{};  ///< why nobody could be asked; empty: what there is was found
};

/// Looks for displays by mDNS (through the Avahi daemon where one runs). Blocks until all that is
/// known has been told, for `patience` at most.
P3A_API Discovery discover(std::chrono::milliseconds patience = std::chrono::milliseconds{3000});

/// "0.1.0"
P3A_API const char* version();

}  // namespace v0
}  // namespace p3a
