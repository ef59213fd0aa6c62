// A process that was forked off early, while the display had one thread and nothing to hide, and
// that makes workers: copies of itself, in a millisecond, without the display's descriptors.
//
// A worker is a child of the display all the same, which may wait for it and kill it. The server
// ends with the display. One thread at a time.
#pragma once

#include <sys/types.h>

#include "core/base/error.h"
#include "ports/linux/sandbox/walls.h"
#include "ports/linux/storage/file_descriptor.h"

namespace p3a {

class Decoders;

class ForkServer {
 public:
  /// Forks. What is mapped shared now is so for every worker; `decoders` is what they decode with.
  /// Also from a program with threads, when an older server has died. Error: kInternal.
  static Result<ForkServer> start(Decoders& decoders);
  ForkServer(ForkServer&& other) noexcept;
  ForkServer& operator=(ForkServer&& other) noexcept;
  /// Ends the server; workers live on until their sockets are closed.
  ~ForkServer();

  /// A worker with that end of a socket and that memory (kWorkerMemoryBytes). Error: kInternal, the
  /// server is dead.
  Result<pid_t> spawn(int socket, int memory, const WorkerLimits& limits);

 private:
  ForkServer(FileDescriptor socket, pid_t pid) : socket_(std::move(socket)), pid_(pid) {}

  FileDescriptor socket_;
  pid_t pid_ = -1;
};

}  // namespace p3a
