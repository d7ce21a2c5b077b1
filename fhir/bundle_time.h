#pragma once

#include <string_view>

#include "rules/values/timestamp.h"

namespace coagwatch::fhir {

/// The clinical time of a Bundle that coagwatch wrote: `effectiveDateTime` of the first entry that has one, else
/// `Bundle.timestamp`; none() where there is neither, or the text is no such Bundle. For those who look at alerts and
/// need not know their kinds.
rules::Timestamp bundle_time(std::string_view bundle);

}  // namespace coagwatch::fhir
