#include "ports/esp32p4/jpeg/engine_gate.h"

#include <gtest/gtest.h>

#include <string>

namespace p3a {
namespace {

using namespace std::string_literals;

std::string segment(std::uint8_t marker, std::string_view bytes) {
  const std::size_t length = bytes.size() + 2;
  std::string out{'\xFF', static_cast<char>(marker), static_cast<char>(length >> 8),
                  static_cast<char>(length & 0xFF)};
  return out.append(bytes);
}

std::string frame(std::string_view sampling = "\x22\x11\x11", char precision = 8, int width = 720,
                  int height = 720) {
  std::string out{precision,
                  static_cast<char>(height >> 8),
                  static_cast<char>(height & 0xFF),
                  static_cast<char>(width >> 8),
                  static_cast<char>(width & 0xFF),
                  static_cast<char>(sampling.size())};
  for (std::size_t i = 0; i < sampling.size(); ++i)
    out.append({static_cast<char>(i + 1), sampling[i], static_cast<char>(i == 0 ? 0 : 1)});
  return out;
}

const std::string kQuantizer = "\0"s + std::string(64, '\1');
const std::string kCodes = "\0"s + "\0\2"s + std::string(14, '\0') + "\1\2";
const std::string kScan = "\3\1\0\2\x11\3\x11\0\x3F\0"s;

std::string jpeg(const std::string& sof = segment(0xC0, frame()), const std::string& more = {}) {
  return "\xFF\xD8" + segment(0xE0, "JFIF") + more + segment(0xDB, kQuantizer) + sof +
         segment(0xC4, kCodes) + segment(0xDA, kScan) + "scan\xFF\xD9";
}

std::optional<EngineJpeg> gate(const std::string& file) {
  return engine_takes({reinterpret_cast<const std::uint8_t*>(file.data()), file.size()});
}

TEST(EngineGate, TakesTheThreeSamplingsAndSaysWhatTheEngineWrites) {
  EXPECT_EQ(gate(jpeg())->padded, (Size{720, 720}));
  EXPECT_EQ(gate(jpeg(segment(0xC0, frame("\x22\x11\x11", 8, 712, 705))))->padded,
            (Size{720, 720}));
  EXPECT_EQ(gate(jpeg(segment(0xC0, frame("\x21\x11\x11", 8, 24, 9))))->padded, (Size{32, 16}));
  EXPECT_EQ(gate(jpeg(segment(0xC0, frame("\x11\x11\x11", 8, 24, 9))))->padded, (Size{24, 16}));
}

TEST(EngineGate, LeavesToSoftwareWhatTheEngineRejectsOrReadsWrongly) {
  for (const std::string& sof :
       {segment(0xC1, frame()), segment(0xC2, frame()), segment(0xC9, frame()),
        segment(0xC0, frame("\x11")), segment(0xC0, frame("\x11\x11\x11\x11")),
        segment(0xC0, frame("\x22\x11\x11", 12)), segment(0xC0, frame("\x12\x11\x11")),
        segment(0xC0, frame("\x41\x11\x11")), segment(0xC0, frame("\x22\x21\x11")),
        segment(0xC0, frame("\x22\x11\x22")), segment(0xC0, frame("\x22\x11\x11", 8, 719, 719)),
        segment(0xC0, frame("\x22\x11\x11", 8, 0, 16)),
        segment(0xC0, frame("\x22\x11\x11", 8, 16384, 16)),
        segment(0xC0, frame()) + segment(0xC0, frame()), std::string()}) {
    EXPECT_FALSE(gate(jpeg(sof)));
  }
  EXPECT_FALSE(gate(jpeg(segment(0xC0, frame()), segment(0xEE, "Adobe\0d\0\0\0\0\0"s))));
  EXPECT_TRUE(gate(jpeg(segment(0xC0, frame()), segment(0xEE, "Adobe\0d\0\0\0\0\1"s))));
}

// What older drivers wrote out of bounds for.
TEST(EngineGate, RefusesTablesThatNameOrHoldMoreThanThereIs) {
  const std::string sof = segment(0xC0, frame());
  for (const std::string& bad :
       {segment(0xDB, "\4"s + std::string(64, '\1')),
        segment(0xDB, "\x0F"s + std::string(64, '\1')),
        segment(0xDB, "\x10"s + std::string(128, '\1')),
        segment(0xDB, "\0"s + std::string(63, '\1')), segment(0xC4, "\2"s + kCodes.substr(1)),
        segment(0xC4, "\x20"s + kCodes.substr(1)),
        segment(0xC4, "\0"s + std::string(16, '\xFF') + std::string(4080, '\1')),
        segment(0xC4, "\0"s + std::string(16, '\0')), segment(0xC4, "\0\1"s),
        segment(0xC4, "\0\3"s + std::string(15, '\0') + "123"), segment(0xDD, "\0\0\0"s)}) {
    EXPECT_FALSE(gate(jpeg(sof, bad)));
  }
}

TEST(EngineGate, RefusesEveryFileThatEndsTooEarly) {
  const std::string whole = jpeg();
  const std::size_t scan = whole.size() - 6;
  for (std::size_t size = 0; size <= scan; ++size)
    EXPECT_FALSE(gate(whole.substr(0, size))) << size;
}

TEST(EngineGate, AThumbnailInsideAnotherSegmentIsNotTheFrame) {
  const std::string thumbnail =
      "Exif\0\0"s + jpeg(segment(0xC0, frame("\x11\x11\x11", 8, 160, 120)));
  EXPECT_EQ(gate(jpeg(segment(0xC0, frame()), segment(0xE1, thumbnail)))->size, (Size{720, 720}));
}

}  // namespace
}  // namespace p3a
