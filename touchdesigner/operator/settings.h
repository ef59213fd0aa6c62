// The operator's parameters: what TouchDesigner is told of them, and what they say in a cook.
//
// One table: a parameter is a row in settings.cc, a member here and a line in read_settings().
// Plain values; read_settings() takes no memory.
#pragma once

#include <cstdint>
#include <span>

#include "touchdesigner/operator/text.h"
#include "touchdesigner/operator/top_host.h"

namespace p3a::td {

enum class ParameterKind : std::uint8_t {
  kToggle,
  kPulse,
  kInt,
  kFloat,
  kText,
  kMenu,         ///< one of the choices
  kDisplayMenu,  ///< any text, with a menu of the displays that were found
};

struct Choice {
  const char* name;
  const char* label;
};

struct Parameter {
  const char* name;  ///< one capital, then small letters and digits: TouchDesigner's rule
  const char* label;
  const char* page;
  ParameterKind kind;
  double number = 0;  ///< default
  double least = 0;
  double most = 1;
  const char* text = "";  ///< default
  std::span<const Choice> choices{};
  const char* help = "";
};

std::span<const Parameter> parameters();

enum class Mode : std::uint8_t { kStream, kRaw, kUpload };
enum class Format : std::uint8_t { kAuto, kJpeg, kPng, kPixelArt };

struct Settings {
  bool active = false;
  Text<255> address;
  int port = 0;       ///< 0: 80, then 8080
  Text<127> display;  ///< by name; empty: the address counts
  Text<127> token;
  Text<511> ca_file;
  Mode mode = Mode::kStream;
  Format format = Format::kAuto;
  int quality = 90;  ///< 1 to 100: the most that rate control may choose
  double max_fps = 60;
  int latency_ms = 50;
  Fitting fit = Fitting::kContain;
  float brightness = 1;
  float gamma = 1;
  bool hold = true;
  bool reconnect = true;
  bool test_pattern = false;
  Text<127> file_name;  ///< of uploads, without extension

  bool operator==(const Settings&) const = default;
};

void read_settings(const ParameterReader& from, Settings& to);

/// Whether a stream that runs with one may go on with the other.
bool same_stream(const Settings& a, const Settings& b);

}  // namespace p3a::td
