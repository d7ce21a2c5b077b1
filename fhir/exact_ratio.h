#pragma once

#include <cstdint>
#include <optional>

#include "rules/values/decimal.h"

namespace coagwatch::fhir {

/// A positive rational number, the factor of a unit: `numerator / denominator * 2^twos * 5^fives` in lowest terms, so
/// that powers of ten cost nothing and each number has one form. Nothing is ever rounded; what does not fit is nullopt.
/// A value type.
class ExactRatio {
 public:
  /// One.
  constexpr ExactRatio() = default;
  /// nullopt for zero and below.
  static std::optional<ExactRatio> of(rules::Decimal value);
  static std::optional<ExactRatio> power_of_ten(int exponent);

  [[nodiscard]] std::optional<ExactRatio> times(const ExactRatio& other) const;
  [[nodiscard]] ExactRatio inverse() const;
  /// This to the power of `exponent`, which may be negative. REQUIRES: |exponent| <= 99.
  [[nodiscard]] std::optional<ExactRatio> power(int exponent) const;

  /// The number as dividend and divisor. The divisor is 1 where the number is a finite decimal. nullopt where one does
  /// not fit a Decimal.
  struct Quotient {
    rules::Decimal dividend = rules::Decimal::of(1);
    rules::Decimal divisor = rules::Decimal::of(1);
  };
  [[nodiscard]] std::optional<Quotient> quotient() const;

  friend bool operator==(const ExactRatio&, const ExactRatio&) = default;

 private:
  static std::optional<ExactRatio> reduced(std::uint64_t numerator, std::uint64_t denominator, int twos, int fives);

  std::uint64_t numerator_ = 1;
  std::uint64_t denominator_ = 1;
  int twos_ = 0;
  int fives_ = 0;
};

}  // namespace coagwatch::fhir
