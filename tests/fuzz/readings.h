#pragma once

#include <string_view>

#include "fhir/json_reader.h"
#include "tests/fuzz/findings.h"

namespace coagwatch::fuzz {

/// Reads a record with JsonReader and with SecondReader, as an Observation and as a contained resource, and checks that
/// they come to the same end and find the same fields. Returns what the second says of it.
fhir::JsonReader::Outcome compare_readings(std::string_view record, Findings& findings);

}  // namespace coagwatch::fuzz
