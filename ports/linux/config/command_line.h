// The command line of p3a-display: from argv and the configuration file to a Config, or to what the
// program prints before it exits. Reads the file that --config names; writes nothing. Called once,
// by main().
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "device/config/config.h"
#include "device/config/patch.h"
#include "ports/linux/config/storage_root.h"
#include "ports/linux/profile/profile.h"

namespace p3a {

inline constexpr int kExitUsage = 2;          ///< unknown flag, bad value
inline constexpr int kExitBrokenConfig = 78;  ///< EX_CONFIG of sysexits.h: wrong configuration file

struct StartConfig {
  Config config;  ///< defaults, configuration file, flags; storage.root is never empty
  Patch flags;    ///< what the flags set, for ConfigStore
  Profile profile = Profile::kNone;
};

/// What the program prints, and the code that it exits with.
struct Exit {
  int code = 0;
  std::string out;  ///< for stdout
  std::string err;  ///< for stderr: what is wrong and what to do
};

std::expected<StartConfig, Exit> read_command_line(int argc, const char* const* argv,
                                                   std::string_view version,
                                                   const Environment& environment);

}  // namespace p3a
