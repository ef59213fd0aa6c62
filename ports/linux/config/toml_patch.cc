#include "ports/linux/config/toml_patch.h"

#include <algorithm>
#include <optional>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>  // header-only: this is the one place that compiles it

namespace p3a {
namespace {

struct Entry {
  PatchEntry setting;
  std::uint32_t line = 1;
};

std::optional<Value> value_of(const toml::node& node) {
  if (const auto* flag = node.as_boolean()) return flag->get();
  if (const auto* whole = node.as_integer()) return whole->get();
  if (const auto* number = node.as_floating_point()) return number->get();
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* list = node.as_array()) {
    std::vector<std::string> texts;
    for (const toml::node& element : *list) {
      const auto* text = element.as_string();
      if (text == nullptr) return std::nullopt;
      texts.push_back(text->get());
    }
    return texts;
  }
  return std::nullopt;
}

std::optional<TomlError> collect(const toml::table& table, const std::string& prefix,
                                 std::vector<Entry>& entries) {
  for (const auto& [name, node] : table) {
    const std::string key = prefix + std::string(name.str());
    if (const toml::table* inner = node.as_table()) {
      if (auto error = collect(*inner, key + ".", entries)) return error;
      continue;
    }
    const std::uint32_t line = name.source().begin.line;
    auto value = value_of(node);
    if (!value) {
      return TomlError{line, key + " takes true, false, a number, a text or a list of texts"};
    }
    entries.push_back({{key, std::move(*value)}, line});
  }
  return std::nullopt;
}

}  // namespace

std::expected<TomlPatch, TomlError> parse_toml(std::string_view text) {
  const toml::parse_result parsed = toml::parse(text);
  if (!parsed) {
    return std::unexpected(
        TomlError{parsed.error().source().begin.line, std::string(parsed.error().description())});
  }
  std::vector<Entry> entries;
  if (auto error = collect(parsed.table(), "", entries)) return std::unexpected(std::move(*error));
  std::ranges::sort(entries, {}, &Entry::line);
  TomlPatch out;
  for (Entry& entry : entries) {
    out.patch.push_back(std::move(entry.setting));
    out.lines.push_back(entry.line);
  }
  return out;
}

}  // namespace p3a
