#include "rules/criterion/check.h"

#include <algorithm>
#include <array>
#include <limits>
#include <set>

#include "rules/criterion/band_check.h"
#include "rules/criterion/reachable_totals.h"

namespace coagwatch::rules {
namespace {

constexpr int kWidestItem = 60;

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
    std::vector<const Item*> items;
    items.reserve(met.floor_items.size());
    for (const std::uint16_t item : met.floor_items) items.push_back(&table.items[item]);
    const Totals floors = totals_of(items);
    if (met.floor > *floors.rbegin()) out.push_back({key + ".with.ge", "these items never give so much"});
    if (met.floor <= *floors.begin()) out.push_back({key + ".with.ge", "these items always give so much"});
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

void check_sources(Item& item, const std::string& key, std::vector<KeyedFinding>& out) {
  constexpr std::array<std::string_view, 4> kLists = {"first-of", "known-of", "highest-of", "sum-of"};
  const std::string_view list = kLists[static_cast<std::size_t>(item.combine)];
  std::set<Measure> measures;
  for (std::size_t i = 0; i < item.sources.size(); ++i) {
    Source& source = item.sources[i];
    const std::string place =
        item.sources.size() == 1 ? key : key + "." + std::string(list) + "[" + std::to_string(i) + "]";
    check_source(source, place, out);
    if (!measures.insert(source.measure).second) {
      out.push_back({place, "two sources are the measure " + std::string(measure_info(source.measure).name)});
    }
  }
}

std::string hours(Duration span) { return std::to_string(span.micros / Duration::hours(1).micros) + "h"; }

/// A value that does not count any more is not the worst of any.
void check_ages(const std::vector<Item>& items, const std::vector<Item>& known, const std::string& key,
                std::vector<KeyedFinding>& out) {
  for (const Item& item : items) {
    if (item.worst_within <= item.max_age) continue;
    const bool is_known = std::ranges::any_of(known, [&](const Item& other) {
      return other.name == item.name && other.worst_within == item.worst_within && other.max_age == item.max_age;
    });
    if (is_known) continue;
    out.push_back({key + "." + item.name + ".worst-within",
                   "longer than max-age, " + hours(item.max_age) + ": no older value counts"});
  }
}

}  // namespace

void check_item(Item& item, const std::string& key, std::vector<KeyedFinding>& out) {
  check_sources(item, key, out);
  for (std::size_t i = 0; i < item.branches.size(); ++i) {
    check_sources(item.branches[i], key + (i == 0 ? ".yes" : ".no"), out);
  }
  check_together(item, key, out);
  if (item.sub_score && !measure_info(*item.sub_score).score) {
    out.push_back({key + ".sub-score", "expected a score, such as sofa-renal; " +
                                           std::string(measure_info(*item.sub_score).name) + " is measured"});
  }
  if (item.min_points == item.max_points) out.push_back({key, "scores the same whatever is known"});
}

void check_totals(const Criterion& criterion, std::vector<KeyedFinding>& out) {
  check_names(criterion.table.items, "items", out);
  check_ages(criterion.table.items, {}, "items", out);
  const Totals totals = totals_of(criterion, criterion.table);
  check_met(criterion, criterion.table, totals, "met", out);
  check_grades(criterion.table, totals, "grades", out);
  for (const Column& column : criterion.columns) {
    const std::string key = "columns." + column.name;
    check_ages(column.table.items, criterion.table.items, key + ".items", out);
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
