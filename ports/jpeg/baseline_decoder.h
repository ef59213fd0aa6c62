// Decodes the JPEGs that live pictures are (baseline, 4:2:0, one scan: see baseline_header.h), some
// two times as fast as libjpeg-turbo 2.1.
//
// In: a whole file. Out: rows of R,G,B, byte for byte those of libjpeg-turbo with colours repeated
// (do_fancy_upsampling off), or nothing: the file is of another kind, is damaged or odd in any way,
// or the processor is too old. Then libjpeg-turbo decodes it, or says what is wrong with it; so
// there are no errors here. That may come out late, after rows were written.
//
// The file is needed by open() only, the scratch memory as long as the decoder. One thread at a
// time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "core/base/bytes.h"
#include "core/base/geometry.h"
#include "ports/jpeg/limits.h"

namespace p3a::jpeg {

class BaselineDecoder {
 public:
  /// Rows that one call of read_rows() writes; the last one, those that are left.
  static constexpr std::uint32_t kRows = kMcuSide;

  /// Whether this processor has what it takes; else open() answers nothing.
  static bool is_available();
  /// Scratch memory for a file of that many bytes.
  static constexpr std::size_t scratch_bytes(std::size_t file_bytes) {
    return file_bytes + kPadding;
  }
  /// Nothing: not for this decoder, or there is no memory for it.
  static std::optional<BaselineDecoder> open(ByteView file, ByteSpan scratch);

  BaselineDecoder(BaselineDecoder&&) noexcept;
  BaselineDecoder& operator=(BaselineDecoder&&) noexcept;
  ~BaselineDecoder();

  Size size() const;
  /// Writes the next rows from `out` on, `stride` bytes apart: width × 3 bytes each, nothing
  /// between them. False: the file is not for this decoder, what was written is worth nothing. With
  /// the last rows, the whole file was in order. Not to be called after either.
  bool read_rows(std::uint8_t* out, std::size_t stride);

 private:
  struct State;

  // Of zeros behind the scan: a whole MCU may be read beyond its end before that is noticed.
  static constexpr std::size_t kPadding = 2048;

  explicit BaselineDecoder(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace p3a::jpeg
