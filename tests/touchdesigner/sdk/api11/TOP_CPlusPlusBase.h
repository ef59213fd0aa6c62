// Our stand-in for the SDK: TOP API 11. Not Derivative's file.
#pragma once

#define P3A_STAND_IN_TOP_API 11
#define P3A_STAND_IN_COMMON_API 0

#include "tests/touchdesigner/sdk/stand_in.h"
