#pragma once

#include "fhir/intake.h"
#include "fhir/terminology.h"
#include "rules/values/timestamp.h"

namespace coagwatch::fuzz {

/// When the records of targets came: 2026-06-01T00:00:00Z.
inline constexpr rules::Timestamp kRecordTime{1'780'272'000'000'000};

/// The built-in maps; made once, since that takes longer than thousands of inputs.
const fhir::Terminology& terminology();

/// An intake without settings, and one of a site that has set what it can: zone, decimal comma, ends of assays, D-dimer
/// in DDU, its own upper limits, envelopes.
fhir::Intake& plain_intake();
fhir::Intake& site_intake();

/// The site's zone.
const fhir::TimeZone& site_zone();

}  // namespace coagwatch::fuzz
