#pragma once

#include "fhir/observation.h"
#include "fhir/verdict.h"
#include "rules/timestamp.h"

namespace coagwatch::fhir {

/// When the specimen was collected.
struct TimeReading {
  rules::Timestamp at = rules::Timestamp::none();  ///< none if `problem` speaks
  std::uint8_t flags = 0;                          ///< rules::kFlagDateOnly, rules::kFlagTimeFromIssued
  Check problem;                                   ///< no-time, invalid-time
};

/// Reads effective[x]; without one the contained Specimen's collection, else `issued`. `now` is the record's time, or
/// none where nothing is too far in the future.
TimeReading read_collection_time(const Observation& observation, rules::Timestamp now, int zone_offset_minutes);

}  // namespace coagwatch::fhir
