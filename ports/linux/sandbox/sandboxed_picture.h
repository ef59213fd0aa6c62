// A picture that a worker decodes. Its header was read here; everything behind it is read there.
// One thread at a time.
#pragma once

#include <memory>
#include <optional>

#include "device/ports.h"
#include "ports/linux/sandbox/worker_process.h"

namespace p3a {

class SandboxedDecoders;

class SandboxedPicture final : public Picture {
 public:
  SandboxedPicture(SandboxedDecoders& sandbox, std::unique_ptr<ReadableFile> file,
                   const ImageInfo& info, const ImageLimits& limits)
      : sandbox_(sandbox), file_(std::move(file)), info_(info), limits_(limits) {}
  ~SandboxedPicture() override;

  const ImageInfo& info() const override { return info_; }
  /// Errors beside those of the decoders: kDecodeTimeout, and kBusy when all workers are taken.
  Result<DecodedFrame> next(const View& view, const Canvas& canvas) override;

 private:
  Status begin();

  SandboxedDecoders& sandbox_;
  std::unique_ptr<ReadableFile> file_;
  ImageInfo info_;
  ImageLimits limits_;
  std::optional<WorkerProcess> worker_;  // that has it open
  std::size_t input_bytes_ = 0;
};

}  // namespace p3a
