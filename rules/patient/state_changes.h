#pragma once

#include "rules/patient/evictions.h"
#include "rules/patient/patient_state.h"

// What the changes of a state have in common. For patient_state.cc, merge.cc and moved.cc.
namespace coagwatch::rules {

/// Whether it came under another key of the patient (merge.h).
inline bool is_adopted(const StoredResult& stored) { return (stored.lab.flags & kFlagAdopted) != 0; }

inline bool usable(const LabResult& lab) { return lab.unusable == Unusable::none; }

/// Measure, interval, time, status, own limit, usability, method, D-dimer flavour: all that may change a score or its
/// reasons.
bool same_content(const LabResult& a, const LabResult& b);

/// Whether the content of `lab` is in force under any identity.
bool has_twin(const PatientState& state, const LabResult& lab);

/// A change that changed nothing.
ApplyResult outcome_only(const PatientState& state, ApplyOutcome outcome);

/// Brings `state.at`, the window and the text in order after results came or went; `was` is the clinical time before.
void settle(PatientState& state, Measure touched, Timestamp was, const WindowLimits& limits, ApplyResult& result);

/// The same after nothing but this result came.
void settle_added(PatientState& state, const LabResult& added, const WindowLimits& limits, ApplyResult& result);

/// Removes the results of which `gone(result)` is true. A value may live on under another identity: then nothing that
/// scores has changed. `duplicate` if there is none.
template <typename Gone>
ApplyResult remove_results(PatientState& state, const Gone& gone, const WindowLimits& limits) {
  ApplyResult result;
  result.outcome = ApplyOutcome::retracted;
  const Timestamp was = state.at;
  std::size_t removed = 0;
  Measure touched = Measure::platelets;
  for (std::size_t i = 0; i < state.results.size();) {
    if (!gone(state.results[i])) {
      ++i;
      continue;
    }
    const LabResult lab = state.results[i].lab;
    take_out(state, state.results[i]);
    ++removed;
    touched = lab.measure;
    if (!usable(lab) || has_twin(state, lab)) continue;
    result.note(lab.measure, lab.at);
    result.correction = true;
    result.assess = true;
  }
  if (removed == 0) return outcome_only(state, ApplyOutcome::duplicate);
  settle(state, touched, was, limits, result);
  return result;
}

}  // namespace coagwatch::rules
