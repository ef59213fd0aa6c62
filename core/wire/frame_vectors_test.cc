// The golden vectors, which the Python and JavaScript tests read too (tests/vectors/).
#include <gtest/gtest.h>

#include "core/wire/frame_header.h"
#include "core/wire/test_message.h"

namespace p3a {
namespace {

struct FrameVector {
  std::string_view name;
  std::string_view message;  ///< hexadecimal
  std::string_view error;    ///< the code of the refusal, or empty
  std::string_view format;
  std::string_view payload;  ///< hexadecimal
  bool bare;
  bool canonical;  ///< FrameHeader writes it just so
  bool extended;
  FrameExtension extension;
  Rect area;  ///< on kVectorPanel
  std::string_view area_error;
};

#include "core/wire/frame_vectors.inc"

std::string_view code_of(const auto& result) {
  return result ? std::string_view() : code_name(result.error().code);
}

bool parses_as_told(const FrameVector& vector, const FrameMessage& frame) {
  return frame_format_name(frame.format) == vector.format && frame.bare == vector.bare &&
         same_bytes(frame.payload, HexMessage(vector.payload).view()) &&
         frame.extension.has_value() == vector.extended &&
         frame.extension.value_or(FrameExtension{}) == vector.extension;
}

bool is_written_as_told(const FrameVector& vector, ByteView message, const FrameMessage& frame) {
  if (!vector.canonical) return true;
  const auto header = FrameHeader::make(frame.format, frame.payload.size(), frame.extension);
  return header &&
         same_bytes(header->bytes(), message.first(message.size() - frame.payload.size()));
}

bool lies_as_told(const FrameVector& vector, const FrameMessage& frame) {
  const auto area = area_on_panel(frame, kVectorPanel);
  return code_of(area) == vector.area_error && area.value_or(Rect{}) == vector.area;
}

template <class Holds>
std::string_view first_wrong(Holds holds) {
  for (const FrameVector& vector : kFrameVectors) {
    const HexMessage message(vector.message);
    if (!holds(vector, message.view(), parse_frame_message(message.view(), kVectorLimits))) {
      return vector.name;
    }
  }
  return "";
}

TEST(FrameVectors, AreTakenOrRefusedAsTold) {
  EXPECT_EQ(first_wrong([](auto& vector, ByteView, const auto& frame) {
              return code_of(frame) == vector.error;
            }),
            "");
}

TEST(FrameVectors, SayWhatIsTold) {
  EXPECT_EQ(first_wrong([](auto& vector, ByteView, const auto& frame) {
              return !frame || parses_as_told(vector, *frame);
            }),
            "");
}

TEST(FrameVectors, AreWrittenTheSameWay) {
  EXPECT_EQ(first_wrong([](auto& vector, ByteView message, const auto& frame) {
              return !frame || is_written_as_told(vector, message, *frame);
            }),
            "");
}

TEST(FrameVectors, LieOnThePanelWhereTold) {
  EXPECT_EQ(first_wrong([](auto& vector, ByteView, const auto& frame) {
              return !frame || lies_as_told(vector, *frame);
            }),
            "");
}

}  // namespace
}  // namespace p3a
