#include "fhir/collection_time.h"

#include <algorithm>

#include "fhir/datetime.h"
#include "rules/patient/result.h"

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

constexpr std::string_view kNotShown =
    "a time without zone that the site's clocks skip (site.time-zone); expected a zone";
constexpr std::string_view kShownTwice =
    "a time without zone in the hour that the site's clocks repeat (site.time-zone); expected a zone";

/// A time of at least day precision, with its flags; anything else is invalid-time with `text`.
TimeReading from_parsed(const std::optional<ParsedTime>& parsed, std::string_view text) {
  if (!parsed || parsed->precision == Precision::year || parsed->precision == Precision::month) {
    return refused(Reason::invalid_time, text);
  }
  if (parsed->shown == TimeZone::Shown::never) return refused(Reason::invalid_time, kNotShown);
  if (parsed->shown == TimeZone::Shown::twice) return refused(Reason::invalid_time, kShownTwice);
  TimeReading reading;
  reading.at = parsed->time;
  if (parsed->precision == Precision::day) reading.flags = rules::kFlagDateOnly;
  if (parsed->zone_missing) reading.flags = rules::kFlagZoneAssumed;
  return reading;
}

std::optional<ParsedTime> parsed(const Scalar& scalar, const TimeZone& zone) {
  return scalar.is_string() ? parse_datetime(scalar.text, zone) : std::nullopt;
}

TimeReading from_scalar(const Scalar& scalar, const TimeZone& zone, std::string_view text) {
  return from_parsed(parsed(scalar, zone), text);
}

/// The same, for an instant, which has no partial form.
TimeReading from_instant(const Scalar& scalar, const TimeZone& zone, std::string_view text) {
  TimeReading reading = from_scalar(scalar, zone, text);
  if ((reading.flags & rules::kFlagDateOnly) != 0) return refused(Reason::invalid_time, text);
  return reading;
}

bool has_ends(const Period& period) { return !period.start.absent() || !period.end.absent(); }

TimeReading from_period(const Period& period, const TimeZone& zone) {
  constexpr std::string_view kExpected = "Period: expected an end or a start, in this order of time";
  const auto end = parsed(period.end.absent() ? period.start : period.end, zone);
  TimeReading reading = from_parsed(end, kExpected);
  if (reading.problem || period.end.absent()) return reading;
  const auto start = parsed(period.start, zone);
  // A date as end means all of that day.
  const bool reversed =
      end->precision == Precision::day ? start && start->time >= end->end : start && start->time > end->time;
  if (reversed) return refused(Reason::invalid_time, kExpected);
  return reading;
}

// The last of the events, as with a Period its end.
TimeReading from_timing(const Observation& observation, const TimeZone& zone) {
  TimeReading last;
  for (const TextElement& event : observation.timing_events) {
    const TimeReading reading = from_scalar(event.scalar, zone, "effectiveTiming.event: expected a dateTime");
    if (reading.problem) return reading;
    if (reading.at > last.at) last = reading;
  }
  if (!last.at.known()) return refused(Reason::no_time, "effectiveTiming: expected an event");
  return last;
}

TimeReading without_effective(const Observation& observation, const Collected* collected,
                              const std::optional<TimeReading>& report, const TimeZone& zone) {
  if (collected != nullptr && !collected->date_time.absent()) {
    return from_scalar(collected->date_time, zone,
                       "Specimen.collection.collectedDateTime: expected a date or dateTime");
  }
  if (collected != nullptr && has_ends(collected->period)) {
    return from_period(collected->period, zone);
  }
  if (report) return *report;
  if (observation.issued.absent()) return refused(Reason::no_time, "effective[x]: missing, and issued as well");
  TimeReading reading = from_instant(observation.issued, zone, "issued: expected an instant");
  reading.flags |= rules::kFlagTimeFromIssued;
  return reading;
}

}  // namespace

bool has_effective(const Observation& resource) {
  const Period& period = resource.effective_period;
  return !resource.effective_date_time.absent() || !resource.effective_instant.absent() || has_ends(period) ||
         period.presence == Presence::wrong_shape || resource.effective_timing != Presence::absent ||
         !resource.applies_date_time.absent() || resource.applies_period.presence != Presence::absent;
}

std::optional<TimeReading> read_effective(const Observation& resource, const TimeZone& zone) {
  const int given = (resource.effective_date_time.absent() ? 0 : 1) + (resource.effective_instant.absent() ? 0 : 1) +
                    (resource.effective_period.presence == Presence::absent ? 0 : 1) +
                    (resource.effective_timing == Presence::absent ? 0 : 1) +
                    (resource.applies_date_time.absent() ? 0 : 1) +
                    (resource.applies_period.presence == Presence::absent ? 0 : 1);
  if (given > 1) return refused(Reason::invalid_time, "effective[x]: expected one only");
  if (!resource.effective_date_time.absent()) {
    return from_scalar(resource.effective_date_time, zone, "effectiveDateTime: expected a date or dateTime");
  }
  if (!resource.effective_instant.absent()) {
    return from_instant(resource.effective_instant, zone, "effectiveInstant: expected an instant");
  }
  if (!resource.applies_date_time.absent()) {
    return from_scalar(resource.applies_date_time, zone, "appliesDateTime: expected a date or dateTime");
  }
  if (resource.effective_period.presence == Presence::wrong_shape ||
      resource.applies_period.presence == Presence::wrong_shape || resource.effective_timing == Presence::wrong_shape) {
    return refused(Reason::invalid_time, "effective[x]: expected an object");
  }
  if (resource.effective_timing == Presence::present) return from_timing(resource, zone);
  if (has_ends(resource.effective_period)) return from_period(resource.effective_period, zone);
  if (has_ends(resource.applies_period)) return from_period(resource.applies_period, zone);
  return std::nullopt;
}

TimeReading read_collection_time(const Observation& observation, const Collected* collected,
                                 const std::optional<TimeReading>& report, rules::Timestamp now, const TimeZone& zone) {
  const std::optional<TimeReading> effective = read_effective(observation, zone);
  const TimeReading reading = effective ? *effective : without_effective(observation, collected, report, zone);
  if (!reading.problem && now.known() && reading.at - now > kMaxAhead) {
    return refused(Reason::invalid_time, "effective[x]: more than 1 h after the record");
  }
  return reading;
}

}  // namespace coagwatch::fhir
