// A short text that takes no memory of its own: what is too long is cut, between characters of
// UTF-8. Plain value; one thread at a time.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace p3a::td {

template <std::size_t kCapacity>
class Text {
 public:
  Text() = default;
  Text(std::string_view text) { *this = text; }  // NOLINT(google-explicit-constructor)
  Text& operator=(std::string_view text) {
    size_ = std::min(text.size(), kCapacity);
    if (size_ < text.size()) {
      while (size_ > 0 && (static_cast<unsigned char>(text[size_]) & 0xC0u) == 0x80u) --size_;
    }
    std::copy_n(text.begin(), size_, bytes_.begin());
    bytes_[size_] = '\0';
    return *this;
  }
  bool operator==(std::string_view other) const { return view() == other; }
  bool operator==(const Text& other) const { return view() == other.view(); }
  bool empty() const { return size_ == 0; }
  const char* c_str() const { return bytes_.data(); }
  std::string_view view() const { return {bytes_.data(), size_}; }

 private:
  std::array<char, kCapacity + 1> bytes_{};
  std::size_t size_ = 0;
};

}  // namespace p3a::td
