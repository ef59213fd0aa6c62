#include "ports/esp32p4/config/json_patch.h"

#include "sender/json_object.h"

namespace p3a {
namespace {

using sender::JsonObject;

constexpr int kMaxDepth = 8;  // settings need two

// Bytes that follow the first one of a character in UTF-8 (RFC 3629), or nothing for none.
std::optional<std::size_t> following(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return 0;
  const std::size_t count = first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
  if (first < 0xC2 || first > 0xF4 || text.size() <= count) return std::nullopt;
  for (std::size_t i = 1; i <= count; ++i)
    if ((byte(i) & 0xC0) != 0x80) return std::nullopt;
  // Longer than need be, halves of pairs, and beyond Unicode.
  if ((first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) > 0x9F) ||
      (first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) > 0x8F))
    return std::nullopt;
  return count;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto more = following(text);
    if (!more) return false;
    text.remove_prefix(1 + *more);
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
