#include "touchdesigner/operator/settings.h"

#include <cmath>

namespace p3a::td {
namespace {

constexpr Choice kModes[] = {{"stream", "Stream"}, {"raw", "Raw"}, {"upload", "Upload"}};
constexpr Choice kFormats[] = {
    {"auto", "Auto"}, {"jpeg", "JPEG"}, {"png", "PNG"}, {"pixelart", "Pixel Art"}};
constexpr Choice kFits[] = {
    {"contain", "Whole"}, {"cover", "Fill"}, {"stretch", "Stretch"}, {"integer", "Whole Multiple"}};

using Kind = ParameterKind;
constexpr Parameter kParameters[] = {
    {.name = "Active",
     .label = "Active",
     .page = "P3A",
     .kind = Kind::kToggle,
     .help = "Sends. Off: the display goes on with what it showed before."},
    {.name = "Address",
     .label = "Address",
     .page = "P3A",
     .kind = Kind::kText,
     .text = "p3a.local",
     .help =
         "The display's name or address, with https:// in front if it has TLS. Looked up beside "
         "the cook, never in it."},
    {.name = "Port",
     .label = "Port",
     .page = "P3A",
     .kind = Kind::kInt,
     .most = 65535,
     .help = "The display's HTTP port. 0: 80, then 8080."},
    {.name = "Display",
     .label = "Display",
     .page = "P3A",
     .kind = Kind::kDisplayMenu,
     .help = "A display that was found on the network, by its name. Goes before Address and Port; "
             "empty: those count."},
    {.name = "Token",
     .label = "Token",
     .page = "P3A",
     .kind = Kind::kText,
     .help = "For displays that want one (auth.token_file)."},
    {.name = "Cafile",
     .label = "CA File",
     .page = "P3A",
     .kind = Kind::kText,
     .help = "With https://: the path of a PEM file with the display's own certificate, or its "
             "authority's. Empty: whom this machine trusts."},
    {.name = "Mode",
     .label = "Mode",
     .page = "P3A",
     .kind = Kind::kMenu,
     .choices = kModes,
     .help = "Stream: live. Raw: one picture at a time over HTTP, not kept. Upload: kept on the "
             "display, two a second at most, since each is written to its card."},
    {.name = "Format",
     .label = "Format",
     .page = "P3A",
     .kind = Kind::kMenu,
     .choices = kFormats,
     .help = "Auto: Pixel Art where the content is that, else JPEG; uploads as PNG. Pixel Art is "
             "lossless and for streams; raw and uploaded pictures go as PNG then."},
    {.name = "Quality",
     .label = "Quality",
     .page = "P3A",
     .kind = Kind::kFloat,
     .number = 0.9,
     .least = 0.1,
     .help = "Of JPEG. Streams: the most that the library's rate control may choose; it goes lower "
             "when the latency target is missed."},
    {.name = "Maxfps",
     .label = "Max FPS",
     .page = "P3A",
     .kind = Kind::kFloat,
     .number = 60,
     .least = 1,
     .most = 120,
     .help = "Streams: the most that the library's rate control may choose; it goes lower when the "
             "display or the network cannot follow."},
    {.name = "Latency",
     .label = "Latency Target",
     .page = "P3A",
     .kind = Kind::kInt,
     .number = 50,
     .least = 5,
     .most = 1000,
     .help = "Milliseconds from the cook to the panel that the library's rate control aims at, by "
             "lowering quality and rate. Streams only."},
    {.name = "Fit",
     .label = "Fit",
     .page = "P3A",
     .kind = Kind::kMenu,
     .choices = kFits,
     .help = "How a picture of another shape lies on the panel."},
    {.name = "Brightness",
     .label = "Brightness",
     .page = "P3A",
     .kind = Kind::kFloat,
     .number = 1,
     .help = "Of what is sent; the display has its own besides (panel.brightness)."},
    {.name = "Gamma",
     .label = "Gamma",
     .page = "P3A",
     .kind = Kind::kFloat,
     .number = 1,
     .least = 0.1,
     .most = 5,
     .help = "Above 1: darker middle tones. 1: as it is."},
    {.name = "Holdlast",
     .label = "Hold Last Frame",
     .page = "P3A",
     .kind = Kind::kToggle,
     .number = 1,
     .help = "When this operator is bypassed or TouchDesigner stands still: on keeps the last "
             "picture on the panel, off gives the panel back after 5 s."},
    {.name = "Reconnect",
     .label = "Auto Reconnect",
     .page = "P3A",
     .kind = Kind::kToggle,
     .number = 1,
     .help = "Comes back by itself when the display does, and sends a failed upload again."},
    {.name = "Testpattern",
     .label = "Test Pattern",
     .page = "P3A",
     .kind = Kind::kToggle,
     .help = "Sends moving colour bars instead of the input."},
    {.name = "Identify",
     .label = "Identify",
     .page = "P3A",
     .kind = Kind::kPulse,
     .help = "The display shows its name for three seconds."},
    {.name = "Filename",
     .label = "File Name",
     .page = "Upload",
     .kind = Kind::kText,
     .text = "touchdesigner",
     .help = "Under which uploads are kept on the display, without an extension."},
    {.name = "Uploadnow",
     .label = "Upload Now",
     .page = "Upload",
     .kind = Kind::kPulse,
     .help = "Uploads the input's next picture, whatever Mode says; Active may be off."},
    {.name = "Retryupload",
     .label = "Retry Last Upload",
     .page = "Upload",
     .kind = Kind::kPulse,
     .help = "Sends the last uploaded picture again, as it was."},
};

bool on(const ParameterReader& from, const char* name) { return from.number(name) >= 0.5; }

// What is no number, or out of range, becomes the nearest that is in it.
double within(double value, double least, double most) {
  if (!(value > least)) return least;
  return value < most ? value : most;
}
int whole(const ParameterReader& from, const char* name, int least, int most) {
  return static_cast<int>(std::lround(within(from.number(name), least, most)));
}
template <class Enum>
Enum choice(const ParameterReader& from, const char* name, Enum last) {
  return static_cast<Enum>(whole(from, name, 0, static_cast<int>(last)));
}
std::string_view text(const ParameterReader& from, const char* name) {
  const char* value = from.text(name);
  std::string_view view = value == nullptr ? std::string_view() : std::string_view(value);
  while (view.starts_with(' ')) view.remove_prefix(1);
  while (view.ends_with(' ')) view.remove_suffix(1);
  return view;
}

}  // namespace

std::span<const Parameter> parameters() { return kParameters; }

void read_settings(const ParameterReader& from, Settings& to) {
  to.active = on(from, "Active");
  to.address = text(from, "Address");
  to.port = whole(from, "Port", 0, 65535);
  to.display = text(from, "Display");
  to.token = text(from, "Token");
  to.ca_file = text(from, "Cafile");
  to.mode = choice(from, "Mode", Mode::kUpload);
  to.format = choice(from, "Format", Format::kPixelArt);
  to.quality = static_cast<int>(std::lround(within(from.number("Quality"), 0.01, 1) * 100));
  to.max_fps = within(from.number("Maxfps"), 1, 1000);
  to.latency_ms = whole(from, "Latency", 1, 10000);
  to.fit = choice(from, "Fit", Fitting::kInteger);
  to.brightness = static_cast<float>(within(from.number("Brightness"), 0, 1));
  to.gamma = static_cast<float>(within(from.number("Gamma"), 0.1, 5));
  to.hold = on(from, "Holdlast");
  to.reconnect = on(from, "Reconnect");
  to.test_pattern = on(from, "Testpattern");
  to.file_name = text(from, "Filename");
}

bool same_stream(const Settings& a, const Settings& b) {
  return a.token == b.token && a.ca_file == b.ca_file && a.format == b.format &&
         a.quality == b.quality && a.max_fps == b.max_fps && a.latency_ms == b.latency_ms &&
         a.fit == b.fit;
}

}  // namespace p3a::td
