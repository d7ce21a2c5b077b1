#pragma once

#include <optional>

#include "fhir/observation.h"
#include "fhir/time_zone.h"
#include "fhir/verdict.h"
#include "rules/values/timestamp.h"

namespace coagwatch::fhir {

/// When the specimen was collected.
struct TimeReading {
  rules::Timestamp at = rules::Timestamp::none();  ///< none if `problem` speaks
  std::uint16_t flags = 0;  ///< rules::kFlagDateOnly, rules::kFlagZoneAssumed, rules::kFlagTimeFromIssued
  Check problem;            ///< no-time, invalid-time
};

/// Reads effective[x]; without one when its specimen was `collected` (may be null), else `report`, the effective[x] of
/// the DiagnosticReport that it belongs to, else `issued`. `now` is the record's time, or none where nothing is too far
/// in the future. `zone` is the site's.
TimeReading read_collection_time(const Observation& observation, const Collected* collected,
                                 const std::optional<TimeReading>& report, rules::Timestamp now, const TimeZone& zone);

/// Whether an effective[x] stands there, of whatever shape. A Period without ends is none.
bool has_effective(const Observation& resource);

/// Only effective[x], of an Observation or of a DiagnosticReport; nullopt if there is none.
std::optional<TimeReading> read_effective(const Observation& resource, const TimeZone& zone);

}  // namespace coagwatch::fhir
