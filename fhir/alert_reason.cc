// Why an alert is told, where its kind and the points do not say it.

#include <algorithm>

#include "fhir/alert_parts.h"
#include "fhir/context_reader.h"
#include "rules/episodes/trends.h"
#include "rules/explain/exclusion.h"

namespace coagwatch::fhir {
namespace {

using rules::Measure;

void append(std::string_view separator, std::string_view more, std::string& text) {
  if (more.empty()) return;
  if (!text.empty()) text += separator;
  text += more;
}

std::string_view display(Measure measure) { return rules::measure_info(measure).display; }

std::string current_text(const AlertPart& part, Measure measure) {
  return std::string(display(measure)) + " " + value_text(measure, part.assessment.values[rules::index(measure)].value);
}

/// The extremes that are new with their values; the stricter of two cut-offs alone.
std::string extremes_text(const AlertPart& part) {
  const unsigned extremes = part.new_extremes;
  std::string text;
  if ((extremes & rules::kPlateletsAtMost30) != 0) {
    append(", ", current_text(part, Measure::platelets) + " (<= 30)", text);
  } else if ((extremes & rules::kPlateletsBelow50) != 0) {
    append(", ", current_text(part, Measure::platelets) + " (< 50)", text);
  }
  if ((extremes & rules::kFibrinogenBelow1) != 0) {
    append(", ", current_text(part, Measure::fibrinogen) + " (< 1.0)", text);
  }
  if ((extremes & rules::kGroup4) != 0) append(", ", "platelet and antithrombin group 4", text);
  return text;
}

/// So many whole hours as surely cover it.
std::string hours_text(rules::Duration duration) {
  const std::int64_t hour = rules::Duration::hours(1).micros;
  return std::to_string((duration.micros + hour - 1) / hour) + " h";
}

std::vector<rules::AdverseTrend> trends(const AlertPart& part) {
  if (part.retracted() || !part.effective.known()) return {};
  return rules::trends_of(part.policy, part.state, part.effective);
}

/// Titles of the items that give points by values too old to belong to the newest one.
std::string old_items_text(const AlertPart& part) {
  rules::Timestamp newest = rules::Timestamp::none();
  for (const rules::ItemScore& item : part.score.items) newest = std::max(newest, item.at);
  std::string text;
  for (const rules::ItemScore& item : part.score.items) {
    if (item.by && item.max > 0 && item.at.known() && newest - item.at > part.policy.apart) {
      append(", ", item.item->title + " of " + time_text(item.at), text);
    }
  }
  return text;
}

/// What results of a source say now.
std::string now_text(const AlertPart& part, std::string_view source) {
  std::string text;
  for (const rules::StoredResult& result : part.state.results) {
    if (part.state.view(result.source) != source) continue;
    append(", ",
           std::string(display(result.lab.measure)) + " " + value_text(result.lab.measure, result.lab.value) + " of " +
               time_text(result.lab.at),
           text);
  }
  return text;
}

/// A correction takes something back or puts something else in its place; only then is it told.
bool tells_cause(const AlertPart& part) {
  return part.retracted() || part.corrects || part.event.kind == rules::AlertKind::amendment ||
         part.event.kind == rules::AlertKind::closure || part.context.correction;
}

/// What a sign asks for, in words that stand behind `surely no`.
std::string sign_text(const rules::GateReason& reason) {
  if (reason.fact) return fact_text(*reason.fact);
  if (!reason.measure) return {};
  return std::string(display(*reason.measure)) + " of " + std::to_string(reason.at_least) + " or more";
}

std::string ground_text(const rules::GateReason& reason) {
  using Kind = rules::GateReason::Kind;
  switch (reason.kind) {
    case Kind::child:
      return "it is for adults, and the patient is a child";
    case Kind::newborn:
      return "it is not for newborns";
    case Kind::denied:
      return "no " + fact_text(*reason.fact) + " by what is recorded";
    case Kind::only_with:
      return "it is for patients with " + fact_text(*reason.fact) + " only";
    case Kind::no_sign:
      return "surely no " + sign_text(reason);
    default:
      return fact_text(*reason.fact) + " recorded";
  }
}

std::string grounds_text(const AlertPart& part, const rules::Assessment& assessment) {
  std::string text;
  for (const rules::Exclusion& each : rules::exclusions(assessment, part.state, part.event.score)) {
    std::string resources;
    for (const std::string_view resource : each.resources) append(", ", resource, resources);
    append("; ", ground_text(each.reason) + (resources.empty() ? "" : " (" + resources + ")"), text);
  }
  return text;
}

}  // namespace

std::string exclusion_text(const AlertPart& part) {
  const std::string then = part.then != nullptr ? grounds_text(part, *part.then) : std::string();
  return then.empty() ? grounds_text(part, part.assessment) : then;
}

std::string worsening_text(const AlertPart& part) {
  std::string text;
  if (part.before.known()) {
    text = "was " + std::to_string(part.points_before) + " on " + time_text(part.before);
  } else if (part.event.cause == rules::Cause::points) {
    text = "by " + std::to_string(part.policy.worsening) + " points or more";
  }
  append("; ", extremes_text(part), text);
  return text;
}

std::string trend_text(const AlertPart& part) {
  std::string text;
  for (const rules::AdverseTrend& trend : trends(part)) {
    const rules::LabResult& before = trend.before->lab;
    const rules::LabResult& now = trend.now->lab;
    append(", ",
           std::string(display(trend.measure)) + " " + value_text(trend.measure, before.value) + " to " +
               value_text(trend.measure, now.value) + " within " + hours_text(now.at - before.at),
           text);
  }
  return text;
}

std::string trend_evidence_text(const AlertPart& part) {
  std::string text;
  for (const rules::AdverseTrend& trend : trends(part)) {
    const rules::LabResult& before = trend.before->lab;
    const rules::LabResult& now = trend.now->lab;
    append("; ",
           std::string(display(trend.measure)) + " " + value_text(trend.measure, before.value) + " (" +
               time_text(before.at) + ") to " + value_text(trend.measure, now.value) + " (" + time_text(now.at) + ")",
           text);
  }
  return text.empty() ? text : "Adverse trend: " + text + ".";
}

std::string open_items_text(const AlertPart& part) {
  std::string text;
  for (const rules::ItemScore& item : part.score.items) {
    if (item.min != item.max) append(", ", item.item->title, text);
  }
  return text;
}

std::string probable_text(const AlertPart& part) {
  const std::vector<rules::Grade>& grades = part.score.table->grades;
  if (part.score.status == rules::Status::met) {
    const std::string old = old_items_text(part);
    const std::string apart = "values more than " + hours_text(part.policy.apart) + " apart";
    return (old.empty() ? apart : apart + " (" + old + ")") + ", a full panel would confirm";
  }
  const std::string open = open_items_text(part);
  if (part.score.status == rules::Status::indeterminate && !open.empty()) return "open: " + open;
  if (part.score.grade_low > 0 && part.score.grade_low < grades.size()) {
    return "grade " + grades[part.score.grade_low].name;
  }
  return {};
}

std::string pre_text(const AlertPart& part) {
  if (part.score.status == rules::Status::met) return {};
  std::string text;
  const rules::Met& met = part.score.table->met;
  if (part.score.floor && part.score.floor->min < met.floor) {
    for (const std::uint16_t item : met.floor_items) append(" and ", part.score.items.at(item).item->title, text);
    text += " give " + points_text(part.score.floor->min, part.score.floor->max) + " of the " +
            std::to_string(met.floor) + " that they must";
  }
  append("; ", trend_text(part), text);
  return text;
}

bool states_facts(std::string_view cause) {
  // Not of a Patient: of whom it is the rest of the record says.
  const std::string_view type = cause.substr(0, cause.find_first_of("/?="));
  return type.size() < cause.size() && type != "Patient" && ContextReader::reads(type);
}

std::string cause_text(const AlertPart& part) {
  if (!tells_cause(part)) return {};
  std::string text;
  for (const std::string_view cause : part.context.cause) {
    if (states_facts(cause)) append(", ", std::string(cause), text);
    if (!is_observation_reference(cause)) continue;
    const std::string now = now_text(part, cause);
    append(", ", std::string(cause) + (now.empty() ? " (not in force any more)" : " (now " + now + ")"), text);
  }
  return text.empty() ? text : "Because of " + text + ".";
}

}  // namespace coagwatch::fhir
