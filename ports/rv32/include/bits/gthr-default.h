// libstdc++'s thread layer: one thread.
#pragma once
#include <bits/gthr-single.h>
