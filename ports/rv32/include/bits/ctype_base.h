// The character classes that libstdc++'s <locale> headers name; nothing here uses a locale.
#pragma once
namespace std {
struct ctype_base {
  using mask = unsigned short;
  using __to_type = const int*;
  static constexpr mask upper = 1, lower = 2, digit = 4, xdigit = 8, space = 16, punct = 32;
  static constexpr mask cntrl = 64, blank = 128, print = 256;
  static constexpr mask alpha = upper | lower, alnum = alpha | digit, graph = alnum | punct;
};
}  // namespace std
