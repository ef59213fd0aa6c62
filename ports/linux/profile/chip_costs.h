// What a picture costs on the ESP32-P4, by the figures of chip_figures.h. Pure; any thread.
#pragma once

#include <cstdint>

#include "core/base/geometry.h"
#include "core/base/time.h"
#include "core/compose/canvas.h"
#include "core/image/image.h"
#include "device/ports.h"

namespace p3a::chip {

/// How long one core takes for that many instructions.
Micros time_of(double instructions);

/// The JPEG engine, for a picture of so many pixels in whole MCUs.
Micros engine_time(Size padded);

/// What is known of a picture file that software decodes.
struct SoftwareJob {
  ImageInfo info;
  std::uint64_t file_bytes = 0;  ///< that this frame reads; 0 for the later ones of an animation
  std::uint32_t png_channels = 3;
  /// A JPEG that only its size keeps from the engine; the others are taken for progressive ones.
  bool plain_jpeg = false;
};
double decode_instructions(const SoftwareJob& job);

/// Pixels of so many bytes onto a canvas, core/compose's work.
double compose_instructions(std::size_t bytes_per_pixel, Size picture, const View& view,
                            const Canvas& canvas);

/// What the display draws itself: raw pixels and P3X frames, composing included.
double drawing_instructions(const DrawnPixels& drawn, const View& view, const Canvas& canvas);

}  // namespace p3a::chip
