#include "daemon/fold/patient_copy.h"

#include "daemon/fold/state_codec.h"
#include "fhir/fingerprint.h"
#include "rules/episodes/copy.h"

namespace coagwatch::daemon {

PatientCopy copy_beside(const rules::AlertPolicy& policy, const rules::WindowLimits& limits,
                        const rules::PatientState& state, std::string_view beside) {
  PatientCopy copy;
  encode_state(rules::copy_of(policy, limits, state), copy.value);
  copy.name = fhir::fingerprint_of(copy.value, beside);
  return copy;
}

}  // namespace coagwatch::daemon
