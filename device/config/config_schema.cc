#include "device/config/config_schema.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "device/config/config_rules.h"
#include "device/config/config_text.h"

namespace p3a {
namespace {

constexpr bool kStartOnly = true;

using Names = std::span<const std::string_view>;
constexpr std::array<std::string_view, 2> kDurabilities = {"safe", "fast"};
constexpr std::array<std::string_view, 3> kSandboxModes = {"on", "off", "require"};
constexpr std::array<std::string_view, 2> kStreamModes = {"websocket", "off"};
constexpr std::array<std::string_view, 2> kPanelKinds = {"headless", "window"};
constexpr std::array<std::string_view, 2> kPixelFormats = {"rgb888", "rgb565"};
constexpr std::array<std::string_view, 4> kRotations = {"0", "90", "180", "270"};
constexpr std::array<std::string_view, 4> kFits = {"contain", "cover", "stretch", "integer"};
constexpr std::array<std::string_view, 2> kScalings = {"nearest", "bilinear"};
constexpr std::array<std::string_view, 4> kLogLevels = {"debug", "info", "warning", "error"};

// The row builders take the two member pointers that lead to the field: its section, then itself.
template <auto Section, auto Member>
struct Field {
  static auto& of(auto& config) { return (config.*Section).*Member; }
  using Type = std::remove_reference_t<decltype(of(std::declval<Config&>()))>;

