#include "fhir/observation_reading.h"

#include "fhir/bundle_context.h"
#include "fhir/fingerprint.h"
#include "fhir/resource_locator.h"
#include "fhir/servers.h"
#include "fhir/visit_reading.h"

namespace coagwatch::fhir {
namespace {

constexpr std::string_view kObservation = "Observation";

// Its id means something inside of the container only, and it has no version of its own.
void identify_contained(const Observation& observation, const Identity& container, TextArena& arena,
                        Identity& identity) {
  const std::string_view inside = contained_identity(container.identity, observation.id, arena);
  if (!inside.empty()) {
    identity.identity = inside;
    identity.version = container.version;
  } else if (identity.identity == identity.source) {
    identity.identity = {};
  }
  identity.source = arena.join({container.source, "#", observation.id.string()});
}

// An entry's resource without an id has that of its URL.
void identify_by_url(const LocatedResource& entry, TextArena& arena, Identity& identity) {
  const Identity named = identity_by_url(entry, arena);
  if (named.source.empty()) return;
  identity.source = named.source;
  identity.identity = named.identity;
  identity.by_identifier = false;
  complete(identity.version, named.version);
}

// Of an absolute URL, whichever version it names; 0 for everything else.
std::uint64_t fingerprint_of_url(std::string_view url) {
  if (!url.starts_with("http://") && !url.starts_with("https://")) return 0;
  return fingerprint_of(url.substr(0, url.find(kHistory)), {});
}

void find_specimen(std::string_view reference, const Surroundings& surroundings, ObservationReading& reading) {
  if (reference.starts_with('#')) {
    reading.contained_specimen = surroundings.specimens->find(reference);
    if (reading.contained_specimen != nullptr) reading.collected = &reading.contained_specimen->collected;
  } else if (!reference.empty() && surroundings.bundle != nullptr) {
    const KnownSpecimen* const known = surroundings.bundle->specimen(reference);
    if (known == nullptr) return;
    reading.bundle_specimen = &known->reading;
    reading.collected = &known->collected;
  }
}

}  // namespace

ObservationReading read_observation(const Observation& observation, const Surroundings& surroundings,
                                    const TimeZone& zone, TextArena& arena) {
  ObservationReading reading;
  reading.identity = read_identity(observation, kObservation, zone, arena);
  const bool lacks_time = !has_effective(observation);
  if (surroundings.container != nullptr) {
    identify_contained(observation, *surroundings.container_identity, arena, reading.identity);
    if (lacks_time) reading.report = surroundings.report;
  } else if (surroundings.entry != nullptr) {
    const LocatedResource& entry = *surroundings.entry;
    if (observation.id.absent()) identify_by_url(entry, arena, reading.identity);
    complete(reading.identity.version, version_of(entry.etag, entry.last_modified, zone));
    if (reading.identity.fingerprint == 0) reading.identity.fingerprint = fingerprint_of_url(entry.full_url);
    if (lacks_time) reading.report = surroundings.bundle->report_time(entry, zone);
  }
  const Scalar& encounter = observation.encounter.absent() && surroundings.container != nullptr
                                ? surroundings.container->encounter
                                : observation.encounter;
  reading.encounter = read_encounter_reference(encounter.string(), surroundings.bundle, arena);
  const SubjectScope scope(surroundings.servers, surroundings.bundle, surroundings.entry);
  reading.subject = read_subject(observation.subject, *surroundings.contained, scope, arena);
  reading.base = scope.base;
  reading.of_other_server = surroundings.servers.leaves_open(scope.base) ||
                            surroundings.servers.is_foreign(observation.subject.reference.string());
  find_specimen(observation.specimen.reference.string(), surroundings, reading);
  return reading;
}

SpecimenReading read_specimen(const Observation& observation, const ObservationReading& reading,
                              const Surroundings& surroundings, const Terminology& terminology) {
  SpecimenReading specimen;
  if (reading.bundle_specimen != nullptr) specimen = *reading.bundle_specimen;
  if (reading.contained_specimen != nullptr) specimen = surroundings.specimens->reading(*reading.contained_specimen);
  hear_observation(observation, terminology, specimen);
  return specimen;
}

}  // namespace coagwatch::fhir
