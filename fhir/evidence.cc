#include <algorithm>

#include "fhir/alert_parts.h"
#include "fhir/datetime.h"
#include "fhir/measure_codes.h"
#include "rules/criterion/text.h"
#include "rules/values/unusual.h"

namespace coagwatch::fhir {
namespace {

using rules::CurrentValue;
using rules::Measure;

// Reported measures that a derived one may have been computed from.
std::vector<Measure> possible_sources(Measure derived) {
  switch (derived) {
    case Measure::pt_prolongation:
      return {Measure::pt_seconds};
    case Measure::pt_ratio:
      return {Measure::pt_seconds, Measure::inr};
    case Measure::d_dimer_uln:
    case Measure::fdp:
      return {Measure::d_dimer};
    case Measure::platelet_fall_24h:
      return {Measure::platelets};
    default:
      return {};
  }
}

const CurrentValue* current(const AlertPart& part, Measure measure) {
  return part.assessment.present[rules::index(measure)] ? &part.assessment.values[rules::index(measure)] : nullptr;
}

// The reported value in force that a derived value was computed from, if it is one result.
std::optional<Measure> computed_from(const AlertPart& part, Measure measure) {
  const CurrentValue* value = current(part, measure);
  if (value == nullptr || !value->derived) return std::nullopt;
  for (const Measure candidate : possible_sources(measure)) {
    const CurrentValue* source = current(part, candidate);
    if (source != nullptr && !source->derived && source->at == value->at && source->source == value->source) {
      return candidate;
    }
  }
  return std::nullopt;
}

const CurrentValue* value_of(const AlertPart& part, const rules::ItemScore& item) {
  return item.by ? current(part, *item.by) : nullptr;
}

bool is_preliminary(const AlertPart& part, const CurrentValue& value) {
  return std::ranges::any_of(part.state.results, [&](const rules::StoredResult& result) {
    return result.lab.status == rules::ResultStatus::preliminary && result.lab.at == value.at &&
           !value.source.empty() && part.state.view(result.source) == value.source;
  });
}

void add_once(std::vector<Measure>& measures, Measure measure) {
  if (std::ranges::find(measures, measure) == measures.end()) measures.push_back(measure);
}

}  // namespace

std::vector<Measure> input_measures(const AlertPart& part) {
  std::vector<Measure> measures;
  for (const rules::ItemScore& item : part.score.items) {
    if (value_of(part, item) == nullptr) continue;
    if (const auto source = computed_from(part, *item.by)) add_once(measures, *source);
    add_once(measures, *item.by);
  }
  return measures;
}

std::string value_text(Measure measure, const rules::Interval& value) {
  std::string text;
  if (value.is_point()) {
    text = value.low.to_string();
  } else if (value.low_unbounded && value.high_unbounded) {
    text = "unknown";
  } else if (value.low_unbounded) {
    text = (value.high_open ? "< " : "<= ") + value.high.to_string();
  } else if (value.high_unbounded) {
    text = (value.low_open ? "> " : ">= ") + value.low.to_string();
  } else {
    text = value.low.to_string() + " to " + value.high.to_string();
  }
  if (const std::string_view unit = rules::readable_unit(measure); !unit.empty()) text.append(" ").append(unit);
  return text;
}

std::string points_text(std::int16_t min, std::int16_t max) {
  std::string text = std::to_string(min);
  if (min != max) text.append(" to ").append(std::to_string(max));
  return text.append(min == 1 && max == 1 ? " point" : " points");
}

std::string fact_text(rules::Fact fact) {
  std::string text(rules::fact_name(fact));
  std::ranges::replace(text, '-', ' ');
  return text;
}

std::string time_text(rules::Timestamp time) {
  if (!time.known()) return "unknown time";
  std::string text = format_instant(time);  // 2026-01-02T08:00:00[.ffffff]Z
  text.replace(text.find('T'), 1, " ");
  text.pop_back();
  if (text.ends_with(":00")) text.resize(text.size() - 3);
  return text.append(" UTC");
}

bool is_missing(const rules::ItemScore& item) { return !item.by && item.min != item.max; }

std::string item_value_text(const AlertPart& part, const rules::ItemScore& item) {
  if (const CurrentValue* value = value_of(part, item)) {
    std::string text = value_text(*item.by, value->value);
    const std::string_view name = rules::readable_name(*item.by);
    if (name != item.item->title) text = std::string(name).append(" ").append(text);
    if (const auto source = computed_from(part, *item.by)) {
      text.append(", from ").append(rules::readable_name(*source)).append(" ");
      text.append(value_text(*source, current(part, *source)->value));
    }
    return text;
  }
  if (!item.item->facts.empty()) {
    if (is_missing(item)) return "not recorded";
    if (item.item->points_yes == item.item->points_no) return "not scored";
    return item.min == item.item->points_yes ? "yes" : "no";
  }
  if (item.by) return "result older than the others shown";  // of a criterion with a max-age above the table's
  return is_missing(item) ? "no current result" : "no current result that could matter";
}

std::string item_time_text(const AlertPart& part, const rules::ItemScore& item) {
  const CurrentValue* value = value_of(part, item);
  if (value == nullptr) return {};
  std::string text = time_text(value->at);
  if (is_preliminary(part, *value)) text.append(", preliminary");
  if ((value->flags & rules::kFlagDateOnly) != 0) text.append(", time of day not given");
  if ((value->flags & rules::kFlagTimeFromIssued) != 0) text.append(", time of release");
  if ((value->flags & rules::kFlagZoneAssumed) != 0) text.append(", time zone not given");
  if ((value->flags & rules::kFlagDduConverted) != 0) text.append(", converted from DDU");
  if ((value->flags & rules::kFlagAgeAdjustedLimit) != 0) text.append(", age-adjusted upper limit");
  if ((value->flags & rules::kFlagSilentCap) != 0) text.append(", end of the measuring range");
  if ((value->flags & rules::kFlagHaemolysed) != 0) text.append(", haemolysed specimen");
  if ((value->flags & rules::kFlagLipaemic) != 0) text.append(", lipaemic specimen");
  if ((value->flags & rules::kFlagIcteric) != 0) text.append(", icteric specimen");
  if ((value->flags & rules::kFlagAdopted) != 0) text.append(", under a former number of the patient");
  if ((value->flags & rules::kFlagWindowGrace) != 0) text.append(", from a count of more than 24 h before");
  if (!value->derived && rules::is_unusual(*item.by, value->value)) text.append(", unusual: to be confirmed");
  return text;
}

}  // namespace coagwatch::fhir
