#include "rules/episodes/episode.h"

namespace coagwatch::rules {

std::string_view alert_kind_name(AlertKind kind) {
  switch (kind) {
    case AlertKind::onset:
      return "onset";
    case AlertKind::probable:
      return "probable";
    case AlertKind::pre:
      return "pre";
    case AlertKind::worsening:
      return "worsening";
    case AlertKind::trend:
      return "trend";
    case AlertKind::missing_test:
      return "missing-test";
    case AlertKind::re_evaluation_due:
      return "re-evaluation-due";
    case AlertKind::resolution:
      return "resolution";
    case AlertKind::amendment:
      return "amendment";
    case AlertKind::retraction:
      return "retraction";
    case AlertKind::closure:
      break;
  }
  return "closure";
}

std::string_view priority_name(Priority priority) {
  switch (priority) {
    case Priority::interruptive:
      return "interruptive";
    case Priority::task:
      return "task";
    case Priority::passive:
      break;
  }
  return "passive";
}

}  // namespace coagwatch::rules
