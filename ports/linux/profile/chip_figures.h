// The ESP32-P4 board in figures, for p3a-display --profile esp32p4: one table, each figure with its
// source.
//
// Nothing here was measured by us on a board. "QEMU" is docs/RV32.md: instructions of our own code,
// counted exactly, charged at one a cycle; waiting for PSRAM comes on top of that on a chip. An
// "estimate" is ours and says of what.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace p3a::chip {

struct Figure {
  std::string_view name;
  double value = 0;
  std::string_view unit;
  std::string_view source;
};

inline constexpr Figure kCoreMhz{
    "processor, each of two cores", 360, "million instructions/s",
    "p3a's sdkconfig (360 MHz); one instruction a cycle: an upper bound"};
inline constexpr Figure kWifiBytes{"Wi-Fi, all connections together", 30e6 / 8, "bytes/s",
                                   "esp-hosted-mcu issue 112: 30 Mbit/s of TCP"};
inline constexpr Figure kTcpWindow{"TCP window of a connection", 65535, "bytes",
                                   "docs/FIRMWARE.md: CONFIG_LWIP_TCP_WND_DEFAULT"};
inline constexpr Figure kSegment{"TCP segment", 1440, "bytes", "lwIP's TCP_MSS in ESP-IDF"};
inline constexpr Figure kRoundTrip{"round trip", 5000, "µs",
                                   "estimate: 3 to 20 ms over Wi-Fi with power save off"};
inline constexpr Figure kSdWrite{"SD card, writing in order", 4.21e6, "bytes/s",
                                 "arduino-esp32 issue 12027: an ESP32-P4, 4 bits, FAT32"};
inline constexpr Figure kSdRead{"SD card, reading in order", 2.50e6, "bytes/s",
                                "arduino-esp32 issue 12027"};
inline constexpr Figure kSdSector{
    "SD card, writing one sector somewhere", 7600, "µs",
    "arduino-esp32 issue 12027: 0.54 MB/s in random pieces of 4,096 bytes"};
inline constexpr Figure kSdSync{"sectors that a sync writes", 3, "",
                                "FatFs: both allocation tables and the directory's entry"};
inline constexpr Figure kSdRename{"sectors that a rename writes", 2, "",
                                  "FatFs: the old and the new entry"};
inline constexpr Figure kSdRemove{"sectors that a removal writes", 3, "",
                                  "FatFs: both allocation tables and the directory's entry"};
inline constexpr Figure kEngineStart{
    "JPEG engine, a picture", 200, "µs",
    "ESP-IDF's table (480p at 307, 720p at 109, 1080p at 48 frames/s), a line through it"};
inline constexpr Figure kEnginePixel{"JPEG engine, a pixel", 0.00995, "µs", "the same line"};
inline constexpr Figure kEngineFile{"JPEG engine, the largest file", 512 * 1024, "bytes",
                                    "ports/esp32p4/jpeg: EngineMemory"};
inline constexpr Figure kEnginePixels{"JPEG engine, the largest picture", 720 * 720, "pixels",
                                      "ports/esp32p4/jpeg: EngineMemory"};
inline constexpr Figure kJpegPixel{"JPEG in software, a pixel", 74, "instructions",
                                   "libjpeg-turbo in QEMU (57.6 M for 77 KB, 44.9 M for 26 KB)"};
inline constexpr Figure kJpegByte{"JPEG in software, a byte of the file", 249, "instructions",
                                  "the same two pictures"};
inline constexpr Figure kJpegOdd{"JPEG in software, progressive or 4:4:4", 1.6, "times as much",
                                 "libjpeg-turbo in QEMU: 66 M where 4:2:0 takes 41.5 M"};
inline constexpr Figure kInflateByte{"PNG, a byte of the file", 29.1, "instructions",
                                     "zlib in QEMU: inflate 21.6, CRC-32 7.5"};
inline constexpr Figure kInflatedByte{
    "PNG, a byte of its rows", 14.6, "instructions",
    "zlib in QEMU: inflate 7.4, Adler-32 3.2; the row's filter 4, an estimate"};
inline constexpr Figure kWebpPixel{"WebP, a pixel", 111, "instructions",
                                   "estimate: as JPEG in software"};
inline constexpr Figure kGifByte{"GIF, a byte of the file", 21.6, "instructions",
                                 "estimate: as zlib"};
inline constexpr Figure kGifPixel{"GIF, a pixel", 7.4, "instructions", "estimate: as zlib"};
inline constexpr Figure kP3xCell{"P3X key frame, a cell of its grid", 205, "instructions",
                                 "QEMU: 5.74 M for 128 × 128 cells, 3.22 M for 64 × 64"};
inline constexpr Figure kP3xPixel{"P3X, a pixel painted", 4.6, "instructions",
                                  "the same line; all of the picture is charged"};
inline constexpr Figure kCopyByte{"composing: a byte copied", 0.656, "instructions",
                                  "QEMU: RGB565 720, 0.68 M"};
inline constexpr Figure kTurnedByte{"composing: a byte turned by 90°", 2.64, "instructions",
                                    "QEMU: RGB565 720 turned by 90, 2.73 M"};
inline constexpr Figure kConvertPixel{"composing: a pixel of RGB888 converted", 18.6,
                                      "instructions", "QEMU: RGB888 720 to RGB565, 9.62 M"};
inline constexpr Figure kTonePixel{"composing: a pixel of RGB565 through gamma", 21.5,
                                   "instructions", "QEMU: RGB565 720 with gamma, 11.17 M"};
inline constexpr Figure kNearestByte{"composing: a byte scaled, nearest", 2.0, "instructions",
                                     "QEMU: what 360 and 512 to 720 have in common"};
inline constexpr Figure kNearestSame{"composing: a pixel to be scaled, as it is stored", 7.0,
                                     "instructions", "QEMU: RGB565, 512 and 360 to 720"};
inline constexpr Figure kNearestConvert{"composing: a pixel to be scaled, converted", 24.0,
                                        "instructions", "QEMU: RGB888 to RGB565, 512 and 360"};
inline constexpr Figure kBilinearPixel{"composing: a pixel, bilinear", 99, "instructions",
                                       "QEMU: RGB565 512 to 720, 51.4 M"};
inline constexpr Figure kPictureMemory{
    "PSRAM for the picture that software decodes", 4'551'192, "bytes",
    "ports/esp32p4/system/chip_memory.cc: what its table leaves of 32 MiB"};

/// All of them, for figures_markdown().
inline constexpr std::array kFigures{
    kCoreMhz,     kWifiBytes,      kTcpWindow,     kSegment,      kRoundTrip, kSdWrite,
    kSdRead,      kSdSector,       kSdSync,        kSdRename,     kSdRemove,  kEngineStart,
    kEnginePixel, kEngineFile,     kEnginePixels,  kJpegPixel,    kJpegByte,  kJpegOdd,
    kInflateByte, kInflatedByte,   kWebpPixel,     kGifByte,      kGifPixel,  kP3xCell,
    kP3xPixel,    kCopyByte,       kTurnedByte,    kConvertPixel, kTonePixel, kNearestByte,
    kNearestSame, kNearestConvert, kBilinearPixel, kPictureMemory};

/// The table of docs/FIRMWARE.md.
std::string figures_markdown();

}  // namespace p3a::chip
