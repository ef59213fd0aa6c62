#include "ports/linux/config/json_patch.h"

#include <algorithm>
#include <boost/json/src.hpp>  // the library is header-only: this is the one place that compiles it
#include <optional>

namespace p3a {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxDepth = 8;  // settings need two

std::optional<Value> value_of(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return Value();
    case json::kind::bool_:
      return value.get_bool();
    case json::kind::int64:
      return value.get_int64();
    case json::kind::uint64:  // above any int64, so above any range
      return static_cast<double>(value.get_uint64());
    case json::kind::double_:
      return value.get_double();
    case json::kind::string:
      return std::string(value.get_string());
    case json::kind::array: {
      std::vector<std::string> texts;
      for (const json::value& element : value.get_array()) {
        if (!element.is_string()) return std::nullopt;
        texts.emplace_back(element.get_string());
      }
      return texts;
    }
    case json::kind::object:
      break;
  }
  return std::nullopt;
}

// What no setting can be is an error, or left out.
enum class Strange : std::uint8_t { kError, kLeaveOut };

Status collect(const json::object& object, const std::string& prefix, Strange strange,
               Patch& patch) {
  for (const auto& member : object) {
    const std::string key = prefix + std::string(member.key());
    if (const json::object* inner = member.value().if_object()) {
      if (Status status = collect(*inner, key + ".", strange, patch); !status) return status;
      continue;
    }
    auto value = value_of(member.value());
    if (!value && strange == Strange::kLeaveOut) continue;
    if (!value) {
      return fail(ErrorCode::kInvalidJson, key.substr(0, 60), ": a list may hold texts only");
    }
    patch.push_back({key, std::move(*value)});
  }
  return {};
}

std::unexpected<Error> syntax_error(std::string_view text, std::size_t at,
                                    const json::error_code& code) {
  if (code == json::error::incomplete) {
    return fail(ErrorCode::kInvalidJson, "the JSON ends too early: something was not closed");
  }
  const std::string_view before = text.substr(0, at);
  const std::size_t line_start = before.rfind('\n');  // npos + 1 is 0
  return fail(ErrorCode::kInvalidJson, "this is not JSON at line ",
              1 + static_cast<std::size_t>(std::ranges::count(before, '\n')), ", character ",
              before.size() - (line_start + 1) + 1, ": ", code.message());
}

Result<json::value> parse_json(std::string_view text) {
  json::parse_options options;
  options.max_depth = kMaxDepth;
  json::parser parser({}, options);
  json::error_code code;
  const std::size_t used = parser.write_some(text.data(), text.size(), code);
  if (!code && used < text.size()) code = json::error::extra_data;
  if (code) return syntax_error(text, used, code);
  return parser.release();
}

}  // namespace

Result<Patch> JsonPatchParser::parse(std::string_view text) {
  const auto root = parse_json(text);
  if (!root) return std::unexpected(root.error());
  if (!root->is_object()) {
    return fail(ErrorCode::kInvalidJson,
                "settings are a JSON object, as {\"panel\":{\"rotation\":90}}");
  }
  Patch patch;
  if (const Status status = collect(root->get_object(), "", Strange::kError, patch); !status) {
    return std::unexpected(status.error());
  }
  return patch;
}

Result<Patch> JsonPatchParser::parse_message(std::string_view text) {
  const auto root = parse_json(text);
  if (!root) return std::unexpected(root.error());
  if (!root->is_object()) {
    return fail(ErrorCode::kInvalidValue, "a message is one JSON object with a member \"type\"");
  }
  Patch patch;
  if (const Status status = collect(root->get_object(), "", Strange::kLeaveOut, patch); !status) {
    return std::unexpected(status.error());
  }
  return patch;
}

}  // namespace p3a
