#pragma once

#include <cstdint>

#include "rules/patient/patient_state.h"

// A result that a newer version gives to another patient: one that was drawn from another, or filed under a wrong name.
// It is known by its fingerprint and its id, or by the identifier that stands for an id: two results of two patients
// may share an identifier, or a short id, but hardly both.
namespace coagwatch::rules {

/// What another patient's state holds of the resource that a change is about.
enum class Elsewhere : std::uint8_t {
  nothing,
  unclear,  ///< results that the change may be newer than: of two versions only the arrival tells
  older,    ///< results that the change is provably newer than: by its version, or as a correction of what is none
  newer,    ///< a result that is provably newer, or the memory that a newer version took it away
};

/// Looks for the resource in `former`, as far as that has it at first hand. Where it finds `newer`, `version` becomes
/// that one's. REQUIRES: `change.fingerprint` is not 0.
Elsewhere find_elsewhere(const PatientState& former, const Change& change, Version* version = nullptr);

/// Whether a result's status says that there was a version before it.
inline bool is_corrected(ResultStatus status) {
  return status == ResultStatus::amended || status == ResultStatus::corrected;
}

/// Takes its results out of `former`; a retraction retracts them there. Remembered as far as its version can be told
/// from others. `adopted`: `former` has them from another key of the patient (merge.h).
ApplyResult withdraw_elsewhere(PatientState& former, const Change& change, bool adopted, const WindowLimits& limits);

}  // namespace coagwatch::rules
