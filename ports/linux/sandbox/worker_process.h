// The display's end of one worker: asks, waits, knows when it is dead or late, and ends it.
//
// Whatever the worker does, ask() returns: with an answer, or with why there is none, and then the
// worker must go. While its answers are quick it keeps to the processor of whoever asks, who waits
// meanwhile: to wake another one that sleeps takes longer (docs/decisions/0014). One thread at a
// time.
#pragma once

#include <sched.h>

#include <expected>
#include <string>

#include "core/base/time.h"
#include "ports/linux/sandbox/fork_server.h"
#include "ports/linux/sandbox/protocol.h"
#include "ports/linux/sandbox/shared_memory.h"

namespace p3a {

class WorkerProcess {
 public:
  enum class Failure : std::uint8_t { kDied, kStopped, kLate, kNonsense };

  /// Error: kInternal; the server is dead when `server.spawn` was what failed.
  static Result<WorkerProcess> start(ForkServer& server, const WorkerLimits& limits);
  WorkerProcess(WorkerProcess&& other) noexcept;
  WorkerProcess& operator=(WorkerProcess&& other) noexcept;
  /// end().
  ~WorkerProcess();

  /// Where the file to decode is put before a question with `open`.
  ByteSpan input() const { return memory_.bytes().subspan(kInputOffset); }
  /// Puts it there, `bytes` at most, and returns how many it has. A large one is the worker's
  /// memory then and not ours.
  std::size_t put_input(ReadableFile& file, std::size_t bytes) const;
  /// The file is decoded: a large one's memory goes back to the machine.
  void forget_input(std::size_t bytes) const;

  /// `deadline`: of processor time; on the clock it may take kSlack times as long, since a busy
  /// machine is not the picture's fault.
  std::expected<Answer, Failure> ask(Question question, Micros deadline);
  static constexpr int kSlack = 4;

  /// Without waiting: false when it has hung up or was stopped.
  bool alive() const;
  /// The walls that stood when it answered first, as it says.
  std::uint32_t walls() const;
  /// Time spent on answers, about.
  Micros busy() const { return busy_; }
  pid_t pid() const { return pid_; }

  /// Kills it and waits until it is gone. How it ended, for people: "ended by signal 9 (Killed)".
  std::string end();

 private:
  WorkerProcess(SharedMemory memory, FileDescriptor socket, pid_t pid);

  std::expected<std::uint32_t, Failure> wait_for_packet(Micros deadline);
  bool stopped() const;
  void place();
  Micros processor_time() const;

  SharedMemory memory_;
  FileDescriptor socket_;
  pid_t pid_ = -1;
  std::uint32_t number_ = 0;
  Micros busy_{};
  bool quick_ = true;  // its last answer was
  int placed_ = kAnywhere;
  cpu_set_t allowed_{};  // where it was let run first

  static constexpr int kAnywhere = -1;
};

}  // namespace p3a
