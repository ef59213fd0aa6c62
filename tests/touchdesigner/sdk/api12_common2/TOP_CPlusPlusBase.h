// Our stand-in for the SDK: TOP API 12, common API 2. Not Derivative's file.
#pragma once

#define P3A_STAND_IN_TOP_API 12
#define P3A_STAND_IN_COMMON_API 2

#include "tests/touchdesigner/sdk/stand_in.h"
