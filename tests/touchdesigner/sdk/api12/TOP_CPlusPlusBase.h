// Our stand-in for the SDK: TOP API 12, common API 1. Not Derivative's file.
#pragma once

#define P3A_STAND_IN_TOP_API 12
#define P3A_STAND_IN_COMMON_API 1

#include "tests/touchdesigner/sdk/stand_in.h"
