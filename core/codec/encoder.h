// Encodes a live picture as a P3X stream (docs/P3X.md): finds its native grid, what moved and what
// came back, and says the rest in as few bits as the context allows. Lossless.
//
// In: pictures of one size as R,G,B bytes, and once the memory to work in (8-byte aligned, the
// caller's, outliving the encoder). Out: one frame's bytes a picture, to be sent in this order.
// What is encoded counts as sent: when a frame is thrown away, or a receiver joins or complains,
// call request_key(). No allocation; the encoder knows exactly how much memory its receivers need,
// which is what the options say that they have. One thread at a time.
#pragma once

#include <optional>

#include "core/codec/grid_finder.h"
#include "core/codec/packet.h"
#include "core/codec/source_finder.h"
#include "core/codec/state.h"

namespace p3a::p3x {

struct EncoderOptions {
  Size size;                               ///< of the pictures, 1 to kMaxSide a side
  std::uint8_t table_bits = 16;            ///< kMinTableBits to kMaxTableBits
  std::uint8_t slices = 1;                 ///< 1, or 2 for receivers that decode on two cores
  std::uint64_t history_bytes = 8U << 20;  ///< for pictures, in every receiver
};

struct Encoded {
  FrameType type = FrameType::kRepeat;
  std::size_t size = 0;
};

class Encoder {
 public:
  /// What make() wants, or nothing for options out of range.
  static std::optional<std::uint64_t> memory_bytes(const EncoderOptions& options);
  /// Errors: kInvalidValue (options out of range, too little memory).
  static Result<Encoder> make(const EncoderOptions& options, ByteSpan memory);

  /// The next frame is a key frame.
  void request_key() { key_ = true; }
  /// From the next frame on, what lies in these is not looked at: to a decoder it is black. They
  /// are on the picture. When they become others, that is a key frame.
  void set_windows(const Windows& windows);

  /// Errors, after all of which the next frame is a key frame: kInvalidValue (another size),
  /// kDecodeLimit (the picture's grid is too fine for the receivers' memory), kFrameTooLarge (`out`
  /// is too small: the content is too rich for this codec).
  Result<Encoded> encode(const RgbPicture& picture, ByteSpan out);

  /// Of the last frame.
  const Grid& grid() const { return state_->grid(); }

 private:
  Encoder(const EncoderOptions& options, ByteSpan memory);

  bool take_rows(const RgbPicture& picture);
  void gather(const RgbPicture& picture, bool all);
  Status start_key(ByteSpan out, std::size_t& size);
  Status start_regrid(ByteSpan out, std::size_t& size);
  Result<std::uint8_t> pictures_for(const Grid& grid) const;
  Result<std::size_t> encode_slices(ByteSpan out);
  void seal(ByteSpan out, FrameType type);

  EncoderOptions options_;
  // In the memory handed in:
  State* state_ = nullptr;
  GridFinder* finder_ = nullptr;
  std::uint8_t* last_rgb_ = nullptr;
  std::uint8_t* changed_rows_ = nullptr;
  std::uint32_t* actual_ = nullptr;  ///< laid out as the state's rows
  std::uint16_t* palette_slots_ = nullptr;
  SourceFinder sources_;
  Windows windows_;
  bool key_ = true;
  bool first_ = true;
};

}  // namespace p3a::p3x
