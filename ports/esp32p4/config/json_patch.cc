#include "ports/esp32p4/config/json_patch.h"

#include "device/json.h"
#include "sender/json_object.h"

namespace p3a {
namespace {

using sender::JsonObject;

constexpr int kMaxDepth = 8;  // settings need two

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::unexpected<Error> no_json() {
  return fail(ErrorCode::kInvalidJson,
              "this is not JSON: look for a missing brace, comma or quote, or a byte that is no "
              "UTF-8");
}

std::optional<Value> value_of(const JsonObject& member, std::string_view name) {
  if (member.is_null(name)) return Value();
  if (const auto flag = member.flag(name)) return Value(*flag);
  if (const auto whole = member.whole(name)) return Value(*whole);
  if (const auto number = member.number(name)) return Value(*number);
  if (auto text = member.text(name)) return Value(std::move(*text));
  if (auto texts = member.only_texts(name)) return Value(std::move(*texts));
  return std::nullopt;
}

// What no setting can be is an error, or left out.
enum class Strange : std::uint8_t { kError, kLeaveOut };

Status collect(const JsonObject& object, const std::string& prefix, Strange strange, int depth,
               Patch& patch) {
  if (depth > kMaxDepth) return no_json();
  for (const JsonObject& member : object.each()) {
    const std::string& name = member.first_name();
    const std::string key = prefix + name;
    if (const auto inner = member.object(name)) {
      if (Status status = collect(*inner, key + ".", strange, depth + 1, patch); !status)
        return status;
      continue;
    }
    auto value = value_of(member, name);
    if (!value && strange == Strange::kLeaveOut) continue;
    if (!value)
      return fail(ErrorCode::kInvalidJson, std::string_view(key).substr(0, 60),
                  ": a number in range, or a list of texts only");
    patch.push_back({key, std::move(*value)});
  }
  return {};
}

// An object that is none may still be JSON of another kind.
bool is_some_json(std::string_view text) {
  return JsonObject::parse("{\"a\":" + std::string(text) + "}").has_value();
}

Result<Patch> read(std::string_view text, Strange strange, const Error& no_object) {
  if (!is_utf8(text)) return no_json();
  const auto object = JsonObject::parse(text);
  if (!object && is_some_json(text)) return std::unexpected(no_object);
  if (!object) return no_json();
  Patch patch;
  if (const Status status = collect(*object, "", strange, 1, patch); !status)
    return std::unexpected(status.error());
  return patch;
}

}  // namespace

Result<Patch> ChipPatchParser::parse(std::string_view text) {
  return read(
      text, Strange::kError,
      fail(ErrorCode::kInvalidJson, "settings are a JSON object, as {\"panel\":{\"rotation\":90}}")
          .error());
}

Result<Patch> ChipPatchParser::parse_message(std::string_view text) {
  return read(text, Strange::kLeaveOut,
              fail(ErrorCode::kInvalidValue, "a message is one JSON object with a member \"type\"")
                  .error());
}

}  // namespace p3a
