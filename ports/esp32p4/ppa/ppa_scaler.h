// The chip's pixel engine: puts pictures on canvases, as ppa_takes() allows. Waits
// for the engine; one thread at a time.
#pragma once

#include <driver/ppa.h>

#include <memory>

#include "core/base/error.h"
#include "ports/esp32p4/ppa/ppa_gate.h"

namespace p3a {

class PpaScaler {
 public:
  /// Error: kInternal (the engine is not to be had).
  static Result<std::unique_ptr<PpaScaler>> start();
  PpaScaler(const PpaScaler&) = delete;
  PpaScaler& operator=(const PpaScaler&) = delete;
  ~PpaScaler();

  struct Source {
    std::uint8_t* pixels = nullptr;  ///< rows without padding
    PixelFormat format = PixelFormat::kRgb888;
    Size stored;   ///< the size of the rows in memory
    Size picture;  ///< the part of it from the upper left corner that counts
  };
  /// False: not by the engine, and the canvas may hold rubbish.
  bool put(const Source& source, const View& view, const Canvas& canvas);

 private:
  explicit PpaScaler(ppa_client_handle_t client) : client_(client) {}

  ppa_client_handle_t const client_;
};

}  // namespace p3a
