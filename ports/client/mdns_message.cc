#include "ports/client/mdns_message.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace p3a::sender {
namespace {

constexpr std::uint8_t kPointer = 12;
constexpr std::uint16_t kText = 16;
constexpr std::uint16_t kService = 33;
constexpr std::uint16_t kAddress = 1;
constexpr std::size_t kMostName = 255;   // RFC 1035 section 2.3.4
constexpr std::size_t kMostLabels = 64;  // and of jumps: a name that goes round ends

// Names compare without case (RFC 1035 section 2.3.3), in ASCII.
std::string lower(std::string_view name) {
  std::string low(name);
  std::ranges::transform(low, low.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return low;
}

struct Name {
  std::string first;  // label
  std::string whole;  // labels joined by dots, without the last dot
};

// Reads on from `at`; whoever reads past the end gets nothing from then on.
class Reader {
 public:
  explicit Reader(ByteView message) : message_(message) {}

  bool good() const { return good_; }
  std::size_t at() const { return at_; }
  void go(std::size_t at) { good_ = good_ && (at_ = at) <= message_.size(); }
  std::uint8_t u8() {
    if (at_ >= message_.size()) good_ = false;
    return good_ ? message_[at_++] : std::uint8_t{0};
  }
  std::uint16_t u16() {
    const auto high = u8();
    return static_cast<std::uint16_t>(high << 8 | u8());
  }
  std::string bytes(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count && good_; ++i) text += static_cast<char>(u8());
    return text;
  }

  // RFC 1035 section 4.1.4: a label is a length and its bytes; two bits say that the rest of the
  // name stands elsewhere.
  Name name() {
    Name name;
    std::optional<std::size_t> back;
    for (std::size_t labels = 0; labels < kMostLabels && good_; ++labels) {
      const std::uint8_t length = u8();
      if (length == 0) {
        if (back) at_ = *back;
        return name;
      }
      if ((length & 0xC0) == 0xC0) {
        const std::size_t to = static_cast<std::size_t>(length & 0x3F) << 8 | u8();
        if (!back) back = at_;
        go(to);
        continue;
      }
      if ((length & 0xC0) != 0) break;
      const std::string label = bytes(length);
      if (name.whole.empty()) name.first = label;
      name.whole += (name.whole.empty() ? "" : ".") + label;
      if (name.whole.size() > kMostName) break;
    }
    good_ = false;
    return {};
  }

 private:
  ByteView message_;
  std::size_t at_ = 0;
  bool good_ = true;
};

}  // namespace

std::vector<std::uint8_t> mdns_question(const std::vector<std::string_view>& types) {
  std::vector<std::uint8_t> message = {0, 0, 0, 0, 0, static_cast<std::uint8_t>(types.size()),
                                       0, 0, 0, 0, 0, 0};
  const auto label = [&](std::string_view text) {
    message.push_back(static_cast<std::uint8_t>(text.size()));
    message.insert(message.end(), text.begin(), text.end());
  };
  for (const std::string_view type : types) {
    const std::size_t dot = type.find('.');
    label(type.substr(0, dot));
    label(type.substr(dot + 1));
    label("local");
    message.push_back(0);
    // PTR; class IN with the bit that asks for an answer to us alone (RFC 6762 section 5.4).
    message.insert(message.end(), {0, kPointer, 0x80, 1});
  }
  return message;
}

void MdnsAnswers::add(ByteView message, std::string_view from) {
  Reader reader(message);
  reader.u16();
  if ((reader.u16() & 0x8000) == 0) return;  // a question
  const std::uint16_t questions = reader.u16();
  std::size_t records = reader.u16();
  records += reader.u16();
  records += reader.u16();
  for (std::uint16_t i = 0; i < questions && reader.good(); ++i) {
    reader.name();
    reader.u16();
    reader.u16();
  }
  for (std::size_t i = 0; i < records && reader.good() && records_ < kMostRecords;
       ++i, ++records_) {
    const Name owner = reader.name();
    const std::uint16_t type = reader.u16();
    reader.u16();  // class
    reader.u16();  // how long it is good for
    reader.u16();
    const std::uint16_t size = reader.u16();
    const std::size_t end = reader.at() + size;
    if (!reader.good() || end > message.size()) return;
    const std::string key = lower(owner.whole);
    if (type == kPointer) {
      const Name instance = reader.name();
      const std::string its_key = lower(instance.whole);
      if (reader.good() && key.ends_with(".local")) {
        types_[its_key] = key.substr(0, key.size() - 6);
        labels_[its_key] = instance.first;
      }
    } else if (type == kService) {
      reader.u16();  // priority
      reader.u16();  // weight
      const std::uint16_t port = reader.u16();
      const Name host = reader.name();
      if (reader.good()) targets_[key] = {host.whole, port, std::string(from)};
    } else if (type == kText) {
      std::vector<std::string> items;
      while (reader.good() && reader.at() < end) items.push_back(reader.bytes(reader.u8()));
      std::erase(items, "");
      if (reader.good() && reader.at() == end) texts_[key] = std::move(items);
    } else if (type == kAddress && size == 4) {
      std::string address;
      for (int part = 0; part < 4; ++part) {
        address += (part == 0 ? "" : ".") + std::to_string(reader.u8());
      }
      if (reader.good()) addresses_[key] = address;
    }
    reader.go(end);
  }
}

std::vector<Service> MdnsAnswers::services() const {
  std::vector<Service> services;
  for (const auto& [instance, type] : types_) {
    const auto target = targets_.find(instance);
    if (target == targets_.end()) continue;
    Service service{.type = type,
                    .name = labels_.at(instance),
                    .host = target->second.host,
                    .address = target->second.from,
                    .port = target->second.port,
                    .txt = {}};
    const auto address = addresses_.find(lower(target->second.host));
    if (address != addresses_.end()) service.address = address->second;
    if (const auto text = texts_.find(instance); text != texts_.end()) service.txt = text->second;
    services.push_back(std::move(service));
  }
  return services;
}

}  // namespace p3a::sender
