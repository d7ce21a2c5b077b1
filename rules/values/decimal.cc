#include "rules/values/decimal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

#include "rules/values/decimal_text.h"
#include "rules/values/wide_int.h"

namespace coagwatch::rules {
namespace {

constexpr Uint128 kCoefficientLimit = power_of_ten(Decimal::kMaxDigits);

std::strong_ordering reversed(std::strong_ordering order) { return 0 <=> order; }

// The exact product of two coefficients with its exponent; up to 127 bits and ±2 * kMaxExponent.
struct Product {
  Int128 coefficient;
  int exponent;
};

Product product_of(Decimal a, Decimal b) {
  return {Int128{a.coefficient()} * b.coefficient(), a.exponent() + b.exponent()};
}

// Aligning the exponents of two products could need more than 128 bits. So the position of the leading digit decides
// first; only where it is the same are they aligned, and then neither grows longer than the longer one already is.
std::strong_ordering compare_far(Product a, Product b) {
  const int sign_a = (a.coefficient > 0) - (a.coefficient < 0);
  const int sign_b = (b.coefficient > 0) - (b.coefficient < 0);
  if (sign_a != sign_b) return sign_a <=> sign_b;
  if (sign_a == 0) return std::strong_ordering::equal;

  Uint128 size_a = magnitude(a.coefficient);
  Uint128 size_b = magnitude(b.coefficient);
  const int digits_a = digit_count(size_a);
  const int digits_b = digit_count(size_b);
  auto order = digits_a + a.exponent <=> digits_b + b.exponent;
  if (order == 0) {
    if (digits_a < digits_b) size_a *= power_of_ten(digits_b - digits_a);
    if (digits_b < digits_a) size_b *= power_of_ten(digits_a - digits_b);
    order = size_a <=> size_b;
  }
  return sign_a > 0 ? order : reversed(order);
}

bool is_short(Int128 coefficient) { return coefficient == static_cast<std::int64_t>(coefficient); }

std::strong_ordering compare(Product a, Product b) {
  // Mostly the one with the greater exponent can be written with as many decimals as the other.
  const int shift = a.exponent - b.exponent;
  if (shift >= 0 && shift <= Decimal::kMaxDigits && is_short(a.coefficient)) {
    return a.coefficient * static_cast<Int128>(power_of_ten(shift)) <=> b.coefficient;
  }
  if (shift < 0 && shift >= -Decimal::kMaxDigits && is_short(b.coefficient)) {
    return a.coefficient <=> b.coefficient * static_cast<Int128>(power_of_ten(-shift));
  }
  return compare_far(a, b);
}

// The decimal of that value if it fits, giving up trailing zeros (or adding some) where that makes it fit.
std::optional<Decimal> fitted(Int128 coefficient, int exponent) {
  Uint128 size = magnitude(coefficient);
  if (size == 0) return Decimal(0, exponent > 0 ? 0 : std::max(exponent, -Decimal::kMaxExponent));
  while ((size >= kCoefficientLimit || exponent < -Decimal::kMaxExponent) && size % 10 == 0) {
    size /= 10;
    ++exponent;
  }
  while (exponent > Decimal::kMaxExponent && size * 10 < kCoefficientLimit) {
    size *= 10;
    --exponent;
  }
  if (size >= kCoefficientLimit || std::abs(exponent) > Decimal::kMaxExponent) return std::nullopt;
  const auto fits = static_cast<std::int64_t>(size);
  return Decimal(coefficient < 0 ? -fits : fits, exponent);
}

// The same value without trailing zeros in the coefficient.
Decimal stripped(Decimal value) {
  std::int64_t coefficient = value.coefficient();
  int exponent = value.exponent();
  while (coefficient != 0 && coefficient % 10 == 0 && exponent < Decimal::kMaxExponent) {
    coefficient /= 10;
    ++exponent;
  }
  return {coefficient, exponent};
}

}  // namespace

std::optional<Decimal> Decimal::parse(std::string_view text) {
  const auto read = read_decimal_text(text);
  if (!read || read->cut) return std::nullopt;
  return Decimal(read->negative ? -read->coefficient : read->coefficient, read->exponent);
}

std::string Decimal::to_string() const {
  std::string out;
  append_to(out);
  return out;
}

void Decimal::append_to(std::string& out) const {
  std::array<char, 20> buffer{};
  const auto size = static_cast<std::uint64_t>(magnitude(coefficient_));
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), size);
  const auto digits = static_cast<std::size_t>(written.ptr - buffer.data());
  if (coefficient_ < 0) out += '-';
  if (exponent_ >= 0) {
    out.append(buffer.data(), digits);
    if (coefficient_ != 0) out.append(static_cast<std::size_t>(exponent_), '0');
    return;
  }
  const auto decimals = static_cast<std::size_t>(-exponent_);
  if (digits > decimals) {
    out.append(buffer.data(), digits - decimals);
    out += '.';
    out.append(buffer.data() + digits - decimals, decimals);
    return;
  }
  out += "0.";
  out.append(decimals - digits, '0');
  out.append(buffer.data(), digits);
}

