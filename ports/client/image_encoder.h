// JPEG by libjpeg-turbo straight from the caller's pixel order, PNG by libspng. Buffers are taken
// for the worst case of a size once and then reused.
#pragma once

#include <memory>
#include <vector>

#include "ports/client/png_floor.h"
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
  void* const turbo_;  // a tjhandle
  std::unique_ptr<std::uint8_t[]> jpeg_;
  std::size_t jpeg_capacity_ = 0;
  std::vector<std::uint8_t> png_;
  PngFloor png_floor_;
};

}  // namespace p3a::sender
