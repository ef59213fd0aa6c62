// JPEG straight from the caller's pixel order, by ports/jpeg where this processor can and the
// colour is halved, else by libjpeg-turbo; PNG by libspng. Buffers grow to what a picture takes and
// are then reused.
#pragma once

#include <memory>
#include <vector>

#include "ports/client/png_floor.h"
#include "ports/jpeg/baseline_encoder.h"
#include "sender/ports.h"

namespace p3a::sender {

class LibraryImageEncoder final : public ImageEncoder {
 public:
  LibraryImageEncoder();
  ~LibraryImageEncoder() override;

  Result<ByteView> encode_jpeg(const Pixels& pixels, int quality, bool full_chroma) override;
  Result<ByteView> encode_png(const Pixels& pixels, PngEffort effort) override;
  bool png_takes_more(const Pixels& pixels, std::size_t bytes) override;

 private:
  Result<ByteView> encode_by_library(const Pixels& pixels, int quality, bool full_chroma);

  jpeg::BaselineEncoder baseline_;
  void* const turbo_;  // a tjhandle
  std::unique_ptr<std::uint8_t[]> jpeg_;
  std::size_t jpeg_capacity_ = 0;
  std::vector<std::uint8_t> png_;
  PngFloor png_floor_;
};

}  // namespace p3a::sender