  template <class Stored>
  static Value get_as(const Config& config) {
    return static_cast<Stored>(of(config));
  }
  template <class Stored>
  static bool set_as(Config& config, const Value& value) {
    of(config) = static_cast<Type>(*std::get_if<Stored>(&value));
    return true;
  }
};

template <class F>
constexpr ConfigKey flag(std::string_view name, std::string_view help, bool start_only = false) {
  return {.name = name,
          .kind = ValueKind::kBool,
          .start_only = start_only,
          .help = help,
          .get = F::template get_as<bool>,
          .set = F::template set_as<bool>};
}

template <class F>
constexpr ConfigKey number(std::string_view name, double min, double max, std::string_view unit,
                           std::string_view help, bool start_only = false) {
  constexpr bool kWhole = !std::is_floating_point_v<typename F::Type>;
  using Stored = std::conditional_t<kWhole, std::int64_t, double>;
  return {.name = name,
          .kind = kWhole ? ValueKind::kInteger : ValueKind::kNumber,
          .start_only = start_only,
          .help = help,
          .unit = unit,
          .min = min,
          .max = max,
          .get = F::template get_as<Stored>,
          .set = F::template set_as<Stored>};
}

// An enumeration whose values count from 0 in the order of `kNames`.
template <class F, const auto& kNames>
constexpr ConfigKey choice(std::string_view name, std::string_view help, bool start_only = false) {
  return {.name = name,
          .kind = ValueKind::kText,
          .start_only = start_only,
          .help = help,
          .choices = kNames,
          .get = [](const Config& config) -> Value {
            return std::string(kNames[static_cast<std::size_t>(F::of(config))]);
          },
          .set =
              [](Config& config, const Value& value) {
                const auto found = std::ranges::find(kNames, *std::get_if<std::string>(&value));
                F::of(config) = static_cast<typename F::Type>(found - kNames.begin());
                return true;
              }};
}

template <class F, bool (*kValid)(std::string_view)>
constexpr ConfigKey text(std::string_view name, std::string_view rule, std::string_view help,
                         bool start_only = false) {
  return {.name = name,
          .kind = ValueKind::kText,
          .start_only = start_only,
          .help = help,
          .rule = rule,
          .get = F::template get_as<std::string>,
          .set = [](Config& config, const Value& value) {
            F::of(config) = *std::get_if<std::string>(&value);
            return kValid(F::of(config));
          }};
}

template <class F, bool (*kValid)(const std::vector<std::string>&)>
constexpr ConfigKey list(std::string_view name, std::string_view rule, std::string_view help) {
  return {.name = name,
          .kind = ValueKind::kTextList,
          .help = help,
          .rule = rule,
          .get = F::template get_as<std::vector<std::string>>,
          .set = [](Config& config, const Value& value) {
            F::of(config) = *std::get_if<std::vector<std::string>>(&value);
            return kValid(F::of(config));
          }};
}

constexpr ConfigKey rotation(std::string_view name, std::string_view help) {
  return {.name = name,
          .kind = ValueKind::kInteger,
          .help = help,
          .unit = "degrees",
          .choices = kRotations,
          .get = [](const Config& config) -> Value {
            return std::int64_t{90} * static_cast<std::int64_t>(config.panel.rotation);
          },
          .set =
              [](Config& config, const Value& value) {
                config.panel.rotation =
                    static_cast<Rotation>(*std::get_if<std::int64_t>(&value) / 90);
                return true;
              }};
}

constexpr ConfigKey color(std::string_view name, std::string_view help) {
  return {
      .name = name,
      .kind = ValueKind::kText,
      .help = help,
      .rule = "a colour as \"#rrggbb\"",
      .get = [](const Config& config) -> Value { return color_text(config.picture.background); },
      .set =
          [](Config& config, const Value& value) {
            const auto parsed = parse_color(*std::get_if<std::string>(&value));
            if (parsed) config.picture.background = *parsed;
            return parsed.has_value();
          }};
}

#define P3A_FIELD(section, Section, member) Field<&Config::section, &Config::Section::member>

const std::array kKeys = std::to_array<ConfigKey>({
    text<P3A_FIELD(http, Http, address), valid_address>(
        "http.address", "an address of this machine, as \"0.0.0.0\" (all), \"127.0.0.1\" or \"::\"",
        "The address that the display listens on.", kStartOnly),
    number<P3A_FIELD(http, Http, port)>(
        "http.port", 0, 65535, "",
        "The port that the display listens on; 0 takes 80 where it may, else 8080.", kStartOnly),
    list<P3A_FIELD(http, Http, hosts), valid_hosts>(
        "http.hosts", "up to 16 host names or addresses, without ports",
        "More names that the display answers to, besides its addresses and its .local name."),
    text<P3A_FIELD(http, Http, tls_cert), valid_folder>(
        "http.tls.cert", "a file of this machine",
        "A certificate with its chain, PEM: with it both ports speak TLS; read again on SIGHUP.",
        kStartOnly),
    text<P3A_FIELD(http, Http, tls_key), valid_folder>(
        "http.tls.key", "a file of this machine",
        "The certificate's private key, PEM without a passphrase.", kStartOnly),
    text<P3A_FIELD(storage, Storage, root), valid_folder>(
        "storage.root", "a folder of this machine",
        "Where pictures and settings are kept; empty for the usual place of the machine.",
        kStartOnly),
    flag<P3A_FIELD(upload, Upload, enable)>("upload.enable", "Whether pictures may be uploaded."),
    number<P3A_FIELD(upload, Upload, max_bytes)>("upload.max_bytes", 100 << 10, 10 << 20, "bytes",
                                                 "The largest picture file that is taken."),
    text<P3A_FIELD(upload, Upload, save_path), valid_save_path>(
        "upload.save_path",
        "a path below the storage folder, at most 200 bytes, no part of it beginning with '.'",
        "Where an upload is saved, without the ending; what lies in animations/ is played."),
    flag<P3A_FIELD(upload, Upload, overwrite)>(
        "upload.overwrite",
        "Whether an upload replaces the one before; false gives each its own name."),
    choice<P3A_FIELD(upload, Upload, durability), kDurabilities>(
        "upload.durability",
        "Whether an upload has reached the medium when it is answered (safe) or soon after "
        "(fast)."),
    choice<P3A_FIELD(stream, Stream, mode), kStreamModes>(
        "stream.mode", "Whether live streams are taken, over WebSocket, or not at all."),
    number<P3A_FIELD(stream, Stream, port)>(
        "stream.port", 0, 65535, "",
        "The port for streams, besides /stream on http.port; 0 takes 81 where it may, else 8081.",
        kStartOnly),
    number<P3A_FIELD(stream, Stream, queue_depth)>(
        "stream.queue_depth", 1, 10, "frames",
        "How many frames of a stream may wait to be decoded; one more pushes out the oldest."),
    number<P3A_FIELD(stream, Stream, max_frame_bytes)>(
        "stream.max_frame_bytes", 16 << 10, 2 << 20, "bytes",
        "The largest JPEG or WebP frame of a stream; lossless ones may be as large as the panel, "
        "at least 2 MiB."),
    flag<P3A_FIELD(stream, Stream, jpeg_only)>(
        "stream.jpeg_only",
        "Whether streams may send JPEG only, the fastest to decode; false by default, since "
        "lossless pixel art needs PNG or RGB."),
    number<P3A_FIELD(stream, Stream, timeout_s)>(
        "stream.timeout_s", 0.5, 3600, "seconds",
        "How long a stream may be silent before it loses the panel."),
    number<P3A_FIELD(stream, Stream, hold)>(
        "stream.hold", 0, 86400, "seconds",
        "How long the last picture of a stream that closed stays, for it to come back; 0 hands "
        "the panel back at once."),
    number<P3A_FIELD(raw, Raw, max_bytes)>("raw.max_bytes", 100 << 10, 64 << 20, "bytes",
                                           "The largest picture that POST /display/raw takes.",
                                           kStartOnly),
    number<P3A_FIELD(raw, Raw, timeout_s)>(
        "raw.timeout_s", 0, 86400, "seconds",
        "How long a picture of POST /display/raw stays; 0 until something else is shown."),
    list<P3A_FIELD(source, Sources, priority), valid_priority>(
        "source.priority", "stream, raw and rotation in any order",
        "Who gets the panel when several want it, the most important first."),
    choice<P3A_FIELD(panel, Panel, kind), kPanelKinds>(
        "panel.kind", "What pictures are shown on: the page only, or a window of the desktop.",
        kStartOnly),
    number<P3A_FIELD(panel, Panel, width)>("panel.width", 16, 4096, "pixels",
                                           "The panel's width, before rotation.", kStartOnly),
    number<P3A_FIELD(panel, Panel, height)>("panel.height", 16, 4096, "pixels",
                                            "The panel's height, before rotation.", kStartOnly),
    number<P3A_FIELD(panel, Panel, refresh_hz)>(
        "panel.refresh_hz", 0, 240, "Hz",
        "How often the panel takes a frame; 0 shows each one at once.", kStartOnly),
    choice<P3A_FIELD(panel, Panel, format), kPixelFormats>(
        "panel.format", "How the panel stores a pixel.", kStartOnly),
    rotation("panel.rotation", "How far pictures are turned, clockwise."),
    number<P3A_FIELD(panel, Panel, gamma)>("panel.gamma", 0.1, 5, "",
                                           "The panel's gamma; 1 leaves pixels as they are."),
    number<P3A_FIELD(panel, Panel, brightness)>("panel.brightness", 0, 100, "per cent",
                                                "How bright the panel is."),
    choice<P3A_FIELD(picture, PictureView, fit), kFits>(
        "picture.fit",
        "How a picture of another shape lies on the panel: whole (contain), filling it (cover), "
        "distorted (stretch) or in whole multiples (integer)."),
    choice<P3A_FIELD(picture, PictureView, scaling), kScalings>(
        "picture.scaling",
        "How a picture of another size is scaled, and the halved colour of a live JPEG: hard edges "
        "or "
        "soft ones."),
    color("picture.background", "What shows around a picture and through it."),
    number<P3A_FIELD(player, Player, dwell_s)>(
        "player.dwell_s", 0, 86400, "seconds",
        "How long the rotation shows a picture; 0 keeps it until someone asks for another."),
    flag<P3A_FIELD(player, Player, shuffle)>("player.shuffle",
                                             "Whether the rotation goes in random order."),
    flag<P3A_FIELD(player, Player, paused)>("player.paused", "Whether the rotation stands still."),
    choice<P3A_FIELD(decode, Decode, sandbox), kSandboxModes>(
        "decode.sandbox",
        "Whether picture files are decoded in a sandbox: on (as far as the machine has one), off, "
        "or "
        "require (no sandbox, no pictures)."),
    number<P3A_FIELD(decode, Decode, deadline_ms)>("decode.deadline_ms", 20, 60000, "milliseconds",
                                                   "How long the sandbox may decode a frame, in "
                                                   "processor time (four times that on the clock); "
                                                   "then it is given up."),
    number<P3A_FIELD(decode, Decode, memory_mib)>(
        "decode.memory_mib", 16, 1024, "MiB",
        "How much memory the sandbox may take to decode a picture."),
    number<P3A_FIELD(decode, Decode, max_width)>("decode.max_width", 16, 4096, "pixels",
                                                 "The widest picture that is taken."),
    number<P3A_FIELD(decode, Decode, max_height)>("decode.max_height", 16, 4096, "pixels",
                                                  "The highest picture that is taken."),
    text<P3A_FIELD(auth, Auth, token_file), valid_folder>(
        "auth.token_file", "a file of this machine",
        "A file with the token that clients must send; empty lets everyone in.", kStartOnly),
    flag<P3A_FIELD(mdns, Mdns, enable)>(
        "mdns.enable", "Whether the display makes itself known on the local network.", kStartOnly),
    text<P3A_FIELD(mdns, Mdns, name), valid_label>(
        "mdns.name", "1 to 63 letters a-z, digits and '-', no '-' at either end",
        "The display's name on the local network: NAME.local.", kStartOnly),
    choice<P3A_FIELD(log, Logging, level), kLogLevels>(
        "log.level", "The least important events that are written to the log."),
});

#undef P3A_FIELD

// Edits (insert, drop, replace a character) from one word to the other (Wagner and Fischer, 1974).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({replaced, row[j] + 1, row[j - 1] + 1}));
    }
  }
  return row.back();
}

