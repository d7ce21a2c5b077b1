#pragma once

#include <string>
#include <string_view>

#include "fhir/context_facts.h"
#include "fhir/observation.h"
#include "fhir/observation_reading.h"
#include "fhir/terminology.h"

namespace coagwatch::fhir {

/// Whether the Observation, or one of its components, answers a question about a fact (ChartTable; boolean and coded
/// answers to what FactTable knows too).
bool answers_of_facts(const Observation& observation, const Terminology& terminology);

/// What the Observation was called by as the source of facts: its id, else its identifier. `identity` is
/// Identity::identity. All begin with rules::kChartedSource.
std::string charted_source(std::string_view identity);

/// Reads what an Observation that answers_of_facts says of a patient: since `at`, its collection time (none: nothing
/// can be said), for as long as such a fact lasts. What is not understood states nothing, and takes away what an
/// earlier version stated. Returns what was not understood, a constant; empty if all was.
std::string_view read_charted_facts(const Observation& observation, const ObservationReading& reading,
                                    rules::Timestamp at, bool hold_preliminary, const Terminology& terminology,
                                    TextArena& arena, ContextFacts& out);

}  // namespace coagwatch::fhir
