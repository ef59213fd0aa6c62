#include "device/upload/multipart.h"

#include <algorithm>
#include <utility>

#include "device/upload/header_value.h"

namespace p3a {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

std::unexpected<Error> malformed(std::string_view what) {
  return fail(ErrorCode::kMalformedMultipart, "the multipart body is broken: ", what);
}

ByteView bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

bool fits_boundary(std::string_view text) {
  const auto printable = [](char c) { return c >= ' ' && c <= '~'; };
  return !text.empty() && text.size() <= MultipartParser::kMaxBoundary && text.back() != ' ' &&
         std::ranges::all_of(text, printable);
}

}  // namespace

MultipartParser::MultipartParser(std::string_view boundary) : delimiter_("\r\n--") {
  delimiter_ += boundary;
}

Result<MultipartParser> MultipartParser::create(std::string_view content_type) {
  const auto parameter = find_parameter(content_type, "boundary");
  if (!parameter || !fits_boundary(parameter->value)) {
    return fail(ErrorCode::kMissingBoundary,
                "the Content-Type of a multipart body needs '; boundary=' with 1 to ", kMaxBoundary,
                " printable characters; let your HTTP library write this header");
  }
  return MultipartParser(parameter->value);
}

Result<std::optional<MultipartEvent>> MultipartParser::next(ByteView& input) {
  using Kind = MultipartEvent::Kind;
  Status status;
  while (status && (!input.empty() || state_ == State::kPartEnd)) {
    switch (state_) {
      case State::kPreamble:
        status = skip_preamble(input);
        break;
      case State::kBoundaryEnd:
        status = end_boundary(input);
        break;
      case State::kHead: {
        const auto complete = collect_head(input);
        if (!complete) {
          status = std::unexpected(complete.error());
        } else if (*complete) {
          state_ = State::kData;
          return MultipartEvent{Kind::kPartBegin, {}};
        }
        break;
      }
      case State::kData: {
        const Scan scan = scan_for_delimiter(input);
        if (scan.found) state_ = State::kPartEnd;
        if (!scan.data.empty()) return MultipartEvent{Kind::kData, scan.data};
        break;
      }
      case State::kPartEnd:
        state_ = State::kBoundaryEnd;
        return MultipartEvent{Kind::kPartEnd, {}};
      case State::kEpilogue:
        input = {};
        break;
      case State::kBroken:
        status = malformed("it was refused before");
        break;
    }
  }
  if (status) return std::nullopt;
  state_ = State::kBroken;
  return std::unexpected(status.error());
}

Status MultipartParser::finish() const {
  if (state_ == State::kEpilogue) return {};
  if (state_ == State::kPreamble) {
    return malformed("the boundary that Content-Type announces is not in it");
  }
  return malformed("it ends without the closing boundary; was the upload cut off?");
}

// Consumes input up to the end of the delimiter or of the input, and gives what came before it.
MultipartParser::Scan MultipartParser::scan_for_delimiter(ByteView& input) {
  const ByteView delimiter = bytes_of(delimiter_);
  if (matched_ > 0) {  // begun in an earlier piece
    const ByteView wanted = delimiter.subspan(matched_);
    const auto differs = std::ranges::mismatch(input, wanted);
    matched_ += static_cast<std::size_t>(differs.in2 - wanted.begin());
    input = input.subspan(static_cast<std::size_t>(differs.in1 - input.begin()));
    if (matched_ == delimiter.size()) {
      matched_ = 0;
      return {{}, true};
    }
    if (input.empty()) return {};
    return {delimiter.first(std::exchange(matched_, 0)), false};
  }
  for (auto at = input.begin();; ++at) {
    at = std::find(at, input.end(), delimiter.front());
    const ByteView here(at, input.end());
    const std::size_t count = std::min(here.size(), delimiter.size());
    if (!std::ranges::equal(here.first(count), delimiter.first(count))) continue;
    const Scan scan{ByteView(input.begin(), at), count == delimiter.size()};
    if (!scan.found) matched_ = count;
    input = here.subspan(count);
    return scan;
  }
}

Status MultipartParser::skip_preamble(ByteView& input) {
  const Scan scan = scan_for_delimiter(input);
  skipped_ += scan.data.size();
  if (skipped_ > kMaxPreamble) {
    return malformed("the boundary that Content-Type announces does not come");
  }
  if (scan.found) state_ = State::kBoundaryEnd;
  return {};
}

