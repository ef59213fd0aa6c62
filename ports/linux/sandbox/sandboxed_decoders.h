// Decoders whose work is done by workers in a sandbox, straight into the display's frames.
//
// A picture has a worker of its own while one of its frames is decoded, an animation until it is
// closed; then the worker is free for the next one. Two wait at any time, so that a picture that
// crashes its worker, or that takes longer than decode.deadline_ms, costs itself and nothing else:
// it is refused, the worker is killed and the next picture finds another one. What is read from a
// worker is parsed as what an enemy wrote. One that has been taken over can draw on the frames, and
// can do nothing else until it is found out.
//
// Where the machine has no sandbox (a kernel without seccomp, say), `decode.sandbox` decides: "on"
// decodes with what there is and says so, "require" refuses.
//
// configure(), status() and open(): any thread; each picture: one thread at a time. Pictures must
// be gone before it is.
#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "device/config/config.h"
#include "device/ports.h"
#include "ports/linux/sandbox/fork_server.h"
#include "ports/linux/sandbox/shared_memory.h"
#include "ports/linux/sandbox/worker_process.h"

namespace p3a {

class SandboxedDecoders final : public Decoders {
 public:
  /// Workers at a time; one more picture is refused with kBusy.
  static constexpr std::size_t kMaxWorkers = 12;
  /// Workers that wait for a picture.
  static constexpr std::size_t kSpareWorkers = 2;

  /// `inside`: what workers decode with, or this process where there is no sandbox. Takes no
  /// memory for frames yet when it is not used.
  SandboxedDecoders(Decoders& inside, Log& log, std::size_t frame_bytes);

  /// Begins, or takes over changed settings. The first call comes best before any thread starts.
  /// Error: kInternal, decode.sandbox is "require" and there is none; pictures are refused then.
  Status configure(const Config& config);
  /// Memory for the frames that pictures are composed onto, `frame_bytes` long; empty when the
  /// machine gives none.
  ByteSpan frames() const;

  Result<std::unique_ptr<Picture>> open(std::unique_ptr<ReadableFile> file,
                                        const ImageLimits& limits) override;
  DecoderStatus status() override;

 private:
  friend class SandboxedPicture;

  // Of a picture.
  Result<WorkerProcess> take();
  /// `reusable`: it has nothing open. Else it goes.
  void give_back(WorkerProcess worker, bool reusable);
  std::unexpected<Error> replace(WorkerProcess worker, WorkerProcess::Failure failure,
                                 ReadableFile& file);
  /// What a worker has refused: counted, and named where it was too much for it.
  Error refused(const Error& error, ReadableFile& file);
  bool is_frame(const Canvas& canvas) const;
  Micros deadline() const { return Micros(deadline_us_.load(std::memory_order_relaxed)); }

  Status begin();
  Status try_out();
  Result<WorkerProcess> spawn();
  void fill_up();
  void say(const std::string& line);

  Decoders& inside_;
  Log& log_;
  const std::size_t frame_bytes_;
  std::optional<SharedMemory> memory_;  // the frames, and a page to try it out on

  std::mutex mutex_;  // guards the next four
  std::optional<ForkServer> server_;
  WorkerLimits limits_;
  std::vector<WorkerProcess> idle_;
  std::size_t lent_ = 0;

  std::mutex state_mutex_;  // guards the next four
  SandboxMode mode_ = SandboxMode::kOn;
  bool works_ = false;
  std::uint32_t walls_ = 0;
  std::string reason_;  // why it does not work

  std::atomic<std::int64_t> deadline_us_{250'000};
  std::atomic<std::uint64_t> crashed_{0};
  std::atomic<std::uint64_t> timed_out_{0};
  std::atomic<std::uint64_t> over_limit_{0};
  std::atomic<std::uint64_t> started_{0};
  std::mutex said_mutex_;  // guards the next two
  Micros say_again_{};
  std::uint64_t unsaid_ = 0;
};

}  // namespace p3a
