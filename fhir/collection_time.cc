#include "fhir/collection_time.h"

#include <algorithm>

#include "fhir/datetime.h"
#include "rules/result.h"

namespace coagwatch::fhir {
namespace {

using Precision = ParsedTime::Precision;

// Clocks of laboratory devices run ahead; more than this is a wrong time (design: 1 h).
constexpr rules::Duration kMaxAhead = rules::Duration::hours(1);

TimeReading refused(Reason reason, std::string_view text) {
  TimeReading reading;
  reading.problem = dead(reason, text);
  return reading;
}

/// A dateTime of at least day precision; anything else is invalid-time with `text`.
TimeReading from_scalar(const Scalar& scalar, int zone_offset_minutes, std::string_view text) {
  const auto parsed = scalar.is_string() ? parse_datetime(scalar.text, zone_offset_minutes) : std::nullopt;
  if (!parsed || parsed->precision == Precision::year || parsed->precision == Precision::month) {
    return refused(Reason::invalid_time, text);
  }
  TimeReading reading;
  reading.at = parsed->time;
  if (parsed->precision == Precision::day) reading.flags = rules::kFlagDateOnly;
  return reading;
}

/// The same, for an instant, which has no partial form.
TimeReading from_instant(const Scalar& scalar, int zone_offset_minutes, std::string_view text) {
  TimeReading reading = from_scalar(scalar, zone_offset_minutes, text);
  if ((reading.flags & rules::kFlagDateOnly) != 0) return refused(Reason::invalid_time, text);
  return reading;
}

bool has_ends(const Period& period) { return !period.start.absent() || !period.end.absent(); }

TimeReading from_period(const Period& period, int zone_offset_minutes) {
  constexpr std::string_view kExpected = "Period: expected an end or a start, in this order of time";
  const Scalar& used = period.end.absent() ? period.start : period.end;
  TimeReading reading = from_scalar(used, zone_offset_minutes, kExpected);
  if (reading.problem || period.end.absent() || !period.start.is_string()) return reading;
  const auto start = parse_datetime(period.start.text, zone_offset_minutes);
  if (start && start->time > reading.at) return refused(Reason::invalid_time, kExpected);
  return reading;
}

// The last of the events, as with a Period its end.
TimeReading from_timing(const Observation& observation, int zone_offset_minutes) {
  TimeReading last;
  for (const TextElement& event : observation.timing_events) {
    const TimeReading reading =
        from_scalar(event.scalar, zone_offset_minutes, "effectiveTiming.event: expected a dateTime");
    if (reading.problem) return reading;
    if (reading.at > last.at) last = reading;
  }
  if (!last.at.known()) return refused(Reason::no_time, "effectiveTiming: expected an event");
  return last;
}

TimeReading without_effective(const Observation& observation, const Contained* specimen,
                              const std::optional<TimeReading>& report, int zone_offset_minutes) {
  if (specimen != nullptr && !specimen->collected_date_time.absent()) {
    return from_scalar(specimen->collected_date_time, zone_offset_minutes,
                       "Specimen.collection.collectedDateTime: expected a date or dateTime");
  }
  if (specimen != nullptr && has_ends(specimen->collected_period)) {
    return from_period(specimen->collected_period, zone_offset_minutes);
  }
  if (report) return *report;
  if (observation.issued.absent()) return refused(Reason::no_time, "effective[x]: missing, and issued as well");
  TimeReading reading = from_instant(observation.issued, zone_offset_minutes, "issued: expected an instant");
  reading.flags |= rules::kFlagTimeFromIssued;
  return reading;
}

}  // namespace

bool has_effective(const Observation& resource) {
  const Period& period = resource.effective_period;
  return !resource.effective_date_time.absent() || !resource.effective_instant.absent() || has_ends(period) ||
         period.presence == Presence::wrong_shape || resource.effective_timing != Presence::absent;
}

std::optional<TimeReading> read_effective(const Observation& observation, int zone_offset_minutes) {
  const int given = (observation.effective_date_time.absent() ? 0 : 1) +
                    (observation.effective_instant.absent() ? 0 : 1) +
                    (observation.effective_period.presence == Presence::absent ? 0 : 1) +
                    (observation.effective_timing == Presence::absent ? 0 : 1);
  if (given > 1) return refused(Reason::invalid_time, "effective[x]: expected one only");
  if (!observation.effective_date_time.absent()) {
    return from_scalar(observation.effective_date_time, zone_offset_minutes,
                       "effectiveDateTime: expected a date or dateTime");
  }
  if (!observation.effective_instant.absent()) {
    return from_instant(observation.effective_instant, zone_offset_minutes, "effectiveInstant: expected an instant");
  }
  if (observation.effective_period.presence == Presence::wrong_shape ||
      observation.effective_timing == Presence::wrong_shape) {
    return refused(Reason::invalid_time, "effective[x]: expected an object");
  }
  if (observation.effective_timing == Presence::present) return from_timing(observation, zone_offset_minutes);
  if (has_ends(observation.effective_period)) return from_period(observation.effective_period, zone_offset_minutes);
  return std::nullopt;
}

TimeReading read_collection_time(const Observation& observation, const Contained* specimen,
                                 const std::optional<TimeReading>& report, rules::Timestamp now,
                                 int zone_offset_minutes) {
  const std::optional<TimeReading> effective = read_effective(observation, zone_offset_minutes);
  const TimeReading reading =
      effective ? *effective : without_effective(observation, specimen, report, zone_offset_minutes);
  if (!reading.problem && now.known() && reading.at - now > kMaxAhead) {
    return refused(Reason::invalid_time, "effective[x]: more than 1 h after the record");
  }
  return reading;
}

}  // namespace coagwatch::fhir
