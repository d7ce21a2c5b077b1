#include "rules/criterion_check.h"

#include <algorithm>
#include <array>
#include <limits>
#include <set>

namespace coagwatch::rules {
namespace {

using Totals = std::set<int>;

constexpr int kWidestItem = 60;

/// True if `a` lies wholly below `b`, judged by their lower ends.
bool starts_before(const Band& a, const Band& b) {
  if (!a.low || !b.low) return !a.low && b.low.has_value();
  if (*a.low != *b.low) return *a.low < *b.low;
  return a.low_inclusive && !b.low_inclusive;
}

std::string end_text(const Band& band) {
  return band.high ? (band.high_inclusive ? "le " : "lt ") + band.high->to_string() : "no upper end";
}
std::string start_text(const Band& band) {
  return band.low ? (band.low_inclusive ? "ge " : "gt ") + band.low->to_string() : "no lower end";
}

/// True if no value can lie in the band.
bool is_empty(const Band& band) {
  if (!band.low || !band.high) return false;
  return *band.low > *band.high || (*band.low == *band.high && !(band.low_inclusive && band.high_inclusive));
}

void check_plausible(const Band& band, const MeasureInfo& info, const std::string& key,
                     std::vector<KeyedFinding>& out) {
  const bool below =
      band.high && (*band.high < info.plausible_low || (*band.high == info.plausible_low && !band.high_inclusive));
  const bool above =
      band.low && (*band.low > info.plausible_high || (*band.low == info.plausible_high && !band.low_inclusive));
  if (!below && !above) return;
  std::string unit(info.unit == "1" ? "" : " " + std::string(info.unit));
  out.push_back({key, "no plausible " + std::string(info.name) + " is " + (below ? end_text(band) : start_text(band)) +
                          "; expected cut-offs from " + info.plausible_low.to_string() + " to " +
                          info.plausible_high.to_string() + unit});
}

void check_bands(Source& source, const std::string& key, std::vector<KeyedFinding>& out) {
  std::vector<Band>& bands = source.bands;
  if (bands.empty()) return;
  std::sort(bands.begin(), bands.end(), starts_before);
  for (const Band& band : bands) {
    if (is_empty(band)) {
      out.push_back({key, "no value is both " + start_text(band) + " and " + end_text(band)});
    } else if (!source.per) {
      check_plausible(band, measure_info(source.measure), key, out);
    }
  }
  if (bands.front().low) {
    out.push_back({key, "values below " + start_text(bands.front()) +
                            " have no points; expected a band without "
                            "lower end"});
  }
  if (bands.back().high) {
    out.push_back({key, "values above " + end_text(bands.back()) +
                            " have no points; expected a band without upper "
                            "end"});
  }
  for (std::size_t i = 1; i < bands.size(); ++i) {
    const Band& below = bands[i - 1];
    const Band& above = bands[i];
    const std::string ends = end_text(below) + " and " + start_text(above);
    if (!below.high || !above.low || *below.high > *above.low ||
        (*below.high == *above.low && below.high_inclusive && above.low_inclusive)) {
      out.push_back({key, "bands overlap between " + ends});
    } else if (*below.high < *above.low || (!below.high_inclusive && !above.low_inclusive)) {
      out.push_back({key, "a gap between " + ends});
    }
  }
}

/// All points that the item can give.
Totals points_of(const Item& item) {
  Totals all;
  if (!item.facts.empty()) all = {item.points_yes, item.points_no};
  if (item.trend) all = {item.trend->rising, item.trend->stable, item.trend->falling};
  for (int points = item.min_points; item.open && points <= item.max_points; ++points) all.insert(points);
  for (const Item& branch : item.branches) all.merge(points_of(branch));
  if (item.combine == Item::Combine::sum) {
    for (int points = item.min_points; points <= item.max_points; ++points) all.insert(points);
    return all;
  }
  for (const Source& source : item.sources) {
    for (const Band& band : source.bands) {
      if (band.points >= item.min_points) all.insert(band.points);
    }
  }
  return all;
}

void add_to_each(Totals& totals, const Totals& points) {
  if (points.empty()) return;
  Totals sums;
  for (const int total : totals) {
    for (const int each : points) sums.insert(total + each);
  }
  totals = std::move(sums);
}

/// All totals that a population can have.
Totals totals_of(const Criterion& criterion, const ScoringTable& table) {
  Totals totals = {0};
  for (const Item& item : table.items) add_to_each(totals, points_of(item));
  for (const Adjustment& adjustment : criterion.adjustments) {
    if (table.adjusted) add_to_each(totals, {0, adjustment.points});
  }
  if (!criterion.cap) return totals;
  Totals capped;
  for (const int total : totals) capped.insert(std::min<int>(total, *criterion.cap));
  return capped;
}

void check_cut(int cut, const Totals& totals, const std::string& key, std::vector<KeyedFinding>& out) {
  const std::string range =
      " (totals go from " + std::to_string(*totals.begin()) + " to " + std::to_string(*totals.rbegin()) + ")";
  if (cut > *totals.rbegin()) out.push_back({key, std::to_string(cut) + " can never be reached" + range});
  if (cut <= *totals.begin()) out.push_back({key, std::to_string(cut) + " is always reached" + range});
}

void check_met(const Criterion& criterion, const ScoringTable& table, const Totals& totals, const std::string& key,
               std::vector<KeyedFinding>& out) {
  const Met& met = table.met;
  check_cut(met.cut, totals, key + ".ge", out);
  if (!met.floor_items.empty()) {
    int most = 0;
    int least = 0;
    for (const std::uint16_t item : met.floor_items) {
      most += table.items[item].max_points;
      least += table.items[item].min_points;
    }
    if (met.floor > most) out.push_back({key + ".with.ge", "these items never give so much"});
    if (met.floor <= least) out.push_back({key + ".with.ge", "these items always give so much"});
  }
  if (met.or_findings == 0) return;
  if (met.or_cut >= met.cut) out.push_back({key + ".or.ge", "expected less than what is met without findings"});
  if (met.or_findings > criterion.findings.size()) {
    out.push_back({key + ".or.auxiliary", "there are not so many auxiliary findings"});
  }
}

void check_grades(const ScoringTable& table, const Totals& totals, const std::string& key,
                  std::vector<KeyedFinding>& out) {
  const std::vector<Grade>& grades = table.grades;
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < grades.size(); ++i) {
    if (!names.insert(grades[i].name).second) out.push_back({key, "two grades are named " + grades[i].name});
    const int from = i == 0 ? std::numeric_limits<int>::min() : grades[i].from;
    const int to = i + 1 < grades.size() ? grades[i + 1].from : std::numeric_limits<int>::max();
    const auto first = totals.lower_bound(from);
    if (first == totals.end() || *first >= to) out.push_back({key, "no total has grade " + grades[i].name});
  }
  if (!grades.empty() && grades.back().from != table.met.cut) {
    out.push_back({key, "the worst grade must begin at the total that is met, " + std::to_string(table.met.cut)});
  }
}

void check_names(const std::vector<Item>& items, const std::string& key, std::vector<KeyedFinding>& out) {
  std::set<std::string_view> names;
  for (const Item& item : items) {
    if (!names.insert(item.name).second) out.push_back({key + "." + item.name, "two items have this name"});
  }
}

void check_together(const Item& item, const std::string& key, std::vector<KeyedFinding>& out) {
  const bool together = item.combine == Item::Combine::highest || item.combine == Item::Combine::sum;
  for (std::size_t i = 0; i < item.sources.size(); ++i) {
    const bool may_end = together && i == 0 && item.sources.size() > 1;
    const auto special = [](const Band& band) { return band.final || band.worse; };
    if (!may_end && std::ranges::any_of(item.sources[i].bands, special)) {
      out.push_back({key, "only bands of the first source of highest-of and sum-of can be final or worse"});
    }
  }
  if (item.combine == Item::Combine::sum && item.base < 0) {
    out.push_back({key, "the points of a sum are not below 0"});
  }
  if (item.max_points - item.base > kWidestItem) {
    out.push_back({key, "points span more than " + std::to_string(kWidestItem)});
  }
}

}  // namespace

