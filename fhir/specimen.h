#pragma once

#include <cstdint>

#include "fhir/observation.h"
#include "rules/measure.h"

namespace coagwatch::fhir {

class BundleContext;
class Terminology;

/// The Specimen that a reference means: contained, or an entry of the Bundle (`bundle` may be null). Null if there is
/// none, or several, or it is no Specimen.
const Contained* find_specimen(const Reference& specimen, const Pool<Contained>& contained, BundleContext* bundle);

/// What is known of the specimen, from the Specimen and from the modifier extension of the German MII module.
struct SpecimenReading {
  bool arterial = false;        ///< said to be arterial blood
  bool other_blood = false;     ///< said to be venous or capillary blood
  bool other_material = false;  ///< urine, cerebrospinal or another body fluid
  bool citrated = false;        ///< the tube holds citrate, and no EDTA is named
  bool clotted = false;
  bool clumped = false;  ///< a condition that the terminology knows as clumps of platelets
  bool haemolysed = false;
  bool lipaemic = false;
  bool icteric = false;
  bool unknown_modifier = false;  ///< a modifier extension that we do not understand
};
/// `specimen` may be null.
SpecimenReading read_specimen(const Observation& observation, const Contained* specimen,
                              const Terminology& terminology);

/// The specimen's marks that go with a result: rules::ResultFlag bits.
std::uint16_t flags_of(const SpecimenReading& specimen);

/// True if this specimen is none in which the measure is taken: a fluid, or blood gases of another than arterial blood.
/// `needs_arterial`: the code leaves the blood open, so that the specimen has to say it.
bool wrong_specimen(const SpecimenReading& specimen, rules::Measure measure, bool needs_arterial);

/// The method rank of a result. Platelets in citrate go before all others: EDTA is what makes them clump.
std::uint8_t rank_in(const SpecimenReading& specimen, rules::Measure measure, std::uint8_t method_rank);

/// A clot in the tube takes platelets and factors with it: platelets and every coagulation test.
bool spoiled_by_clot(rules::Measure measure);
/// Tests that read clotting in haemolysed plasma wrong: PT in every form, aPTT, fibrinogen.
bool spoiled_by_haemolysis(rules::Measure measure);

}  // namespace coagwatch::fhir
