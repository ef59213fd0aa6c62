#include "device/config/config_text.h"

#include <algorithm>
#include <optional>

#include "device/config/config_schema.h"
#include "device/json.h"

namespace p3a {
namespace {

void write_value(JsonWriter& json, const Value& value) {
  struct Writer {
    JsonWriter& json;
    void operator()(std::monostate) { json.null(); }
    void operator()(bool flag) { json.value(flag); }
    void operator()(std::int64_t number) { json.value(number); }
    void operator()(double number) { json.value(number); }
    void operator()(const std::string& text) { json.value(text); }
    void operator()(const std::vector<std::string>& texts) {
      json.begin_array();
      for (const std::string& text : texts) json.value(text);
      json.end_array();
    }
  };
  std::visit(Writer{json}, value);
}

// Writes one object a section, in the table's order; lookup(key) gives the value or nothing.
std::string sections_json(const auto& lookup) {
  JsonWriter json;
  json.begin_object();
  std::string_view open;
  for (const ConfigKey& key : config_keys()) {
    const std::optional<Value> value = lookup(key);
    if (!value) continue;
    if (key.section() != open) {
      if (!open.empty()) json.end_object();
      open = key.section();
      json.key(open).begin_object();
    }
    json.key(key.member());
    write_value(json, *value);
  }
  if (!open.empty()) json.end_object();
  json.end_object();
  return json.take();
}

}  // namespace

std::string config_json(const Config& config) {
  return sections_json([&](const ConfigKey& key) { return std::optional(key.get(config)); });
}

std::string patch_json(const Patch& patch) {
  return sections_json([&](const ConfigKey& key) -> std::optional<Value> {
    const auto found = std::find_if(patch.rbegin(), patch.rend(),
                                    [&](const PatchEntry& entry) { return entry.key == key.name; });
    if (found == patch.rend()) return std::nullopt;
    return found->value;
  });
}

std::string config_toml(const Config& config) {
  std::string out =
      "# Settings of p3a-display. Use it with: p3a-display --config FILE\n"
      "# Every key is also a flag, --section.key=value; flags win over this file.\n";
  std::string_view section;
  for (const ConfigKey& key : config_keys()) {
    if (key.section() != section) {
      section = key.section();
      ((out += "\n[") += section) += "]\n";
    }
    ((out += "# ") += key.help) += "\n# Allowed: ";
    ((out += allowed_text(key)) += ". Default: ") += value_json(key.get(Config{}));
    out += key.start_only ? ". Counts only at start.\n" : ".\n";
    ((out += key.member()) += " = ") += value_json(key.get(config));
    out += '\n';
  }
  return out;
}

std::string config_markdown() {
  std::string out =
      "| key | what it does | allowed | default | while running |\n"
      "| --- | --- | --- | --- | --- |\n";
  for (const ConfigKey& key : config_keys()) {
    ((((out += "| `") += key.name) += "` | ") += key.help) += " | ";
    ((out += allowed_text(key)) += " | `") += value_json(key.get(Config{}));
    out += key.start_only ? "` | no |\n" : "` | yes |\n";
  }
  return out;
}

std::string value_json(const Value& value) {
  JsonWriter json;
  write_value(json, value);
  return json.take();
}

}  // namespace p3a
