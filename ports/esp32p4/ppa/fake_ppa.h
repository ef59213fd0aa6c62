// The pixel engine's driver as its documentation describes it, as far as the port calls it: it
// checks what it is asked for, and fills the canvas with the block's first byte.
#pragma once

#include <string>

namespace p3a::fake_ppa {

extern int jobs;
extern bool fails;
extern std::string wrong;  ///< what the last job would have done inexactly, or not at all

}  // namespace p3a::fake_ppa
