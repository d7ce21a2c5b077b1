#include "rules/explain/source_evidence.h"

#include <algorithm>

#include "rules/criterion/banding.h"
#include "rules/criterion/measures.h"
#include "rules/patient/window.h"
#include "rules/scoring/source_points.h"

namespace coagwatch::rules {
namespace {

BandedValue reading_of(const CurrentValue& value, const Quantity& quantity, const Source& source) {
  BandedValue reading{value.value, std::nullopt, value.at, value.source, value.derived, {}};
  const auto bands = touched(source.bands, quantity);
  reading.bands.assign(bands.begin(), bands.end());
  return reading;
}

/// Whether `stored` is one of the values that the worst is taken of, or the only one.
bool is_looked_at(const StoredResult& stored, const Source& source, const Item& item, const ValueTable& table) {
  if (item.worst_within == Duration{0}) return &stored == table.current[index(source.measure)];
  return stored.lab.unusable == Unusable::none && stored.lab.at <= table.as_of &&
         table.as_of - stored.lab.at <= item.worst_within;
}

std::int16_t most_points(const BandedValue& reading) {
  return std::ranges::max(reading.bands, {}, &Band::points).points;
}

/// The readings that give most points, of the worst of a time and of values that are divided.
std::vector<BandedValue> readings_within(const Source& source, const Item& item, const ValueTable& table) {
  std::vector<BandedValue> found;
  const PatientState& state = *table.state;
  const ResultRange range = results_of(state, source.measure);
  for (std::size_t i = range.first; i < range.last; ++i) {
    const StoredResult& stored = state.results[i];
    if (!is_looked_at(stored, source, item, table)) continue;
    Quantity quantity{stored.lab.value, {}, Quantity::Form::plain};
    if (source.per) {
      const StoredResult* divisor = divisor_of(stored, *source.per, table);
      if (divisor == nullptr) continue;
      quantity.base = divisor->lab.value;
      quantity.form = Quantity::Form::multiple;
    }
    const CurrentValue value{stored.lab.value, stored.lab.at, state.view(stored.source), false, stored.lab.flags};
    found.push_back(reading_of(value, quantity, source));
    if (source.per) found.back().per = quantity.base;
  }
  if (found.empty()) return found;
  const std::int16_t most = most_points(*std::ranges::max_element(found, {}, most_points));
  std::erase_if(found, [&](const BandedValue& reading) { return most_points(reading) < most; });
  return found;
}

/// The measures whose results a value of `measure` may be made of.
std::vector<Measure> sent_for(Measure measure) {
  if (measure == Measure::pt_ratio) return {Measure::pt_ratio, Measure::pt_seconds, Measure::inr};
  return {measure, sent_measure(measure)};
}

/// The newest result of these measures up to the table's time, usable or not.
const StoredResult* newest_of(const std::vector<Measure>& measures, bool usable, const ValueTable& table) {
  const StoredResult* newest = nullptr;
  for (const StoredResult& stored : table.state->results) {
    const bool fits = std::ranges::find(measures, stored.lab.measure) != measures.end() &&
                      (stored.lab.unusable == Unusable::none) == usable;
    if (!fits || (usable && stored.lab.at > table.as_of)) continue;
    if (newest == nullptr || stored.lab.at >= newest->lab.at) newest = &stored;
  }
  return newest;
}

/// Of a result that is current, and gives the source no value.
Lack lack_of_setting(const Source& source) {
  switch (source.measure) {
    case Measure::d_dimer_uln:
    case Measure::pic_uln:
      return Lack::no_limit;
    case Measure::platelet_fall_24h:
      return Lack::no_baseline;
    case Measure::d_dimer:  // of unknown flavour: good for multiples only
      return Lack::unusable;
    default:
      return Lack::site_setting;
  }
}

void find_lack(const Source& source, const ValueTable& table, ExplainedSource& out) {
  const std::vector<Measure> sent = sent_for(source.measure);
  const StoredResult* const usable = newest_of(sent, true, table);
  const StoredResult* const unusable = newest_of(sent, false, table);
  const auto is_current = [&](const StoredResult& stored) { return table.as_of - stored.lab.at <= table.max_age; };
  const bool forgotten = std::ranges::any_of(sent, [&](Measure each) { return table.forgotten[index(each)]; });
  if (forgotten || table.forgotten[index(source.measure)]) {
    out.lack = Lack::forgotten;
  } else if (usable != nullptr && is_current(*usable)) {
    out.lack = lack_of_setting(source);
    out.last = usable->lab.at;
    if (out.lack == Lack::unusable) out.unusable = Unusable::d_dimer_flavour;
  } else if (unusable != nullptr && is_current(*unusable)) {
    out.lack = Lack::unusable;
    out.unusable = unusable->lab.unusable;
    out.last = unusable->lab.at;
  } else if (usable != nullptr) {
    out.lack = Lack::too_old;
    out.last = usable->lab.at;
  } else {
    out.lack = Lack::no_result;
  }
}

}  // namespace

ExplainedSource explain_source(const Source& source, const Item& item, const ValueTable& table) {
  ExplainedSource out;
  out.source = &source;
  const bool known = has_value(source, table);
  if (known && (item.worst_within > Duration{0} || source.per)) {
    out.readings = readings_within(source, item, table);
    if (out.readings.empty()) out.lack = Lack::no_divisor;
  } else if (known) {
    const CurrentValue& value = table.values[index(source.measure)];
    out.readings.push_back(reading_of(value, quantity_of(source.measure, table), source));
  } else if (source.measure == Measure::fdp_by_kit && !table.has_kit) {
    out.lack = Lack::site_setting;
  } else {
    find_lack(source, table, out);
  }
  return out;
}

}  // namespace coagwatch::rules
