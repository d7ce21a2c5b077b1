#pragma once

#include <cstdint>

#include "fhir/observation.h"
#include "fhir/result_unit.h"
#include "fhir/terminology.h"
#include "fhir/text_arena.h"
#include "fhir/verdict.h"
#include "rules/values/site.h"

namespace coagwatch::fhir {

/// What the value of a result depends on besides the Observation.
struct ValueContext {
  const Terminology& terminology;
  const rules::SiteProfile& site;
  std::uint32_t number_length;
  TextArena& arena;  ///< holds texts that are put together
};

/// A value in the unit it was written in.
struct WrittenValue {
  rules::Interval value;
  WrittenUnit unit;
  Check problem;  ///< no-value, invalid-value, unknown-unit; a text that ends with `for ` lacks the measure's name
};

/// Reads value[x] of a result whose code has that meaning: Quantity, Range, Ratio, integer, and numbers in strings.
/// Every other type is no-value: no published table turns grades (`++`) into the units that criteria score.
WrittenValue read_written_value(const ResultPart& part, const CodeMeaning& meaning, const ValueContext& context);

}  // namespace coagwatch::fhir
