#pragma once

#include <string_view>

#include "rules/values/measure.h"

namespace coagwatch::fhir {

/// How a measure appears in our own resources. The LOINC code is a representative: the value in force may have come
/// under a sibling code.
struct MeasureCode {
  std::string_view loinc;    ///< empty where no LOINC code says the same; the project's code stands alone then
  std::string_view display;  ///< LOINC's own name, empty with `loinc`
};
MeasureCode measure_code(rules::Measure measure);

}  // namespace coagwatch::fhir
