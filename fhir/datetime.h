#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fhir/time_zone.h"
#include "rules/values/timestamp.h"

namespace coagwatch::fhir {

/// A FHIR dateTime or instant as read.
struct ParsedTime {
  enum class Precision { year, month, day, instant };
  /// The start of what was written; none where the site's clocks never show it, or show it twice: which of the two is
  /// never guessed.
  rules::Timestamp time;
  rules::Timestamp end;  ///< the first instant after it; `time` itself for an instant
  Precision precision = Precision::instant;
  bool zone_missing = false;  ///< a time without zone; read in the site's zone
  TimeZone::Shown shown = TimeZone::Shown::once;
};

/// Parses a FHIR R4 dateTime / instant: `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, `YYYY-MM-DDThh:mm:ss(.f+)?(Z|±hh:mm)`, and
/// the last without zone. Calendar dates are checked (30 February is nullopt); a leap second `:60` is read as the
/// following second; what is finer than a microsecond is cut; what UTC writes with another year than 0001-9999 is
/// nullopt. `zone` is the site's, for dates and zone-less times.
std::optional<ParsedTime> parse_datetime(std::string_view text, const TimeZone& zone);

/// `2026-01-02T08:00:00Z`, with a fraction of up to six digits only where it is not zero.
std::string format_instant(rules::Timestamp time);
/// Appends format_instant() without a temporary.
void append_instant(rules::Timestamp time, std::string& out);

}  // namespace coagwatch::fhir
