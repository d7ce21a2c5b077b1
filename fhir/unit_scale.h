#pragma once

#include <string_view>

#include "fhir/terminology.h"
#include "rules/values/interval.h"

// Where the scale of a unit can have been lost: `103/uL` was 10^3 per microlitre, `{K}/uL` thousands, and `/uL` either
// what it says or what is left of one of those. None of these is ever put right; what has two readings is refused.

namespace coagwatch::fhir {

/// A count of cells in a volume of blood: platelets, WBC, RBC. Only there a pure number may stand in the unit.
inline bool counts_cells(rules::Measure measure) {
  return measure == rules::Measure::platelets || measure == rules::Measure::wbc || measure == rules::Measure::rbc;
}

/// True if a digit or a word of magnitude (`K`, `thou`, `Tsd.`, `Mio`, `lakhs`, `giga`) is among the words of `text`,
/// in any case.
bool names_scale(std::string_view text);

/// True if `text` is a word for what is counted in blood: `cells`, `plt`, `WBCs`, `#`; in any case.
bool names_cells(std::string_view text);

/// True if the annotations (`{…}`) of a count's unit leave its scale in doubt: one that names a scale, or one that
/// stands where the number would and is no word for cells (`{x}/uL`). REQUIRES: braces are balanced.
bool hides_scale(std::string_view spelling);

/// True if every whole number in a UCUM term can only be meant as it stands there: 1, 100, 1000 and so on. Not so 103
/// (10^3 that lost its height), 9, 25, `1.73`, and the bare 10, which is no more than the beginning of a power of ten.
/// For counts of cells powers of ten without an exponent, or with a negative one, are unclear too.
bool clear_factors(std::string_view term, bool counts);

/// True if a count has an end too small to be believed in the unit it was written in. Below one cell in a microlitre
/// nothing is counted; and in a unit finer than the canonical one, a number that would be usual in the canonical one is
/// a count of thousands as likely as the near absence that it says (250 `/uL` platelets). The limits there are those of
/// what is reported: platelets 1 (10*9/L), WBC 0.01 (10*9/L), RBC 0.1 (10*12/L). Zero is a count.
bool too_few_cells(const rules::Interval& value, rules::Measure measure, const Terminology::Conversion& unit);

}  // namespace coagwatch::fhir
