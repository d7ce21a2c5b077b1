#pragma once

#include <cstddef>
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
  bool is_pattern = false;             ///< `?` in `code` stands for any one character
  std::string unit;                    ///< of results that come without one; empty: the map names none
  std::string path;                    ///< in the JSON
};

/// The target system of our ConceptMaps; its codes are the measures,
inline constexpr std::string_view kMeasureSystem = "urn:coagwatch:CodeSystem:measures";
/// That of groups from codes to facts, which fact_map.h reads.
inline constexpr std::string_view kFactSystem = "urn:coagwatch:CodeSystem:facts";
/// and this one, which is none: a question for clumps of platelets, or a condition of a specimen that names them.
inline constexpr std::string_view kPlateletClumps = "platelet-clumps";

class JsonNode;

/// The `code` of an element or an entry; empty where there is none. Blanks at its ends, which no code has, and more
/// than `longest` bytes are problems.
std::string read_map_code(const JsonNode& node, std::size_t longest);

/// The code system of a group: R5's are canonicals, which may name a version after `|`.
std::string without_version(std::string system);

/// Reads the groups of a FHIR ConceptMap (R4 or R5) from codes to measures and appends their entries to `out`. Returns
/// every problem found; where there is one, `out` is not to be used. Whether the units do what the map asks of them
/// map_units.h tells. What a map may say: README.md, "Maps".
std::vector<MapProblem> read_concept_map(std::string_view json, std::vector<MappedCode>& out);

}  // namespace coagwatch::fhir
