// Any text as the body of PUT /config: an error, or a configuration that reads back as itself.
#include <cstdint>
#include <cstdlib>

#include "device/config/config_apply.h"
#include "device/config/config_text.h"
#include "ports/linux/config/json_patch.h"
#include "ports/linux/config/toml_patch.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace p3a;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto patch = JsonPatchParser().parse(text);
  if (!patch) {
    require(patch.error().code == ErrorCode::kInvalidJson && !patch.error().message.view().empty());
    return 0;
  }
  require(JsonPatchParser().parse(patch_json(*patch)).has_value());
  for (const bool running : {false, true}) {
    const auto config = apply(Config{}, *patch, running);
    if (!config) {
      require(http_status(config.error().code) < 500);
      continue;
    }
    const std::string json = config_json(*config);
    const auto json_again = JsonPatchParser().parse(json);
    require(json_again.has_value());
    const auto config_again = apply(Config{}, *json_again, running);
    require(config_again && config_json(*config_again) == json);

    const auto toml_again = parse_toml(config_toml(*config));
    require(toml_again.has_value());
    const auto from_toml = apply(Config{}, toml_again->patch, running);
    require(from_toml && config_json(*from_toml) == json);
  }
  return 0;
}