void check_item(Item& item, const std::string& key, std::vector<KeyedFinding>& out) {
  constexpr std::array<std::string_view, 4> kLists = {"first-of", "known-of", "highest-of", "sum-of"};
  const std::string_view list = kLists[static_cast<std::size_t>(item.combine)];
  std::set<Measure> measures;
  for (std::size_t i = 0; i < item.sources.size(); ++i) {
    Source& source = item.sources[i];
    const std::string place =
        item.sources.size() == 1 ? key : key + "." + std::string(list) + "[" + std::to_string(i) + "]";
    check_bands(source, place + ".bands", out);
    if (!measures.insert(source.measure).second) {
      out.push_back({place, "two sources are the measure " + std::string(measure_info(source.measure).name)});
    }
  }
  for (std::size_t i = 0; i < item.branches.size(); ++i) {
    for (Source& source : item.branches[i].sources) {
      check_bands(source, key + (i == 0 ? ".yes" : ".no") + ".bands", out);
    }
  }
  check_together(item, key, out);
  if (item.min_points == item.max_points) out.push_back({key, "scores the same whatever is known"});
}

void check_totals(const Criterion& criterion, std::vector<KeyedFinding>& out) {
  check_names(criterion.table.items, "items", out);
  const Totals totals = totals_of(criterion, criterion.table);
  check_met(criterion, criterion.table, totals, "met", out);
  check_grades(criterion.table, totals, "grades", out);
  for (const Column& column : criterion.columns) {
    const std::string key = "columns." + column.name;
    if (column.when_any.empty()) out.push_back({key + ".when-any", "expected at least one fact"});
    const Totals of_column = totals_of(criterion, column.table);
    check_met(criterion, column.table, of_column, key + ".met", out);
    check_grades(column.table, of_column, key + ".grades", out);
    if (!std::ranges::equal(column.table.grades, criterion.table.grades, {}, &Grade::name, &Grade::name)) {
      out.push_back({key + ".grades", "expected the same grades as outside the column"});
    }
  }
}

}  // namespace coagwatch::rules
