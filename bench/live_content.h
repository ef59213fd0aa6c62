// Moving pictures for script/bench live: a loop of RGBX frames, the same for every peer.
//
// noise: generative, grainy, about 70 KB as JPEG of quality 75. gradient: smooth. pixelart: sprites
// of 16 colours on a grid of 90 × 90, each pixel 8 × 8. art64: a sprite over scrolling tiles, 64 ×
// 64 texels, enlarged to the side.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <random>
#include <string_view>
#include <vector>

namespace live_bench {

using Frame = std::vector<std::uint8_t>;  ///< side × side × 4, rows touch

constexpr int kLoop = 32;  ///< frames, then from the beginning

inline Frame gradient(int side, int step) {
  Frame frame(static_cast<std::size_t>(side * side) * 4);
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      std::uint8_t* pixel = &frame[static_cast<std::size_t>(y * side + x) * 4];
      pixel[0] = static_cast<std::uint8_t>((x + 8 * step) * 255 / (side + 8 * kLoop));
      pixel[1] = static_cast<std::uint8_t>((y + 8 * step) * 255 / (side + 8 * kLoop));
      pixel[2] = static_cast<std::uint8_t>((x + y) * 255 / (2 * side));
    }
  }
  return frame;
}

inline Frame noise(int side, int step) {
  std::minstd_rand random(static_cast<unsigned>(step) + 1);
  Frame frame(static_cast<std::size_t>(side * side) * 4);
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      std::uint8_t* pixel = &frame[static_cast<std::size_t>(y * side + x) * 4];
      const double wave = std::sin((x + 9 * step) * 0.06) * std::cos((y - 7 * step) * 0.05);
      const int grain = static_cast<int>(random() >> 8 & 15) - 8;
      for (int c = 0; c < 3; ++c) {
        pixel[c] = static_cast<std::uint8_t>(
            std::clamp(128 + static_cast<int>(90 * wave * (1 - 0.3 * c)) + grain, 0, 255));
      }
    }
  }
  return frame;
}

inline Frame pixel_art(int side, int step) {
  constexpr int kCell = 8;
  std::minstd_rand random(7);
  std::array<std::uint32_t, 16> palette;
  for (auto& color : palette) color = static_cast<std::uint32_t>(random()) & 0xFFFFFF;
  std::vector<std::uint8_t> tiles(16 * 16 * 16);  // 16 tiles of 16 × 16 pixels
  for (auto& pixel : tiles) pixel = static_cast<std::uint8_t>(random() >> 8 & 15);
  Frame frame(static_cast<std::size_t>(side * side) * 4);
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      const int column = x / kCell + step;  // the ground scrolls
      const int row = y / kCell;
      const int tile = (column / 16 * 5 + row / 16 * 3) % 16;
      const std::uint32_t color =
          palette[tiles[static_cast<std::size_t>(tile * 256 + row % 16 * 16 + column % 16)]];
      std::uint8_t* pixel = &frame[static_cast<std::size_t>(y * side + x) * 4];
      pixel[0] = static_cast<std::uint8_t>(color >> 16);
      pixel[1] = static_cast<std::uint8_t>(color >> 8);
      pixel[2] = static_cast<std::uint8_t>(color);
    }
  }
  return frame;
}

inline Frame art64(int side, int step) {
  Frame frame(static_cast<std::size_t>(side * side) * 4);
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      const int u = (2 * x + 1) * 64 / (2 * side), v = (2 * y + 1) * 64 / (2 * side);
      const int ground = u + step;  // 32 texels in a loop, two tiles
      const bool sprite = u >= 20 + step / 4 && u < 30 + step / 4 && v >= 40 && v < 52;
      const int tile = (ground % 16 * 7 + v % 16 * 5 + ground % 16 * (v % 16) / 3) % 11;
      std::uint8_t* pixel = &frame[static_cast<std::size_t>(y * side + x) * 4];
      pixel[0] = static_cast<std::uint8_t>(sprite ? 240 - v % 4 * 20 : 30 + tile * 12);
      pixel[1] = static_cast<std::uint8_t>(sprite ? 90 + u % 3 * 40 : 60 + v / 16 * 20);
      pixel[2] = static_cast<std::uint8_t>(sprite ? 40 : 150 - tile * 9);
    }
  }
  return frame;
}

inline std::vector<Frame> make_loop(std::string_view content, int side) {
  std::vector<Frame> loop;
  for (int step = 0; step < kLoop; ++step) {
    loop.push_back(content == "noise"      ? noise(side, step)
                   : content == "gradient" ? gradient(side, step)
                   : content == "art64"    ? art64(side, step)
                                           : pixel_art(side, step));
  }
  return loop;
}

}  // namespace live_bench
