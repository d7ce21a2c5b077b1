#pragma once

#include <string_view>
#include <vector>

#include "rules/episodes/policy.h"
#include "rules/patient/patient_state.h"

namespace coagwatch::rules {

/// An adverse course of one measure that is news to a reader whether or not a score changes (clinical table of alerts:
/// platelets fall by 30 % or more within 28 h, fibrinogen by half or by 2 g/L within 48 h even where it is normal,
/// D-dimer or FDP double within 48 h). All bounds are inclusive.
struct AdverseTrend {
  Measure measure = Measure::platelets;
  const StoredResult* before = nullptr;  ///< the value that it is measured from
  const StoredResult* now = nullptr;     ///< the newest value
};

/// Those that there surely are at `at`: the newest value, collected within 24 h, against the highest (or of markers
/// that rise the lowest) in the look-back before it. Pure. The pointers point into `state`.
std::vector<AdverseTrend> trends_of(const AlertPolicy& policy, const PatientState& state, Timestamp at);

}  // namespace coagwatch::rules
