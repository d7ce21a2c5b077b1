#include "rules/criterion_check.h"

#include <algorithm>
#include <limits>
#include <set>

namespace coagwatch::rules {
namespace {

using Totals = std::set<int>;

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

void check_plausible(const Band& band, const MeasureInfo& info, const std::string& key, std::vector<Finding>& out) {
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

void check_bands(Source& source, const std::string& key, std::vector<Finding>& out) {
  std::vector<Band>& bands = source.bands;
  if (bands.empty()) return;
  std::sort(bands.begin(), bands.end(), starts_before);
  for (const Band& band : bands) {
    if (is_empty(band)) {
      out.push_back({key, "no value is both " + start_text(band) + " and " + end_text(band)});
    } else {
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
  if (item.fact) return {item.points_yes, item.points_no};
  Totals all;
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

bool is_unscored(const Item& item, const Column* column) {
  return column != nullptr && std::ranges::find(column->unscored, item.name) != column->unscored.end();
}

/// All totals that the criterion can give, in its column or (null) outside it, where alone adjustments apply.
Totals totals_of(const Criterion& criterion, const Column* column) {
  Totals totals = {0};
  for (const Item& item : criterion.items) {
    if (!is_unscored(item, column)) add_to_each(totals, points_of(item));
  }
  if (column != nullptr) return totals;
  for (const Adjustment& adjustment : criterion.adjustments) add_to_each(totals, {0, adjustment.points});
  return totals;
}

void check_cut(int cut, const Totals& totals, const std::string& key, std::vector<Finding>& out) {
  const std::string range =
      " (totals go from " + std::to_string(*totals.begin()) + " to " + std::to_string(*totals.rbegin()) + ")";
  if (cut > *totals.rbegin()) out.push_back({key, std::to_string(cut) + " can never be reached" + range});
  if (cut <= *totals.begin()) out.push_back({key, std::to_string(cut) + " is always reached" + range});
}

void check_grades(const std::vector<Grade>& grades, int cut, const Totals& totals, const std::string& key,
                  std::vector<Finding>& out) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < grades.size(); ++i) {
    if (!names.insert(grades[i].name).second) out.push_back({key, "two grades are named " + grades[i].name});
    const int from = i == 0 ? std::numeric_limits<int>::min() : grades[i].from;
    const int to = i + 1 < grades.size() ? grades[i + 1].from : std::numeric_limits<int>::max();
    const auto first = totals.lower_bound(from);
    if (first == totals.end() || *first >= to) out.push_back({key, "no total has grade " + grades[i].name});
  }
  if (!grades.empty() && grades.back().from != cut) {
    out.push_back({key, "the worst grade must begin at the total that is met, " + std::to_string(cut)});
  }
}

void check_column(const Criterion& criterion, std::vector<Finding>& out) {
  const Column& column = *criterion.column;
  for (const std::string& name : column.unscored) {
    if (std::ranges::find(criterion.items, name, &Item::name) == criterion.items.end()) {
      out.push_back({"column.unscored", "there is no item " + name});
    }
  }
  if (column.when_any.empty()) out.push_back({"column.when-any", "expected at least one fact"});
  const Totals totals = totals_of(criterion, &column);
  check_cut(column.cut, totals, "column.met.ge", out);
  check_grades(column.grades, column.cut, totals, "column.grades", out);
  if (!std::ranges::equal(column.grades, criterion.grades, {}, &Grade::name, &Grade::name)) {
    out.push_back({"column.grades", "expected the same grades as outside the column"});
  }
}

}  // namespace

void check_item(Item& item, const std::string& key, std::vector<Finding>& out) {
  const std::string_view list = item.combine == Item::Combine::highest ? "highest-of" : "first-of";
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
  if (item.min_points == item.max_points) out.push_back({key, "scores the same whatever is known"});
}

void check_totals(const Criterion& criterion, std::vector<Finding>& out) {
  std::set<std::string_view> names;
  for (const Item& item : criterion.items) {
    if (!names.insert(item.name).second) out.push_back({"items." + item.name, "two items have this name"});
  }
  const Totals totals = totals_of(criterion, nullptr);
  check_cut(criterion.cut, totals, "met.ge", out);
  check_grades(criterion.grades, criterion.cut, totals, "grades", out);
  if (criterion.column) check_column(criterion, out);
}

}  // namespace coagwatch::rules
