#include "daemon/cli/criterion_item_json.h"

#include <array>

namespace coagwatch::daemon {
namespace {

using fhir::JsonWriter;
using rules::Item;

void write_source(JsonWriter& json, const rules::Source& source) {
  json.begin_object();
  json.text("measure", name_of(source.measure));
  json.text("unit", rules::measure_info(source.measure).unit);
  if (source.per) json.text("per", name_of(*source.per));
  json.begin_array("bands");
  for (const rules::Band& band : source.bands) {
    json.begin_object();
    if (band.low && band.low_inclusive) json.number("ge", *band.low);
    if (band.low && !band.low_inclusive) json.number("gt", *band.low);
    if (band.high && band.high_inclusive) json.number("le", *band.high);
    if (band.high && !band.high_inclusive) json.number("lt", *band.high);
    json.integer("points", band.points);
    if (band.final) json.boolean("final", true);
    if (band.worse) json.boolean("worse", true);
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

void write_sources(JsonWriter& json, const Item& item) {
  constexpr std::array<std::string_view, 4> kCombinations = {"first-of", "known-of", "highest-of", "sum-of"};
  json.text("combine", kCombinations[static_cast<std::size_t>(item.combine)]);
  if (item.however_old) json.boolean("however-old", true);
  if (item.combine == Item::Combine::sum) json.integer("cap", item.cap);
  json.begin_array("sources");
  for (const rules::Source& source : item.sources) write_source(json, source);
  json.end_array();
}

void write_trend(JsonWriter& json, const rules::Trend& trend) {
  json.begin_object("trend");
  json.begin_array("measures");
  for (const rules::Measure measure : trend.measures) json.text(name_of(measure));
  json.end_array();
  json.integer("look-back-hours", hours(trend.look_back));
  json.number("stable-percent", trend.stable_percent);
  json.end_object();
  json.begin_object("points");
  json.integer("rising", trend.rising);
  json.integer("stable", trend.stable);
  json.integer("falling", trend.falling);
  json.end_object();
}

/// What gives an item, or a branch of one, its points.
void write_how(JsonWriter& json, const Item& item) {
  write_range(json, "range", item.min_points, item.max_points);
  if (!item.sources.empty()) write_sources(json, item);
  if (item.trend) write_trend(json, *item.trend);
  if (item.facts.empty()) return;
  write_facts(json, "any-fact", item.facts);
  json.begin_object("points");
  json.integer("yes", item.points_yes);
  json.integer("no", item.points_no);
  json.end_object();
}

}  // namespace

std::int64_t hours(rules::Duration span) { return span.micros / rules::Duration::hours(1).micros; }
std::string_view name_of(rules::Measure measure) { return rules::measure_info(measure).name; }

void write_facts(JsonWriter& json, JsonWriter::Key key, const std::vector<rules::Fact>& facts) {
  json.begin_array(key);
  for (const rules::Fact fact : facts) json.text(rules::fact_name(fact));
  json.end_array();
}

void write_range(JsonWriter& json, JsonWriter::Key key, std::int16_t least, std::int16_t most) {
  json.begin_array(key);
  json.integer(least);
  json.integer(most);
  json.end_array();
}

void write_item(JsonWriter& json, const Item& item) {
  json.begin_object();
  json.text("name", item.name);
  json.text("title", item.title);
  json.text("provenance", item.provenance);
  write_how(json, item);
  json.integer("max-age-hours", hours(item.max_age));
  if (item.worst_within > rules::Duration{0}) json.integer("worst-within-hours", hours(item.worst_within));
  if (item.sub_score) json.text("sub-score", name_of(*item.sub_score));
  if (item.chosen_by) {
    json.text("chosen-by", rules::fact_name(*item.chosen_by));
    for (std::size_t i = 0; i < item.branches.size(); ++i) {
      json.begin_object(i == 0 ? JsonWriter::Key("yes") : JsonWriter::Key("no"));
      write_how(json, item.branches[i]);
      json.end_object();
    }
  }
  json.end_object();
}

}  // namespace coagwatch::daemon
