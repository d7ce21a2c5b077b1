#include "fhir/event_course.h"

namespace coagwatch::fhir {
namespace {

std::string_view read_period(const ContextNode& period, const TimeZone& zone, Course& course) {
  constexpr std::string_view kExpected = "Period: expected a start and an end, in this order of time";
  const Moment start = read_moment(period["start"], zone);
  const Moment end = read_moment(period["end"], zone);
  if (!period.is_object() || start.unreadable() || end.unreadable()) return kExpected;
  if (start.known() && end.known() && end.last < start.first) return kExpected;
  if (start.known()) course.begin(start);
  if (end.known()) {
    // Of an end in a day all of it belongs to the period (FHIR: Period.end); in a year or a month only its begin is
    // sure.
    course.end = end.exact ? end.last : end.first;
    // It had begun when it ended.
    if (!start.known()) course.recorded(end.exact ? end.first : end.last);
    if (end.exact && start.known() && course.end < course.start) course.start = course.end;
  }
  return {};
}

}  // namespace

EventCourse read_event(const ContextInput& input, std::initializer_list<const char*> moments,
                       std::initializer_list<const char*> periods) {
  EventCourse event;
  int given = 0;
  for (const char* name : moments) {
    const Moment moment = read_moment(input.root[name], input.zone);
    if (!moment.given) continue;
    ++given;
    if (moment.unreadable()) event.wrong = "expected a date or dateTime";
    if (moment.known()) event.course.begin(moment);
  }
  for (const char* name : periods) {
    const ContextNode period = input.root[name];
    if (!period.present()) continue;
    ++given;
    const std::string_view wrong = read_period(period, input.zone, event.course);
    if (!wrong.empty()) event.wrong = wrong;
  }
  if (given > 1) event.wrong = "time: expected one only";
  return event;
}

}  // namespace coagwatch::fhir
