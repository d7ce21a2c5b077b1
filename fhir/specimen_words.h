#pragma once

#include <string_view>

namespace coagwatch::fhir {

/// Whether a text, in English, German, French or Japanese, calls a specimen something else than blood: urine, a body
/// fluid, stool. A text that also names blood, plasma or serum does not.
bool names_other_material(std::string_view text);

}  // namespace coagwatch::fhir
