// Decoders with the chip's JPEG engine in front of others in software.
//
// What engine_takes() has proven goes to the engine, which writes the picture into one buffer that
// was taken at the start; everything else, and what the engine gives up on, goes to software. From
// there the pixel engine puts it on the canvas, where it does that exactly, or the compositor. A
// picture that is the canvas, pixel for pixel, is written there by the JPEG engine itself.
// Waits for the engine, one picture at a time. Any thread.
#pragma once

#include <driver/jpeg_decode.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "device/ports.h"
#include "ports/esp32p4/ppa/ppa_scaler.h"

namespace p3a {

struct EngineMemory {
  std::size_t file_bytes = 512 * 1024;          ///< the largest file that the engine gets
  std::size_t pixels = std::size_t{720} * 720;  ///< the largest picture, padded to whole MCUs
};

class EngineDecoders final : public Decoders {
 public:
  /// Error: kInternal (no engine, no memory). `software` must outlive it, and `scaler`, which may
  /// be null.
  static Result<std::unique_ptr<EngineDecoders>> start(Decoders& software, EngineMemory memory = {},
                                                       PpaScaler* scaler = nullptr);
  EngineDecoders(const EngineDecoders&) = delete;
  EngineDecoders& operator=(const EngineDecoders&) = delete;
  /// Its pictures must be gone.
  ~EngineDecoders() override;

  Result<std::unique_ptr<Picture>> open(std::unique_ptr<ReadableFile> file,
                                        const ImageLimits& limits) override;
  /// Pictures that the engine gave up on, since the start.
  std::uint32_t refused() const { return refused_; }

 private:
  class EnginePicture;
  EngineDecoders(Decoders& software, EngineMemory memory, PpaScaler* scaler)
      : software_(software), scaler_(scaler), memory_(memory) {}

  Decoders& software_;
  PpaScaler* const scaler_;
  const EngineMemory memory_;
  jpeg_decoder_handle_t engine_ = nullptr;
  std::mutex mutex_;  // guards the buffers and the engine
  std::uint8_t* file_ = nullptr;
  std::uint8_t* pixels_ = nullptr;
  std::size_t pixels_bytes_ = 0;
  std::vector<std::uint8_t> scratch_;
  std::uint32_t refused_ = 0;
};

}  // namespace p3a
