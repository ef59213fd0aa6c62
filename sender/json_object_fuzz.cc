// JsonObject on any text, beside Boost.JSON, which knows the whole of RFC 8259: they take the same
// objects and read the same members.
#include <algorithm>
#include <boost/json/src.hpp>
#include <cmath>

#include "fuzz/require.h"
#include "sender/json_object.h"

namespace {

using p3a::require;
using p3a::sender::JsonObject;
namespace json = boost::json;

// Where the two may differ: Boost also wants UTF-8, halves of surrogates in pairs, numbers within a
// double, and counts depth in its own way.
bool is_plain(std::string_view text) {
  int depth = 0;
  for (const char c : text) {
    depth += c == '{' || c == '[';
    if (static_cast<unsigned char>(c) >= 0x80 || c == 'u' || c == 'e' || c == 'E') return false;
  }
  return depth < 16 && text.size() < 300;
}

void compare(const JsonObject& ours, std::string_view name, const json::value& theirs) {
  const bool text = theirs.is_string(), flag = theirs.is_bool();
  require(ours.text(name).has_value() == text, "a text is a text");
  require(!text || *ours.text(name) == std::string_view(theirs.get_string()), "the same text");
  require(ours.flag(name).has_value() == flag, "a flag is a flag");
  require(!flag || *ours.flag(name) == theirs.get_bool(), "the same flag");
  require(theirs.is_number() || (!ours.whole(name) && !ours.number(name)), "a number is a number");
  require(!theirs.is_int64() || ours.whole(name) == theirs.get_int64(), "the same whole number");
  if (theirs.is_double() && ours.number(name)) {
    const double number = *ours.number(name), other = theirs.get_double();
    require(std::isfinite(number), "a number is finite");
    // Boost 1.81 rounds the last digits its own way, and 0e9999 is NaN to it.
    require(!(std::abs(number - other) > 1e-14 * std::abs(other)), "the same number");
  }
  require(ours.object(name).has_value() == theirs.is_object(), "an object is an object");
  std::vector<std::string> texts;
  if (theirs.is_array()) {
    for (const json::value& item : theirs.get_array()) {
      if (item.is_string()) texts.emplace_back(item.get_string());
    }
  }
  require(ours.texts(name) == texts, "the texts of an array and no others");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto ours = JsonObject::parse(text);
  json::error_code error;
  const json::value theirs = json::parse(text, error, {}, {.max_depth = 20});
  const bool object = !error && theirs.is_object();
  if (object) require(ours.has_value(), "what Boost takes is taken");
  if (is_plain(text) && ours) require(object, "what is taken Boost takes too");
  if (!object) return 0;
  require(!ours->text("no member has this name"), "what is missing reads as nothing");
  // Of members with the same name the first counts here and the last there: only texts with as many
  // colons as members surely have none (and so no objects within).
  const auto colons = static_cast<std::size_t>(std::ranges::count(text, ':'));
  const bool nested = std::ranges::any_of(
      theirs.get_object(), [](const auto& member) { return member.value().is_object(); });
  if (colons != theirs.get_object().size() && !nested) return 0;
  if (nested && colons > theirs.get_object().size() + 1) return 0;
  for (const auto& member : theirs.get_object()) {
    compare(*ours, std::string_view(member.key()), member.value());
  }
  return 0;
}
