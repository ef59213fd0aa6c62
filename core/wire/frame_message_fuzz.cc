// parse_frame_message() on any bytes: what it takes lies inside the message, is within the limits,
// and written again says the same.
#include "core/wire/frame_header.h"
#include "fuzz/require.h"

using namespace p3a;

namespace {

// Small ones, so that the fuzzer gets beyond them; those of tests/vectors.
constexpr FrameLimits kLimits{.max_lossy_bytes = 64, .max_lossless_bytes = 96};
constexpr Size kPanel{4, 2};

bool is_allowed(ErrorCode code) {
  return code == ErrorCode::kEmptyBody || code == ErrorCode::kBadFrame ||
         code == ErrorCode::kUnknownFormat || code == ErrorCode::kFrameTooLarge ||
         code == ErrorCode::kFormatMismatch;
}

void check_payload(ByteView message, const FrameMessage& frame) {
  require(!frame.payload.empty(), "there is a payload");
  require(frame.payload.size() <= kLimits.of(frame.format), "the payload is within its limit");
  require(frame.payload.data() >= message.data() &&
              frame.payload.data() + frame.payload.size() == message.data() + message.size(),
          "the payload is the end of the message");
  const std::size_t head = message.size() - frame.payload.size();
  require(head <= kFrameHeaderBytes + kMaxExtensionBytes, "the head is bounded");
  require(head % 8 == 0, "the payload is as aligned as the message");
  require(frame.bare == (head == 0), "only a bare picture has no head");
  require(!frame.bare || !frame.extension, "a bare picture says nothing about itself");
}

void check_written_again(ByteView message, const FrameMessage& frame) {
  const auto header = FrameHeader::make(frame.format, frame.payload.size(), frame.extension);
  require(header.has_value(), "what was read can be written");
  std::array<std::uint8_t, FrameHeader::kCapacity + 96> bytes;
  const auto end = std::copy(header->bytes().begin(), header->bytes().end(), bytes.begin());
  const auto whole = std::copy(frame.payload.begin(), frame.payload.end(), end);
  const auto again = parse_frame_message({bytes.begin(), whole}, kLimits);
  require(again.has_value(), "what was written can be read");
  require(again->format == frame.format && again->extension == frame.extension,
          "written and read again it says the same");
  require(std::equal(again->payload.begin(), again->payload.end(), frame.payload.begin(),
                     frame.payload.end()),
          "the payload is the same");
  const std::size_t head = message.size() - frame.payload.size();
  if (head != header->bytes().size()) return;
  require(std::equal(header->bytes().begin(), header->bytes().end(), message.begin()),
          "there is one way to write a head of this length");
}

void check_area(const FrameMessage& frame) {
  const auto area = area_on_panel(frame, kPanel);
  if (!area) {
    require(area.error().code == ErrorCode::kBadFrame ||
                area.error().code == ErrorCode::kLengthMismatch,
            "a refusal that the header file names");
    return;
  }
  require(area->within(kPanel) && !area->empty(), "the picture goes onto the panel");
  const std::size_t pixel_bytes = raw_bytes_per_pixel(frame.format);
  require(pixel_bytes == 0 || area->size().pixels() * pixel_bytes == frame.payload.size(),
          "there is a raw pixel for every panel pixel");
  require(!stands_alone(frame, kPanel) || area->size() == kPanel,
          "what stands alone covers the panel");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView message(data, size);
  const auto frame = parse_frame_message(message, kLimits);
  if (!frame) {
    require(is_allowed(frame.error().code), "a refusal that the header file names");
    require(!frame.error().message.view().empty(), "a refusal has a sentence");
    return 0;
  }
  check_payload(message, *frame);
  check_written_again(message, *frame);
  check_area(*frame);
  return 0;
}
