#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rules/timestamp.h"

namespace coagwatch::fhir {

/// A FHIR dateTime or instant as read.
struct ParsedTime {
  enum class Precision { year, month, day, instant };
  rules::Timestamp time;  ///< the start of what was written, UTC
  Precision precision = Precision::instant;
  bool zone_missing = false;  ///< a time without zone; read in the site's zone
};

/// Parses a FHIR R4 dateTime / instant: `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, `YYYY-MM-DDThh:mm:ss(.f+)?(Z|±hh:mm)`.
/// Calendar dates are checked (30 February is nullopt); a leap second `:60` is read as the following second; what is
/// finer than a microsecond is cut. `zone_offset_minutes` is the site's, for dates and zone-less times.
std::optional<ParsedTime> parse_datetime(std::string_view text, int zone_offset_minutes = 0);

/// `2026-01-02T08:00:00Z`, with a fraction of up to six digits only where it is not zero.
std::string format_instant(rules::Timestamp time);
/// Appends format_instant() without a temporary.
void append_instant(rules::Timestamp time, std::string& out);

}  // namespace coagwatch::fhir
