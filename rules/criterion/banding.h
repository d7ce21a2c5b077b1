#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "rules/criterion/criterion.h"
#include "rules/values/points.h"
#include "rules/values/quantity.h"

namespace coagwatch::rules {

/// The bands that `quantity` may lie in, one after another.
/// REQUIRES: bands are sorted, leave no gap and do not overlap (the loader checks).
std::span<const Band> touched(const std::vector<Band>& bands, const Quantity& quantity);

/// The points of every band that `quantity` may lie in, exactly: nothing is divided or rounded before it is compared.
/// REQUIRES: bands are sorted, leave no gap and do not overlap (the loader checks).
PointRange points_of(const std::vector<Band>& bands, const Quantity& quantity);

/// The points of every band that `quantity` may lie in, as points_of; all are at least `base`.
PointSet points_in(const std::vector<Band>& bands, const Quantity& quantity, std::int16_t base);
/// The same of a plain value that is sure.
PointSet points_at(const std::vector<Band>& bands, Decimal value, std::int16_t base);
/// The points of all bands.
PointSet all_points(const std::vector<Band>& bands, std::int16_t base);

}  // namespace coagwatch::rules