// After a boundary: "--" closes the body, blanks and a line end begin a part.
Status MultipartParser::end_boundary(ByteView& input) {
  const auto c = static_cast<char>(input.front());
  input = input.subspan(1);
  if (tail_ == Tail::kNothing) skipped_ = 0;
  if (tail_ == Tail::kNothing && c == '-') {
    tail_ = Tail::kDash;
  } else if (tail_ == Tail::kDash && c == '-') {
    state_ = State::kEpilogue;
  } else if (tail_ <= Tail::kPadding && tail_ != Tail::kDash && (c == ' ' || c == '\t')) {
    tail_ = Tail::kPadding;
    if (++skipped_ > kMaxPreamble) return malformed("a boundary is followed by too many blanks");
  } else if (tail_ != Tail::kDash && tail_ != Tail::kReturn && c == '\r') {
    tail_ = Tail::kReturn;
  } else if (tail_ == Tail::kReturn && c == '\n') {
    tail_ = Tail::kNothing;
    head_size_ = 0;
    head_ = {};
    has_disposition_ = false;
    state_ = State::kHead;
  } else {
    return malformed("a boundary must be followed by '--' or by a line end (CR LF)");
  }
  return {};
}

// True when the empty line that ends the head has come, and the head is parsed.
Result<bool> MultipartParser::collect_head(ByteView& input) {
  while (!input.empty()) {
    if (head_size_ == kMaxHead) {
      return fail(ErrorCode::kMalformedMultipart, "the head of a part is above ", kMaxHead,
                  " bytes; use a shorter file name");
    }
    head_bytes_[head_size_++] = static_cast<char>(input.front());
    input = input.subspan(1);
    const std::string_view so_far(head_bytes_.data(), head_size_);
    if (so_far == kLineEnd || so_far.ends_with("\r\n\r\n")) {
      if (const auto parsed = parse_head(); !parsed) return std::unexpected(parsed.error());
      return true;
    }
  }
  return false;
}

Status MultipartParser::parse_head() {
  std::string_view rest(head_bytes_.data(), head_size_);
  while (rest != kLineEnd && !rest.empty()) {
    const auto end = rest.find(kLineEnd);
    if (auto status = parse_head_line(rest.substr(0, end)); !status) return status;
    rest.remove_prefix(end + kLineEnd.size());
  }
  return {};
}

Status MultipartParser::parse_head_line(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return malformed("a line in the head of a part has no ':'");
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = line.substr(colon + 1);
  if (equals_ignoring_case(name, "content-disposition")) {
    if (std::exchange(has_disposition_, true)) {
      return malformed("a part has two Content-Disposition lines");
    }
    parse_disposition(value);
  }
  if (equals_ignoring_case(name, "content-type")) head_.content_type = media_type(value);
  return {};
}

void MultipartParser::parse_disposition(std::string_view value) {
  const auto text_of = [this](const HeaderParameter& parameter) {
    return parameter.quoted ? unescape(parameter.value) : parameter.value;
  };
  // Both are found before either is unescaped, which changes the bytes in place.
  const auto name = find_parameter(value, "name");
  const auto filename = find_parameter(value, "filename");
  if (name) head_.name = text_of(*name);
  if (filename) head_.filename = text_of(*filename);
  head_.has_filename = filename.has_value();
}

// Undoes both ways of quoting, in place in the head: \" and \\ of RFC 822 (curl before 7.81), and
// %22 %0D %0A of the HTML standard (browsers, curl, python-requests). Any other '\' or '%' is the
// user's own.
std::string_view MultipartParser::unescape(std::string_view quoted) {
  char* const begin = head_bytes_.data() + (quoted.data() - head_bytes_.data());
  char* out = begin;
  while (!quoted.empty()) {
    std::size_t used = 1;
    char c = quoted.front();
    if (quoted.starts_with("\\\"") || quoted.starts_with("\\\\")) {
      c = quoted[1];
      used = 2;
    } else if (c == '%' && quoted.size() >= 3) {
      const std::string_view code = quoted.substr(1, 2);
      used = 3;
      if (code == "22")
        c = '"';
      else if (equals_ignoring_case(code, "0d"))
        c = '\r';
      else if (equals_ignoring_case(code, "0a"))
        c = '\n';
      else
        used = 1;
    }
    *out++ = c;
    quoted.remove_prefix(used);
  }
  return {begin, static_cast<std::size_t>(out - begin)};
}

}  // namespace p3a
