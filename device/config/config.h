// Every setting of the display, typed and valid. The schema (config_schema.h) names the keys that
// users type.
//
// A Config is a plain value; ConfigStore (config_store.h) hands out the current one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "core/compose/canvas.h"
#include "core/image/image.h"
#include "device/ports.h"

namespace p3a {

enum class PanelKind : std::uint8_t { kHeadless, kWindow };
enum class Durability : std::uint8_t { kSafe, kFast };
/// Whether pictures are decoded in a sandbox: where there is one, never, or not at all without it.
enum class SandboxMode : std::uint8_t { kOn, kOff, kRequire };
enum class StreamMode : std::uint8_t { kWebsocket, kOff };

struct Config {
  struct Http {
    std::string address = "0.0.0.0";
    std::uint16_t port = 0;  ///< 0: 80 where the program may, else 8080
    std::vector<std::string> hosts;
    /// Files of the machine, PEM; both or neither: plain HTTP.
    std::string tls_cert;
    std::string tls_key;
  } http;
  struct Storage {
    std::string root;  ///< a folder of the machine; where users' data lives when empty
  } storage;
  struct Upload {
    bool enable = true;
    std::uint64_t max_bytes = 5u << 20;
    std::string save_path = "animations/td_live";  ///< parses as StoragePath
    bool overwrite = true;
    Durability durability = Durability::kSafe;
  } upload;
  struct Stream {
    StreamMode mode = StreamMode::kWebsocket;
    std::uint16_t port = 0;  ///< 0: 81 where the program may, else 8081
    std::uint32_t queue_depth = 3;
    std::uint32_t max_frame_bytes = 200u << 10;  ///< of lossy formats
    bool jpeg_only = false;
    double timeout_s = 5;
    double hold = 0;  ///< seconds
  } stream;
  struct Raw {
    std::uint64_t max_bytes = 5u << 20;
    double timeout_s = 0;  ///< 0: until something else is shown
  } raw;
  struct Sources {
    /// The names of Source that can be asked for, the most important first, each once.
    std::vector<std::string> priority = {"stream", "raw", "rotation"};
  } source;
  struct Panel {
    PanelKind kind = PanelKind::kHeadless;
    std::uint32_t width = 720;
    std::uint32_t height = 720;
    std::uint32_t refresh_hz = 60;  ///< 0: a frame is shown at once
    PixelFormat format = PixelFormat::kRgb888;
    Rotation rotation = Rotation::k0;
    double gamma = 1.0;
    std::uint32_t brightness = 100;  ///< per cent
  } panel;
  struct PictureView {
    Fit fit = Fit::kContain;
    Scaling scaling = Scaling::kNearest;
    Rgb background;
  } picture;
  struct Player {
    double dwell_s = 30;  ///< 0: a picture stays until someone asks for another
    bool shuffle = false;
    bool paused = false;
  } player;
  struct Decode {
    SandboxMode sandbox = SandboxMode::kOn;
    std::uint32_t deadline_ms = 250;  ///< for a frame
    std::uint32_t memory_mib = 64;
    std::uint32_t max_width = 2048;
    std::uint32_t max_height = 2048;
  } decode;
  struct Auth {
    std::string token_file;  ///< a file of the machine; empty: no token is wanted
  } auth;
  struct Mdns {
    bool enable = true;
    std::string name = "p3a";
  } mdns;
  struct Logging {
    LogLevel level = LogLevel::kInfo;
  } log;
};

/// The file in the storage root that holds what users changed (config_store.h).
inline constexpr std::string_view kSavedConfigName = "config.json";

/// How pictures lie on the panel under this configuration.
View view_of(const Config& config);
ImageLimits image_limits_of(const Config& config);

}  // namespace p3a
