#include "device/upload/header_value.h"

#include <algorithm>

namespace p3a {
namespace {

constexpr std::string_view kBlanks = " \t";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// Where the closing quote stands in text that begins after the opening one, or npos.
std::size_t closing_quote(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') return i;
    // Only a quote or a backslash can be escaped: browsers send other backslashes as they are.
    if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\')) ++i;
  }
  return std::string_view::npos;
}

}  // namespace

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view media_type(std::string_view value) {
  return trimmed(value.substr(0, value.find(';')));
}

HeaderParameters::HeaderParameters(std::string_view value)
    : rest_(value.substr(std::min(value.find(';'), value.size()))) {}

std::optional<HeaderParameter> HeaderParameters::next() {
  while (!rest_.empty() && rest_.front() == ';') {
    rest_.remove_prefix(1);
    const auto name_end = rest_.find_first_of("=;");
    if (name_end == std::string_view::npos) break;
    HeaderParameter parameter{.name = trimmed(rest_.substr(0, name_end)), .value = {}};
    rest_.remove_prefix(name_end);
    if (rest_.front() == ';') continue;  // an empty parameter or one without a value
    rest_.remove_prefix(1);
    rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlanks), rest_.size()));
    if (!rest_.empty() && rest_.front() == '"') {
      rest_.remove_prefix(1);
      const auto end = closing_quote(rest_);
      if (end == std::string_view::npos) break;
      parameter.value = rest_.substr(0, end);
      parameter.quoted = true;
      rest_.remove_prefix(end + 1);
      rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlanks), rest_.size()));
    } else {
      const auto end = std::min(rest_.find(';'), rest_.size());
      parameter.value = trimmed(rest_.substr(0, end));
      rest_.remove_prefix(end);
    }
    return parameter;
  }
  rest_ = {};
  return std::nullopt;
}

std::optional<HeaderParameter> find_parameter(std::string_view value, std::string_view name) {
  HeaderParameters parameters(value);
  while (const auto parameter = parameters.next()) {
    if (equals_ignoring_case(parameter->name, name)) return parameter;
  }
  return std::nullopt;
}

}  // namespace p3a
