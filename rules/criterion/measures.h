#pragma once

#include <bitset>

#include "rules/criterion/criterion.h"

namespace coagwatch::rules {

/// The measures whose results can change what the criterion scores, in any population: those that it names, and what
/// derived ones are made of.
std::bitset<kMeasureCount> measures_of(const Criterion& criterion);
/// Those that it looks at, in any population.
std::bitset<kMeasureCount> scored_by(const Criterion& criterion);
/// Those that it computes for others: none without `defines`.
std::bitset<kMeasureCount> defined_by(const Criterion& criterion);

/// The measure as a laboratory would send it: `d-dimer` for `d-dimer-uln`, `pt-seconds` for `pt-prolongation`,
/// `platelets` for `platelet-fall-24h`; any other is itself.
Measure sent_measure(Measure measure);

}  // namespace coagwatch::rules
