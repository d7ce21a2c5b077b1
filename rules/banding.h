#pragma once

#include <compare>
#include <cstdint>
#include <vector>

#include "rules/assessment.h"
#include "rules/criterion.h"

namespace coagwatch::rules {

/// Least and most points that are possible.
struct PointRange {
  std::int16_t min = 0;
  std::int16_t max = 0;
  friend bool operator==(PointRange, PointRange) = default;
};

/// The points of every band that `quantity` may lie in, exactly: nothing is divided or rounded before it is compared.
/// REQUIRES: bands are sorted, leave no gap and do not overlap (the loader checks).
PointRange points_of(const std::vector<Band>& bands, const Quantity& quantity);

/// Points that are possible, each for itself: bit k stands for k points above a base. Spans above 63 points are cut.
using PointSet = std::uint64_t;
/// The points of every band that `quantity` may lie in, as points_of; all are at least `base`.
PointSet points_in(const std::vector<Band>& bands, const Quantity& quantity, std::int16_t base);
/// The points of all bands.
PointSet all_points(const std::vector<Band>& bands, std::int16_t base);

/// The points of all bands: what a value that nobody knows may give.
PointRange full_range(const std::vector<Band>& bands);

}  // namespace coagwatch::rules
