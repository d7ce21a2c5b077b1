#pragma once

#include "fhir/observation.h"
#include "tests/fuzz/second_json.h"

namespace coagwatch::fuzz {

/// Fills `out`, which is empty, from an object: key by key as FHIR and fhir/observation.h say.
void walk(Json json, fhir::Observation& out, Duplicates& duplicates);
void walk(Json json, fhir::Contained& out, Duplicates& duplicates);

}  // namespace coagwatch::fuzz
