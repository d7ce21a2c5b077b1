#include "daemon/config/feed_silence.h"

#include <algorithm>

namespace coagwatch::daemon {
namespace {

constexpr std::int64_t kHour = 3'600'000'000;
constexpr std::int64_t kDay = 24 * kHour;

/// The hour that the site's clocks show, but for a day on which they are changed.
int hour_of_day(rules::Timestamp now, const fhir::TimeZone& zone) {
  const std::int64_t today = now.micros / kDay * kDay;
  std::int64_t begin = today - kDay;
  for (const std::int64_t midnight : {today - kDay, today, today + kDay}) {
    const auto start = zone.start_of_day(midnight);
    if (start && *start <= now.micros) begin = *start;
  }
  return static_cast<int>(std::clamp<std::int64_t>((now.micros - begin) / kHour, 0, 23));
}

}  // namespace

rules::Duration SilenceLimits::at(rules::Timestamp now, const fhir::TimeZone& zone) const {
  const int hour = hour_of_day(now, zone);
  const bool over_midnight = night_from > night_to;
  const bool is_night = over_midnight ? hour >= night_from || hour < night_to : hour >= night_from && hour < night_to;
  return is_night ? night : day;
}

FeedSilence::Change FeedSilence::look(rules::Timestamp newest, rules::Timestamp now) {
  heard_ = std::max(heard_, newest);
  const rules::Duration limit = limits_.at(now, zone_);
  const bool silent = limit.micros > 0 && now - heard_ > limit;
  if (silent == silent_) return Change::none;
  silent_ = silent;
  return silent ? Change::fell_silent : Change::came_back;
}

}  // namespace coagwatch::daemon
