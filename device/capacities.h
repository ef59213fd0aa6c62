// How much of everything there is room for, fixed when the display starts.
//
// The defaults are a desktop's: memory that is never touched costs nothing there. A port for a
// small machine hands in its own table (ports/esp32p4/system/chip_memory.h); what a table takes in
// bytes is added up by memory_plan() (device/api/memory_plan.h). A plain value.
#pragma once

#include <cstddef>
#include <cstdint>

namespace p3a {

struct Capacities {
  static constexpr std::size_t kUnbounded = SIZE_MAX;

  /// That may be lent at once: one shown, one being presented, one waiting for its tick, one
  /// decoded ahead, one being decoded, four uploads that wait for the disk (more find kBusy), two
  /// held by whoever makes a snapshot, what the rotation, a raw picture and a stream keep to build
  /// upon, and one that the preview encodes.
  std::size_t frames = 5 + 4 + 2 + 3 + 1;

  std::size_t streams = 8;         ///< connected at a time
  std::uint32_t queue_depth = 10;  ///< frames that may wait, whatever stream.queue_depth
  std::size_t stream_message_bytes = kUnbounded;  ///< the longest, whatever the settings

  std::size_t raw_pictures = 8;        ///< one shown, the others on their way
  std::size_t raw_bytes = kUnbounded;  ///< the longest, whatever raw.max_bytes

  /// What hello says that a P3X stream may use.
  std::uint8_t p3x_table_bits = 16;
  std::uint32_t p3x_picture_bytes = 8U << 20;
  /// Of a P3X stream's picture, beyond the largest picture of the settings.
  std::uint64_t p3x_pixels = UINT64_MAX;
  bool p3x_from_the_start = false;  ///< its memory is taken at once and kept
  bool mixed_frames = true;  ///< of P3X with JPEG and PNG in windows of it; wants an RGB888 panel

  std::size_t preview_watchers = 8;
  std::uint64_t preview_history_bytes = 5U << 20;  ///< two pictures of 720 x 720, many of few cells
};

}  // namespace p3a
