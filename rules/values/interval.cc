#include "rules/values/interval.h"

#include <cstdint>
#include <utility>

#include "rules/values/decimal_text.h"
#include "rules/values/wide_int.h"

namespace coagwatch::rules {
namespace {

constexpr std::int64_t kGreatestCoefficient = 999'999'999'999'999'999;
constexpr Decimal kGreatest{kGreatestCoefficient, Decimal::kMaxExponent};
constexpr Decimal kLeast{-kGreatestCoefficient, Decimal::kMaxExponent};

// The magnitude `steps`, `steps + 1`, ... in units of 10^exponent; the carry out of 18 digits is a power of ten.
Decimal decimal_of(bool negative, std::int64_t steps, int exponent) {
  if (steps > kGreatestCoefficient) {
    steps /= 10;
    ++exponent;
  }
  return {negative ? -steps : steps, exponent};
}

// What is known of a number whose magnitude lies strictly between `size` and `size + 1` units of 10^exponent.
Interval cut_between(bool negative, std::int64_t size, int exponent) {
  const Decimal inner = decimal_of(negative, size, exponent);
  const Decimal outer = decimal_of(negative, size + 1, exponent);
  return negative ? Interval{outer, inner, true, true, false, false} : Interval{inner, outer, true, true, false, false};
}

// The narrowest interval around coefficient * 10^exponent, a point where that fits exactly.
Interval enclose(Int128 coefficient, int exponent) {
  const bool negative = coefficient < 0;
  Uint128 size = magnitude(coefficient);
  bool cut = false;
  while (size != 0 && (size > static_cast<Uint128>(kGreatestCoefficient) || exponent < -Decimal::kMaxExponent)) {
    cut = cut || size % 10 != 0;
    size /= 10;
    ++exponent;
  }
  if (size == 0) {
    if (!cut) return Interval::point({});
    return cut_between(negative, 0, -Decimal::kMaxExponent);
  }
  while (exponent > Decimal::kMaxExponent && size * 10 <= static_cast<Uint128>(kGreatestCoefficient)) {
    size *= 10;
    --exponent;
  }
  if (exponent > Decimal::kMaxExponent) {
    return negative ? Interval::below(kLeast, false) : Interval::above(kGreatest, false);
  }
  const auto fits = static_cast<std::int64_t>(size);
  if (cut) return cut_between(negative, fits, exponent);
  return Interval::point(Decimal(negative ? -fits : fits, exponent).normalized());
}

// Puts the lower end of `low` and the upper end of `high` together, each as open as it or the original was.
Interval joined(const Interval& value, const Interval& low, const Interval& high) {
  Interval result;
  result.low_unbounded = value.low_unbounded || low.low_unbounded;
  result.high_unbounded = value.high_unbounded || high.high_unbounded;
  if (!result.low_unbounded) {
    result.low = low.low;
    result.low_open = value.low_open || low.low_open;
  }
  if (!result.high_unbounded) {
    result.high = high.high;
    result.high_open = value.high_open || high.high_open;
  }
  return result;
}

Interval product(Decimal a, Decimal b) {
  return enclose(Int128{a.coefficient()} * b.coefficient(), a.exponent() + b.exponent());
}

Interval sum(Decimal a, Decimal b) {
  if (const auto exact = Decimal::add(a, b)) return Interval::point(*exact);
  if (a.exponent() < b.exponent()) std::swap(a, b);
  // Neither is zero here, or the sum had been exact. With all its digits used, a loses no more than it must.
  Int128 greater = a.coefficient();
  int exponent = a.exponent();
  while (exponent > b.exponent() && magnitude(greater) * 10 <= static_cast<Uint128>(kGreatestCoefficient)) {
    greater *= 10;
    --exponent;
  }
  constexpr int kRoom = 19;  // 18 digits times 10^19, and a carry, are inside 128 bits
  const int shift = exponent - b.exponent();
  if (shift <= kRoom) {
    return enclose(greater * static_cast<Int128>(power_of_ten(shift)) + b.coefficient(), b.exponent());
  }
  // b is less than the last digit that the sum keeps: it only says on which side of a the sum lies.
  return enclose(greater * static_cast<Int128>(power_of_ten(kRoom)) + b.sign(), exponent - kRoom);
}

}  // namespace

bool operator==(const Interval& a, const Interval& b) {
  if (a.low_unbounded != b.low_unbounded || a.high_unbounded != b.high_unbounded) return false;
  if (!a.low_unbounded && (a.low_open != b.low_open || a.low != b.low)) return false;
  return a.high_unbounded || (a.high_open == b.high_open && a.high == b.high);
}

std::optional<Interval> parse_enclosing(std::string_view text) {
  const auto read = read_decimal_text(text);
  if (!read) return std::nullopt;
  if (read->cut) return cut_between(read->negative, read->coefficient, read->exponent);
  return Interval::point({read->negative ? -read->coefficient : read->coefficient, read->exponent});
}

Interval scaled(const Interval& value, Decimal factor) {
  if (factor == Decimal::of(1)) return value;
  return joined(value, value.low_unbounded ? Interval{} : product(value.low, factor),
                value.high_unbounded ? Interval{} : product(value.high, factor));
}

Interval shifted(const Interval& value, Decimal offset) {
  return joined(value, value.low_unbounded ? Interval{} : sum(value.low, offset),
                value.high_unbounded ? Interval{} : sum(value.high, offset));
}

}  // namespace coagwatch::rules
