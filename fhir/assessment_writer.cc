#include <cassert>

#include "fhir/record_parts.h"
#include "rules/scoring/patient_context.h"
#include "rules/scoring/treatments.h"

namespace coagwatch::fhir {
namespace {

void write_measure(JsonWriter& json, const rules::CurrentValue& current) {
  json.begin_object();
  write_ends(json, current.value);
  if (current.value.low_open) json.boolean("low-open", true);
  if (current.value.high_open) json.boolean("high-open", true);
  json.instant("at", current.at);
  if (!current.source.empty()) json.text("from", current.source);
  if (current.derived) json.boolean("derived", true);
  write_flags(json, current.flags);
  json.end_object();
}

void write_pair(JsonWriter& json, std::int16_t low, std::int16_t high) {
  json.begin_array();
  json.integer(low);
  json.integer(high);
  json.end_array();
}

/// A SIRS or SOFA of ours with open items: its criterion shows it.
bool is_open_sum(const rules::CurrentValue& value) {
  return value.derived && value.source.empty() && !value.value.is_point();
}

void write_strings(JsonWriter& json, std::string_view name, const std::vector<std::string_view>& texts) {
  if (texts.empty()) return;
  json.member(name);
  json.begin_array();
  for (const std::string_view text : texts) json.text(text);
  json.end_array();
}

/// What the founding papers ask for beside scores; nothing where there is nothing of it.
void write_treatments(JsonWriter& json, const std::vector<rules::TreatmentCourse>& treatments) {
  if (treatments.empty()) return;
  json.begin_array("treatments");
  for (const rules::TreatmentCourse& course : treatments) {
    json.begin_object();
    json.text("treatment", rules::fact_name(course.treatment));
    json.instant("from", course.from);
    if (!course.source.empty()) json.text("resource", course.source);
    json.begin_object("scores");
    for (const rules::TreatmentScore& score : course.scores) {
      json.member(score.criterion->id);
      json.begin_object();
      json.member("before");
      write_pair(json, score.before.min, score.before.max);
      json.member("now");
      write_pair(json, score.now.min, score.now.max);
      json.boolean("resolved", score.resolved);
      json.end_object();
    }
    json.end_object();
    json.end_object();
  }
  json.end_array();
}

void write_context(JsonWriter& json, const rules::RuleSet& rules, const rules::Assessment& assessment) {
  rules::PatientContext context;
  rules::describe_context(assessment, context);
  std::vector<rules::TreatmentCourse> treatments;
  rules::describe_treatments(rules, assessment, treatments);
  if (context.empty() && treatments.empty()) return;
  json.begin_object("context");
  if (!context.cause.empty()) json.text("cause", context.cause);
  if (!context.stratum.empty()) json.text("stratum", context.stratum);
  write_strings(json, "prompts", context.prompts);
  if (!context.risk.empty() || context.group) {
    json.begin_object("baseline-risk");
    for (const auto& [name, points] : context.risk) {
      json.member(name);
      write_pair(json, points.min, points.max);
    }
    if (context.group) json.integer("plt-at", *context.group);
    json.end_object();
  }
  write_strings(json, "validity", context.validity);
  write_treatments(json, treatments);
  json.end_object();
}

void write_names(JsonWriter& json, const std::vector<std::string_view>& names) {
  for (const std::string_view name : names) json.text(name);
  json.end_array();
}

// The names of the grades that the score may have, from the active column's list.
void write_grade(JsonWriter& json, const rules::CriterionScore& score) {
  const std::vector<rules::Grade>& grades = score.table->grades;
  if (score.grade_low >= grades.size() || score.grade_high >= grades.size()) return;
  json.begin_array("grade");
  json.text(grades[score.grade_low].name);
  json.text(grades[score.grade_high].name);
  json.end_array();
}

void write_points(JsonWriter& json, const rules::CriterionScore& score) {
  json.integer("min", score.min);
  json.integer("max", score.max);
  write_grade(json, score);
  if (score.floor) {
    json.member("floor");
    write_pair(json, score.floor->min, score.floor->max);
  }
  if (!score.column.empty()) json.text("column", score.column);
  if (score.other_column_min && score.other_column_max) {
    json.member("other-column");
    write_pair(json, *score.other_column_min, *score.other_column_max);
  }
  json.begin_object("items");
  for (const rules::ItemScore& item : score.items) {
    json.member(item.item->name);
    write_pair(json, item.min, item.max);
  }
  json.end_object();
}

void write_group(JsonWriter& json, const rules::CriterionScore& score) {
  if (score.group) {
    json.integer("group", *score.group);
  } else {
    json.null("group");
  }
  json.end_object();
}

void write_score(JsonWriter& json, const rules::CriterionScore& score) {
  json.begin_object();
  json.text("version", score.criterion->version);
  if (!score.criterion->profile.empty()) json.text("profile", score.criterion->profile);
  json.text("gate", rules::gate_name(score.gate));
  if (score.criterion->result == rules::Criterion::Result::group) return write_group(json, score);
  json.text("status", rules::status_name(score.status));
  if (score.criterion->result == rules::Criterion::Result::points) write_points(json, score);
  if (!score.auxiliary.empty()) {
    json.begin_array("auxiliary");
    write_names(json, score.auxiliary);
  }
  if (!score.deciding.empty() || score.status == rules::Status::indeterminate) {
    json.begin_array("deciding");
    write_names(json, score.deciding);
  }
  json.end_object();
}

}  // namespace

void write_flags(JsonWriter& json, std::uint16_t flags) {
  if (flags == 0) return;
  json.begin_array("flags");
  for (const auto& [flag, name] : kFlagNames) {
    if ((flags & flag) != 0) json.text(name);
  }
  json.end_array();
}

void write_ends(JsonWriter& json, const rules::Interval& value) {
  if (value.low_unbounded) {
    json.null("low");
  } else {
    json.decimal_text("low", value.low);
  }
  if (value.high_unbounded) {
    json.null("high");
  } else {
    json.decimal_text("high", value.high);
  }
}

void write_assessment_members(JsonWriter& json, const WriteContext& context, const rules::RuleSet& rules,
                              const rules::Assessment& assessment) {
  assert(assessment.lists_deciding);
  json.text("patient", context.patient);
  json.instant("at", assessment.at);
  json.begin_array("cause");
  for (const std::string_view cause : context.cause) json.text(cause);
  json.end_array();
  json.begin_object("measures");
  for (std::size_t i = 0; i < rules::kMeasureCount; ++i) {
    if (!assessment.present[i] || is_open_sum(assessment.values[i])) continue;
    json.member(rules::measure_info(static_cast<rules::Measure>(i)).name);
    write_measure(json, assessment.values[i]);
  }
  json.end_object();
  json.begin_object("criteria");
  for (const rules::CriterionScore& score : assessment.scores) {
    json.member(score.criterion->id);
    write_score(json, score);
  }
  json.end_object();
  write_context(json, rules, assessment);
}

void write_assessment(const WriteContext& context, const rules::RuleSet& rules, const rules::Assessment& assessment,
                      std::string& out) {
  JsonWriter json(out);
  json.begin_object();
  write_assessment_members(json, context, rules, assessment);
  json.end_object();
}

}  // namespace coagwatch::fhir
