#pragma once

#include <optional>

#include "fhir/collection_time.h"
#include "fhir/identity.h"
#include "fhir/observation.h"
#include "fhir/specimen.h"
#include "fhir/subject.h"
#include "fhir/text_arena.h"

namespace coagwatch::fhir {

class BundleContext;
struct LocatedResource;

/// What stands around an Observation and belongs to its reading. Must outlive the judging.
struct Surroundings {
  const RecordContext& record;
  const Servers& servers;
  BundleContext* bundle = nullptr;               ///< resolves references; null outside of a Bundle
  const LocatedResource* entry = nullptr;        ///< where it stands in the Bundle; null outside of one
  const Pool<Contained>* contained = nullptr;    ///< what `#` refers to
  ContainedSpecimens* specimens = nullptr;       ///< the Specimens among them
  const Observation* container = nullptr;        ///< the resource that it is contained in; null if it is in none
  const Identity* container_identity = nullptr;  ///< of that resource
  std::optional<TimeReading> report;             ///< its effective[x], if it is a DiagnosticReport
};

/// What holds for all results of an Observation, put together from it and from what stands around it.
struct ObservationReading {
  Identity identity;
  SubjectReading subject;
  std::string_view base;         ///< of the server of its Bundle's entry, if it is listed (`input.bases`)
  bool of_other_server = false;  ///< it may be a resource of another server than those that are read, or than is known
  std::string_view encounter;    ///< `Encounter/e1`; empty if none is named by its id
  const Collected* collected = nullptr;              ///< its specimen, null where that is not at hand
  const Contained* contained_specimen = nullptr;     ///< that specimen, if it is contained
  const SpecimenReading* bundle_specimen = nullptr;  ///< what is known of it, if it is an entry of the Bundle
  std::optional<TimeReading> report;  ///< effective[x] of its DiagnosticReport, where it has none of its own
};

/// Reads it. The views live as long as what is referred to and what `arena` holds.
ObservationReading read_observation(const Observation& observation, const Surroundings& surroundings,
                                    const TimeZone& zone, TextArena& arena);

/// What is known of its specimen, from that and from the Observation itself.
SpecimenReading read_specimen(const Observation& observation, const ObservationReading& reading,
                              const Surroundings& surroundings, const Terminology& terminology);

}  // namespace coagwatch::fhir
