// p3a-send's command line -> what to do. Usage errors and what --help prints come back as an Exit.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/geometry.h"
#include "include/p3a/p3a.hpp"
#include "sender/pattern/pattern.h"

namespace p3a::sender {

constexpr int kExitDone = 0;
constexpr int kExitFailed = 1;  ///< a display or a file did not do its part
constexpr int kExitUsage = 2;

enum class Command : std::uint8_t {
  kUpload,
  kRaw,
  kStream,
  kStatus,
  kWatch,
  kDiscover,
  kEncode,
  kDecode,
  kInspect,
  kBenchCodec
};
enum class StdinFormat : std::uint8_t { kRgb24, kRgba, kBgra, kY4m };

/// Where a stream's pictures come from; exactly one of pattern, input and files is set.
struct StreamSource {
  std::optional<Pattern> pattern{};
  std::optional<StdinFormat> input{};
  std::vector<std::string> files{};  ///< and folders
  double dwell_s = 10;               ///< how long a still picture is shown
  std::uint32_t rounds = 0;          ///< through the files; 0: no end
  Size size{720, 720};               ///< not for y4m, which says its own
  bool counter = false;
  std::optional<double>
      fps{};  ///< 0: as they come; nothing: the source's own, else 60 or as they come
};

struct SendOptions {
  Command command = Command::kStatus;
  std::vector<std::string> to{};  ///< at least one
  std::string token_file{};
  std::string token{};  ///< from that file, else from the environment
  std::string ca_file{};
  bool json = false;
  Device device = Device::kAuto;
  std::vector<std::string> files{};
  std::string out{};      ///< the file or folder to be written; inspect: empty for none
  double duration_s = 0;  ///< 0: no end
  StreamSource source{};
  int quality = 90;
  Encoding encoding = Encoding::kAuto;
  int max_error = 0;  ///< of a channel of a pixel
  Fitting fit = Fitting::kContain;
};

struct Exit {
  int code = kExitDone;
  std::string out{};
  std::string err{};
};

std::expected<SendOptions, Exit> parse_send_options(int argc, const char* const* argv,
                                                    std::string_view version);

/// "720x480", sides of 1 to 4096.
std::optional<Size> parse_size(std::string_view text);

}  // namespace p3a::sender
