#pragma once

#include <optional>
#include <string_view>

#include "rules/values/decimal.h"

namespace coagwatch::rules {

/// What is known of a laboratory value: everything between `low` and `high`.
///
/// A plain result is a point. `<10` is (unbounded, 10), `>=20` is [20, unbounded), `5-20` is [5, 20]. Missing
/// is not an interval but the absence of one. A value type; const access from several threads is safe.
struct Interval {
  Decimal low;
  Decimal high;
  bool low_open = false;        ///< the value is above `low`, not equal to it
  bool high_open = false;       ///< the value is below `high`, not equal to it
  bool low_unbounded = false;   ///< nothing is known of the lower end; `low` is 0
  bool high_unbounded = false;  ///< nothing is known of the upper end; `high` is 0

  static constexpr Interval point(Decimal value) { return {value, value, false, false, false, false}; }
  /// [low, high]. REQUIRES: low <= high.
  static constexpr Interval between(Decimal low, Decimal high) { return {low, high, false, false, false, false}; }
  /// `< value`, or `<= value` if `inclusive`.
  static constexpr Interval below(Decimal value, bool inclusive) {
    return {Decimal{}, value, false, !inclusive, true, false};
  }
  /// `> value`, or `>= value` if `inclusive`.
  static constexpr Interval above(Decimal value, bool inclusive) {
    return {value, Decimal{}, !inclusive, false, false, true};
  }

  /// True if no value is possible: the ends are in the wrong order, or meet where one of them is open.
  [[nodiscard]] bool is_empty() const {
    if (low_unbounded || high_unbounded) return false;
    return low > high || (low == high && (low_open || high_open));
  }
  /// True if exactly one value is possible.
  [[nodiscard]] bool is_point() const {
    return !low_unbounded && !high_unbounded && !low_open && !high_open && low == high;
  }

  /// True if it holds that value.
  [[nodiscard]] bool contains(Decimal value) const {
    const bool high_enough = low_unbounded || value > low || (value == low && !low_open);
    return high_enough && (high_unbounded || value < high || (value == high && !high_open));
  }

  /// True if both have the same ends (by value, not by digits written).
  friend bool operator==(const Interval& a, const Interval& b);
};

/// Parses a FHIR decimal of any length. One with more digits than Decimal::kMaxDigits becomes the narrowest open
/// interval around it, which scores as the number itself does, since no cut-off has so many digits.
/// nullopt if `text` is no FHIR decimal, or its magnitude is outside 10^±Decimal::kMaxExponent.
std::optional<Interval> parse_enclosing(std::string_view text);

/// The interval times `factor` (a unit conversion), widened outward in the last digit where it does not fit.
/// Digits as written are kept for a factor of exactly 1 and normalized otherwise. REQUIRES: factor > 0.
Interval scaled(const Interval& value, Decimal factor);

/// The interval plus `offset`, widened outward where it does not fit.
Interval shifted(const Interval& value, Decimal offset);

}  // namespace coagwatch::rules
