// However a body is cut into pieces, the parser says the same, and the data that it hands out lies
// in the piece or is the beginning of a delimiter. And a body that we build ourselves comes apart
// into what was put in.
//
// Input: one byte with the length of a Content-Type, the Content-Type, the body.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "device/upload/multipart.h"

namespace {

using p3a::ByteView;
using p3a::MultipartEvent;

void require(bool holds) {
  if (!holds) std::abort();
}

/// What a parse says, as one text: pieces of data that follow each other are joined.
class Transcript {
 public:
  explicit Transcript(std::string_view content_type)
      : parser_(p3a::MultipartParser::create(content_type)), open_(parser_.has_value()) {
    if (!open_) text_ = parser_.error().message.view();
  }

  void feed(ByteView piece) {
    ByteView input = piece;
    while (open_) {
      const std::size_t before = input.size();
      const auto event = parser_->next(input);
      require(input.size() <= before);
      if (!event) {
        text_ += "error " + std::string(event.error().message.view());
        open_ = false;
        return;
      }
      if (!*event) {
        require(input.empty());
        return;
      }
      note(**event, piece);
    }
  }

  std::string end() {
    if (!open_) return text_;
    const auto status = parser_->finish();
    return text_ + (status ? "end" : "error " + std::string(status.error().message.view()));
  }

 private:
  void note(const MultipartEvent& event, ByteView piece) {
    using Kind = MultipartEvent::Kind;
    if (event.kind == Kind::kData) {
      require(in_part_ && !event.data.empty());
      const std::less_equal<const std::uint8_t*> not_after;
      const auto* first = event.data.data();
      const bool inside = not_after(piece.data(), first) &&
                          not_after(first + event.data.size(), piece.data() + piece.size());
      require(inside || (event.data.size() <= p3a::MultipartParser::kMaxBoundary + 4 &&
                         event.data[0] == '\r'));
      text_.append(event.data.begin(), event.data.end());
      return;
    }
    require(in_part_ == (event.kind == Kind::kPartEnd));
    in_part_ = event.kind == Kind::kPartBegin;
    if (!in_part_) {
      text_ += "|end|";
      return;
    }
    const auto& head = parser_->head();
    require(head.has_filename || head.filename.empty());
    text_ += "|part|" + std::string(head.name) + "|" + std::string(head.filename) + "|" +
             std::string(head.content_type) + "|";
  }

  p3a::Result<p3a::MultipartParser> parser_;
  bool open_ = false;
  bool in_part_ = false;
  std::string text_;
};

std::string whole(std::string_view type, ByteView body) {
  Transcript transcript(type);
  transcript.feed(body);
  return transcript.end();
}

/// Cut by lengths taken from the body itself, each piece in memory of its own so that a sanitizer
/// sees its ends.
std::string cut(std::string_view type, ByteView body, std::uint8_t longest) {
  Transcript transcript(type);
  for (std::size_t at = 0; at < body.size();) {
    const std::size_t wish = longest == 1 ? 1u : 1u + body[at] % longest;
    const ByteView piece = body.subspan(at, std::min(wish, body.size() - at));
    const std::vector<std::uint8_t> copy(piece.begin(), piece.end());
    transcript.feed(copy);
    at += piece.size();
  }
  return transcript.end();
}

void round_trip(ByteView data) {
  const std::string_view text(reinterpret_cast<const char*>(data.data()), data.size());
  const std::string body =
      "--fuzzb\r\nContent-Disposition: form-data; name=\"n\"; filename=\"f.png\"\r\n\r\n" +
      std::string(text) + "\r\n--fuzzb--\r\n";
  if (text.find("--fuzzb") != std::string_view::npos) return;
  const ByteView bytes(reinterpret_cast<const std::uint8_t*>(body.data()), body.size());
  require(whole("multipart/form-data; boundary=fuzzb", bytes) ==
          "|part|n|f.png||" + std::string(text) + "|end|end");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView input(data + 1, size - 1);
  const std::size_t type_size = std::min<std::size_t>(data[0], input.size());
  const std::string type(input.begin(), input.begin() + static_cast<std::ptrdiff_t>(type_size));
  const ByteView body = input.subspan(type_size);
  const std::string expected = whole(type, body);
  require(cut(type, body, 1) == expected);
  require(cut(type, body, 7) == expected);
  require(cut(type, body, 255) == expected);
  round_trip(input);
  return 0;
}
