#include "ports/linux/config/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "device/config/config_apply.h"
#include "device/config/config_schema.h"
#include "device/config/config_text.h"
#include "ports/linux/config/toml_patch.h"

namespace p3a {
namespace {

struct Arguments {
  Patch flags;
  std::string config_file;
  Profile profile = Profile::kNone;
  bool check_config = false;
  bool print_config = false;
  bool version = false;
};

std::unexpected<Exit> usage_error(const std::string& what) {
  return std::unexpected(
      Exit{kExitUsage, "", "p3a-display: " + what + "\nTry 'p3a-display --help'.\n"});
}

std::unexpected<Exit> broken_config(const std::string& where, std::string_view what) {
  return std::unexpected(Exit{kExitBrokenConfig, "",
                              "p3a-display: " + where + ": " + std::string(what) +
                                  "\nCorrect the file and start again; "
                                  "'p3a-display --print-config' prints one that works.\n"});
}

template <class Number>
std::optional<Value> whole_text_as(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    parts.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return parts;
}

// What does not read as the key's type stays a text: apply() then says what the key takes.
Value value_of(const ConfigKey& key, const std::string& text) {
  std::optional<Value> value;
  switch (key.kind) {
    case ValueKind::kBool:
      if (text == "true" || text.empty()) value = true;
      if (text == "false") value = false;
      break;
    case ValueKind::kInteger:
      value = whole_text_as<std::int64_t>(text);
      break;
    case ValueKind::kNumber:
      value = whole_text_as<double>(text);
      break;
    case ValueKind::kText:
      break;
    case ValueKind::kTextList:
      value = split(text);
      break;
  }
  return value ? *value : Value(text);
}

std::string help_of(const ConfigKey& key) {
  return std::string(key.help) + " Allowed: " + allowed_text(key) +
         ". Default: " + value_json(key.get(Config{})) +
         (key.start_only ? "." : ". May change while running.");
}

void add_flags(CLI::App& app, Arguments& arguments) {
  for (const ConfigKey& key : config_keys()) {
    const auto take = [&arguments, &key](const CLI::results_t& results) {
      const std::string text = results.empty() ? "" : results.back();
      arguments.flags.push_back({std::string(key.name), value_of(key, text)});
      return true;
    };
    CLI::Option* option = app.add_option("--" + std::string(key.name), take, help_of(key));
    option->group("Settings: " + std::string(key.section()));
    option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    if (key.kind == ValueKind::kBool) {
      option->expected(0, 1)->type_name("[true|false]");
    } else {
      option->type_name("VALUE");
    }
  }
}

std::string unknown_argument(const std::string& argument) {
  const std::string name = argument.substr(0, argument.find('='));
  const bool flag =
      name.starts_with("--") && find_key(name.substr(2)) == nullptr;  // not behind "--"
  if (!flag) return "there is nothing to do with \"" + argument + "\"";
  const std::string_view nearest = nearest_key(std::string_view(name).substr(2));
  const std::string meant =
      nearest.empty() ? std::string() : "; did you mean --" + std::string(nearest) + "?";
  return "there is no flag " + name + meant;
}

// Backwards, as CLI11 wants them. It takes what follows "--key=" for the key's value: an empty one
// of its own stands there instead.
std::vector<std::string> words_of(int argc, const char* const* argv) {
  std::vector<std::string> words;
  bool flags = true;
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    flags = flags && word != "--";
    const bool empty = flags && word.starts_with("--") && word.find('=') == word.size() - 1;
    if (empty) word.pop_back();
    words.push_back(std::move(word));
    if (empty) words.emplace_back();
  }
  std::ranges::reverse(words);
  return words;
}

std::expected<Arguments, Exit> parse_arguments(int argc, const char* const* argv) {
  Arguments arguments;
  CLI::App app(
      "Shows live pictures on a pixel display. Every setting is also a key of the\n"
      "configuration file and of PUT /config.",
      "p3a-display");
  app.allow_extras();
  app.set_help_flag("-h,--help", "Print this and exit.");
  app.add_flag("--version", arguments.version, "Print the version and exit.");
  app.add_option("--config", arguments.config_file, "Read settings from this TOML file; flags win.")
      ->type_name("FILE")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  const auto take_profile = [&arguments](const CLI::results_t& results) {
    const auto found = std::ranges::find(kProfileNames, results.back());
    if (found == std::end(kProfileNames)) return false;
    arguments.profile = static_cast<Profile>(found - std::begin(kProfileNames));
    return true;
  };
  app.add_option("--profile", take_profile,
                 "Show what a show looks like on another board: esp32p4 keeps to the limits of an "
                 "ESP32-P4 (all figures are simulated then; docs/FIRMWARE.md); none, the default, "
                 "to this machine's.")
      ->type_name("none|esp32p4")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.add_flag("--check-config", arguments.check_config,
               "Say whether file and flags are right, and exit.");
  app.add_flag("--print-config", arguments.print_config,
               "Print the settings of file and flags as a configuration file, and exit.");
  add_flags(app, arguments);
  try {
    app.parse(words_of(argc, argv));
  } catch (const CLI::CallForHelp&) {
    return std::unexpected(Exit{0, app.help(), ""});
  } catch (const CLI::ParseError& error) {
    return usage_error(error.what());
  }
  auto extras = app.remaining();
  std::erase(extras, "--");  // CLI11 2.1 counts the separator among what follows it
  if (!extras.empty()) return usage_error(unknown_argument(extras.front()));
  return arguments;
}

std::expected<std::string, std::string> read_text(const std::string& path) {
  constexpr std::size_t kMaxBytes = 1 << 20;
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return std::unexpected("it is a folder");
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::unexpected(std::string(std::strerror(errno)));
  std::string text(kMaxBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) return std::unexpected("it cannot be read");
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > kMaxBytes) return std::unexpected("it is larger than 1 MiB");
  return text;
}

std::expected<Config, Exit> read_config_file(const std::string& path, Config config) {
  const auto text = read_text(path);
  if (!text) return broken_config(path, text.error());
  const auto toml = parse_toml(*text);
  if (!toml)
    return broken_config(path + ":" + std::to_string(toml.error().line), toml.error().what);
  for (std::size_t i = 0; i < toml->patch.size(); ++i) {
    const auto next = apply(config, {toml->patch[i]}, false);
    if (!next) {
      return broken_config(path + ":" + std::to_string(toml->lines[i]),
                           next.error().message.view());
    }
    config = *next;
  }
  return config;
}

}  // namespace

std::expected<StartConfig, Exit> read_command_line(int argc, const char* const* argv,
                                                   std::string_view version,
                                                   const Environment& environment) {
  auto arguments = parse_arguments(argc, argv);
  if (!arguments) return std::unexpected(std::move(arguments.error()));
  if (arguments->version) {
    return std::unexpected(Exit{0, "p3a-display " + std::string(version) + "\n", ""});
  }
  Config base = default_config(arguments->profile);
  if (!arguments->config_file.empty()) {
    auto from_file = read_config_file(arguments->config_file, base);
    if (!from_file) return std::unexpected(std::move(from_file.error()));
    base = std::move(*from_file);
  }
  auto config = apply(base, arguments->flags, false);
  if (!config) return usage_error(std::string(config.error().message.view()));
  if (arguments->print_config) return std::unexpected(Exit{0, config_toml(*config), ""});
  if (arguments->check_config) return std::unexpected(Exit{0, "The settings are fine.\n", ""});
  if (config->storage.root.empty()) config->storage.root = default_storage_root(environment);
  return StartConfig{std::move(*config), std::move(arguments->flags), arguments->profile};
}

}  // namespace p3a
