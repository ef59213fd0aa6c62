// One JPEG out of two that were encoded beside each other: the upper and the lower part of a
// picture.
//
// A restart interval (ITU T.81, B.2.4.4 and E.1.4) begins like a picture of its own: at a whole
// byte, with no memory of what came before. So the coded data of two parts with the same tables, a
// restart marker between them, is the coded data of the whole picture, and decodes to the same
// pixels bit for bit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/base/bytes.h"
#include "core/base/geometry.h"

namespace p3a::sender {

/// Where the upper part ends: a multiple of 16 rows near the middle; 0 when the picture is better
/// left whole. Small pictures are encoded before another thread has woken up, and a restart
/// interval counts to 65,535 blocks.
std::uint32_t strip_height(Size picture);

/// What the whole file may take beyond the two.
constexpr std::size_t kJoinBytes = 8;

/// How many bytes of `out`, which has room for both files and kJoinBytes more, the whole file took.
/// Both files are baseline JPEGs of turbojpeg with the same parameters but for the height;
/// `upper_rows` is strip_height(picture). `mcu_side`: 16 for 4:2:0, 8 for 4:4:4. Nothing when a
/// file is not what it should be.
std::optional<std::size_t> join_strips(ByteView upper, ByteView lower, Size picture,
                                       std::uint32_t upper_rows, std::uint32_t mcu_side,
                                       ByteSpan out);

}  // namespace p3a::sender
