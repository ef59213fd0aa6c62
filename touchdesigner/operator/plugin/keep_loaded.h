// The plugin stays in memory once an operator was made: a name that is being looked up, or a search
// for displays, runs on a thread that nobody waits for, and may end after the last operator.
#pragma once

namespace p3a::td {

void keep_loaded();

}  // namespace p3a::td
