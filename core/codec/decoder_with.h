// Decoder::decode_slice_with(): decoding with coders of a caller's own, as `p3a-send inspect` has
// them. A header of its own, so that only such callers pay for a second decoder.
#pragma once

#include "core/codec/decoder.h"
#include "core/codec/slice_coder.h"

namespace p3a::p3x {

template <class MakeIo>
void Decoder::decode_slice_with(std::uint32_t slice, MakeIo make_io) {
  auto io = make_io(bytes_[slice], state_, state_.model(slice));
  SliceCoder<decltype(io)> coder(state_, slice, io, Plan{});
  sound_[slice] = coder.run();
  digests_[slice] = coder.digest();
}

}  // namespace p3a::p3x
