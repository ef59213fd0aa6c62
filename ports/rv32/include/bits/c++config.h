// libstdc++'s description of the host, less what the chip's C library does not have.
#pragma once
#include_next <bits/c++config.h>
#undef _GLIBCXX_HAVE_TIMESPEC_GET
#undef _GLIBCXX_HAS_GTHREADS
