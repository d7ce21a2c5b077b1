// What happened, in one sentence.

#include <algorithm>

#include "fhir/alert_parts.h"
#include "rules/episodes/alert_gate.h"
#include "rules/explain/exclusion.h"

namespace coagwatch::fhir {
namespace {

using rules::AlertKind;
using rules::Cause;

std::string joined(std::string text, std::string_view separator, const std::string& more) {
  return more.empty() ? text : std::move(text.append(separator).append(more));
}

std::string total_text(const AlertPart& part) { return score_text(part) + threshold_text(part); }

std::string onset_text(const AlertPart& part) {
  std::string text = part.event.cause == Cause::gate_confirmed ? "gate confirmed, criteria met" : "criteria met";
  text += " with " + total_text(part);
  if (rules::alert_gate(part.assessment, part.event.score) == rules::Gate::unconfirmed) text += ", gate not confirmed";
  return part.event.late ? text + ", known late" : text;
}

std::string worse_text(const AlertPart& part) {
  if (part.event.cause == Cause::relapse) return "criteria met again, " + total_text(part);
  // What came late tells of an evaluation that is not the newest.
  const std::string when = part.effective < part.state.at ? " at " + time_text(part.effective) : "";
  return joined("criteria met, worse" + when + ": " + total_text(part), ", ", worsening_text(part));
}

std::string amendment_text(const AlertPart& part) {
  switch (part.event.cause) {
    case Cause::gate_confirmed:
      return "gate confirmed, criteria met, ";
    case Cause::gate_lost:
      return "corrected, gate not confirmed any more, " + std::string(status_text(part)) + ", ";
    case Cause::onset_moved:
      return "corrected, first met at " + time_text(part.episode->onset) + ", ";
    case Cause::resumed:
      return "corrected, the episode is not over, ";
    default:
      return "corrected, " + std::string(status_text(part)) + ", ";
  }
}

// The evaluation shown may be one that has moved on since: what holds now is said, not that it is still met.
std::string reminder_text(const AlertPart& part) {
  return "re-evaluation due; last evaluation: " + std::string(status_text(part)) + ", " + total_text(part);
}

std::string departure_text(const AlertPart& part) {
  switch (rules::departure_of(part.state, part.leave)) {
    case rules::Departure::died:
      return "the patient has died";
    case rules::Departure::discharged:
      return "the patient was discharged";
    case rules::Departure::silent:
      break;
  }
  return "no result for " + std::to_string(part.policy.retention.micros / rules::Duration::hours(24).micros) + " days";
}

std::string closure_text(const AlertPart& part) {
  switch (part.event.cause) {
    case Cause::excluded:
      return joined("closed: the criterion does not apply to this patient any more", ": ", exclusion_text(part));
    case Cause::merged:
      return "closed: the patient is kept under another record";
    case Cause::forgotten:
      return "closed: the patient is not watched any more";
    case Cause::departed:
      return "closed: " + departure_text(part);
    default:
      return "closed, not by resolution, " + total_text(part);
  }
}

/// Whether no result brought it about.
bool rests_on_facts(const AlertPart& part) {
  const std::vector<std::string_view>& causes = part.context.cause;
  return !causes.empty() && std::ranges::all_of(causes, states_facts);
}

std::string retraction_text(const AlertPart& part) {
  const std::string what = part.episode != nullptr ? "alert of " : "notice of ";
  const bool excluded_then =
      part.then != nullptr && part.then->scores.at(part.event.score).gate == rules::Gate::excluded;
  const bool excluded = excluded_then || part.score.gate == rules::Gate::excluded;
  return what + time_text(part.effective) + " withdrawn; " +
         (excluded               ? joined("the criterion does not apply to this patient", ": ", exclusion_text(part))
          : rests_on_facts(part) ? "what is recorded of the patient has changed"
                                 : "results were corrected or withdrawn");
}

std::string pre_headline(const AlertPart& part) {
  // Only a screen is told where it is met: it points to the criteria proper.
  const bool screen = part.score.status == rules::Status::met;
  return joined((screen ? "screen positive, " : "criteria nearly met, ") + total_text(part), "; ", pre_text(part));
}

std::string missing_test_text(const AlertPart& part) {
  const std::string open = open_items_text(part);
  return (open.empty() ? "a missing test" : "a result of " + open) + " is missing and would decide, " +
         total_text(part);
}

std::string event_text(const AlertPart& part) {
  switch (part.event.kind) {
    case AlertKind::onset:
      return onset_text(part);
    case AlertKind::worsening:
      return worse_text(part);
    case AlertKind::amendment:
      if (rules::completes_panel(part.event)) return "more of the panel known; " + worse_text(part);
      return amendment_text(part) + total_text(part);
    case AlertKind::re_evaluation_due:
      return reminder_text(part);
    case AlertKind::resolution:
      return "criteria no longer met, " + total_text(part);
    case AlertKind::closure:
      return closure_text(part);
    case AlertKind::retraction:
      return retraction_text(part);
    case AlertKind::probable:
      return joined("criteria probably met, " + total_text(part), "; ", probable_text(part));
    case AlertKind::pre:
      return pre_headline(part);
    case AlertKind::trend:
      return joined("adverse trend", ": ", trend_text(part)) + "; " + total_text(part);
    case AlertKind::missing_test:
      return missing_test_text(part);
  }
  return total_text(part);
}

}  // namespace

std::string score_text(const AlertPart& part) {
  std::string text = "score " + std::to_string(part.score.min);
  if (part.score.min != part.score.max) text += " to " + std::to_string(part.score.max);
  return text;
}

std::string threshold_text(const AlertPart& part) { return " (met from " + std::to_string(part.cut()) + ")"; }

std::string_view status_text(const AlertPart& part) {
  switch (part.score.status) {
    case rules::Status::met:
      return "criteria met";
    case rules::Status::not_met:
      return "criteria not met";
    case rules::Status::indeterminate:
      return "undecided";
    case rules::Status::not_applicable:
      break;
  }
  return "the criterion does not apply";
}

std::string headline(const AlertPart& part) {
  const std::string title = part.criterion.title + ": ";
  if (part.corrects && !part.retracted()) {
    return title + "as corrected, " + std::string(status_text(part)) + ", " + total_text(part);
  }
  return title + event_text(part);
}

}  // namespace coagwatch::fhir
