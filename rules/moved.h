#pragma once

#include <cstdint>
#include <optional>

#include "rules/patient_state.h"

// A result that a newer version gives to another patient: one that was drawn from another, or filed under a wrong name.
namespace coagwatch::rules {

/// What another patient's state holds of the resource that a change is about.
enum class Elsewhere : std::uint8_t {
  nothing,
  older,  ///< results that the change is newer than, by its version or else by its arrival
  newer,  ///< a result that is provably newer
};

/// Looks for results of the resource with the change's fingerprint that `former` has at first hand. Where its id is
/// another, only those count that are of `measure`, if that is known, and only `lastUpdated` tells their ages, since
/// servers number the versions of each resource by themselves. REQUIRES: `change.fingerprint` is not 0.
Elsewhere find_elsewhere(const PatientState& former, const Change& change, std::optional<Measure> measure);

/// Takes back what is older, and remembers that. `adopted`: of what `former` has from another key of the patient
/// (merge.h).
ApplyResult retract_elsewhere(PatientState& former, const Change& change, std::optional<Measure> measure, bool adopted,
                              const WindowLimits& limits);

}  // namespace coagwatch::rules
