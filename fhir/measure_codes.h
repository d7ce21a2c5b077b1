#pragma once

#include <string_view>

#include "rules/measure.h"

namespace coagwatch::fhir {

/// How a measure appears in our own resources. The LOINC code is a representative: the value in force may have come
/// under a sibling code.
struct MeasureCode {
  std::string_view loinc;    ///< empty where no LOINC code says the same; the project's code stands alone then
  std::string_view display;  ///< LOINC's own name, empty with `loinc`
};
MeasureCode measure_code(rules::Measure measure);

/// The name for people where the unit stands beside it: without what the unit says already.
std::string_view readable_name(rules::Measure measure);

/// The unit for people, safe in Markdown: `x10^9/L`, `mg/L FEU`, `x upper limit`, empty for a plain number.
std::string_view readable_unit(rules::Measure measure);

}  // namespace coagwatch::fhir
