#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "fhir/observation.h"
#include "rules/values/measure.h"

namespace coagwatch::fhir {

class Terminology;

/// What is known of the specimen, from the Specimen, from the reference's display, and from the modifier extension of
/// the German MII module.
struct SpecimenReading {
  bool arterial = false;        ///< said to be arterial blood
  bool other_blood = false;     ///< said to be venous, capillary or cord blood
  bool other_material = false;  ///< urine, cerebrospinal or another body fluid
  bool citrated = false;        ///< the tube holds citrate, and no EDTA is named
  bool clotted = false;
  bool clumped = false;  ///< a condition that the terminology knows as clumps of platelets
  bool haemolysed = false;
  bool lipaemic = false;
  bool icteric = false;
  bool unknown_modifier = false;  ///< a modifier extension that we do not understand
};
/// Only what the Specimen says: of its lists the first 64 elements, of a text the first 256 bytes.
SpecimenReading read_specimen(const Contained& specimen, const Terminology& terminology);
/// Adds what the Observation itself says: what it calls its specimen, and its modifier extensions.
void hear_observation(const Observation& observation, const Terminology& terminology, SpecimenReading& reading);

/// The Specimens that a resource contains. Each is read once at most, however many results name it.
///
/// Not thread-safe. Keeps its buffers from resource to resource.
class ContainedSpecimens {
 public:
  /// `terminology` must outlive this.
  explicit ContainedSpecimens(const Terminology& terminology) : terminology_(terminology) {}

  /// Takes what the next resource contains, which must outlive the use of this.
  void set(const Pool<Contained>& contained);
  /// The Specimen that a local reference (`#s`) means; null if there is none, or several, or it is no Specimen.
  [[nodiscard]] const Contained* find(std::string_view reference) const;
  /// What is known of one that was found.
  const SpecimenReading& reading(const Contained& specimen);

 private:
  const Terminology& terminology_;
  const Pool<Contained>* contained_ = nullptr;
  std::vector<std::optional<SpecimenReading>> readings_;  ///< as in `contained_`, as far as asked for
};

/// The specimen's marks that go with a result: rules::ResultFlag bits.
std::uint16_t flags_of(const SpecimenReading& specimen);

/// True if this specimen is none in which the measure is taken: a fluid, or gases of another than arterial blood.
/// `needs_arterial`: the code leaves the blood open, so that the specimen has to say it.
bool wrong_specimen(const SpecimenReading& specimen, rules::Measure measure, bool needs_arterial);

/// The method rank of a result. Platelets in citrate go before all others: EDTA is what makes them clump.
std::uint8_t rank_in(const SpecimenReading& specimen, rules::Measure measure, std::uint8_t method_rank);

/// A clot in the tube takes platelets and factors with it: platelets and every coagulation test.
bool spoiled_by_clot(rules::Measure measure);
/// Tests that read clotting in haemolysed plasma wrong: PT in every form, aPTT, fibrinogen.
bool spoiled_by_haemolysis(rules::Measure measure);

}  // namespace coagwatch::fhir
