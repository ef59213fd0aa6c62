// JPEG by libjpeg-turbo straight from the caller's pixel order, PNG by libspng. Buffers are taken
// for the worst case of a size once and then reused. A large JPEG is encoded in two parts at once,
// on a second thread that is started for the first of them: half the time that a picture waits
// before it can leave.
#pragma once

#include <memory>
#include <vector>

#include "ports/client/second_thread.h"
#include "sender/ports.h"

namespace p3a::sender {

class LibraryImageEncoder final : public ImageEncoder {
 public:
  LibraryImageEncoder();
  ~LibraryImageEncoder() override;

  Result<ByteView> encode_jpeg(const Pixels& pixels, int quality, bool full_chroma) override;
  Result<ByteView> encode_png(const Pixels& pixels) override;

 private:
  /// One encoder of libjpeg-turbo and the file that it made last.
  class Turbo {
   public:
    Turbo();
    ~Turbo();
    Turbo(const Turbo&) = delete;
    Turbo& operator=(const Turbo&) = delete;
    Result<ByteView> encode(const Pixels& pixels, int quality, bool full_chroma);

   private:
    void* const handle_;  // a tjhandle
    std::vector<std::uint8_t> file_;
  };
  Result<ByteView> encode_in_two(const Pixels& pixels, std::uint32_t upper_rows, int quality,
                                 bool full_chroma);

  Turbo turbo_;
  Turbo second_turbo_;
  std::vector<std::uint8_t> joined_;
  std::unique_ptr<SecondThread> second_thread_;
  std::vector<std::uint8_t> png_;
};

}  // namespace p3a::sender
