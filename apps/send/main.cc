// p3a-send: reads the command line and does what it says.
#include <unistd.h>

#include "ports/client/send/commands.h"
#include "ports/client/send/interrupt.h"

int main(int argc, char** argv) {
  using namespace p3a::sender;
  const auto options = parse_send_options(argc, argv, p3a::version());
  if (!options) {
    std::fputs(options.error().out.c_str(), stdout);
    std::fputs(options.error().err.c_str(), stderr);
    return options.error().code;
  }
  Console console(stdout, stderr, isatty(STDERR_FILENO) != 0);
  switch (options->command) {
    case Command::kUpload:
    case Command::kRaw:
      return run_deliver(*options, console);
    case Command::kStatus:
      return run_status(*options, console);
    case Command::kDiscover:
      return run_discover(*options, console);
    case Command::kStream:
      catch_interrupts();
      return run_stream(*options, console);
    case Command::kWatch:
      catch_interrupts();
      return run_watch(*options, console);
    case Command::kEncode:
      return run_encode(*options, console);
    case Command::kDecode:
      return run_decode(*options, console);
    case Command::kInspect:
      return run_inspect(*options, console);
    case Command::kBenchCodec:
      return run_bench_codec(*options, console);
  }
  return kExitUsage;
}
