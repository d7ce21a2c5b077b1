#pragma once

#include "fhir/json_writer.h"
#include "rules/explain/explanation.h"

// The parts of an explanation. Used by write_explanation only.
namespace coagwatch::fhir {

/// Writes the members of an interval: `low`, `high`, and which end is not reached.
void write_interval(JsonWriter& json, const rules::Interval& value);
/// Writes `at` and `age-seconds`; a time that is not known is null and has no age.
void write_age(JsonWriter& json, rules::Timestamp at, rules::Timestamp as_of);
/// `[min,max]`.
void write_range(JsonWriter& json, JsonWriter::Key name, int min, int max);

// explanation_items.cc
void write_items(JsonWriter& json, const std::vector<rules::ExplainedItem>& items, rules::Timestamp as_of);
/// A band as in a criterion's JSON: `ge`, `gt`, `le`, `lt`, `points`, `final`.
void write_band(JsonWriter& json, const rules::Band& band);

// explanation_scores.cc
void write_explained_score(JsonWriter& json, const rules::Explanation& explanation, const rules::ExplainedScore& score);

}  // namespace coagwatch::fhir
