#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fhir/chart_table.h"
#include "fhir/fact_table.h"
#include "fhir/terminology.h"

namespace coagwatch::fhir {

/// What a site says of one code.
struct FactCode {
  std::string system;  ///< empty where the map names none
  std::string code;
  std::vector<CodedFact> facts;      ///< none: the code means none
  std::vector<ChartedFact> charted;  ///< of an Observation's question: what its answers mean
};

/// The property of a target that an answer decides on.
inline constexpr std::string_view kAnswerProperty = "urn:coagwatch:property:value";

/// Reads the groups of a FHIR ConceptMap (R4 or R5) whose target is kFactSystem (concept_map.h) and appends their codes
/// to `out`; other groups, and what is wrong with the map as a whole, are read_concept_map's. `equal` or `equivalent`:
/// the code is the fact; `wider`, `subsumes` or `source-is-narrower-than-target`: it is one of several that mean it;
/// `unmatched`, `disjoint` or `not-related-to`: it means none. A target that depends on a value (kAnswerProperty) is
/// one of an Observation's question: that answer is the fact, one of several that mean it, or (`disjoint`,
/// `not-related-to`) denies it. Returns every problem found; where there is one, `out` is not to be used.
std::vector<MapProblem> read_fact_map(std::string_view json, std::vector<FactCode>& out);

/// Reads the codes that a FHIR ValueSet enumerates and appends them to `out`, without facts: its expansion, or where it
/// has none, the concepts of its includes. One that filters, excludes or imports needs its expansion. Returns every
/// problem found; where there is one, `out` is not to be used.
std::vector<MapProblem> read_fact_codes(std::string_view json, std::vector<FactCode>& out);

}  // namespace coagwatch::fhir
