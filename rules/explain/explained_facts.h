#pragma once

#include <vector>

#include "rules/explain/explanation.h"

namespace coagwatch::rules {

/// Every fact that is known at `at`, by fact: what resources state, what follows, what the site always charts.
std::vector<ExplainedFact> explain_facts(const PatientState& state, const KnownFacts& facts, Timestamp at);

/// References of the resources that a known fact comes from: those that state it, or that state what it follows from.
std::vector<std::string_view> resources_of(const std::vector<ExplainedFact>& facts, Fact fact);

}  // namespace coagwatch::rules
