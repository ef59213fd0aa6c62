// Which picture files a user named: files as they are, folders as the pictures in them.
#pragma once

#include <string>
#include <vector>

namespace p3a::sender {

/// In the order named; of a folder, the files with a picture's ending (any case) in the order of
/// their names, hidden ones and folders in it left out. What does not exist stays in the list, so
/// that opening it says so.
std::vector<std::string> list_pictures(const std::vector<std::string>& named);

}  // namespace p3a::sender
