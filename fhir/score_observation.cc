#include <algorithm>

#include "fhir/alert_parts.h"
#include "fhir/measure_codes.h"
#include "rules/criterion/text.h"

namespace coagwatch::fhir {
namespace {

constexpr std::string_view kUcum = "http://unitsofmeasure.org";
constexpr std::string_view kScoreUnit = "{score}";

std::string criteria_system(const AlertPart& part) { return system_uri(part.context.base, "CodeSystem", "criteria"); }
std::string measures_system(const AlertPart& part) { return system_uri(part.context.base, "CodeSystem", "measures"); }

void write_unit(JsonWriter& json, std::string_view unit, std::string_view code) {
  json.text("unit", unit);
  json.text("system", kUcum);
  json.text("code", code);
}

void write_points(JsonWriter& json, JsonWriter::Key name, std::int16_t points, std::string_view comparator = {}) {
  json.begin_object(name);
  json.integer("value", points);
  if (!comparator.empty()) json.text("comparator", comparator);
  write_unit(json, kScoreUnit, kScoreUnit);
  json.end_object();
}

void write_data_absent(JsonWriter& json, std::string_view code, std::string_view display) {
  json.begin_object("dataAbsentReason");
  json.begin_array("coding");
  write_coding(json, "http://terminology.hl7.org/CodeSystem/data-absent-reason", code, display);
  json.end_array();
  json.end_object();
}

void begin_component(JsonWriter& json, std::string_view system, std::string_view code, std::string_view display) {
  json.begin_object();
  json.begin_object("code");
  json.begin_array("coding");
  write_coding(json, system, code, display);
  json.end_array();
  json.text("text", display);
  json.end_object();
}

void write_points_component(JsonWriter& json, std::string_view system, std::string_view code, std::string_view display,
                            std::int16_t points) {
  begin_component(json, system, code, display);
  write_points(json, "valueQuantity", points);
  json.end_object();
}

void write_item_component(JsonWriter& json, const AlertPart& part, const rules::ItemScore& item) {
  const std::string code = part.criterion.id + "-" + item.item->name + "-points";
  begin_component(json, criteria_system(part), code, part.criterion.title + ", points of: " + item.item->title);
  if (is_missing(item)) {
    write_data_absent(json, "unknown", "Unknown");
  } else if (item.min == item.max) {
    write_points(json, "valueQuantity", item.min);
  } else {
    json.begin_object("valueRange");
    write_points(json, "low", item.min);
    write_points(json, "high", item.max);
    json.end_object();
  }
  json.end_object();
}

void write_quantity(JsonWriter& json, JsonWriter::Key name, rules::Measure measure, rules::Decimal value,
                    std::string_view comparator = {}) {
  const std::string_view code = rules::measure_info(measure).unit;
  json.begin_object(name);
  json.number("value", value);
  if (!comparator.empty()) json.text("comparator", comparator);
  // `1` is said by the code alone: a reader would take it for a digit.
  if (code == "1") {
    json.text("system", kUcum);
    json.text("code", code);
  } else {
    write_unit(json, measure == rules::Measure::d_dimer ? rules::readable_unit(measure) : code, code);
  }
  json.end_object();
}

void write_measured_value(JsonWriter& json, rules::Measure measure, const rules::Interval& value) {
  if (value.low_unbounded && value.high_unbounded) {
    write_data_absent(json, "unknown", "Unknown");
  } else if (value.is_point()) {
    write_quantity(json, "valueQuantity", measure, value.low);
  } else if (value.low_unbounded) {
    write_quantity(json, "valueQuantity", measure, value.high, value.high_open ? "<" : "<=");
  } else if (value.high_unbounded) {
    write_quantity(json, "valueQuantity", measure, value.low, value.low_open ? ">" : ">=");
  } else {
    json.begin_object("valueRange");
    write_quantity(json, "low", measure, value.low);
    write_quantity(json, "high", measure, value.high);
    json.end_object();
  }
}

void write_measure_component(JsonWriter& json, const AlertPart& part, rules::Measure measure) {
  const rules::MeasureInfo& info = rules::measure_info(measure);
  const MeasureCode code = measure_code(measure);
  json.begin_object();
  json.begin_object("code");
  json.begin_array("coding");
  if (!code.loinc.empty()) write_coding(json, "http://loinc.org", code.loinc, code.display);
  write_coding(json, measures_system(part), info.name, info.display);
  json.end_array();
  json.text("text", info.display);
  json.end_object();
  write_measured_value(json, measure, part.assessment.values[rules::index(measure)].value);
  json.end_object();
}

void write_components(JsonWriter& json, const AlertPart& part) {
  const bool is_interval = part.score.min != part.score.max;
  const std::vector<rules::Measure> inputs = input_measures(part);
  if (!is_interval && part.score.items.empty() && inputs.empty()) return;
  json.begin_array("component");
  if (is_interval) {
    write_points_component(json, criteria_system(part), "score-min", "Least possible score", part.score.min);
    write_points_component(json, criteria_system(part), "score-max", "Greatest possible score", part.score.max);
  }
  for (const rules::ItemScore& item : part.score.items) write_item_component(json, part, item);
  for (const rules::Measure measure : inputs) write_measure_component(json, part, measure);
  json.end_array();
}

void write_derived_from(JsonWriter& json, const AlertPart& part) {
  std::vector<std::string_view> written;
  for (const rules::Measure measure : input_measures(part)) {
    const rules::CurrentValue& value = part.assessment.values[rules::index(measure)];
    if (!is_observation_reference(value.source) || std::ranges::find(written, value.source) != written.end()) continue;
    if (written.empty()) json.begin_array("derivedFrom");
    written.push_back(value.source);
    json.begin_object();
    json.text("reference", value.source);
    json.text("display", std::string(rules::measure_info(measure).display) + " " + value_text(measure, value.value) +
                             ", " + time_text(value.at));
    json.end_object();
  }
  if (!written.empty()) json.end_array();
}

void write_interpretation(JsonWriter& json, const AlertPart& part) {
  std::string_view code;
  std::string_view display;
  std::string text;
  switch (part.score.status) {
    case rules::Status::met:
      code = "POS", display = "Positive", text = "Criteria met: " + part.criterion.meaning;
      break;
    case rules::Status::not_met:
      code = "NEG", display = "Negative", text = "Criteria not met";
      break;
    case rules::Status::indeterminate:
      code = "IND", display = "Indeterminate", text = "Open: missing or bounded results decide";
      break;
    case rules::Status::not_applicable:
      return;
  }
  json.begin_array("interpretation");
  json.begin_object();
  json.begin_array("coding");
  write_coding(json, "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", code, display);
  json.end_array();
  json.text("text", text);
  json.end_object();
  json.end_array();
}

void write_reference_range(JsonWriter& json, const AlertPart& part) {
  json.begin_array("referenceRange");
  json.begin_object();
  write_points(json, "low", part.cut());
  json.text("text", ">= " + std::to_string(part.cut()) + ": " + part.criterion.meaning);
  json.end_object();
  json.end_array();
}

// A retraction speaks of a past evaluation, whose points are not kept: nothing of today may stand at its time.
void write_value(JsonWriter& json, const AlertPart& part) {
  if (part.retracted()) return write_data_absent(json, "error", "Error");
  write_points(json, "valueQuantity", part.score.min, part.score.min == part.score.max ? "" : ">=");
  write_interpretation(json, part);
}

/// Whether the evaluation was shown with other numbers before.
bool was_corrected(const AlertPart& part) {
  return part.episode != nullptr && std::ranges::any_of(part.episode->told, [&](const rules::Told& told) {
           return told.at == part.effective && told.corrected;
         });
}

std::string_view status_of(const AlertPart& part) {
  if (part.retracted()) return "entered-in-error";
  if (was_corrected(part)) return "corrected";
  if (rules::completes_panel(part.event) && !part.corrects) return "amended";
  const bool again = part.corrects || part.event.kind == rules::AlertKind::amendment;
  return again || part.context.correction ? "corrected" : "final";
}

void write_code(JsonWriter& json, const AlertPart& part) {
  json.begin_array("category");
  json.begin_object();
  json.begin_array("coding");
  write_coding(json, "http://terminology.hl7.org/CodeSystem/observation-category", "survey", "Survey");
  json.end_array();
  json.end_object();
  json.end_array();
  json.begin_object("code");
  json.begin_array("coding");
  write_coding(json, criteria_system(part), part.criterion.id + "-score", part.criterion.title);
  json.end_array();
  json.text("text", part.criterion.title);
  json.end_object();
}

void write_provenance(JsonWriter& json, const AlertPart& part) {
  json.begin_array("note");
  for (const std::string& note : notes(part)) {
    json.begin_object();
    json.text("text", note);
    json.end_object();
  }
  json.end_array();
  json.begin_object("method");
  json.text("text", method_text(part));
  json.end_object();
  std::string device = producer(part) + " (rule set " + part.criterion.id + " " + part.criterion.version;
  if (!part.criterion.profile.empty()) device += "/" + part.criterion.profile;
  json.begin_object("device");
  json.text("display", device + ")");
  json.end_object();
}

}  // namespace

void write_score_observation(JsonWriter& json, const AlertPart& part) {
  json.begin_object("resource");
  json.text("resourceType", "Observation");
  write_tag(json, part);
  write_narrative(json, score_div(part));
  json.begin_array("identifier");
  write_identifier(json, system_uri(part.context.base, "sid", "score"), part.score_identifier);
  json.end_array();
  json.text("status", status_of(part));
  write_code(json, part);
  write_subject(json, part);
  write_encounter(json, part);
  if (part.effective.known()) json.instant("effectiveDateTime", part.effective);
  if (part.context.processed.known()) json.instant("issued", part.context.processed);
  json.begin_array("performer");
  json.begin_object();
  json.text("display", producer(part));
  json.end_object();
  json.end_array();
  write_value(json, part);
  write_provenance(json, part);
  write_reference_range(json, part);
  if (!part.retracted()) {
    write_derived_from(json, part);
    write_components(json, part);
  }
  json.end_object();
}

}  // namespace coagwatch::fhir
