#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rules/episodes/policy.h"
#include "rules/patient/patient_state.h"

namespace coagwatch::daemon {

/// What another partition is told of a patient who is one of its own (copy.h).
struct PatientCopy {
  std::string value;       ///< as a changelog value
  std::uint64_t name = 0;  ///< stands for what it says, and for beside whom: PatientState::copied
};

/// Of the patient as he is recorded now. `beside`: PatientState::copied_to.
PatientCopy copy_beside(const rules::AlertPolicy& policy, const rules::WindowLimits& limits,
                        const rules::PatientState& state, std::string_view beside);

}  // namespace coagwatch::daemon
