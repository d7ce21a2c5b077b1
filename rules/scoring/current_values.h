#pragma once

#include "rules/patient/patient_state.h"
#include "rules/scoring/assessment.h"
#include "rules/values/site.h"

namespace coagwatch::rules {

/// How long a value counts where nothing else is said (decisions.md 1), inclusive.
inline constexpr Duration kDefaultMaxAge = Duration::hours(24);
/// One source goes before another only while it is at most this much older than the newest of them (rule 3).
inline constexpr Duration kPreferenceSpan = Duration::hours(4);

/// Fills `table` with the value of each measure that counts at `at`: the one collected last, at or before `at` and
/// not longer ago than `max_age`, inclusive; and with the derived measures computed from them (derived_values.h).
/// An unusable result never counts; the older value stays, and `unusable` marks the measure. Unusable results that
/// were collected after `at` are marked too: they do not move the clinical time, but are known. Where a result that a
/// cap dropped may count instead, the measure is `forgotten`.
///
/// Pure. The views in `table` point into `state`.
void find_current_values(const PatientState& state, const SiteProfile& site, Timestamp at, Duration max_age,
                         ValueTable& table);

}  // namespace coagwatch::rules
