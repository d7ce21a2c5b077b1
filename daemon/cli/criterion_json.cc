#include "daemon/cli/criterion_json.h"

#include <array>
#include <string_view>
#include <vector>

#include "daemon/cli/criterion_item_json.h"

namespace coagwatch::daemon {
namespace {

using fhir::JsonWriter;
using rules::Criterion;
using rules::FactTest;
using rules::Item;

void write_texts(JsonWriter& json, JsonWriter::Key key, const std::vector<std::string>& texts) {
  json.begin_array(key);
  for (const std::string& text : texts) json.text(text);
  json.end_array();
}

void write_fact_tests(JsonWriter& json, JsonWriter::Key key, const std::vector<FactTest>& tests) {
  json.begin_array(key);
  for (const FactTest& test : tests) {
    json.begin_object();
    json.text("fact", rules::fact_name(test.fact));
    if (test.unless) json.text("unless", rules::fact_name(*test.unless));
    json.end_object();
  }
  json.end_array();
}

void write_gate(JsonWriter& json, const rules::GateRule& gate) {
  json.begin_object("gate");
  write_facts(json, "requires-any", gate.requires_any);
  write_fact_tests(json, "excludes", gate.excludes);
  write_facts(json, "excluded-by-no", gate.excluded_by_no);
  write_facts(json, "only", gate.only);
  json.begin_array("needs-any");
  for (const rules::Sign& sign : gate.needs_any) {
    json.begin_object();
    if (sign.fact) {
      json.text("fact", rules::fact_name(*sign.fact));
    } else {
      json.text("measure", name_of(sign.measure));
      json.integer("ge", sign.at_least);
    }
    json.end_object();
  }
  json.end_array();
  json.boolean("adults-only", gate.adults_only);
  json.end_object();
}

void write_met(JsonWriter& json, const rules::ScoringTable& table) {
  const rules::Met& met = table.met;
  json.begin_object("met");
  json.integer("ge", met.cut);
  if (!met.floor_items.empty()) {
    json.begin_object("with");
    json.begin_array("items");
    for (const std::uint16_t item : met.floor_items) json.text(table.items[item].name);
    json.end_array();
    json.integer("ge", met.floor);
    json.end_object();
  }
  if (met.or_findings != 0) {
    json.begin_object("or");
    json.integer("ge", met.or_cut);
    json.integer("auxiliary", met.or_findings);
    json.end_object();
  }
  json.end_object();
}

void write_table(JsonWriter& json, const rules::ScoringTable& table) {
  json.begin_array("items");
  for (const Item& item : table.items) write_item(json, item);
  json.end_array();
  write_range(json, "total", table.lowest, table.highest);
  write_met(json, table);
  json.begin_array("grades");
  for (const rules::Grade& grade : table.grades) {
    json.begin_object();
    json.text("name", grade.name);
    json.integer("ge", grade.from);
    json.end_object();
  }
  json.end_array();
}

void write_fall_after(JsonWriter& json, const rules::FallAfter& rule) {
  json.begin_object("or-after");
  json.text("fact", rules::fact_name(rule.fact));
  json.integer("within-hours", hours(rule.within));
  json.begin_array("fall-of");
  for (const rules::Measure measure : rule.measures) json.text(rules::measure_info(measure).name);
  json.end_array();
  json.end_object();
}

void write_columns(JsonWriter& json, const Criterion& criterion) {
  json.begin_array("columns");
  for (const rules::Column& column : criterion.columns) {
    json.begin_object();
    json.text("name", column.name);
    write_fact_tests(json, "when-any", column.when_any);
    write_fact_tests(json, "unless-any", column.unless_any);
    if (column.or_after) write_fall_after(json, *column.or_after);
    write_texts(json, "unscored", column.unscored);
    json.boolean("adjusted", column.table.adjusted);
    write_table(json, column.table);
    json.end_object();
  }
  json.end_array();
}

void write_rest(JsonWriter& json, const Criterion& criterion) {
  json.begin_array("adjustments");
  for (const rules::Adjustment& adjustment : criterion.adjustments) {
    json.begin_object();
    json.text("title", adjustment.title);
    json.text("fact", rules::fact_name(adjustment.fact));
    json.integer("points", adjustment.points);
    json.end_object();
  }
  json.end_array();
  if (criterion.cap) {
    json.integer("cap", *criterion.cap);
  } else {
    json.null("cap");
  }
  json.begin_array("auxiliary");
  for (const rules::AuxiliaryFinding& finding : criterion.findings) {
    json.begin_object();
    json.text("name", finding.name);
    json.text("measure", name_of(finding.measure));
    json.number("gt", finding.above);
    json.end_object();
  }
  json.end_array();
  json.begin_array("defines");
  for (const rules::Definition& definition : criterion.defines) {
    json.begin_object();
    json.text("measure", name_of(definition.measure));
    json.begin_array("items");
    for (const std::uint16_t item : definition.items) json.text(criterion.table.items[item].name);
    json.end_array();
    json.end_object();
  }
  json.end_array();
  json.begin_array("measures");
  for (std::size_t i = 0; i < rules::kMeasureCount; ++i) {
    if (criterion.scores[i]) json.text(name_of(static_cast<rules::Measure>(i)));
  }
  json.end_array();
}

void write_profiles(JsonWriter& json, const Criterion& criterion) {
  if (criterion.profile.empty()) {
    json.null("profile");
  } else {
    json.text("profile", criterion.profile);
  }
  json.begin_array("profiles");
  for (const rules::Profile& profile : criterion.profiles) {
    json.begin_object();
    json.text("name", profile.name);
    json.boolean("default", profile.by_default);
    json.text("note", profile.note);
    json.end_object();
  }
  json.end_array();
}

}  // namespace

void append_criterion_json(const Criterion& criterion, std::string& out) {
  constexpr std::array<std::string_view, 3> kResults = {"points", "status", "group"};
  std::string object;  // the writer sets no comma behind what stood there before
  JsonWriter json(object);
  json.begin_object();
  json.text("id", criterion.id);
  json.text("version", criterion.version);
  write_profiles(json, criterion);
  if (criterion.site_file.empty()) {
    json.null("file");
  } else {
    json.text("file", criterion.site_file);
  }
  json.text("title", criterion.title);
  json.text("citation", criterion.citation);
  json.text("meaning", criterion.meaning);
  write_texts(json, "notes", criterion.notes);
  json.integer("max-age-hours", hours(criterion.max_age));
  json.text("result", kResults[static_cast<std::size_t>(criterion.result)]);
  write_gate(json, criterion.gate);
  write_table(json, criterion.table);
  write_columns(json, criterion);
  write_rest(json, criterion);
  json.end_object();
  out += object;
}

}  // namespace coagwatch::daemon
