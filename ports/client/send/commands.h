// What each subcommand does. Each returns the program's exit code.
#pragma once

#include "ports/client/send/console.h"
#include "ports/client/send/send_options.h"

namespace p3a::sender {

/// upload and raw.
int run_deliver(const SendOptions& options, Console& console);
int run_status(const SendOptions& options, Console& console);
int run_watch(const SendOptions& options, Console& console);
int run_discover(const SendOptions& options, Console& console);
int run_stream(const SendOptions& options, Console& console);
int run_encode(const SendOptions& options, Console& console);
int run_decode(const SendOptions& options, Console& console);
int run_inspect(const SendOptions& options, Console& console);
int run_bench_codec(const SendOptions& options, Console& console);

}  // namespace p3a::sender
