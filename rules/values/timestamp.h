#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace coagwatch::rules {

/// A length of time in microseconds.
struct Duration {
  std::int64_t micros = 0;
  static constexpr Duration hours(std::int64_t n) { return {n * 3'600'000'000}; }
  static constexpr Duration minutes(std::int64_t n) { return {n * 60'000'000}; }
  static constexpr Duration millis(std::int64_t n) { return {n * 1'000}; }
  friend constexpr auto operator<=>(Duration, Duration) = default;
};

namespace detail {

/// `a - b`, held within the range: a time that is not known stays before every other, however far one counts back.
constexpr std::int64_t saturating_difference(std::int64_t a, std::int64_t b) {
  std::int64_t difference = 0;
  if (!__builtin_sub_overflow(a, b, &difference)) return difference;
  return b > 0 ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max();
}

}  // namespace detail

/// A point in time, microseconds since 1970-01-01T00:00:00Z. Time enters `rules/` as data only: nothing here
/// reads a clock. Arithmetic saturates: none() lies longer ago than any span, and stays none() whatever is added.
struct Timestamp {
  std::int64_t micros = 0;
  /// "Not known", ordered before every known time, as decisions.md 1 asks of a missing `issued`.
  static constexpr Timestamp none() { return {std::numeric_limits<std::int64_t>::min()}; }
  static constexpr Timestamp from_millis(std::int64_t ms) { return {ms * 1'000}; }
  [[nodiscard]] constexpr bool known() const { return micros != none().micros; }
  [[nodiscard]] constexpr std::int64_t millis() const { return micros / 1'000; }
  friend constexpr auto operator<=>(Timestamp, Timestamp) = default;
  friend constexpr Duration operator-(Timestamp a, Timestamp b) {
    return {detail::saturating_difference(a.micros, b.micros)};
  }
  friend constexpr Timestamp operator-(Timestamp t, Duration d) {
    return t.known() ? Timestamp{detail::saturating_difference(t.micros, d.micros)} : none();
  }
  friend constexpr Timestamp operator+(Timestamp t, Duration d) { return t - Duration{-d.micros}; }
};

}  // namespace coagwatch::rules
