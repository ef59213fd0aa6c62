#include "ports/decode/jpeg_reader.h"

#include <jerror.h>

namespace p3a {
namespace {

// A progressive picture may repeat its scans without end in few bytes; encoders write about ten.
constexpr int kMaxScans = 50;
// Progressive pictures are held as coefficients: 24 MiB at 2048 × 2048 in 4:4:4.
constexpr long kMaxMemory = 64L * 1024 * 1024;

// Warnings about oddities that do not change the picture. Every other warning means damaged data.
bool harmless(int warning) {
  return warning == JWRN_EXTRANEOUS_DATA || warning == JWRN_ADOBE_XFORM ||
         warning == JWRN_JFIF_MAJOR || warning == JWRN_BOGUS_ICC || warning == JWRN_TOO_MUCH_DATA;
}

ErrorCode classify(int message) {
  switch (message) {
    case JERR_OUT_OF_MEMORY:
    case JERR_NO_BACKING_STORE:
      return ErrorCode::kDecodeLimit;
    case JERR_ARITH_NOTIMPL:
    case JERR_BAD_PRECISION:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_SOF_UNSUPPORTED:
    case JERR_CCIR601_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL:
      return ErrorCode::kUnsupportedFeature;
    default:
      return ErrorCode::kDecodeFailed;
  }
}

}  // namespace

JpegReader::JpegReader(ByteSource& source) : source_(source) { install_callbacks(); }

JpegReader::~JpegReader() { jpeg_destroy_decompress(&info_); }

void JpegReader::install_callbacks() {
  info_.err = jpeg_std_error(&errors_);
  info_.client_data = this;
  errors_.error_exit = [](j_common_ptr info) { of(info).leave(classify(info->err->msg_code)); };
  errors_.emit_message = [](j_common_ptr info, int level) { of(info).on_message(level); };
  errors_.output_message = [](j_common_ptr) {};

  reading_.init_source = [](j_decompress_ptr) {};
  reading_.term_source = [](j_decompress_ptr) {};
  reading_.resync_to_restart = jpeg_resync_to_restart;
  reading_.fill_input_buffer = [](j_decompress_ptr info) -> boolean {
    if (!of(info).fill_buffer()) ERREXIT(info, JERR_INPUT_EOF);
    return TRUE;
  };
  reading_.skip_input_data = [](j_decompress_ptr info, long bytes) {
    if (bytes > 0) of(info).skip(static_cast<std::uint64_t>(bytes));
  };

  progress_.progress_monitor = [](j_common_ptr info) {
    JpegReader& reader = of(info);
    if (reader.info_.input_scan_number > kMaxScans) reader.leave(ErrorCode::kDecodeLimit);
  };
}

Result<Size> JpegReader::read_header() {
  const Status read = guarded([this] {
    jpeg_create_decompress(&info_);
    info_.mem->max_memory_to_use = kMaxMemory;
    info_.src = &reading_;
    info_.progress = &progress_;
    jpeg_read_header(&info_, TRUE);
  });
  if (!read) return std::unexpected(read.error());
  const bool known = info_.jpeg_color_space == JCS_GRAYSCALE ||
                     info_.jpeg_color_space == JCS_YCbCr || info_.jpeg_color_space == JCS_RGB;
  if (!known) {
    return fail(ErrorCode::kUnsupportedFeature,
                "The JPEG is not in RGB, YCbCr or grayscale. Convert it to RGB and send it again.");
  }
  return Size{info_.image_width, info_.image_height};
}

Result<Size> JpegReader::start(std::uint32_t eighths, bool smooth_chroma) {
  const Status started = guarded([this, eighths, smooth_chroma] {
    info_.out_color_space = JCS_EXT_RGB;
    info_.scale_num = eighths;
    info_.scale_denom = 8;
    info_.do_fancy_upsampling = smooth_chroma ? TRUE : FALSE;
    jpeg_start_decompress(&info_);
  });
  if (!started) return std::unexpected(started.error());
  return Size{info_.output_width, info_.output_height};
}

Result<std::uint32_t> JpegReader::read_rows(std::uint8_t** rows, std::uint32_t count) {
  std::uint32_t done = 0;
  std::uint32_t* const out = &done;
  const Status read =
      guarded([this, rows, count, out] { *out = jpeg_read_scanlines(&info_, rows, count); });
  if (!read) return std::unexpected(read.error());
  return done;
}

Status JpegReader::finish() {
  return guarded([this] { jpeg_finish_decompress(&info_); });
}

template <class Step>
Status JpegReader::guarded(Step step) {
  if (setjmp(back_) != 0) return error();
  step();
  return {};
}

void JpegReader::leave(ErrorCode code) {
  code_ = code;
  std::longjmp(back_, 1);
}

void JpegReader::on_message(int level) {
  const bool warning = level < 0;
  if (warning && !harmless(errors_.msg_code)) leave(ErrorCode::kDecodeFailed);
}

Status JpegReader::error() const {
  if (code_ == ErrorCode::kDecodeLimit) {
    return fail(code_,
                "The JPEG takes too much work or memory to decode. "
                "Save it as a baseline JPEG, or smaller, and send it again.");
  }
  std::array<char, JMSG_LENGTH_MAX> reason{};
  auto* const common = const_cast<jpeg_decompress_struct*>(&info_);
  errors_.format_message(reinterpret_cast<j_common_ptr>(common), reason.data());
  if (code_ == ErrorCode::kUnsupportedFeature) {
    return fail(code_, "The JPEG uses a rare feature (", std::string_view(reason.data()),
                "). Save it as an ordinary RGB JPEG and send it again.");
  }
  return fail(code_, "The JPEG is damaged or cut off (", std::string_view(reason.data()),
              "). Export it again and send it again.");
}

bool JpegReader::fill_buffer() {
  const std::size_t count = source_.read_at(offset_, buffer_);
  offset_ += count;
  reading_.next_input_byte = buffer_.data();
  reading_.bytes_in_buffer = count;
  return count > 0;
}

void JpegReader::skip(std::uint64_t bytes) {
  if (bytes <= reading_.bytes_in_buffer) {
    reading_.next_input_byte += bytes;
    reading_.bytes_in_buffer -= static_cast<std::size_t>(bytes);
    return;
  }
  offset_ += bytes - reading_.bytes_in_buffer;  // beyond the end, the next fill finds nothing
  reading_.bytes_in_buffer = 0;
}

}  // namespace p3a
