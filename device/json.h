// Writing JSON: always valid, whatever bytes the strings hold.
//
// Text that is not UTF-8 comes out with U+FFFD in place of each bad byte. Members and elements are
// separated by the writer; nesting is the caller's to balance. One thread at a time.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace p3a {

/// Bytes of the well-formed UTF-8 sequence at the start of a text that is not empty, 0 when there
/// is none (Unicode 15, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF). Pure.
std::size_t utf8_length(std::string_view text);

class JsonWriter {
 public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name);
  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(const std::string& text) { return value(std::string_view(text)); }
  JsonWriter& value(bool flag);
  JsonWriter& value(double number);  ///< infinities and NaN come out as null
  template <std::integral Number>
    requires(!std::same_as<Number, bool>)
  JsonWriter& value(Number number) {
    if constexpr (std::signed_integral<Number>) {
      return integer(static_cast<std::int64_t>(number));
    } else {
      return integer(static_cast<std::uint64_t>(number));
    }
  }
  JsonWriter& null();
  /// JSON text made elsewhere, as it is.
  JsonWriter& raw(std::string_view json);
  template <class Value>
  JsonWriter& member(std::string_view name, const Value& item) {
    return key(name).value(item);
  }
  const std::string& text() const { return text_; }
  std::string take() { return std::move(text_); }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  JsonWriter& integer(std::int64_t number);
  JsonWriter& integer(std::uint64_t number);
  void separate();
  std::string text_;
  bool needs_comma_ = false;
};

}  // namespace p3a
