#pragma once

#include <span>

#include "fhir/intake.h"
#include "fhir/observation.h"

namespace coagwatch::fhir {

/// Whether the answer to `Platelet clump [Presence]` leaves a count in doubt: every answer but that there are none. No
/// answer says nothing. What cannot be read does leave it in doubt: a count that may be clumped is no count.
bool says_clumps(const ResultPart& part);

/// Makes the platelet counts of one record unusable that an Item of the same record with `clumps` speaks of: of the
/// same patient, and of the same specimen where both name one, else of the same collection time. References to
/// contained specimens mean the same only within one resource.
void mark_clumped(std::span<Item> items);

}  // namespace coagwatch::fhir
