#include "rules/criterion_check.h"

#include <algorithm>
#include <set>

namespace coagwatch::rules {
namespace {

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

void check_bands(Source& source, const std::string& key, std::vector<std::string>& out) {
  std::vector<Band>& bands = source.bands;
  if (bands.empty()) return;
  std::sort(bands.begin(), bands.end(), starts_before);
  for (const Band& band : bands) {
    if (band.low && band.high &&
        (*band.low > *band.high || (*band.low == *band.high && !(band.low_inclusive && band.high_inclusive)))) {
      out.push_back(key + ": no value is both " + start_text(band) + " and " + end_text(band));
    }
  }
  if (bands.front().low) out.push_back(key + ": values below " + start_text(bands.front()) + " have no points");
  if (bands.back().high) out.push_back(key + ": values above " + end_text(bands.back()) + " have no points");
  for (std::size_t i = 1; i < bands.size(); ++i) {
    const Band& below = bands[i - 1];
    const Band& above = bands[i];
    const std::string ends = end_text(below) + " and " + start_text(above);
    if (!below.high || !above.low || *below.high > *above.low ||
        (*below.high == *above.low && below.high_inclusive && above.low_inclusive)) {
      out.push_back(key + ": bands overlap between " + ends);
    } else if (*below.high < *above.low || (!below.high_inclusive && !above.low_inclusive)) {
      out.push_back(key + ": a gap between " + ends);
    }
  }
}

void check_grades(const std::vector<Grade>& grades, std::int16_t cut, std::int16_t highest, const std::string& key,
                  std::vector<std::string>& out) {
  for (std::size_t i = 1; i < grades.size(); ++i) {
    if (grades[i].from <= grades[i - 1].from) out.push_back(key + ": no total has grade " + grades[i - 1].name);
    if (grades[i].from > highest) out.push_back(key + ": no total reaches grade " + grades[i].name);
  }
  if (!grades.empty() && grades.back().from != cut) {
    out.push_back(key + ": the worst grade must begin at the total that is met, " + std::to_string(cut));
  }
}

void check_cut(std::int16_t cut, std::int16_t lowest, std::int16_t highest, const std::string& key,
               std::vector<std::string>& out) {
  const std::string range = " (totals go from " + std::to_string(lowest) + " to " + std::to_string(highest) + ")";
  if (cut > highest) out.push_back(key + ": " + std::to_string(cut) + " can never be reached" + range);
  if (cut <= lowest) out.push_back(key + ": " + std::to_string(cut) + " is always reached" + range);
}

void check_column(const Criterion& criterion, std::vector<std::string>& out) {
  const Column& column = *criterion.column;
  std::int16_t highest = 0;
  std::int16_t lowest = 0;
  for (const Item& item : criterion.items) {
    if (std::find(column.unscored.begin(), column.unscored.end(), item.name) != column.unscored.end()) continue;
    highest = static_cast<std::int16_t>(highest + item.max_points);
    lowest = static_cast<std::int16_t>(lowest + item.min_points);
  }
  for (const std::string& name : column.unscored) {
    const bool known = std::any_of(criterion.items.begin(), criterion.items.end(),
                                   [&](const Item& item) { return item.name == name; });
    if (!known) out.push_back("column.unscored: there is no item " + name);
  }
  if (column.when_any.empty()) out.push_back("column.when-any: expected at least one fact");
  check_cut(column.cut, lowest, highest, "column.met.ge", out);
  check_grades(column.grades, column.cut, highest, "column.grades", out);
  if (column.grades.size() != criterion.grades.size()) {
    out.push_back("column.grades: expected the same grades as outside the column");
  }
}

}  // namespace

std::vector<std::string> check_criterion(Criterion& criterion) {
  std::vector<std::string> out;
  std::set<std::string_view> names;
  for (Item& item : criterion.items) {
    const std::string key = "items." + item.name;
    if (!names.insert(item.name).second) out.push_back(key + ": two items have this name");
    for (Source& source : item.sources) check_bands(source, key + ".bands", out);
    if (item.min_points == item.max_points) out.push_back(key + ": scores the same whatever is known");
  }
  if (criterion.items.empty()) out.push_back("items: expected at least one");
  check_cut(criterion.cut, criterion.lowest, criterion.highest, "met.ge", out);
  check_grades(criterion.grades, criterion.cut, criterion.highest, "grades", out);
  if (criterion.column) check_column(criterion, out);
  return out;
}

}  // namespace coagwatch::rules
