#pragma once

#include "fhir/written_value.h"

namespace coagwatch::fhir {

/// valueRatio. To a denominator of 1 it is the numerator, in the numerator's unit by the denominator's. Of a measure
/// that is a ratio itself it is the quotient: of the same units for a PT ratio, without units for an INR, which is no
/// quotient of times; one that is no finite decimal is invalid-value. Everything else is no-value: a titre, an amount
/// in a day.
WrittenValue read_ratio(const Ratio& ratio, const CodeMeaning& meaning, const ValueContext& context);

}  // namespace coagwatch::fhir
