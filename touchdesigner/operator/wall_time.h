// The time of day, for people: "12:34:56", local. Any thread.
#pragma once

#include "touchdesigner/operator/text.h"

namespace p3a::td {

Text<8> wall_time();

}  // namespace p3a::td
