#include "touchdesigner/operator/wall_time.h"

#include <ctime>

namespace p3a::td {

Text<8> wall_time() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
#if defined(_WIN32)
  localtime_s(&local, &now);
#else
  localtime_r(&now, &local);
#endif
  char text[16];
  return std::string_view(text, std::strftime(text, sizeof text, "%H:%M:%S", &local));
}

}  // namespace p3a::td
