#pragma once

#include <optional>

#include "rules/patient/patient_state.h"
#include "rules/values/interval.h"

namespace coagwatch::rules {

/// Remembers of a result that a cap drops what later assessments need to stay sound: that a usable one was collected
/// then, and of platelets how high it was. REQUIRES: it is still in `state.results`.
void remember_eviction(PatientState& state, const StoredResult& victim);

/// Remembers what another state remembers, which is adopted (merge.h).
void remember_evictions_of(const PatientState& from, PatientState& to);

/// Notes that a result is about to be removed: in `state.gone`, and that its text can go.
inline void note_gone(PatientState& state, const StoredResult& result) {
  state.roomy_text = 0;
  if (result.fingerprint != 0) state.gone.push_back(result.fingerprint);
}

/// The same of what is remembered no longer.
inline void note_gone(PatientState& state, const StoredRetraction& forgotten) {
  state.roomy_text = 0;
  if (forgotten.fingerprint != 0) state.gone.push_back(forgotten.fingerprint);
}

/// Removes a result that is taken back or corrected: what it outranked may count now. REQUIRES: it is in
/// `state.results`.
void take_out(PatientState& state, const StoredResult& result);

/// Whether a dropped result of the measure may count rather than `counting`, the newest usable one in force at some
/// time; where there is none (nullptr), rather than nothing from `earliest` on. Also true of what was collected after
/// that time: whether something else was before is not known any more.
bool may_be_outranked(const PatientState& state, Measure measure, const StoredResult* counting, Timestamp earliest);

/// Widens `baseline`, the highest platelet count in force (nullopt: none), by the dropped counts collected at or after
/// `from`. True if that changed it. What was dropped may have been taken back since, so the lower end stays.
bool widen_baseline(const PatientState& state, Timestamp from, std::optional<Interval>& baseline);

}  // namespace coagwatch::rules
