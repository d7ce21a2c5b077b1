#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "rules/patient/fact_change.h"

namespace coagwatch::fhir {

/// That a Patient resource says that two records are of one patient.
struct PatientLink {
  std::string_view other;  ///< patient key of the other one
  bool replaces = false;   ///< it is the other one that is no longer used
  friend bool operator==(const PatientLink&, const PatientLink&) = default;
};

/// What a resource says of a patient besides results. It never changes what becomes of its item: any resource other
/// than an Observation is one `other-resource`.
struct ContextFacts {
  enum class Kind : std::uint8_t {
    nothing,    ///< no resource that is read, or nobody knows of whom: then it is empty
    statement,  ///< these facts; none: it says no more what an earlier version may have said
    removal,    ///< `entered-in-error`, deleted
  };
  Kind kind = Kind::nothing;
  std::string_view
      patient;              ///< patient key; empty for a deletion by id alone: it concerns the one who holds the source
  std::string_view base;    ///< of such a deletion, as Item::base
  std::string_view source;  ///< identity and reference: `Condition/c1`, else `Condition?system|value`
  rules::Version version;
  std::vector<rules::FactSpan> facts;  ///< of a statement
  std::vector<PatientLink> links;
  std::string_view place;                                   ///< where the Encounter `source` takes place, for people
  rules::Timestamp place_start = rules::Timestamp::none();  ///< when that Encounter began
  bool tells_place = false;  ///< an Encounter with an id: `place` is where it takes place
  bool tells_links = false;  ///< a Patient resource: `links` are all that it says

  /// Makes it empty and keeps the list's memory.
  void clear();
};

}  // namespace coagwatch::fhir
