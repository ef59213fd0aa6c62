// libjpeg-turbo behind values: reads a ByteSource, answers errors as Status, gives rows of R,G,B.
//
// libjpeg reports errors by a callback that must not return; ours jumps back into guarded().
// Between the two lie only libjpeg's frames and ours without destructors. One thread at a time; the
// source must outlive it.
#pragma once

#include <array>
#include <csetjmp>
#include <cstddef>
#include <cstdio>

// clang-format off: jpeglib.h needs <cstddef> and <cstdio> before it
#include <jpeglib.h>
// clang-format on

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/geometry.h"

namespace p3a {

class JpegReader {
 public:
  /// Rows that one call of read_rows() takes at most.
  static constexpr std::uint32_t kMaxRows = 16;

  explicit JpegReader(ByteSource& source);
  ~JpegReader();
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;

  /// The picture's size. Errors, of all calls: kDecodeFailed, kDecodeLimit, kUnsupportedFeature.
  Result<Size> read_header();
  /// Begins decoding, shrunk to `eighths`/8 (1 to 8), and returns the size of the rows to come.
  /// Chroma that the file keeps at half the size is interpolated, or else repeated.
  Result<Size> start(std::uint32_t eighths, bool smooth_chroma);
  /// Decodes up to `count` rows to where `rows` points, each width × 3 bytes; returns how many.
  Result<std::uint32_t> read_rows(std::uint8_t** rows, std::uint32_t count);
  /// After the last row: the rest of the file is there and in order.
  Status finish();

 private:
  template <class Step>
  Status guarded(Step step);
  [[noreturn]] void leave(ErrorCode code);
  void install_callbacks();
  bool fill_buffer();
  void skip(std::uint64_t bytes);
  void on_message(int level);
  Status error() const;

  static JpegReader& of(j_common_ptr info) { return *static_cast<JpegReader*>(info->client_data); }
  static JpegReader& of(j_decompress_ptr info) {
    return *static_cast<JpegReader*>(info->client_data);
  }

  ByteSource& source_;
  std::uint64_t offset_ = 0;
  jpeg_decompress_struct info_{};
  jpeg_error_mgr errors_{};
  jpeg_source_mgr reading_{};
  jpeg_progress_mgr progress_{};
  std::jmp_buf back_{};
  ErrorCode code_ = ErrorCode::kDecodeFailed;
  std::array<std::uint8_t, 32 * 1024> buffer_;
};

}  // namespace p3a
