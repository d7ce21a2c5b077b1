#pragma once

#include <optional>

#include "rules/values/interval.h"

namespace coagwatch::rules {

/// Digits after the point of the ends that prothrombin_ratio gives.
inline constexpr int kRatioDigits = 6;

/// Whether an ISI can be used: from 0.5 to 3, with at most 4 decimals.
bool is_usable_isi(Decimal isi);

/// The prothrombin ratio behind an INR: INR^(1/ISI), which is irrational as a rule and hence enclosed.
///
/// With ISI = p/q in whole numbers, the ratio r satisfies r^p = INR^q. The result is the narrowest [low, high] of
/// kRatioDigits decimals for which low^p <= INR^q <= high^p is proven in integer arithmetic that rounds outward at
/// every step; it is a point where r is exact. Floating point only says where to look first, so the result is the same
/// on every machine.
///
/// nullopt if INR is not above 0, the ISI is not usable, or r is outside 0.01-1000: such an INR is no ratio for us.
std::optional<Interval> prothrombin_ratio(Decimal inr, Decimal isi);

/// The same for an INR that is itself an interval; an unbounded end stays so. nullopt if a bounded end gives none.
std::optional<Interval> prothrombin_ratio(const Interval& inr, Decimal isi);

}  // namespace coagwatch::rules
