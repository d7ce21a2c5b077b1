#include "fhir/exact_ratio.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <numeric>

namespace coagwatch::fhir {
namespace {

using rules::Decimal;

// Far beyond every unit, and far from the ends of int.
constexpr int kMaxExponent = 4000;
constexpr std::uint64_t kCoefficientLimit = 1'000'000'000'000'000'000;  // 10^Decimal::kMaxDigits

/// Takes every factor 2 out of `number`; how many there were. REQUIRES: number > 0.
int take_out_twos(std::uint64_t& number) {
  const int count = std::countr_zero(number);
  number >>= static_cast<unsigned>(count);
  return count;
}
int take_out_fives(std::uint64_t& number) {
  int count = 0;
  for (; number % 5 == 0; ++count) number /= 5;
  return count;
}

bool multiply(std::uint64_t a, std::uint64_t b, std::uint64_t& product) {
  return !__builtin_mul_overflow(a, b, &product);
}

std::optional<Decimal> decimal(std::uint64_t coefficient, int exponent) {
  while (exponent > Decimal::kMaxExponent && multiply(coefficient, 10, coefficient)) --exponent;
  if (coefficient >= kCoefficientLimit || std::abs(exponent) > Decimal::kMaxExponent) return std::nullopt;
  return Decimal(static_cast<std::int64_t>(coefficient), exponent).normalized();
}

}  // namespace

std::optional<ExactRatio> ExactRatio::reduced(std::uint64_t numerator, std::uint64_t denominator, int twos, int fives) {
  ExactRatio ratio;
  ratio.twos_ = twos + take_out_twos(numerator) - take_out_twos(denominator);
  ratio.fives_ = fives + take_out_fives(numerator) - take_out_fives(denominator);
  ratio.numerator_ = numerator;
  ratio.denominator_ = denominator;
  if (std::abs(ratio.twos_) > kMaxExponent || std::abs(ratio.fives_) > kMaxExponent) return std::nullopt;
  return ratio;
}

std::optional<ExactRatio> ExactRatio::of(Decimal value) {
  if (value.sign() <= 0) return std::nullopt;
  return reduced(static_cast<std::uint64_t>(value.coefficient()), 1, value.exponent(), value.exponent());
}

std::optional<ExactRatio> ExactRatio::power_of_ten(int exponent) { return reduced(1, 1, exponent, exponent); }

std::optional<ExactRatio> ExactRatio::times(const ExactRatio& other) const {
  const std::uint64_t across = std::gcd(numerator_, other.denominator_);
  const std::uint64_t back = std::gcd(other.numerator_, denominator_);
  std::uint64_t numerator = 1;
  std::uint64_t denominator = 1;
  if (!multiply(numerator_ / across, other.numerator_ / back, numerator)) return std::nullopt;
  if (!multiply(denominator_ / back, other.denominator_ / across, denominator)) return std::nullopt;
  return reduced(numerator, denominator, twos_ + other.twos_, fives_ + other.fives_);
}

ExactRatio ExactRatio::inverse() const {
  ExactRatio result;
  result.numerator_ = denominator_;
  result.denominator_ = numerator_;
  result.twos_ = -twos_;
  result.fives_ = -fives_;
  return result;
}

std::optional<ExactRatio> ExactRatio::power(int exponent) const {
  const ExactRatio base = exponent < 0 ? inverse() : *this;
  const int count = std::abs(exponent);
  // Powers of ten are most of them.
  if (base.numerator_ == 1 && base.denominator_ == 1) return reduced(1, 1, base.twos_ * count, base.fives_ * count);
  std::optional<ExactRatio> result = ExactRatio();
  for (int i = 0; i < count && result; ++i) result = result->times(base);
  return result;
}

std::optional<ExactRatio::Quotient> ExactRatio::quotient() const {
  const int tens = std::min(twos_, fives_);
  std::uint64_t dividend = numerator_;
  for (int i = tens; i < twos_; ++i) {
    if (!multiply(dividend, 2, dividend)) return std::nullopt;
  }
  for (int i = tens; i < fives_; ++i) {
    if (!multiply(dividend, 5, dividend)) return std::nullopt;
  }
  const auto above = decimal(dividend, tens);
  const auto below = decimal(denominator_, 0);
  if (!above || !below) return std::nullopt;
  return Quotient{*above, *below};
}

}  // namespace coagwatch::fhir
