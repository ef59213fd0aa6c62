#include "device/config/config_apply.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>

#include "device/config/config_schema.h"
#include "device/config/config_text.h"

namespace p3a {
namespace {

constexpr std::size_t kMaxTextBytes = 4096;

bool in_choices(const ConfigKey& key, std::string_view text) {
  return key.choices.empty() || std::ranges::find(key.choices, text) != key.choices.end();
}

// The value as a number; NaN, which no range takes, for anything else.
double number_of(const Value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  if (const auto* number = std::get_if<double>(&value)) return *number;
  return std::nan("");
}

bool plain_text(const std::string& text) {
  return text.size() <= kMaxTextBytes && std::ranges::none_of(text, [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return byte < 0x20 || byte == 0x7F;
         });
}

// The value in the type that key.set takes, if it is of that type and allowed as far as the row
// says. A whole number may come as 90.0: some JSON writers know no integers.
std::optional<Value> checked(const ConfigKey& key, const Value& value) {
  switch (key.kind) {
    case ValueKind::kBool:
      if (std::holds_alternative<bool>(value)) return value;
      break;
    case ValueKind::kInteger: {
      const double number = number_of(value);
      const bool ranged = key.choices.empty();
      if (!(number >= (ranged ? key.min : -1e9) && number <= (ranged ? key.max : 1e9))) break;
      const auto whole = static_cast<std::int64_t>(number);
      if (static_cast<double>(whole) != number) break;
      if (in_choices(key, std::to_string(whole))) return whole;
      break;
    }
    case ValueKind::kNumber: {
      const double number = number_of(value);
      if (number >= key.min && number <= key.max) return number + 0.0;  // no minus zero
      break;
    }
    case ValueKind::kText: {
      const auto* text = std::get_if<std::string>(&value);
      if (text != nullptr && plain_text(*text) && in_choices(key, *text)) return value;
      break;
    }
    case ValueKind::kTextList: {
      const auto* texts = std::get_if<std::vector<std::string>>(&value);
      if (texts != nullptr && std::ranges::all_of(*texts, plain_text)) return value;
      break;
    }
  }
  return std::nullopt;
}

std::unexpected<Error> unknown_key(std::string_view name) {
  const std::string shown(name.substr(0, 60));
  const std::string_view nearest = nearest_key(name);
  if (nearest.empty()) {
    return fail(ErrorCode::kUnknownKey, "there is no setting \"", shown,
                "\": GET /config and p3a-display --print-config list them all");
  }
  return fail(ErrorCode::kUnknownKey, "there is no setting \"", shown, "\": did you mean ", nearest,
              "?");
}

Status apply_entry(Config& config, const PatchEntry& entry) {
  const ConfigKey* key = find_key(entry.key);
  if (key == nullptr) return unknown_key(entry.key);
  const bool to_default = std::holds_alternative<std::monostate>(entry.value);
  const auto value = checked(*key, to_default ? key->get(Config{}) : entry.value);
  if (!value || !key->set(config, *value)) {
    return fail(ErrorCode::kInvalidValue, key->name, " takes ", allowed_text(*key), "; it was ",
                value_json(entry.value).substr(0, 40));
  }
  return {};
}

}  // namespace

Result<Config> apply(const Config& config, const Patch& patch, bool running) {
  Config next = config;
  for (const PatchEntry& entry : patch) {
    if (const Status status = apply_entry(next, entry); !status) {
      return std::unexpected(status.error());
    }
  }
  if (!running) return next;
  for (const ConfigKey& key : config_keys()) {
    if (key.start_only && key.get(next) != key.get(config)) {
      return fail(ErrorCode::kStartOnly, key.name,
                  " counts only at start: give it on the command line or in the configuration file "
                  "and start the display anew");
    }
  }
  return next;
}

}  // namespace p3a
