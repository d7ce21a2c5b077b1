#pragma once

#include <cstdint>

namespace coagwatch::fhir {

/// What one word, or several in a row, say of what something was measured in.
enum class Material : std::uint8_t {
  none,          ///< nothing
  blood,         ///< blood, plasma or serum
  arterial,      ///< arterial blood
  not_arterial,  ///< blood with other gases than the patient's arterial: capillary, of the umbilical cord
  venous,        ///< venous blood, also mixed and of the pulmonary artery
  other,         ///< no blood of the patient: urine, a body fluid, tissue
  maybe_other,   ///< a word of the ward as much as of a fluid: dialysis
  aside          ///< what follows is a circumstance: before, after, not
};

/// What the words of a text say together. Of blood and another material the one named first is meant: `Peritoneal
/// fluid, blood tinged`, `Blood during dialysis`.
struct MaterialReading {
  /// Takes the next words in the order of the text; `none` for words that say nothing.
  void hear(Material words) {
    const bool circumstance = aside;
    aside = words == Material::aside;
    if (circumstance) return;
    blood = blood || words == Material::blood;
    arterial = arterial || words == Material::arterial;
    not_arterial = not_arterial || words == Material::not_arterial;
    venous = venous || words == Material::venous;
    other = other || (words == Material::other && !blood);
    maybe_other = maybe_other || words == Material::maybe_other;
  }

  /// Adds what another text about the same specimen says.
  void join(const MaterialReading& text) {
    blood = blood || text.blood;
    arterial = arterial || text.arterial;
    not_arterial = not_arterial || text.not_arterial;
    venous = venous || text.venous;
    other = other || text.other;
    maybe_other = maybe_other || text.maybe_other;
  }

  bool blood = false;
  bool arterial = false;
  bool not_arterial = false;
  bool venous = false;
  bool other = false;
  bool maybe_other = false;
  bool aside = false;  ///< the words heard last make a circumstance of the next
};

}  // namespace coagwatch::fhir
