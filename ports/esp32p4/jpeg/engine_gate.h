// Whether the ESP32-P4's JPEG engine may be given a file.
//
// Stricter than core/image, which says whether anything can decode it: the engine's driver rejects
// some files, reads others wrongly (it takes any three components for YCbCr with the chroma sampled
// 1×1) and, before ESP-IDF 5.5.5 and 6.0.2, wrote out of bounds for others (identifiers of tables
// above 3, too many codes). Only what is proven good here reaches it, and its own
// jpeg_decoder_get_info() is never called. Sources: ITU-T T.81 annex B; facts of the driver in
// docs/FIRMWARE.md. Pure; any thread.
#pragma once

#include <optional>

#include "core/base/bytes.h"
#include "core/base/geometry.h"

namespace p3a {

struct EngineJpeg {
  Size size;    ///< as the file says
  Size padded;  ///< what the engine writes: whole MCUs, rows without padding of their own
};

/// Nothing: a job for software. `file`: all of it.
std::optional<EngineJpeg> engine_takes(ByteView file);

}  // namespace p3a
