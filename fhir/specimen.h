#pragma once

#include "fhir/observation.h"
#include "rules/measure.h"

namespace coagwatch::fhir {

/// What is known of the specimen, from a contained Specimen and from the modifier extension of the German MII module.
struct SpecimenReading {
  bool arterial = false;        ///< said to be arterial blood
  bool other_material = false;  ///< urine, cerebrospinal or another body fluid
  bool clotted = false;
  bool haemolysed = false;
  bool unknown_modifier = false;  ///< a modifier extension that we do not understand
};
SpecimenReading read_specimen(const Observation& observation);

/// A clot in the tube takes platelets and factors with it: platelets and every coagulation test.
bool spoiled_by_clot(rules::Measure measure);
/// Tests that read clotting in haemolysed plasma wrong: PT in every form, aPTT, fibrinogen.
bool spoiled_by_haemolysis(rules::Measure measure);

}  // namespace coagwatch::fhir
