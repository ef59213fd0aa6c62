#include "device/upload/multipart.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace p3a {
namespace {

struct Part {
  std::string name;
  std::string filename;
  bool has_filename = false;
  std::string content_type;
  std::string data;
  bool ended = false;
  bool operator==(const Part&) const = default;
};

struct Parsed {
  std::vector<Part> parts;
  std::optional<ErrorCode> error;
  bool operator==(const Parsed&) const = default;
};

Parsed parse(std::string_view content_type, std::string_view body, std::size_t piece) {
  Parsed parsed;
  auto parser = MultipartParser::create(content_type);
  if (!parser) return {{}, parser.error().code};
  for (std::size_t at = 0; at < body.size(); at += piece) {
    const auto text = body.substr(at, piece);
    ByteView input(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    for (;;) {
      const auto event = parser->next(input);
      if (!event) {
        parsed.error = event.error().code;
        return parsed;
      }
      if (!*event) break;
      const PartHead& head = parser->head();
      switch ((*event)->kind) {
        case MultipartEvent::Kind::kPartBegin:
          parsed.parts.push_back({std::string(head.name),
                                  std::string(head.filename),
                                  head.has_filename,
                                  std::string(head.content_type),
                                  {},
                                  false});
          break;
        case MultipartEvent::Kind::kData:
          parsed.parts.back().data.append((*event)->data.begin(), (*event)->data.end());
          break;
        case MultipartEvent::Kind::kPartEnd:
          parsed.parts.back().ended = true;
          break;
      }
    }
  }
  if (const auto end = parser->finish(); !end) parsed.error = end.error().code;
  return parsed;
}

/// Parsed whole and in pieces of every size up to 40: the same.
Parsed parse(std::string_view content_type, std::string_view body) {
  const Parsed whole = parse(content_type, body, body.size() + 1);
  for (std::size_t piece = 1; piece <= 40; ++piece) {
    EXPECT_TRUE(parse(content_type, body, piece) == whole) << "in pieces of " << piece;
  }
  return whole;
}

constexpr std::string_view kType = "multipart/form-data; boundary=XX";

Part file_part(std::string_view disposition) {
  const std::string body = "--XX\r\nContent-Disposition: " + std::string(disposition) +
                           "\r\nContent-Type: image/png\r\n\r\ndata\r\n--XX--\r\n";
  const Parsed parsed = parse(kType, body);
  EXPECT_FALSE(parsed.error);
  return parsed.parts.empty() ? Part{} : parsed.parts.front();
}

ErrorCode error_of(std::string_view body) {
  return parse(kType, body).error.value_or(ErrorCode::kInternal);
}

TEST(Multipart, TakesApartFieldsAndFiles) {
  const Parsed parsed =
      parse(kType,
            "--XX\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nhello\r\n"
            "--XX\r\ncontent-disposition: form-data; name=f; filename=\"a.png\"\r\n"
            "CONTENT-TYPE: image/png; q=1\r\n\r\n\r\n--X\r\n--\r\n\r\n--XX--\r\n");
  ASSERT_FALSE(parsed.error);
  ASSERT_EQ(parsed.parts.size(), 2u);
  EXPECT_TRUE((parsed.parts[0] == Part{"title", "", false, "", "hello", true}));
  EXPECT_TRUE(
      (parsed.parts[1] == Part{"f", "a.png", true, "image/png", "\r\n--X\r\n--\r\n", true}));
}

TEST(Multipart, DataMayLookLikeTheBeginningOfABoundary) {
  const std::string data = "\r\r\n\r\n-\r\n--\r\n--X\r\r\n--X\n--XX\r\n";
  const Parsed parsed = parse(kType, "--XX\r\n\r\n" + data + "\r\n--XX--");
  ASSERT_FALSE(parsed.error);
  ASSERT_EQ(parsed.parts.size(), 1u);
  EXPECT_EQ(parsed.parts[0].data, data);
}

TEST(Multipart, SkipsPreambleAndEpilogue) {
  const Parsed parsed =
      parse(kType, "read\r\n--XY me\r\n--XX \t\r\nA: b\r\n\r\nx\r\n--XX--\r\n--XX\r\nmore");
  ASSERT_FALSE(parsed.error);
  ASSERT_EQ(parsed.parts.size(), 1u);
  EXPECT_EQ(parsed.parts[0].data, "x");
}

TEST(Multipart, AnEmptyPartAndNoPartAtAllAreFine) {
  const Parsed empty = parse(kType, "--XX\r\nA: b\r\n\r\n\r\n--XX--");
  ASSERT_FALSE(empty.error);
  ASSERT_EQ(empty.parts.size(), 1u);
  EXPECT_EQ(empty.parts[0].data, "");
  EXPECT_TRUE(empty.parts[0].ended);
  const Parsed none = parse(kType, "--XX--\r\n");
  EXPECT_FALSE(none.error);
  EXPECT_TRUE(none.parts.empty());
}

TEST(Multipart, ReadsFileNamesAsClientsWriteThem) {
  EXPECT_EQ(file_part("form-data; name=\"f\"; filename=\"a%22b.png\"").filename,
            "a\"b.png");  // browsers
  EXPECT_EQ(file_part("form-data; name=\"f\"; filename=\"a\\\"b.png\"").filename,
            "a\"b.png");  // old curl
  EXPECT_EQ(file_part("form-data; name=\"f\"; filename=\"c\\d.png\"").filename,
            "c\\d.png");  // new curl
  EXPECT_EQ(file_part("form-data; name=\"f\"; filename=\"C:\\\\x.png\"").filename, "C:\\x.png");
  EXPECT_EQ(file_part("form-data; filename=plain.png; name=f").filename, "plain.png");
  EXPECT_EQ(file_part("form-data; name=\"f\"; filename=\"100%25 %2e%2E.png\"").filename,
            "100%25 %2e%2E.png");
  EXPECT_EQ(file_part("form-data; name=\"f\"; filename=\"a%0d%0Ab\"").filename, "a\r\nb");
  EXPECT_EQ(file_part("form-data; name=\"f\"; filename=\"b\xC3\xA4\"").filename, "b\xC3\xA4");
  EXPECT_FALSE(file_part("form-data; name=\"f\"; filename*=UTF-8''x.png").has_filename);
  EXPECT_FALSE(file_part("form-data; name=\"filename=x\"").has_filename);
  const Part unnamed = file_part("form-data; name=\"f\"; filename=\"\"");
  EXPECT_TRUE(unnamed.has_filename);
  EXPECT_EQ(unnamed.filename, "");
}

TEST(Multipart, TakesQuotedAndLongBoundaries) {
  const std::string body = "--a b:c\r\n\r\nx\r\n--a b:c--";
  EXPECT_FALSE(parse("multipart/form-data; boundary=\"a b:c\"", body).error);
  EXPECT_FALSE(parse("multipart/form-data;charset=x; Boundary=\"a b:c\" ;y=z", body).error);
  const std::string longest(127, 'b');
  EXPECT_FALSE(parse("multipart/form-data; boundary=" + longest, "--" + longest + "--").error);
}

TEST(Multipart, NeedsABoundary) {
  for (const std::string type :
       {"multipart/form-data", "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\"\"", "multipart/form-data; boundary=\"a \"",
        "multipart/form-data; boundary=a\x01", "multipart/form-data; boundary=\"a"}) {
    EXPECT_EQ(parse(type, "--a--").error, ErrorCode::kMissingBoundary) << type;
  }
  EXPECT_EQ(parse("multipart/form-data; boundary=" + std::string(128, 'b'), "").error,
            ErrorCode::kMissingBoundary);
}

TEST(Multipart, RefusesWhatIsBroken) {
  const auto broken = ErrorCode::kMalformedMultipart;
  EXPECT_EQ(error_of(""), broken);
  EXPECT_EQ(error_of("hello"), broken);
  EXPECT_EQ(error_of("--XX\r\n"), broken);
  EXPECT_EQ(error_of("--XX\r\nA: b\r\n\r\ndata"), broken);              // no boundary after it
  EXPECT_EQ(error_of("--XX\r\nA: b\r\n\r\ndata\r\n--XX"), broken);      // cut off in the boundary
  EXPECT_EQ(error_of("--XX\r\nA: b\r\n\r\ndata\r\n--XX\r\n"), broken);  // never closed
  EXPECT_EQ(error_of("--XX\r\nno colon\r\n\r\ndata\r\n--XX--"), broken);
  EXPECT_EQ(
      error_of(
          "--XX\r\nContent-Disposition: a; filename=a\r\nContent-Disposition: a; filename=b\r\n"
          "\r\ndata\r\n--XX--"),
      broken);
  EXPECT_EQ(error_of("--XXX\r\n\r\ndata\r\n--XX--"), broken);
  EXPECT_EQ(error_of("--XX-\r\n\r\ndata\r\n--XX--"), broken);
  EXPECT_EQ(error_of("--XX\n\ndata\n--XX--\n"), broken);
}

TEST(Multipart, HeadsAndPreamblesHaveLimits) {
  const std::string name(2048, 'n');
  EXPECT_EQ(error_of("--XX\r\nA: " + name + "\r\n\r\nx\r\n--XX--"), ErrorCode::kMalformedMultipart);
  EXPECT_FALSE(parse(kType, "--XX\r\nA: " + name.substr(0, 2041) + "\r\n\r\nx\r\n--XX--").error);
  EXPECT_FALSE(parse(kType, name.substr(2) + "\r\n--XX--").error);
  EXPECT_EQ(error_of(name + "n\r\n--XX--"), ErrorCode::kMalformedMultipart);
  EXPECT_EQ(error_of("--XX" + std::string(3000, ' ') + "\r\n\r\nx\r\n--XX--"),
            ErrorCode::kMalformedMultipart);
}

TEST(Multipart, StaysBrokenOnceItIs) {
  auto parser = MultipartParser::create(kType);
  ASSERT_TRUE(parser);
  const std::string_view bad = "--XXbad";
  ByteView input(reinterpret_cast<const std::uint8_t*>(bad.data()), bad.size());
  EXPECT_FALSE(parser->next(input));
  const std::string_view good = "\r\n--XX--";
  input = {reinterpret_cast<const std::uint8_t*>(good.data()), good.size()};
  EXPECT_FALSE(parser->next(input));
  EXPECT_FALSE(parser->finish());
}

}  // namespace
}  // namespace p3a
