// What libstdc++'s headers name of locales. <chrono> includes them; nothing here links with them.
#pragma once
#include <clocale>

#define _GLIBCXX_NUM_CATEGORIES 0
namespace std {
using __c_locale = int*;
int __convert_from_v(const __c_locale&, char*, int, const char*, ...);
}  // namespace std
