// A multipart/form-data body (RFC 7578, RFC 2046 section 5.1), taken apart as it arrives.
//
// In: the body in pieces of any size. Out: events; the data of a part comes as views into the piece
// (or, for bytes held back because they might have begun a boundary, into the parser itself). Where
// the pieces are cut changes nothing but where data is cut. Memory is fixed: the boundary and one
// part's head. One thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/error.h"

namespace p3a {

/// What stands above a part's data. The views stay valid until the next part's head begins to
/// arrive.
struct PartHead {
  std::string_view name;
  std::string_view
      filename;  ///< as the client's user knows it: escapes undone, otherwise untouched
  bool has_filename = false;  ///< it may still be empty
  std::string_view content_type;
};

struct MultipartEvent {
  enum class Kind : std::uint8_t { kPartBegin, kData, kPartEnd };
  Kind kind = Kind::kData;
  ByteView data;  ///< never empty for kData
};

class MultipartParser {
 public:
  static constexpr std::size_t kMaxBoundary = 127;  // RFC 2046 allows 70; p3a takes this many
  static constexpr std::size_t kMaxHead = 2048;
  static constexpr std::size_t kMaxPreamble = 2048;

  /// From the value of the request's Content-Type. Errors: kMissingBoundary.
  static Result<MultipartParser> create(std::string_view content_type);

  /// Takes the next event from the front of `input`, which it shortens; nothing when `input` is
  /// used up and more is wanted. Error, for good: kMalformedMultipart.
  Result<std::optional<MultipartEvent>> next(ByteView& input);

  /// To be asked when the body has ended: kMalformedMultipart unless the closing boundary was
  /// there.
  Status finish() const;

  /// Of the part that began last.
  const PartHead& head() const { return head_; }

 private:
  enum class State : std::uint8_t {
    kPreamble,
    kHead,
    kData,
    kPartEnd,
    kBoundaryEnd,
    kEpilogue,
    kBroken
  };
  enum class Tail : std::uint8_t { kNothing, kDash, kPadding, kReturn };
  struct Scan {
    ByteView data;
    bool found = false;
  };

  explicit MultipartParser(std::string_view boundary);
  Scan scan_for_delimiter(ByteView& input);
  Status skip_preamble(ByteView& input);
  Status end_boundary(ByteView& input);
  Result<bool> collect_head(ByteView& input);
  Status parse_head();
  Status parse_head_line(std::string_view line);
  void parse_disposition(std::string_view value);
  std::string_view unescape(std::string_view quoted);

  State state_ = State::kPreamble;
  Tail tail_ = Tail::kNothing;
  std::string delimiter_;  // CR LF -- boundary: its only CR comes first, so a failed match is never
                           // a new start
  std::size_t matched_ = 2;  // of the delimiter; the first one of a body has no line end before it
  std::size_t skipped_ = 0;  // bytes of preamble or of blanks after a boundary
  std::array<char, kMaxHead> head_bytes_{};
  std::size_t head_size_ = 0;
  PartHead head_;
  bool has_disposition_ = false;
};

}  // namespace p3a
