// One criterion of an explanation, as JSON.

#include "fhir/explanation_parts.h"
#include "rules/explain/explained_facts.h"
#include "rules/explain/names.h"

namespace coagwatch::fhir {
namespace {

using rules::CriterionScore;

std::string_view name_of(rules::Measure measure) { return rules::measure_info(measure).name; }

void write_gate(JsonWriter& json, const rules::Explanation& explanation, const rules::ExplainedScore& score) {
  json.begin_object("gate");
  json.text("state", rules::gate_name(score.score->gate));
  json.begin_array("reasons");
  for (const rules::GateReason& reason : score.gate) {
    json.begin_object();
    json.text("kind", rules::gate_reason_name(reason.kind));
    if (reason.measure) {
      json.text("measure", name_of(*reason.measure));
      json.integer("at-least", reason.at_least);
    }
    if (reason.fact) {
      json.text("fact", rules::fact_name(*reason.fact));
      json.text("value", rules::tristate_name(explanation.assessment.facts[*reason.fact]));
      json.begin_array("from");
      for (const std::string_view resource : rules::resources_of(explanation.facts, *reason.fact)) json.text(resource);
      json.end_array();
    }
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

void write_grades(JsonWriter& json, const CriterionScore& score, std::uint8_t low, std::uint8_t high) {
  const std::vector<rules::Grade>& grades = score.table->grades;
  if (low >= grades.size() || high >= grades.size()) return;
  json.begin_array("grade");
  json.text(grades[low].name);
  json.text(grades[high].name);
  json.end_array();
}

void write_met(JsonWriter& json, const CriterionScore& score) {
  const rules::Met& met = score.table->met;
  json.integer("cut", met.cut);
  if (score.floor) {
    json.begin_object("floor");
    json.integer("min", score.floor->min);
    json.integer("max", score.floor->max);
    json.integer("needed", met.floor);
    json.begin_array("items");
    for (const std::uint16_t item : met.floor_items) json.text(score.table->items[item].name);
    json.end_array();
    json.end_object();
  }
  if (met.or_findings == 0) return;
  json.begin_object("or");
  json.integer("cut", met.or_cut);
  json.integer("auxiliary", met.or_findings);
  json.end_object();
}

void write_total(JsonWriter& json, const CriterionScore& score) {
  json.integer("min", score.min);
  json.integer("max", score.max);
  write_range(json, "range", score.table->lowest, score.table->highest);
  if (score.by_total) json.text("by-total", name_of(*score.by_total));
  write_grades(json, score, score.grade_low, score.grade_high);
  if (!score.column.empty()) json.text("column", score.column);
  if (score.other_column_min && score.other_column_max) {
    write_range(json, "other-column", *score.other_column_min, *score.other_column_max);
  }
  if (score.criterion->cap) json.integer("cap", *score.criterion->cap);
  if (score.criterion->findings.empty()) return;
  json.begin_array("auxiliary");
  for (const std::string_view finding : score.auxiliary) json.text(finding);
  json.end_array();
}

void write_outcome(JsonWriter& json, const CriterionScore& score, const rules::DecidingTest& test,
                   const rules::Outcome& outcome) {
  json.begin_object();
  if (test.fact) json.text("value", rules::tristate_name(outcome.fact));
  if (outcome.band) {
    json.member("band");
    write_band(json, *outcome.band);
  }
  json.integer("min", outcome.min);
  json.integer("max", outcome.max);
  json.text("status", rules::status_name(outcome.status));
  write_grades(json, score, outcome.grade_low, outcome.grade_high);
  json.end_object();
}

void write_would_change(JsonWriter& json, const rules::ExplainedScore& score) {
  json.begin_array("would-change");
  for (const rules::DecidingTest& test : score.would_change) {
    json.begin_object();
    json.text("test", test.name);
    if (test.measure) {
      json.text("measure", name_of(*test.measure));
      if (test.per) json.text("per", name_of(*test.per));
      json.text("unit", test.per ? "1" : rules::measure_info(*test.measure).unit);
    }
    json.begin_array("outcomes");
    for (const rules::Outcome& outcome : test.outcomes) write_outcome(json, *score.score, test, outcome);
    json.end_array();
    json.end_object();
  }
  json.end_array();
}

void write_adjustments(JsonWriter& json, const rules::ExplainedScore& score) {
  json.begin_array("adjustments");
  for (const rules::Adjustment* adjustment : score.adjustments) {
    json.begin_object();
    json.text("fact", rules::fact_name(adjustment->fact));
    json.text("title", adjustment->title);
    json.integer("points", adjustment->points);
    json.end_object();
  }
  json.end_array();
}

}  // namespace

void write_explained_score(JsonWriter& json, const rules::Explanation& explanation,
                           const rules::ExplainedScore& score) {
  using Result = rules::Criterion::Result;
  const CriterionScore& scored = *score.score;
  const rules::Criterion& criterion = *scored.criterion;
  json.begin_object();
  json.text("criterion", criterion.id);
  json.text("title", criterion.title);
  json.text("version", criterion.version);
  if (!criterion.profile.empty()) json.text("profile", criterion.profile);
  write_gate(json, explanation, score);
  if (criterion.result == Result::group) {
    if (scored.group) {
      json.integer("group", *scored.group);
    } else {
      json.null("group");
    }
  } else {
    json.text("status", rules::status_name(scored.status));
    json.text("meaning", criterion.meaning);
    write_met(json, scored);
  }
  write_total(json, scored);
  write_items(json, score.items, explanation.assessment.at);
  write_adjustments(json, score);
  write_would_change(json, score);
  json.end_object();
}

}  // namespace coagwatch::fhir
