#pragma once

#include <string_view>
#include <vector>

#include "fhir/context_codes.h"
#include "fhir/context_document.h"
#include "fhir/time_zone.h"
#include "rules/patient/fact_change.h"

namespace coagwatch::fhir {

/// A context resource, and what it takes to read it.
struct ContextInput {
  ContextNode root;
  const FactTable& table;
  rules::Timestamp last_updated;  ///< meta.lastUpdated; none if it is not given
  const TimeZone& zone;           ///< of the site, for dates alone
  ContextNode medication;         ///< the Medication that medicationReference means; absent if it is not at hand
};

/// What was understood, besides the facts.
struct ContextReading {
  bool removal = false;   ///< the resource says that it was never right
  std::string_view text;  ///< what was not understood, a constant; empty if all was
};

// Each appends the facts that a resource of its type states. What it does not understand states nothing.
ContextReading read_condition(const ContextInput& input, std::vector<rules::FactSpan>& facts);
ContextReading read_medication_administration(const ContextInput& input, std::vector<rules::FactSpan>& facts);
ContextReading read_medication_request(const ContextInput& input, std::vector<rules::FactSpan>& facts);
ContextReading read_medication_statement(const ContextInput& input, std::vector<rules::FactSpan>& facts);
ContextReading read_procedure(const ContextInput& input, std::vector<rules::FactSpan>& facts);
ContextReading read_encounter(const ContextInput& input, std::vector<rules::FactSpan>& facts);
ContextReading read_flag(const ContextInput& input, std::vector<rules::FactSpan>& facts);
ContextReading read_birth_date(const ContextInput& input, std::vector<rules::FactSpan>& facts);

}  // namespace coagwatch::fhir
