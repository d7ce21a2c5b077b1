// What gave an item its points, as JSON.

#include "fhir/explanation_parts.h"
#include "fhir/explanation_writer.h"
#include "rules/explain/names.h"

namespace coagwatch::fhir {
namespace {

std::string_view name_of(rules::Measure measure) { return rules::measure_info(measure).name; }

void write_reading(JsonWriter& json, const rules::BandedValue& reading, rules::Timestamp as_of) {
  json.begin_object();
  write_interval(json, reading.value);
  if (reading.per) {
    json.begin_object("per");
    write_interval(json, *reading.per);
    json.end_object();
  }
  write_age(json, reading.at, as_of);
  if (!reading.from.empty()) json.text("from", reading.from);
  if (reading.computed) json.boolean("derived", true);
  json.begin_array("bands");
  for (const rules::Band& band : reading.bands) write_band(json, band);
  json.end_array();
  json.end_object();
}

void write_source(JsonWriter& json, const rules::ExplainedSource& source, rules::Timestamp as_of) {
  json.begin_object();
  json.text("measure", name_of(source.source->measure));
  if (source.source->per) json.text("per", name_of(*source.source->per));
  json.text("unit", source.source->per ? "1" : rules::measure_info(source.source->measure).unit);
  if (source.lack != rules::Lack::none) {
    json.text("missing", rules::lack_name(source.lack));
    if (source.unusable != rules::Unusable::none) json.text("reason", unusable_name(source.unusable));
    if (source.last.known()) json.instant("last", source.last);
  }
  json.begin_array("readings");
  for (const rules::BandedValue& reading : source.readings) write_reading(json, reading, as_of);
  json.end_array();
  json.end_object();
}

void write_trend(JsonWriter& json, const rules::ExplainedTrend& trend) {
  json.begin_object("trend");
  if (trend.measure) json.text("measure", name_of(*trend.measure));
  json.begin_array("may-be");
  if (trend.rising) json.text("rising");
  if (trend.stable) json.text("stable");
  if (trend.falling) json.text("falling");
  json.end_array();
  json.end_object();
}

void write_item(JsonWriter& json, const rules::ExplainedItem& item, rules::Timestamp as_of) {
  const rules::Item& rule = *item.score.item;
  json.begin_object();
  json.text("item", rule.name);
  json.text("title", rule.title);
  write_range(json, "points", item.score.min, item.score.max);
  if (item.score.by) json.text("by", name_of(*item.score.by));
  if (!item.sources.empty()) {
    json.begin_array("sources");
    for (const rules::ExplainedSource& source : item.sources) write_source(json, source, as_of);
    json.end_array();
  }
  if (!item.facts.empty()) {
    json.begin_object("facts");
    for (const auto& [fact, value] : item.facts) {
      json.member(rules::fact_name(fact));
      json.text(rules::tristate_name(value));
    }
    json.end_object();
  }
  if (item.trend) write_trend(json, *item.trend);
  if (item.reported) {
    json.begin_object("reported");
    write_interval(json, item.reported->value);
    write_age(json, item.reported->at, as_of);
    if (!item.reported->source.empty()) json.text("from", item.reported->source);
    json.end_object();
  }
  if (item.chosen) {
    json.text("chosen-by", rules::fact_name(*rule.chosen_by));
    json.text("chosen", rules::tristate_name(*item.chosen));
    json.begin_array("branches");
    for (const rules::ExplainedItem& branch : item.branches) write_item(json, branch, as_of);
    json.end_array();
  }
  json.end_object();
}

}  // namespace

void write_band(JsonWriter& json, const rules::Band& band) {
  json.begin_object();
  if (band.low) {
    json.member(band.low_inclusive ? "ge" : "gt");
    json.number(*band.low);
  }
  if (band.high) {
    json.member(band.high_inclusive ? "le" : "lt");
    json.number(*band.high);
  }
  json.integer("points", band.points);
  if (band.final) json.boolean("final", true);
  json.end_object();
}

void write_items(JsonWriter& json, const std::vector<rules::ExplainedItem>& items, rules::Timestamp as_of) {
  json.begin_array("items");
  for (const rules::ExplainedItem& item : items) write_item(json, item, as_of);
  json.end_array();
}

}  // namespace coagwatch::fhir
