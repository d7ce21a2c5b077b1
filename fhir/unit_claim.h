#pragma once

#include <cstdint>
#include <string_view>

#include "fhir/terminology.h"

namespace coagwatch::fhir {

/// What a text says of a unit that is known already.
struct UnitClaim {
  enum class Kind : std::uint8_t {
    nothing,  ///< no unit is in it: `Platelets`, `value`, a bare `10`
    same,     ///< it is the same unit
    other,    ///< it is another unit, or it looks like one and cannot be read
  };
  Kind kind = Kind::nothing;
  Terminology::Conversion conversion;  ///< where it is the same: as the text has it, with its flavour
};

/// Listens to a text that is no unit of `measure` as a whole, beside the conversion that is known from elsewhere. A
/// known unit at its beginning is read, and what stands apart behind it is a qualifier (`mg/dL (Clauss)`, `ng/mL
/// plasma`), if no unit is in that too. A slash, a per cent sign, a digit, a word of magnitude, a `per`, or a unit of
/// the table that cannot be read so is a claim for another unit. Allocates nothing.
UnitClaim claim_of(const Terminology& terminology, rules::Measure measure, std::string_view text,
                   const Terminology::Conversion& known);

}  // namespace coagwatch::fhir
