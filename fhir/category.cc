#include "fhir/category.h"

#include <algorithm>

#include "fhir/ascii.h"

namespace coagwatch::fhir {

bool is_laboratory(const Observation& observation) {
  // HL7's category, the LOINC class that the German MII adds, and HL7 table 0074.
  const auto names_it = [](const Coding& coding) {
    const std::string_view code = coding.code.string();
    return equals_folded(code, "laboratory") || code == "26436-6" || code == "LAB";
  };
  return equals_folded(observation.category_text.string(), "laboratory") ||
         std::any_of(observation.category_codings.begin(), observation.category_codings.end(), names_it);
}

}  // namespace coagwatch::fhir
