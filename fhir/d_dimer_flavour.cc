#include "fhir/d_dimer_flavour.h"

#include "fhir/unit_text.h"

namespace coagwatch::fhir {
namespace {

class Witnesses {
 public:
  explicit Witnesses(bool conflict) { reading_.conflict = conflict; }

  void hear(DDimerFlavour flavour) {
    if (flavour == DDimerFlavour::unknown) return;
    if (reading_.flavour == DDimerFlavour::unknown) {
      reading_.flavour = flavour;
    } else if (reading_.flavour != flavour) {
      reading_.conflict = true;
    }
  }
  void hear_text(const Scalar& text) {
    if (text.is_string()) hear(flavour_in_text(text.text, reading_.conflict));
  }
  void hear_concept(const Concept& coded) {
    hear_text(coded.text);
    for (const Coding& coding : coded.codings) hear_text(coding.display);
  }
  [[nodiscard]] FlavourReading reading() const { return reading_; }

 private:
  FlavourReading reading_;
};

}  // namespace

FlavourReading read_flavour(const ResultPart& part, const Concept& method, const CodeMeaning& meaning,
                            const UnitReading& unit, bool code_conflict, rules::SiteProfile::DDimerFlavour of_site) {
  using SiteFlavour = rules::SiteProfile::DDimerFlavour;
  Witnesses witnesses(code_conflict || unit.flavour_conflict);
  witnesses.hear(meaning.flavour);
  witnesses.hear(unit.conversion.flavour);
  witnesses.hear_text(part.value_quantity.unit);
  witnesses.hear_text(part.value_quantity.code);
  witnesses.hear_concept(part.code);
  witnesses.hear_concept(method);
  if (of_site == SiteFlavour::feu) witnesses.hear(DDimerFlavour::feu);
  if (of_site == SiteFlavour::ddu) witnesses.hear(DDimerFlavour::ddu);
  return witnesses.reading();
}

}  // namespace coagwatch::fhir
