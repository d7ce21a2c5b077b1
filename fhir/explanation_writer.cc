#include "fhir/explanation_writer.h"

#include <array>

#include "fhir/explanation_parts.h"
#include "fhir/intake.h"
#include "fhir/record_parts.h"
#include "rules/criterion/text.h"
#include "rules/explain/names.h"

namespace coagwatch::fhir {
namespace {

using rules::Explanation;

constexpr std::int64_t kFormat = 1;
constexpr std::int64_t kSecond = 1'000'000;

void write_measure(JsonWriter& json, rules::Measure measure) {
  const rules::MeasureInfo& info = rules::measure_info(measure);
  json.text("measure", info.name);
  json.text("name", info.display);
}

void write_value(JsonWriter& json, const rules::ExplainedValue& value, rules::Timestamp as_of) {
  const rules::CurrentValue& current = value.value;
  json.begin_object();
  write_measure(json, value.measure);
  write_interval(json, current.value);
  json.text("unit", rules::measure_info(value.measure).unit);
  write_age(json, current.at, as_of);
  json.integer("counts-for-hours", value.counts_for.micros / rules::Duration::hours(1).micros);
  if (!current.source.empty()) json.text("from", current.source);
  if (current.derived) json.boolean("derived", true);
  if (value.computed_of) json.text("computed-of", rules::measure_info(*value.computed_of).name);
  if (value.base) {
    json.begin_object("base");
    write_interval(json, *value.base);
    json.end_object();
  }
  write_flags(json, current.flags);
  json.end_object();
}

void write_unusable(JsonWriter& json, const Explanation& explanation) {
  json.begin_array("unusable");
  for (const rules::StoredResult* stored : explanation.unusable) {
    json.begin_object();
    write_measure(json, stored->lab.measure);
    write_interval(json, stored->lab.value);
    json.text("unit", rules::measure_info(stored->lab.measure).unit);
    write_age(json, stored->lab.at, explanation.assessment.at);
    const std::string_view source = explanation.state->view(stored->source);
    if (!source.empty()) json.text("from", source);
    json.text("reason", unusable_name(stored->lab.unusable));
    json.end_object();
  }
  json.end_array();
}

void write_dropped(JsonWriter& json, const rules::PatientState& state) {
  json.begin_object("dropped");
  json.integer("results", state.evicted);
  json.begin_array("measures");
  for (const rules::StoredEviction& step : state.evictions) {
    json.begin_object();
    write_measure(json, step.measure);
    json.instant("last", step.at);
    if (step.highest) json.decimal_text("highest", *step.highest);
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

void write_fact(JsonWriter& json, const rules::ExplainedFact& fact) {
  using Origin = rules::ExplainedFact::Origin;
  json.begin_object();
  json.text("fact", rules::fact_name(fact.fact));
  json.text("value", rules::tristate_name(fact.value));
  json.text("origin", rules::origin_name(fact.origin));
  json.boolean("counts", fact.counts);
  if (fact.origin == Origin::implied) json.text("implied-by", rules::fact_name(fact.implied_by));
  if (fact.origin == Origin::recorded) {
    json.instant("start", fact.start);
    json.instant("end", fact.end);
    if (fact.end_by_rule) json.boolean("end-by-rule", true);
    if (!fact.source.empty()) json.text("from", fact.source);
  }
  json.end_object();
}

void write_list(JsonWriter& json, std::string_view list) {
  json.begin_array("criteria");
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    json.text(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  json.end_array();
}

void write_changes(JsonWriter& json, const std::vector<rules::ExplainedChange>& changes) {
  json.begin_array("changes");
  for (const rules::ExplainedChange& change : changes) {
    json.begin_object();
    json.text("kind", rules::alert_kind_name(change.kind));
    json.text("criterion", change.criterion);
    json.text("priority", rules::priority_name(change.priority));
    json.end_object();
  }
  json.end_array();
}

void write_alerts(JsonWriter& json, std::span<const rules::ExplainedAlert> alerts) {
  json.begin_array("alerts");
  for (const rules::ExplainedAlert& alert : alerts) {
    json.begin_object();
    json.text("kind", alert.kind);
    write_list(json, alert.criteria);
    json.text("priority", alert.priority);
    json.instant("at", alert.at);
    if (alert.line != 0) json.integer("line", static_cast<std::int64_t>(alert.line));
    write_changes(json, alert.changes);
    json.end_object();
  }
  json.end_array();
}

void write_decisions(JsonWriter& json, std::span<const rules::ExplainedDecision> decisions) {
  json.begin_array("decisions");
  for (const auto& [decision, line] : decisions) {
    json.begin_object();
    json.text("kind", rules::alert_kind_name(decision.kind));
    json.text("criterion", decision.criterion);
    json.instant("at", decision.at);
    json.boolean("sent", decision.sent);
    if (decision.sent) json.text("priority", rules::priority_name(decision.priority));
    if (decision.cause != rules::Cause::none) json.text("cause", rules::cause_name(decision.cause));
    if (decision.quiet != rules::Quiet::none) json.text("rule", rules::quiet_name(decision.quiet));
    if (line != 0) json.integer("line", static_cast<std::int64_t>(line));
    json.end_object();
  }
  json.end_array();
}

}  // namespace

void write_interval(JsonWriter& json, const rules::Interval& value) {
  write_ends(json, value);
  if (value.low_open) json.boolean("low-open", true);
  if (value.high_open) json.boolean("high-open", true);
}

void write_age(JsonWriter& json, rules::Timestamp at, rules::Timestamp as_of) {
  json.instant("at", at);
  if (at.known()) json.integer("age-seconds", (as_of - at).micros / kSecond);
}

void write_range(JsonWriter& json, JsonWriter::Key name, int min, int max) {
  json.begin_array(name);
  json.integer(min);
  json.integer(max);
  json.end_array();
}

std::string_view unusable_name(rules::Unusable unusable) {
  if (unusable == rules::Unusable::none) return {};
  for (std::size_t i = 0; i < kReasonCount; ++i) {
    const auto reason = static_cast<Reason>(i);
    if (unusable_of(reason) == unusable) return reason_name(reason);
  }
  return {};
}

void write_explanation(const ExplanationContext& context, const Explanation& explanation, std::string& out) {
  const rules::Timestamp at = explanation.assessment.at;
  JsonWriter json(out);
  json.begin_object();
  json.integer("explanation", kFormat);
  json.text("patient", context.patient);
  json.instant("at", at);
  json.instant("asked", context.asked);
  json.instant("until", context.until);
  json.text("version", context.version);
  json.begin_object("rule-set");
  json.text("hash", explanation.rules->hash);
  json.integer("sequence", static_cast<std::int64_t>(explanation.rules->sequence));
  json.end_object();
  json.begin_array("values");
  for (const rules::ExplainedValue& value : explanation.values) write_value(json, value, at);
  json.end_array();
  write_unusable(json, explanation);
  write_dropped(json, *explanation.state);
  json.begin_array("facts");
  for (const rules::ExplainedFact& fact : explanation.facts) write_fact(json, fact);
  json.end_array();
  json.begin_array("criteria");
  for (const rules::ExplainedScore& score : explanation.scores) write_explained_score(json, explanation, score);
  json.end_array();
  write_alerts(json, context.alerts);
  write_decisions(json, context.decisions);
  json.end_object();
}

}  // namespace coagwatch::fhir
