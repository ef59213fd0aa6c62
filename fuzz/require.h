// What a fuzz target asserts about the code under test: says what did not hold and stops.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace p3a {

inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken invariant: %s\n", what);
  std::abort();
}

}  // namespace p3a
