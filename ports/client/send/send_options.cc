#include "ports/client/send/send_options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "sender/address.h"
#include "sender/pattern/frame_counter.h"

namespace p3a::sender {
namespace {

constexpr std::uint32_t kMaxSide = 4096;
constexpr double kMaxFps = 1000;
constexpr double kDiscoverSeconds = 3;
constexpr double kMaxDuration = 1e7;  // seconds
constexpr std::string_view kStdinNames[] = {"rgb24", "rgba", "bgra", "y4m"};
constexpr std::string_view kEncodingNames[] = {"auto", "jpeg", "png", "rgb888", "rgb565", "p3x"};
constexpr std::string_view kDeviceNames[] = {"auto", "live", "p3a"};
constexpr std::string_view kFitNames[] = {"contain", "cover", "stretch", "integer"};

// As they stand on the command line.
struct Words {
  std::string pattern{};
  std::string input{};
  std::string size{};
  std::string encoding = "auto";
  std::string fit = "contain";
  std::string device = "auto";
  double fps = -1;
};

template <std::size_t kCount>
std::string one_of(const std::string_view (&names)[kCount]) {
  std::string text;
  for (const std::string_view name : names) text += (text.empty() ? "" : "|") + std::string(name);
  return text;
}

template <class Choice, std::size_t kCount>
std::optional<Choice> choose(const std::string_view (&names)[kCount], const std::string& word) {
  const auto found = std::ranges::find(names, word);
  if (found == std::end(names)) return std::nullopt;
  return static_cast<Choice>(found - std::begin(names));
}

std::unexpected<Exit> usage_error(const std::string& what) {
  return std::unexpected(Exit{kExitUsage, "", "p3a-send: " + what + "\nTry 'p3a-send --help'.\n"});
}

void add_common(CLI::App& command, SendOptions& options) {
  command.set_help_flag("-h,--help", "Print this and exit.");
  command.add_option("--to", options.to, "The display; again for more. Default: localhost:8080")
      ->type_name("[https://]HOST[:PORT]")
      ->allow_extra_args(false);
  // Never the token itself: every user of the machine sees a program's arguments.
  command
      .add_option("--token-file", options.token_file,
                  "A file with the token of displays that want one. Default: $P3A_TOKEN")
      ->type_name("FILE");
  command
      .add_option("--ca", options.ca_file,
                  "With https://: a PEM file with the display's own certificate, or its "
                  "authority's. Default: whom this machine trusts")
      ->type_name("FILE");
  command.add_flag("--json", options.json, "Print JSON for programs on stdout.");
}

void add_device(CLI::App& command, Words& words) {
  command
      .add_option("--device", words.device,
                  "p3a: one with its own firmware. Default: auto, it is asked")
      ->type_name(one_of(kDeviceNames));
}

void add_files(CLI::App& command, SendOptions& options, Words& words) {
  command.add_option("files", options.files, "Picture files.")->type_name("FILE")->required();
  add_device(command, words);
  add_common(command, options);
}

void add_duration(CLI::App& command, SendOptions& options) {
  command.add_option("--duration", options.duration_s, "Seconds until the end. Default: no end")
      ->type_name("S");
}

void add_stream(CLI::App& command, SendOptions& options, Words& words) {
  command
      .add_option("files", options.source.files,
                  "Picture files, stills and animations, or folders with some.")
      ->type_name("FILE|FOLDER");
  command.add_option("--dwell", options.source.dwell_s, "Seconds for a still picture. Default: 10")
      ->type_name("S");
  command.add_option("--loop", options.source.rounds, "Rounds through the files. Default: no end")
      ->type_name("N");
  command.add_option("--pattern", words.pattern, "Send a moving test picture.")
      ->type_name(one_of(kPatternNames));
  command.add_option("--stdin", words.input, "Send the video that is piped in.")
      ->type_name(one_of(kStdinNames));
  command.add_option("--size", words.size, "Of the pattern (default 720x720) or the piped pixels.")
      ->type_name("WxH");
  command.add_option("--fps", words.fps, "Pictures a second; 0 with --stdin: as they come.")
      ->type_name("N");
  command.add_option("--quality", options.quality, "JPEG: 1 to 100 at most. Default: 90")
      ->type_name("Q");
  command
      .add_option(
          "--format,--encoding", words.encoding,
          "How pictures travel. Default: auto, P3X for pixel art where the display takes it")
      ->type_name(one_of(kEncodingNames));
  command.add_option("--max-error", options.max_error,
                     "With p3x and auto: how far a colour may be off, 0 to 16. Default: 0, exact");
  command.add_option("--fit", words.fit, "How pictures fill the panel.")
      ->type_name(one_of(kFitNames));
  command.add_flag("--counter", options.source.counter, "Burn the frame's number in, top left.");
  add_device(command, words);
  add_duration(command, options);
  add_common(command, options);
}

void add_out(CLI::App& command, SendOptions& options, const char* what) {
  command.add_option("-o,--out", options.out, what)->type_name("PATH");
}

void add_p3x_file(CLI::App& command, SendOptions& options, const char* out) {
  command.set_help_flag("-h,--help", "Print this and exit.");
  command.add_option("file", options.files, "The .p3x file.")
      ->type_name("FILE.p3x")
      ->expected(1)
      ->required();
  add_out(command, options, out);
}

void add_encode(CLI::App& command, SendOptions& options, Words& words) {
  command.set_help_flag("-h,--help", "Print this and exit.");
  command
      .add_option("files", options.source.files,
                  "Picture files, stills and animations, or folders with some; all of one size.")
      ->type_name("FILE|FOLDER")
      ->required();
  command.add_option("--fps", words.fps, "Of stills; animations keep their time. Default: 10")
      ->type_name("N");
  add_out(command, options, "The .p3x file to write.");
}

void add_bench_codec(CLI::App& command, SendOptions& options, Words& words) {
  command.set_help_flag("-h,--help", "Print this and exit.");
  command.add_option("files", options.files, "Picture files or folders with some.")
      ->type_name("FILE|FOLDER")
      ->required();
  command.add_option("--size", words.size, "What they are put on. Default: 720x720")
      ->type_name("WxH");
  command.add_flag("--json", options.json, "Print JSON for programs on stdout.");
}

std::expected<void, Exit> check_p3x(SendOptions& options, const Words& words) {
  if (options.command == Command::kBenchCodec) {
    if (words.size.empty()) return {};
    const auto size = parse_size(words.size);
    if (!size || size->width > 2048 || size->height > 2048)
      return usage_error("--size is WIDTHxHEIGHT, as 720x720, up to 2048 a side");
    options.source.size = *size;
    return {};
  }
  if (options.out.empty() && options.command == Command::kEncode)
    return usage_error("say where to: --out FILE.p3x");
  if (options.out.empty() && options.command == Command::kDecode)
    return usage_error("say where to: --out FOLDER, which gets a PNG for each frame");
  if (options.command != Command::kEncode) return {};
  constexpr double kDefaultFps = 10;
  const double fps = words.fps < 0 ? kDefaultFps : words.fps;
  if (!(fps >= 0.01 && fps <= kMaxFps)) return usage_error("--fps goes from 0.01 to 1000");
  options.source.dwell_s = 1 / fps;
  options.source.rounds = 1;
  return {};
}

std::expected<void, Exit> check_files(const StreamSource& source, const Words& words) {
  if (source.counter || !words.size.empty() || words.fps >= 0) {
    return usage_error(
        "picture files have their own size and time: --size, --fps and --counter "
        "do not go with them; see --dwell");
  }
  if (!(source.dwell_s >= 0.01 && source.dwell_s <= kMaxDuration)) {
    return usage_error("--dwell goes from 0.01 seconds on");
  }
  return {};
}

std::expected<void, Exit> check_source(StreamSource& source, const Words& words) {
  const int sources = !source.files.empty() + !words.pattern.empty() + !words.input.empty();
  if (sources != 1) {
    return usage_error("say what to stream: FILEs, or --pattern NAME, or --stdin FORMAT");
  }
  if (!source.files.empty()) return check_files(source, words);
  if (!words.pattern.empty()) source.pattern = find_pattern(words.pattern);
  if (!words.pattern.empty() && !source.pattern) {
    return usage_error("there is no pattern \"" + words.pattern + "\": " + one_of(kPatternNames));
  }
  if (!words.input.empty()) source.input = choose<StdinFormat>(kStdinNames, words.input);
  if (!words.input.empty() && !source.input) {
    return usage_error("--stdin does not take \"" + words.input + "\": " + one_of(kStdinNames));
  }
  if (!words.size.empty()) {
    const auto size = parse_size(words.size);
    if (!size) return usage_error("--size is WIDTHxHEIGHT, as 720x720, up to 4096 a side");
    if (source.input == StdinFormat::kY4m) {
      return usage_error("y4m video says its own size: leave --size away");
    }
    source.size = *size;
  } else if (source.input && source.input != StdinFormat::kY4m) {
    return usage_error("piped pixels need --size WIDTHxHEIGHT");
  }
  if (source.counter && !source.pattern) return usage_error("--counter goes with --pattern only");
  if (source.counter && std::min(source.size.width, source.size.height) < kMinCountedSide) {
    return usage_error("--counter needs 32 pixels a side");
  }
  return {};
}

std::expected<void, Exit> check_stream(SendOptions& options, const Words& words, bool rate_given) {
  if (auto checked = check_source(options.source, words); !checked) return checked;
  if (rate_given) {
    const bool endless = options.source.input && words.fps == 0;
    if (!endless && !(words.fps >= 0.01 && words.fps <= kMaxFps)) {
      return usage_error("--fps goes from 0.01 to 1000");
    }
    options.source.fps = words.fps;
  }
  if (options.quality < 1 || options.quality > 100) {
    return usage_error("--quality goes from 1 to 100");
  }
  const auto encoding = choose<Encoding>(kEncodingNames, words.encoding);
  if (!encoding) return usage_error("--format is one of " + one_of(kEncodingNames));
  const auto fit = choose<Fitting>(kFitNames, words.fit);
  if (!fit) return usage_error("--fit is one of " + one_of(kFitNames));
  options.encoding = *encoding;
  if (options.max_error < 0 || options.max_error > 16)
    return usage_error("--max-error goes from 0 to 16");
  if (options.max_error > 0 && *encoding != Encoding::kAuto && *encoding != Encoding::kP3x)
    return usage_error("--max-error goes with --format auto and p3x only");
  options.fit = *fit;
  return {};
}

std::expected<void, Exit> read_token(SendOptions& options) {
  if (options.token_file.empty()) {
    const char* const token = std::getenv("P3A_TOKEN");
    options.token = token == nullptr ? "" : token;
    return {};
  }
  std::ifstream file(options.token_file);
  if (!std::getline(file, options.token) || options.token.empty()) {
    return usage_error("--token-file: there is no token to read in " + options.token_file);
  }
  if (options.token.ends_with('\r')) options.token.pop_back();
  return {};
}

std::expected<void, Exit> check_common(SendOptions& options, const Words& words) {
  const auto device = choose<Device>(kDeviceNames, words.device);
  if (!device) return usage_error("--device is one of " + one_of(kDeviceNames));
  options.device = *device;
  if (auto read = read_token(options); !read) return read;
  if (!options.ca_file.empty() && !std::ifstream(options.ca_file).good())
    return usage_error("--ca: cannot read " + options.ca_file);
  if (options.to.empty()) options.to = {"localhost:8080"};
  for (const std::string& address : options.to) {
    const auto read = parse_address(address, "/", options.token);
    if (!read) return usage_error("--to: " + std::string(read.error().message.view()));
  }
  if (options.command == Command::kWatch && options.to.size() > 1) {
    return usage_error("watch looks at one display at a time");
  }
  if (!(options.duration_s >= 0 && options.duration_s <= kMaxDuration)) {
    return usage_error("--duration is a number of seconds");
  }
  return {};
}

// CLI11 would take the next argument for the value.
const char* flag_without_value(int argc, const char* const* argv) {
  for (int i = 1; i < argc && std::string_view(argv[i]) != "--"; ++i) {
    const std::string_view word = argv[i];
    if (word.starts_with("--") && word.find('=') == word.size() - 1) return argv[i];
  }
  return nullptr;
}

}  // namespace

std::optional<Size> parse_size(std::string_view text) {
  Size size;
  const char* const end = text.data() + text.size();
  const auto [cross, bad_width] = std::from_chars(text.data(), end, size.width);
  if (bad_width != std::errc{} || cross == end || *cross != 'x') return std::nullopt;
  const auto [rest, bad_height] = std::from_chars(cross + 1, end, size.height);
  if (bad_height != std::errc{} || rest != end || size.pixels() == 0) return std::nullopt;
  if (size.width > kMaxSide || size.height > kMaxSide) return std::nullopt;
  return size;
}

std::expected<SendOptions, Exit> parse_send_options(int argc, const char* const* argv,
                                                    std::string_view version) {
  SendOptions options;
  Words words;
  bool print_version = false;
  CLI::App app("Sends pictures to P3A pixel displays.", "p3a-send");
  app.set_help_flag("-h,--help", "Print this and exit; after a command: about it.");
  app.add_flag("--version", print_version, "Print the version and exit.");
  app.require_subcommand(0, 1);
  auto* upload = app.add_subcommand("upload", "Add picture files to the rotation.");
  auto* raw = app.add_subcommand("raw", "Show picture files at once; they are not kept.");
  auto* stream = app.add_subcommand(
      "stream", "Stream live: picture files, a test pattern, or video on stdin.");
  auto* status = app.add_subcommand("status", "Print what a display says of itself.");
  auto* watch = app.add_subcommand("watch", "Print touches, statistics and who has the panel.");
  auto* discover = app.add_subcommand("discover", "Look for displays on the local network.");
  auto* encode = app.add_subcommand("encode", "Make a .p3x file of pictures.");
  auto* decode = app.add_subcommand("decode", "Make PNG files of a .p3x file.");
  auto* inspect = app.add_subcommand("inspect", "Print what a .p3x file is made of.");
  auto* bench = app.add_subcommand("bench", "Measure with your own pictures.");
  auto* bench_codec = bench->add_subcommand("codec", "P3X beside PNG and JPEG.");
  bench->require_subcommand(1);
  bench->set_help_flag("-h,--help", "Print this and exit.");
  add_encode(*encode, options, words);
  add_p3x_file(*decode, options, "The folder to write to.");
  add_p3x_file(*inspect, options, "A PNG to draw where the bits go: black nothing, white most.");
  inspect->add_flag("--json", options.json, "Print JSON for programs on stdout.");
  add_bench_codec(*bench_codec, options, words);
  discover->set_help_flag("-h,--help", "Print this and exit.");
  discover->add_option("--duration", options.duration_s, "Seconds to look at most. Default: 3")
      ->type_name("S");
  discover->add_flag("--json", options.json, "Print JSON for programs on stdout.");
  add_files(*upload, options, words);
  add_files(*raw, options, words);
  add_stream(*stream, options, words);
  add_common(*status, options);
  add_duration(*watch, options);
  add_common(*watch, options);
  if (const char* const flag = flag_without_value(argc, argv)) {
    return usage_error(std::string(flag) +
                       " has no value: write one behind the '=', or leave it away");
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return std::unexpected(Exit{kExitDone, app.help(), ""});
  } catch (const CLI::ParseError& error) {
    return usage_error(error.what());
  }
  if (print_version) {
    return std::unexpected(Exit{kExitDone, "p3a-send " + std::string(version) + "\n", ""});
  }
  if (upload->parsed())
    options.command = Command::kUpload;
  else if (raw->parsed())
    options.command = Command::kRaw;
  else if (stream->parsed())
    options.command = Command::kStream;
  else if (status->parsed())
    options.command = Command::kStatus;
  else if (watch->parsed())
    options.command = Command::kWatch;
  else if (discover->parsed())
    options.command = Command::kDiscover;
  else if (encode->parsed())
    options.command = Command::kEncode;
  else if (decode->parsed())
    options.command = Command::kDecode;
  else if (inspect->parsed())
    options.command = Command::kInspect;
  else if (bench_codec->parsed())
    options.command = Command::kBenchCodec;
  else
    return usage_error(
        "say what to do: upload, raw, stream, discover, status, watch, encode, decode, inspect or "
        "bench");
  if (options.command >= Command::kEncode) {
    if (auto checked = check_p3x(options, words); !checked) return std::unexpected(checked.error());
    return options;
  }
  if (auto checked = check_common(options, words); !checked)
    return std::unexpected(checked.error());
  if (options.command == Command::kDiscover && discover->count("--duration") == 0) {
    options.duration_s = kDiscoverSeconds;
  }
  if (options.command == Command::kStream) {
    const bool rate_given = stream->count("--fps") > 0;
    if (auto checked = check_stream(options, words, rate_given); !checked) {
      return std::unexpected(checked.error());
    }
  }
  return options;
}

}  // namespace p3a::sender
