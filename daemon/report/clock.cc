#include "daemon/report/clock.h"

#include <array>

#include "fhir/datetime.h"

namespace coagwatch::daemon {
namespace {

constexpr std::int64_t kHour = 3'600'000'000;
constexpr std::int64_t kDay = 24 * kHour;

}  // namespace

std::string PatientClock::at(rules::Timestamp time) const {
  if (!time.known()) return "time unknown";
  if (dates_) return fhir::format_instant(time).replace(10, 1, " ").substr(0, 16);
  const std::int64_t since = (time - first_).micros;
  if (since < 0) return "before day 0";
  const std::string hours = std::to_string(since % kDay / kHour);
  return "day " + std::to_string(since / kDay) + ", " + (hours.size() < 2 ? "0" : "") + hours + " h";
}

std::vector<PatientClock::Tick> PatientClock::ticks(const TimeAxis& axis) const {
  constexpr std::array<std::int64_t, 10> kSteps = {6, 12, 24, 48, 72, 120, 168, 336, 720, 2'160};
  constexpr std::int64_t kMost = 6;
  const std::int64_t span = (axis.to() - axis.from()).micros;
  std::int64_t step = kSteps.back() * kHour;
  for (const std::int64_t hours : kSteps) {
    if (span / (hours * kHour) > kMost) continue;
    step = hours * kHour;
    break;
  }
  // Longer than any step foresees.
  while (span / step > kMost) step *= 2;
  const std::int64_t origin = dates_ ? 0 : first_.micros;
  const std::int64_t behind = (axis.from().micros - origin) % step;
  std::vector<Tick> ticks;
  for (std::int64_t at = axis.from().micros - behind + (behind > 0 ? step : 0); at <= axis.to().micros; at += step) {
    const rules::Timestamp time{at};
    const std::int64_t since = at - origin;
    const bool whole = since % kDay == 0;
    const std::string hours = std::to_string(since / kHour % 24) + " h";
    ticks.push_back({time, !whole   ? hours
                           : dates_ ? fhir::format_instant(time).substr(5, 5)
                                    : "day " + std::to_string(since / kDay)});
  }
  return ticks;
}

}  // namespace coagwatch::daemon
