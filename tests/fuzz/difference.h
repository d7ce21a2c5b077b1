#pragma once

#include <string>

#include "fhir/observation.h"

namespace coagwatch::fuzz {

/// The first field in which two readings differ, `code.codings[0].system`; empty if they are the same. Names fields
/// only, no values.
std::string difference(const fhir::Observation& a, const fhir::Observation& b);
std::string difference(const fhir::Contained& a, const fhir::Contained& b);

}  // namespace coagwatch::fuzz
