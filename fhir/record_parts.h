#pragma once

#include "fhir/json_writer.h"
#include "fhir/writers.h"

// What the assessment, status and intake records have in common. Used by the writers only.
namespace coagwatch::fhir {

/// Writes the members `low` and `high` of an interval: decimal text, null where unbounded.
void write_ends(JsonWriter& json, const rules::Interval& value);

/// Writes the members of an assessment record into an object that the caller opened.
void write_assessment_members(JsonWriter& json, const WriteContext& context, const rules::Assessment& assessment);

}  // namespace coagwatch::fhir
