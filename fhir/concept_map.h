#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/terminology.h"

namespace coagwatch::fhir {

/// One code of a ConceptMap.
struct MappedCode {
  std::string system;  ///< empty where the group names no source
  std::string code;
  std::optional<CodeMeaning> meaning;  ///< none: the map says that the code has none (`unmatched`)
};

/// The target system of our ConceptMaps; its codes are the measures.
inline constexpr std::string_view kMeasureSystem = "urn:coagwatch:CodeSystem:measures";

/// Reads a FHIR R4 ConceptMap from codes to measures and appends its entries to `out`. On failure returns what is
/// wrong with its JSON path, and `out` is not to be used.
std::optional<std::string> read_concept_map(std::string_view json, std::vector<MappedCode>& out);

}  // namespace coagwatch::fhir
