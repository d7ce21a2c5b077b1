#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace coagwatch::rules {

/// An exact decimal number, `coefficient * 10^exponent`.
///
/// Laboratory values are decimals and cut-offs are decimals, so nothing here ever passes through binary
/// floating point. The number of digits as written is kept (`1.50` prints as `1.50`) because FHIR makes
/// precision significant; comparison ignores it (`1.50 == 1.5`).
///
/// A value type; const access from several threads is safe.
class Decimal {
 public:
  /// Every coefficient of up to this many digits fits.
  static constexpr int kMaxDigits = 18;
  /// Exponents are kept within ±this, far beyond any laboratory value, so that arithmetic cannot overflow.
  static constexpr int kMaxExponent = 40;

  constexpr Decimal() = default;
  /// `coefficient * 10^exponent`. REQUIRES: |coefficient| < 10^18, |exponent| <= kMaxExponent.
  constexpr Decimal(std::int64_t coefficient, int exponent)
      : coefficient_(coefficient), exponent_(static_cast<std::int8_t>(exponent)) {}
  /// An integer. REQUIRES: |value| < 10^18.
  static constexpr Decimal of(std::int64_t value) { return {value, 0}; }

  /// Parses the JSON / FHIR decimal grammar, `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`.
  /// nullopt if `text` is anything else, or does not fit exactly (see parse_enclosing in interval.h).
  static std::optional<Decimal> parse(std::string_view text);

  [[nodiscard]] constexpr std::int64_t coefficient() const { return coefficient_; }
  [[nodiscard]] constexpr int exponent() const { return exponent_; }
  [[nodiscard]] constexpr bool is_zero() const { return coefficient_ == 0; }
  /// -1, 0 or 1.
  [[nodiscard]] constexpr int sign() const { return (coefficient_ > 0) - (coefficient_ < 0); }

  /// Plain notation without exponent, digits as written: `45`, `1.50`, `-0.5`, `100` for 1e2.
  [[nodiscard]] std::string to_string() const;
  /// Appends to_string() to `out` without a temporary.
  void append_to(std::string& out) const;

  /// The same number without trailing zeros: 1.50 -> 1.5, 82.000 -> 82, 1e2 -> 100 (exponent is never above 0
  /// unless the coefficient would not fit).
  [[nodiscard]] Decimal normalized() const;

  /// Exact comparison by value.
  friend std::strong_ordering operator<=>(Decimal a, Decimal b) {
    // Values and cut-offs are mostly written with as many decimals.
    return a.exponent_ == b.exponent_ ? a.coefficient_ <=> b.coefficient_ : compare_values(a, b);
  }
  friend bool operator==(Decimal a, Decimal b) { return (a <=> b) == 0; }

  /// Exact comparison of a with b * c, without rounding (bands against a multiple of an upper limit).
  static std::strong_ordering compare_product(Decimal a, Decimal b, Decimal c);
  /// Exact comparison of a * b with c * d.
  static std::strong_ordering compare_products(Decimal a, Decimal b, Decimal c, Decimal d);

  /// a + b, a - b, a * b where the result fits exactly; nullopt otherwise.
  static std::optional<Decimal> add(Decimal a, Decimal b);
  static std::optional<Decimal> subtract(Decimal a, Decimal b);
  static std::optional<Decimal> multiply(Decimal a, Decimal b);
  /// a / b rounded half away from zero to `digits` decimals (0-9), as a PT ratio is. nullopt if b is zero or
  /// the result does not fit.
  static std::optional<Decimal> divide_half_up(Decimal a, Decimal b, int digits);

 private:
  static std::strong_ordering compare_values(Decimal a, Decimal b);
  std::int64_t coefficient_ = 0;
  std::int8_t exponent_ = 0;
};

}  // namespace coagwatch::rules
