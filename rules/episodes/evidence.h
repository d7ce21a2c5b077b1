#pragma once

#include <cstdint>

#include "rules/scoring/assessment.h"

namespace coagwatch::rules {

/// A fingerprint of all that an alert shows of one criterion: status, totals, and of each item the points, the measure,
/// the value and its collection time. Two that differ show different numbers; it is stable across builds, since it is
/// kept in the changelog.
std::uint64_t evidence_of(const Assessment& assessment, const CriterionScore& score);

}  // namespace coagwatch::rules
