#pragma once

#include <bit>
#include <cstdint>

namespace coagwatch::rules {

/// Least and most points that are possible.
struct PointRange {
  std::int16_t min = 0;
  std::int16_t max = 0;
  friend bool operator==(PointRange, PointRange) = default;
};

/// Points that are possible, each for itself: bit k stands for k points above a base. Spans above 63 points are cut.
using PointSet = std::uint64_t;

/// What the greater of one of each may be. REQUIRES: neither is empty.
constexpr PointSet greater_of(PointSet a, PointSet b) {
  const auto from_least_of = [](PointSet set) { return ~((set & (~set + 1)) - 1); };
  return (a & from_least_of(b)) | (b & from_least_of(a));
}
/// The least and the greatest of the points. REQUIRES: `set` is not empty.
constexpr PointRange range_of(PointSet set, std::int16_t base) {
  return {static_cast<std::int16_t>(base + std::countr_zero(set)),
          static_cast<std::int16_t>(base + 63 - std::countl_zero(set))};
}
/// All from `min` to `max`, above `base`.
constexpr PointSet whole_range(PointRange range, std::int16_t base) {
  return ((PointSet{2} << (range.max - range.min)) - 1) << (range.min - base);
}

/// What the sum of one of each may be. Sums beyond 63 are lost.
constexpr PointSet sum_of(PointSet a, PointSet b) {
  PointSet sums = 0;
  for (PointSet left = b; left != 0; left &= left - 1) sums |= a << std::countr_zero(left);
  return sums;
}
/// The same points where none counts more than `most`, which is less than 63.
constexpr PointSet capped(PointSet set, int most) {
  const PointSet up_to = (PointSet{2} << most) - 1;
  return (set & up_to) | ((set & ~up_to) != 0 ? PointSet{1} << most : 0);
}

}  // namespace coagwatch::rules
