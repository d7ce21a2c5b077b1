#pragma once

#include <string_view>

namespace coagwatch::fhir {

/// Whether a text, in English, German, French or Japanese, calls a specimen something else than blood: urine, a body
/// fluid, stool. A text that also names blood, plasma or serum does not.
bool names_other_material(std::string_view text);

/// Whether a text, in the same languages, says of a specimen that it is clotted, and nothing else: `Specimen clotted`,
/// but not `no clots` or `slightly clotted?`.
bool says_clotted(std::string_view text);
/// The same for haemolysed.
bool says_haemolysed(std::string_view text);

}  // namespace coagwatch::fhir
