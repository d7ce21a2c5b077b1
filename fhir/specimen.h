#pragma once

#include "fhir/observation.h"
#include "rules/measure.h"

namespace coagwatch::fhir {

class BundleContext;

/// The Specimen that a reference means: contained, or an entry of the Bundle (`bundle` may be null). Null if there is
/// none, or several, or it is no Specimen.
const Contained* find_specimen(const Reference& specimen, const Pool<Contained>& contained, BundleContext* bundle);

/// What is known of the specimen, from the Specimen and from the modifier extension of the German MII module.
struct SpecimenReading {
  bool arterial = false;        ///< said to be arterial blood
  bool other_material = false;  ///< urine, cerebrospinal or another body fluid
  bool clotted = false;
  bool haemolysed = false;
  bool unknown_modifier = false;  ///< a modifier extension that we do not understand
};
SpecimenReading read_specimen(const Observation& observation, const Contained* specimen);

/// A clot in the tube takes platelets and factors with it: platelets and every coagulation test.
bool spoiled_by_clot(rules::Measure measure);
/// Tests that read clotting in haemolysed plasma wrong: PT in every form, aPTT, fibrinogen.
bool spoiled_by_haemolysis(rules::Measure measure);

}  // namespace coagwatch::fhir
