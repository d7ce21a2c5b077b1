#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace coagwatch::rules {

/// Integers wide enough for the exact product of any two decimal coefficients. For decimal.cc, interval.cc and
/// their tests only; nothing else needs to see them.
// NOLINTBEGIN(modernize-use-using): -Wpedantic lets 128 bits pass after __extension__, which `using` cannot follow.
__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 Uint128;
// NOLINTEND(modernize-use-using)

/// 10^0 to 10^38, all powers of ten that fit.
inline constexpr std::array<Uint128, 39> kPowersOfTen = [] {
  std::array<Uint128, 39> powers{};
  powers[0] = 1;
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

/// 10^n. REQUIRES: 0 <= n <= 38.
constexpr Uint128 power_of_ten(int n) { return kPowersOfTen[static_cast<std::size_t>(n)]; }

/// |value|, also of the most negative one.
constexpr Uint128 magnitude(Int128 value) {
  return value < 0 ? Uint128{0} - static_cast<Uint128>(value) : static_cast<Uint128>(value);
}

/// How many decimal digits `value` has; 0 for 0.
constexpr int digit_count(Uint128 value) {
  int digits = 0;
  while (digits < 39 && value >= kPowersOfTen[static_cast<std::size_t>(digits)]) ++digits;
  return digits;
}

}  // namespace coagwatch::rules
