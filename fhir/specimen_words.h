#pragma once

#include <string_view>

namespace coagwatch::fhir {

/// Whether a text, in English, German, French or Japanese, says of a specimen that it is clotted, and nothing else:
/// `Specimen clotted`, but not `no clots` or `slightly clotted?`.
bool says_clotted(std::string_view text);
/// The same for haemolysed.
bool says_haemolysed(std::string_view text);

}  // namespace coagwatch::fhir
