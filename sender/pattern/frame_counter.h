// A frame's number in its picture, so that a test at the other end can say which frame it sees.
//
// 2 rows of 16 blocks in the top left corner, each a 32nd of the picture's width and height, white
// for 1: the number's low 24 bits and a check byte, most significant first. The blocks keep their
// share of the picture when it is scaled as a whole, and outlive JPEG. Pure; any thread.
#pragma once

#include <optional>

#include "core/base/bytes.h"
#include "sender/pixels.h"

namespace p3a::sender {

constexpr std::uint32_t kMaxCountedFrame = (1u << 24) - 1;  ///< after it comes 0
constexpr std::uint32_t kMinCountedSide = 32;               ///< pixels

/// `rgba`: tight rows. Below kMinCountedSide nothing is done.
void burn_frame_counter(std::uint64_t frame, Size size, ByteSpan rgba);

/// Of a picture in any format but RGB565; nothing where there is no counter.
std::optional<std::uint32_t> read_frame_counter(const Pixels& picture);

}  // namespace p3a::sender
