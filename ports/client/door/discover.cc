#include "ports/client/discover.h"

#include "include/p3a/p3a.hpp"

namespace p3a {
inline namespace v0 {

Discovery discover(std::chrono::milliseconds patience) {
  return sender::look_for_displays(patience);
}

}  // namespace v0
}  // namespace p3a
