#pragma once

#include <string_view>
#include <vector>

#include "rules/explain/explanation.h"

// Why an alert was taken back or closed where no result did it, for those who write it.
namespace coagwatch::rules {

/// One ground on which a criterion does not apply to the patient.
struct Exclusion {
  GateReason reason;
  std::vector<std::string_view> resources;  ///< references of what states its fact; views into the state
};

/// All such grounds of one score of an assessment; empty where the criterion applies. `state` is the assessment's.
std::vector<Exclusion> exclusions(const Assessment& assessment, const PatientState& state, std::size_t score);

/// Why a patient is watched no more.
enum class Departure : std::uint8_t { died, discharged, silent };

/// What a plan that says `leave` rests on; a death goes before a discharge.
Departure departure_of(const PatientState& state, Leave leave);

}  // namespace coagwatch::rules
