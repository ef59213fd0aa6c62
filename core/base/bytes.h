// Reading numbers out of bytes and a picture's bytes from wherever they lie.
//
// ByteReader walks a span once, forwards, and never past its end: a read that does not fit yields
// nothing and leaves the reader where it was. ByteSource is random access to a file or a buffer; it
// is implemented by the ports and, for memory, by MemorySource. Neither owns the bytes. One thread
// at a time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>

namespace p3a {

using ByteView = std::span<const std::uint8_t>;
using ByteSpan = std::span<std::uint8_t>;

/// Loads little- and big-endian numbers; the caller has checked that the bytes are there.
constexpr std::uint16_t load_le16(const std::uint8_t* p) {
  return static_cast<std::uint16_t>(p[0] | p[1] << 8);
}
constexpr std::uint16_t load_be16(const std::uint8_t* p) {
  return static_cast<std::uint16_t>(p[0] << 8 | p[1]);
}
constexpr std::uint32_t load_le32(const std::uint8_t* p) {
  return static_cast<std::uint32_t>(load_le16(p)) | static_cast<std::uint32_t>(load_le16(p + 2))
                                                        << 16;
}
constexpr std::uint32_t load_be32(const std::uint8_t* p) {
  return static_cast<std::uint32_t>(load_be16(p)) << 16 | load_be16(p + 2);
}
constexpr std::uint64_t load_le64(const std::uint8_t* p) {
  return load_le32(p) | static_cast<std::uint64_t>(load_le32(p + 4)) << 32;
}

class ByteReader {
 public:
  constexpr explicit ByteReader(ByteView bytes) : rest_(bytes) {}

  constexpr ByteView rest() const { return rest_; }
  constexpr bool empty() const { return rest_.empty(); }

  constexpr std::optional<ByteView> take(std::size_t count) {
    if (count > rest_.size()) return std::nullopt;
    const ByteView taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  constexpr std::optional<std::uint8_t> u8() {
    return load<std::uint8_t, 1>([](auto p) { return *p; });
  }
  constexpr std::optional<std::uint16_t> le16() { return load<std::uint16_t, 2>(load_le16); }
  constexpr std::optional<std::uint32_t> le32() { return load<std::uint32_t, 4>(load_le32); }
  constexpr std::optional<std::uint64_t> le64() { return load<std::uint64_t, 8>(load_le64); }
  constexpr std::optional<std::uint16_t> be16() { return load<std::uint16_t, 2>(load_be16); }
  constexpr std::optional<std::uint32_t> be32() { return load<std::uint32_t, 4>(load_be32); }

 private:
  template <class T, std::size_t kBytes, class Load>
  constexpr std::optional<T> load(Load load_number) {
    const auto bytes = take(kBytes);
    if (!bytes) return std::nullopt;
    return load_number(bytes->data());
  }

  ByteView rest_;
};

/// Writes numbers one behind the other; the caller has checked that there is room.
class LittleEndianWriter {
 public:
  explicit LittleEndianWriter(std::uint8_t* out) : out_(out) {}

  template <class Number>
  LittleEndianWriter& put(Number number) {
    auto rest = std::uint64_t{static_cast<std::make_unsigned_t<Number>>(number)};
    for (std::size_t i = 0; i < sizeof(Number); ++i, rest >>= 8) {
      *out_++ = static_cast<std::uint8_t>(rest);
    }
    return *this;
  }

 private:
  std::uint8_t* out_;
};

class ByteSource {
 public:
  /// Bytes in all; does not change while the source is read.
  virtual std::uint64_t size() const = 0;
  /// Fills `out` from `offset` on and returns how many bytes were there: fewer than asked only at
  /// the end or after an input error.
  virtual std::size_t read_at(std::uint64_t offset, ByteSpan out) = 0;

 protected:
  ~ByteSource() = default;  // not owned through this type: the core has no heap
};

class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(ByteView bytes) : bytes_(bytes) {}
  std::uint64_t size() const override { return bytes_.size(); }
  std::size_t read_at(std::uint64_t offset, ByteSpan out) override {
    if (offset >= bytes_.size()) return 0;
    const auto from = bytes_.subspan(static_cast<std::size_t>(offset));
    const std::size_t count = std::min(from.size(), out.size());
    std::copy_n(from.data(), count, out.data());
    return count;
  }

 private:
  ByteView bytes_;
};

}  // namespace p3a