Decimal Decimal::normalized() const {
  if (coefficient_ == 0) return {};
  std::int64_t coefficient = coefficient_;
  int exponent = this->exponent();
  while (exponent < 0 && coefficient % 10 == 0) {
    coefficient /= 10;
    ++exponent;
  }
  if (exponent > 0) {
    const Uint128 size = magnitude(coefficient);
    const int room = kMaxDigits - digit_count(size);
    if (exponent <= room) {
      const auto whole = static_cast<std::int64_t>(size * power_of_ten(exponent));
      return {coefficient < 0 ? -whole : whole, 0};
    }
    return stripped({coefficient, exponent});
  }
  return {coefficient, exponent};
}

std::strong_ordering Decimal::compare_values(Decimal a, Decimal b) {
  return compare({a.coefficient_, a.exponent_}, {b.coefficient_, b.exponent_});
}

std::strong_ordering Decimal::compare_product(Decimal a, Decimal b, Decimal c) {
  return compare({a.coefficient_, a.exponent_}, product_of(b, c));
}

std::strong_ordering Decimal::compare_products(Decimal a, Decimal b, Decimal c, Decimal d) {
  return compare(product_of(a, b), product_of(c, d));
}

std::optional<Decimal> Decimal::add(Decimal a, Decimal b) {
  if (a.exponent_ < b.exponent_) return add(b, a);
  if (a.is_zero()) return b;
  int shift = a.exponent_ - b.exponent_;
  if (shift > kMaxDigits) {
    // Too far apart to align as written. Without b's trailing zeros it either aligns, or the sum has more digits than
    // fit: then a's last digit stands more than kMaxDigits places before b's.
    if (b.is_zero()) return a;
    b = stripped(b);
    shift = a.exponent_ - b.exponent_;
    if (shift > kMaxDigits) return std::nullopt;
  }
  const Int128 aligned = Int128{a.coefficient_} * static_cast<Int128>(power_of_ten(shift));
  return fitted(aligned + b.coefficient_, b.exponent_);
}

std::optional<Decimal> Decimal::subtract(Decimal a, Decimal b) {
  b.coefficient_ = -b.coefficient_;
  return add(a, b);
}

std::optional<Decimal> Decimal::multiply(Decimal a, Decimal b) {
  const Product product = product_of(a, b);
  return fitted(product.coefficient, product.exponent);
}

std::optional<Decimal> Decimal::divide_half_up(Decimal a, Decimal b, int digits) {
  if (b.is_zero()) return std::nullopt;
  if (a.is_zero()) return Decimal(0, -digits);
  Uint128 numerator = magnitude(a.coefficient_);
  Uint128 denominator = magnitude(b.coefficient_);
  const int shift = a.exponent_ - b.exponent_ + digits;
  if (shift >= 0) {
    // More than 38 digits over at most 19 leave a quotient that cannot fit.
    if (digit_count(numerator) + shift > 38) return std::nullopt;
    numerator *= power_of_ten(shift);
  } else {
    // At most 19 digits over more than 38 round to nothing.
    if (digit_count(denominator) - shift > 38) return Decimal(0, -digits);
    denominator *= power_of_ten(-shift);
  }
  Uint128 quotient = numerator / denominator;
  const Uint128 rest = numerator % denominator;
  if (rest >= denominator - rest) ++quotient;
  if (quotient >= kCoefficientLimit) return std::nullopt;
  const auto size = static_cast<std::int64_t>(quotient);
  return Decimal(a.sign() * b.sign() < 0 ? -size : size, -digits);
}

}  // namespace coagwatch::rules
