#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace coagwatch::daemon {

/// Appends the primitives of the changelog format (state_format.md) to a string.
class ByteWriter {
 public:
  explicit ByteWriter(std::string& out) : out_(out) {}

  void byte(std::uint8_t value) { out_.push_back(static_cast<char>(value)); }
  /// Unsigned LEB128.
  void varint(std::uint64_t value) {
    while (value >= 0x80) {
      byte(static_cast<std::uint8_t>(value | 0x80));
      value >>= 7;
    }
    byte(static_cast<std::uint8_t>(value));
  }
  /// Zigzag LEB128: small magnitudes of either sign are short.
  void signed_varint(std::int64_t value) {
    varint((static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
  }
  /// Eight bytes, the lowest first.
  void word(std::uint64_t value) {
    for (unsigned shift = 0; shift < 64; shift += 8) byte(static_cast<std::uint8_t>(value >> shift));
  }
  /// Length, then bytes.
  void text(std::string_view value) {
    varint(value.size());
    out_.append(value);
  }

 private:
  std::string& out_;
};

/// Reads what ByteWriter wrote. Past the end, or on a malformed number, every read gives 0 or empty and ok() is
/// false from then on: callers check once at the end.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool at_end() const { return at_ == end_; }
  /// Bytes not yet read: an upper bound for any count that is still to come.
  [[nodiscard]] std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }

  std::uint8_t byte() {
    if (at_ == end_) {
      ok_ = false;
      return 0;
    }
    return static_cast<std::uint8_t>(*at_++);
  }
  std::uint64_t word() {
    if (left() < sizeof(std::uint64_t)) {
      at_ = end_;
      ok_ = false;
      return 0;
    }
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 8) {
      value |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(*at_++)) << shift;
    }
    return value;
  }
  std::uint64_t varint() {
    // Most numbers are small.
    if (at_ != end_ && static_cast<std::uint8_t>(*at_) < 0x80) return static_cast<std::uint8_t>(*at_++);
    return long_varint();
  }
  /// A number that fits into 32 bits; a larger one is malformed.
  std::uint32_t varint32() {
    const std::uint64_t value = varint();
    ok_ = ok_ && value <= UINT32_MAX;
    return ok_ ? static_cast<std::uint32_t>(value) : 0;
  }
  std::int64_t signed_varint() {
    const std::uint64_t value = varint();
    return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
  }
  std::string_view text() {
    const std::uint64_t length = varint();
    if (length > left()) {
      ok_ = false;
      return {};
    }
    const std::string_view value(at_, length);
    at_ += length;
    return value;
  }
  /// A count of things that each take at least one byte; a larger one is malformed.
  std::size_t count() {
    const std::uint64_t value = varint();
    if (value > left()) {
      ok_ = false;
      return 0;
    }
    return value;
  }

 private:
  std::uint64_t long_varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint8_t next = byte();
      value |= static_cast<std::uint64_t>(next & 0x7F) << shift;
      if ((next & 0x80) == 0) return value;
    }
    ok_ = false;
    return 0;
  }

  const char* at_;
  const char* end_;
  bool ok_ = true;
};

}  // namespace coagwatch::daemon
