#pragma once

#include <string_view>

#include "rules/patient/patient_state.h"

// Where a patient is: for people who go there. Nothing is scored by it.
namespace coagwatch::rules {

/// Notes that a result collected at `at` belongs to an encounter (`Encounter/e1`). The newest one that is named counts,
/// of one time the last in the order of texts: so the order of arrival does not matter.
void note_encounter(PatientState& state, std::string_view encounter, Timestamp at);

/// Notes where an encounter that began at `start` takes place; an empty `place`: nowhere any more. That of the
/// encounter that began last is kept.
void note_place(PatientState& state, std::string_view encounter, std::string_view place, Timestamp start);

/// The encounter of the newest result that names one, else that whose place is known; may be empty. The view lives as
/// long as the state's text.
std::string_view encounter_of(const PatientState& state);
/// Where that is; may be empty.
std::string_view place_of(const PatientState& state);

/// Takes over what is newer in another state.
void adopt_visit(PatientState& state, const PatientState& from);

}  // namespace coagwatch::rules
