#include "rules/values/isi_root.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <numeric>

#include "rules/values/wide_int.h"

namespace coagwatch::rules {
namespace {

// mantissa * 2^exponent with the top bit of a mantissa other than 0 set: a number known from one side.
struct Bound {
  std::uint64_t mantissa = 0;
  int exponent = 0;
};

// A number enclosed: lower <= x <= upper. Where nothing had to be rounded both are equal.
struct Enclosed {
  Bound lower;
  Bound upper;
};

Bound normal(Uint128 value, int exponent, bool up) {
  const auto top = static_cast<std::uint64_t>(value >> 64);
  if (top == 0) {
    const auto low = static_cast<std::uint64_t>(value);
    const int room = std::countl_zero(low);
    return {low << room, exponent - room};
  }
  const int excess = 64 - std::countl_zero(top);
  const Uint128 kept = value >> excess;
  const bool exact = (kept << excess) == value;
  const auto mantissa = static_cast<std::uint64_t>(kept);
  if (exact || !up) return {mantissa, exponent + excess};
  if (mantissa == ~std::uint64_t{0}) return {std::uint64_t{1} << 63, exponent + excess + 1};
  return {mantissa + 1, exponent + excess};
}

Bound times(Bound a, Bound b, bool up) {
  return normal(static_cast<Uint128>(a.mantissa) * b.mantissa, a.exponent + b.exponent, up);
}

bool at_most(Bound a, Bound b) { return a.exponent != b.exponent ? a.exponent < b.exponent : a.mantissa <= b.mantissa; }

Enclosed of(std::uint64_t whole) {
  const Bound exact = normal(whole, 0, false);
  return {exact, exact};
}

Enclosed product(const Enclosed& a, const Enclosed& b) {
  return {times(a.lower, b.lower, false), times(a.upper, b.upper, true)};
}

// base^n by squaring; every factor is at least 1, so bounds multiply.
Enclosed power(Enclosed base, std::uint32_t n) {
  Enclosed result = of(1);
  for (; n != 0; n >>= 1) {
    if ((n & 1) != 0) result = product(result, base);
    base = product(base, base);
  }
  return result;
}

struct Fraction {
  std::uint32_t p = 0;
  std::uint32_t q = 1;
};

std::optional<Fraction> fraction_of(Decimal isi) {
  if (!is_usable_isi(isi)) return std::nullopt;
  const Decimal value = isi.normalized();
  const auto p = static_cast<std::uint32_t>(value.coefficient());
  const auto q = static_cast<std::uint32_t>(power_of_ten(-value.exponent()));
  const std::uint32_t common = std::gcd(p, q);
  return Fraction{p / common, q / common};
}

double approximately(Decimal value) {
  return static_cast<double>(value.coefficient()) * std::pow(10.0, value.exponent());
}

}  // namespace

bool is_usable_isi(Decimal isi) {
  constexpr int kMostDigits = 4;
  return isi >= Decimal(5, -1) && isi <= Decimal::of(3) && -isi.normalized().exponent() <= kMostDigits;
}

std::optional<Interval> prothrombin_ratio(Decimal inr, Decimal isi) {
  const auto fraction = fraction_of(isi);
  const Decimal value = inr.normalized();
  if (!fraction || value.sign() <= 0 || value.exponent() > 0) return std::nullopt;
  if (value == Decimal::of(1)) return Interval::point(value);
  const auto [p, q] = *fraction;

  // (R / 10^6)^p against (c / 10^k)^q, both multiplied by 10^(6p) * 10^(kq).
  const auto decimals = static_cast<std::uint32_t>(-value.exponent());
  const Enclosed ten = of(10);
  const Enclosed wanted = product(power(of(static_cast<std::uint64_t>(value.coefficient())), q),
                                  power(power(ten, static_cast<std::uint32_t>(kRatioDigits)), p));
  const Enclosed scale = power(power(ten, decimals), q);
  const auto reached = [&, p = p](std::uint64_t ratio) { return product(power(of(ratio), p), scale); };

  // R in units of 10^-6: surely not above the root at `low`, surely not below it at `high`.
  constexpr std::uint64_t kLeast = 10'000;
  constexpr std::uint64_t kMost = 1'000'000'000;
  const auto not_above = [&](std::uint64_t ratio) { return at_most(reached(ratio).upper, wanted.lower); };
  std::uint64_t low = kLeast;
  std::uint64_t beyond = kMost + 1;
  if (!not_above(low)) return std::nullopt;
  // An estimate says where to look first. It shortens the search and cannot change what is found.
  const double estimate = std::pow(approximately(value), static_cast<double>(q) / static_cast<double>(p)) * 1e6;
  if (estimate > 2.0 * static_cast<double>(kLeast) && estimate < static_cast<double>(kMost)) {
    const auto near = static_cast<std::uint64_t>(estimate);
    (not_above(near - 1) ? low : beyond) = near - 1;
    if (near + 2 < beyond) (not_above(near + 2) ? low : beyond) = near + 2;
  }
  while (beyond - low > 1) {
    const std::uint64_t middle = low + (beyond - low) / 2;
    (not_above(middle) ? low : beyond) = middle;
  }
  std::uint64_t high = low;
  while (high <= kMost && !at_most(wanted.upper, reached(high).lower)) ++high;
  if (high > kMost) return std::nullopt;
  return Interval::between(Decimal(static_cast<std::int64_t>(low), -kRatioDigits).normalized(),
                           Decimal(static_cast<std::int64_t>(high), -kRatioDigits).normalized());
}

std::optional<Interval> prothrombin_ratio(const Interval& inr, Decimal isi) {
  Interval ratio;
  ratio.low_unbounded = inr.low_unbounded;
  ratio.high_unbounded = inr.high_unbounded;
  if (!inr.low_unbounded) {
    const auto low = prothrombin_ratio(inr.low, isi);
    if (!low) return std::nullopt;
    ratio.low = low->low;
    ratio.low_open = inr.low_open;
  }
  if (!inr.high_unbounded) {
    const auto high = prothrombin_ratio(inr.high, isi);
    if (!high) return std::nullopt;
    ratio.high = high->high;
    ratio.high_open = inr.high_open;
  }
  return ratio;
}

}  // namespace coagwatch::rules
