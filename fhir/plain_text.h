#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace coagwatch::fhir {

/// Length of the run at `text` without `"`, `\` and control characters (below U+0020): what stands in a JSON string for
/// itself. Eight bytes at a time.
///
/// REQUIRES: one of these characters before the end of the buffer, and seven readable bytes behind it.
inline std::size_t plain_length(const char* text) {
  static_assert(std::endian::native == std::endian::little);
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  constexpr std::uint64_t kHighs = 0x8080808080808080U;
  for (std::size_t length = 0;; length += sizeof(std::uint64_t)) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, text + length, sizeof eight);
    const std::uint64_t quote = eight ^ (kOnes * '"');
    const std::uint64_t backslash = eight ^ (kOnes * '\\');
    // The high bit of each byte that is below 0x20, or where an exclusive-or came to 0. A borrow can only name a byte
    // too many behind one that is named rightly, and the first is what counts.
    const std::uint64_t special =
        (((eight - kOnes * 0x20) & ~eight) | ((quote - kOnes) & ~quote) | ((backslash - kOnes) & ~backslash)) & kHighs;
    if (special != 0) return length + static_cast<std::size_t>(std::countr_zero(special)) / 8;
  }
}

}  // namespace coagwatch::fhir
