#pragma once

#include <cstddef>

#include "rules/scoring/assessment.h"

namespace coagwatch::rules {

/// Whether an infection and a SOFA of surely at least 2 count as sepsis for alerts, while nobody has said whether there
/// is one (Singer M, et al. JAMA 2016;315:801-810: an acute change of 2 points; the baseline is taken to be 0). It is
/// no fact: the assessment's own gate stays as it is.
bool is_derived_sepsis(const Assessment& assessment);

/// The gate that alerts go by: the score's own, or where derived sepsis confirms it, confirmed.
Gate alert_gate(const Assessment& assessment, std::size_t score);

}  // namespace coagwatch::rules
