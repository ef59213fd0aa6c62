// The image libraries behind device/ports.h: probes a file and opens it as what it is.
//
// Runs in the process that calls it, in bounded memory; for pictures from the network that is the
// sandboxed worker. open() reads the header only; each Picture says in its header what it streams
// and what it holds. The decode thread only.
#pragma once

#include "device/ports.h"

namespace p3a {

class LibraryDecoders final : public Decoders {
 public:
  Result<std::unique_ptr<Picture>> open(std::unique_ptr<ReadableFile> file,
                                        const ImageLimits& limits) override;
};

}  // namespace p3a