std::string alternatives(Names names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += i + 1 == names.size() ? " or " : ", ";
    out += names[i];
  }
  return out;
}

}  // namespace

std::span<const ConfigKey> config_keys() { return kKeys; }

const ConfigKey* find_key(std::string_view name) {
  const auto found = std::ranges::find(kKeys, name, &ConfigKey::name);
  return found == kKeys.end() ? nullptr : &*found;
}

std::string_view nearest_key(std::string_view name) {
  constexpr std::size_t kLongest = 40;  // no key is longer: bounds the work for any input
  if (name.size() > kLongest) return {};
  std::string_view best;
  std::size_t least = 1 + std::max<std::size_t>(2, name.size() / 4);
  for (const ConfigKey& key : kKeys) {
    const std::size_t edits = key.member() == name ? 1 : edit_distance(name, key.name);
    if (edits < least) {
      least = edits;
      best = key.name;
    }
  }
  return best;
}

std::string allowed_text(const ConfigKey& key) {
  if (key.kind == ValueKind::kBool) return "true or false";
  if (!key.rule.empty()) return std::string(key.rule);
  std::string out = key.choices.empty() ? value_json(key.min) + " to " + value_json(key.max)
                                        : alternatives(key.choices);
  if (!key.unit.empty()) (out += ' ') += key.unit;
  return out;
}

}  // namespace p3a
