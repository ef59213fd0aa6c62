#include "ports/linux/system/display_id.h"

#include <unistd.h>

#include <array>
#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/string_generator.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <filesystem>
#include <fstream>

namespace p3a {
namespace {

// Drawn once for this program: machine-id(5) wants a key of one's own.
constexpr std::string_view kNamespace = "7d0c5a52-6d2f-4c5e-9b0e-3b1f6a0d4e71";
constexpr std::size_t kDigits = 12;

std::string machine_id() {
  for (const char* path : {"/etc/machine-id", "/var/lib/dbus/machine-id"}) {
    std::ifstream file(path);
    std::string id;
    if (file >> id && id != "uninitialized") return id;
  }
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  return name.data();
}

}  // namespace

std::string display_id(std::string_view machine_id, std::string_view storage_root) {
  const boost::uuids::name_generator_sha1 generate(
      boost::uuids::string_generator()(kNamespace.begin(), kNamespace.end()));
  const std::string name = std::string(machine_id) + '\n' + std::string(storage_root);
  std::string digits = boost::uuids::to_string(generate(name));
  std::erase(digits, '-');
  return "p3a-" + digits.substr(0, kDigits);
}

std::string this_display_id(const std::string& storage_root) {
  std::error_code error;
  const auto folder = std::filesystem::weakly_canonical(storage_root, error);
  return display_id(machine_id(), error ? storage_root : folder.string());
}

}  // namespace p3a
