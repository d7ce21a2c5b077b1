#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace coagwatch::fhir {

inline constexpr std::uint64_t kHighBits = 0x8080808080808080U;

/// The high bit of each of eight bytes that is `"`, `\` or below 0x20, and 0 elsewhere but for bytes behind such a one,
/// which a borrow may name too: whether there is one, and which is the first, is exact.
inline std::uint64_t special_bytes(std::uint64_t eight) {
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  const std::uint64_t quote = eight ^ (kOnes * '"');
  const std::uint64_t backslash = eight ^ (kOnes * '\\');
  return (((eight - kOnes * 0x20) & ~eight) | ((quote - kOnes) & ~quote) | ((backslash - kOnes) & ~backslash)) &
         kHighBits;
}

/// Length of the run at `text` without `"`, `\` and control characters (below U+0020): what stands in a JSON string for
/// itself. Eight bytes at a time.
///
/// REQUIRES: one of these characters before the end of the buffer, and seven readable bytes behind it.
inline std::size_t plain_length(const char* text) {
  static_assert(std::endian::native == std::endian::little);
  for (std::size_t length = 0;; length += sizeof(std::uint64_t)) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, text + length, sizeof eight);
    const std::uint64_t special = special_bytes(eight);
    if (special != 0) return length + static_cast<std::size_t>(std::countr_zero(special)) / 8;
  }
}

}  // namespace coagwatch::fhir
