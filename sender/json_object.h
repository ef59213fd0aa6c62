// Reading a JSON object (RFC 8259): what displays say over WebSocket and HTTP.
//
// parse() checks the whole text and remembers where each member's value lies; the text must outlive
// the object. A member that is missing or of another type reads as nothing. Of members with the
// same name the first counts. Values are nested 32 deep at most. Plain value; one thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace p3a::sender {

class JsonObject {
 public:
  /// Nothing when the text is not exactly one object.
  static std::optional<JsonObject> parse(std::string_view text);

  std::optional<std::string> text(std::string_view name) const;
  std::optional<bool> flag(std::string_view name) const;
  /// A whole number, written without fraction or exponent, within ±2^63.
  std::optional<std::int64_t> whole(std::string_view name) const;
  std::optional<double> number(std::string_view name) const;
  std::optional<JsonObject> object(std::string_view name) const;
  /// The texts of an array; what else is in it is left out.
  std::vector<std::string> texts(std::string_view name) const;
  /// The same where the value is an array of texts and of nothing else.
  std::optional<std::vector<std::string>> only_texts(std::string_view name) const;
  bool is_null(std::string_view name) const { return find(name) == "null"; }

  /// Every member as an object of its own, in the text's order, also those of the same name.
  std::vector<JsonObject> each() const;
  /// Of the first member; there must be one.
  const std::string& first_name() const { return members_.front().name; }

 private:
  struct Member {
    std::string name;
    std::string_view value;  // as it stands in the text
  };
  std::string_view find(std::string_view name) const;

  std::vector<Member> members_;
};

}  // namespace p3a::sender
