// The value of a header such as Content-Type: a first word, then parameters.
//
// Views into the text that was given; nothing is copied. Pure; any thread.
#pragma once

#include <optional>
#include <string_view>

namespace p3a {

bool equals_ignoring_case(std::string_view a, std::string_view b);

/// The first word of a value, without parameters and the blanks around it: "image/png" of
/// "image/png; q=1".
std::string_view media_type(std::string_view value);

/// A parameter as it stands in the header.
struct HeaderParameter {
  std::string_view name;
  std::string_view value;  ///< without its quotes, escapes still in it
  bool quoted = false;
};

/// Walks the parameters of a value. Stops at the first thing that is none.
class HeaderParameters {
 public:
  explicit HeaderParameters(std::string_view value);
  /// Nothing after the last one.
  std::optional<HeaderParameter> next();

 private:
  std::string_view rest_;  // begins at a ';' or is empty
};

/// The parameter of that name, any case; the first one when there are several.
std::optional<HeaderParameter> find_parameter(std::string_view value, std::string_view name);

}  // namespace p3a
