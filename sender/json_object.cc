#include "sender/json_object.h"

#include <charconv>

namespace p3a::sender {
namespace {

constexpr int kMaxDepth = 32;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Walks over values. After a false nothing more may be asked of it.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  void skip_space() {
    while (!rest_.empty() && std::string_view(" \t\r\n").contains(rest_[0])) rest_.remove_prefix(1);
  }
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool at_end() const { return rest_.empty(); }

  // The next value as it stands in the text; empty when it is none.
  std::string_view value(int depth = 0) {
    const std::string_view from = rest_;
    return skip_value(depth) ? from.substr(0, from.size() - rest_.size()) : std::string_view();
  }
  // Calls member(name, value) for each member of the object that comes next.
  template <class OnMember>
  bool object(int depth, OnMember member) {
    if (depth > kMaxDepth || !take('{')) return false;
    skip_space();
    if (take('}')) return true;
    do {
      skip_space();
      const std::string_view name = rest_.starts_with('"') ? value(depth + 1) : "";
      skip_space();
      if (name.empty() || !take(':')) return false;
      skip_space();
      const std::string_view item = value(depth + 1);
      if (item.empty()) return false;
      member(name, item);
      skip_space();
    } while (take(','));
    return take('}');
  }
  template <class OnItem>
  bool array(int depth, OnItem on_item) {
    if (depth > kMaxDepth || !take('[')) return false;
    skip_space();
    if (take(']')) return true;
    do {
      skip_space();
      const std::string_view item = value(depth + 1);
      if (item.empty()) return false;
      on_item(item);
      skip_space();
    } while (take(','));
    return take(']');
  }

 private:
  bool skip_value(int depth) {
    if (rest_.empty()) return false;
    switch (rest_[0]) {
      case '{':
        return object(depth, [](auto, auto) {});
      case '[':
        return array(depth, [](auto) {});
      case '"':
        return skip_text();
      default:
        return skip_word("true") || skip_word("false") || skip_word("null") || skip_number();
    }
  }
  bool skip_word(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  bool skip_text() {
    take('"');
    while (!rest_.empty() && rest_[0] != '"') {
      if (static_cast<unsigned char>(rest_[0]) < 0x20) return false;
      const bool escape = take('\\');
      if (rest_.empty()) return false;
      if (escape && !skip_escape()) return false;
      if (!escape) rest_.remove_prefix(1);
    }
    return take('"');
  }
  bool skip_escape() {
    if (!std::string_view("\"\\/bfnrtu").contains(rest_[0])) return false;
    const std::size_t digits = rest_[0] == 'u' ? 4 : 0;
    rest_.remove_prefix(1);
    if (rest_.size() < digits) return false;
    const auto hex = rest_.substr(0, digits);
    if (hex.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos) return false;
    rest_.remove_prefix(digits);
    return true;
  }
  bool skip_digits() {
    if (rest_.empty() || !is_digit(rest_[0])) return false;
    while (!rest_.empty() && is_digit(rest_[0])) rest_.remove_prefix(1);
    return true;
  }
  bool skip_number() {
    take('-');
    if (!take('0') && !skip_digits()) return false;
    if (take('.') && !skip_digits()) return false;
    if (!take('e') && !take('E')) return true;
    if (!take('+')) take('-');
    return skip_digits();
  }

  std::string_view rest_;
};

void append_utf8(std::string& out, std::uint32_t code) {
  const auto byte = [&](std::uint32_t value) { out.push_back(static_cast<char>(value)); };
  if (code < 0x80) return byte(code);
  if (code < 0x800) {
    byte(0xC0 | code >> 6);
  } else if (code < 0x10000) {
    byte(0xE0 | code >> 12);
    byte(0x80 | (code >> 6 & 0x3F));
  } else {
    byte(0xF0 | code >> 18);
    byte(0x80 | (code >> 12 & 0x3F));
    byte(0x80 | (code >> 6 & 0x3F));
  }
  byte(0x80 | (code & 0x3F));
}

std::uint32_t hex4(std::string_view text) {
  const std::string_view digits = text.substr(0, 4);
  std::uint32_t code = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
  return code;
}

// The text between the quotes of a value that has been scanned.
std::string unescape(std::string_view quoted) {
  const std::string_view in = quoted.substr(1, quoted.size() - 2);
  std::string out;
  for (std::size_t i = 0; i < in.size(); ++i) {
    if (in[i] != '\\') {
      out.push_back(in[i]);
      continue;
    }
    const char kind = in[++i];
    if (kind != 'u') {
      constexpr std::string_view kFrom = "bfnrt";
      const auto at = kFrom.find(kind);
      out.push_back(at == std::string_view::npos ? kind : "\b\f\n\r\t"[at]);
      continue;
    }
    std::uint32_t code = hex4(in.substr(i + 1));
    i += 4;
    const bool high = code >= 0xD800 && code < 0xDC00;
    if (high && in.substr(i + 1).starts_with("\\u")) {
      const std::uint32_t low = hex4(in.substr(i + 3));
      if (low >= 0xDC00 && low < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        i += 6;
      }
    }
    append_utf8(out, code >= 0xD800 && code < 0xE000 ? 0xFFFD : code);
  }
  return out;
}

template <class Number>
std::optional<Number> number_of(std::string_view value) {
  Number number{};
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc{} || end != value.data() + value.size()) return std::nullopt;
  return number;
}

}  // namespace

std::optional<JsonObject> JsonObject::parse(std::string_view text) {
  JsonObject object;
  Scanner scanner(text);
  scanner.skip_space();
  const bool good = scanner.object(0, [&](std::string_view name, std::string_view value) {
    object.members_.push_back({unescape(name), value});
  });
  scanner.skip_space();
  if (!good || !scanner.at_end()) return std::nullopt;
  return object;
}

std::string_view JsonObject::find(std::string_view name) const {
  for (const Member& member : members_) {
    if (member.name == name) return member.value;
  }
  return {};
}

std::optional<std::string> JsonObject::text(std::string_view name) const {
  const std::string_view value = find(name);
  if (!value.starts_with('"')) return std::nullopt;
  return unescape(value);
}

std::optional<bool> JsonObject::flag(std::string_view name) const {
  const std::string_view value = find(name);
  if (value != "true" && value != "false") return std::nullopt;
  return value == "true";
}

std::optional<std::int64_t> JsonObject::whole(std::string_view name) const {
  return number_of<std::int64_t>(find(name));
}

std::optional<double> JsonObject::number(std::string_view name) const {
  return number_of<double>(find(name));
}

std::optional<JsonObject> JsonObject::object(std::string_view name) const {
  const std::string_view value = find(name);
  return value.empty() ? std::nullopt : parse(value);
}

std::vector<std::string> JsonObject::texts(std::string_view name) const {
  std::vector<std::string> found;
  Scanner(find(name)).array(0, [&](std::string_view item) {
    if (item.starts_with('"')) found.push_back(unescape(item));
  });
  return found;
}

std::optional<std::vector<std::string>> JsonObject::only_texts(std::string_view name) const {
  std::size_t items = 0;
  if (!Scanner(find(name)).array(0, [&](std::string_view) { ++items; })) return std::nullopt;
  auto found = texts(name);
  if (found.size() != items) return std::nullopt;
  return found;
}

std::vector<JsonObject> JsonObject::each() const {
  std::vector<JsonObject> all(members_.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i].members_ = {members_[i]};
  return all;
}

}  // namespace p3a::sender
