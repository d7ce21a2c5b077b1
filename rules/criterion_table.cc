#include <algorithm>

#include "rules/criterion_reader.h"

namespace coagwatch::rules {
namespace {

/// The least and most points over all that may turn out.
void set_range(Item& item) {
  if (item.fact) {
    item.min_points = std::min(item.points_yes, item.points_no);
    item.max_points = std::max(item.points_yes, item.points_no);
    return;
  }
  bool first = true;
  for (const Source& source : item.sources) {
    if (source.bands.empty()) continue;
    const auto [least, most] = std::ranges::minmax_element(source.bands, {}, &Band::points);
    // Where the highest source counts, each of them gives its least at the least.
    const bool raise = item.combine == Item::Combine::highest;
    item.min_points = first   ? least->points
                      : raise ? std::max(item.min_points, least->points)
                              : std::min(item.min_points, least->points);
    item.max_points = first ? most->points : std::max(item.max_points, most->points);
    first = false;
  }
}

}  // namespace

std::vector<Band> CriterionReader::bands(const YamlNode& node, const std::string& path) {
  std::vector<Band> out;
  if (node.kind != YamlNode::Kind::sequence || node.items.empty()) {
    problem(node, path, "expected a list of bands, such as {ge: 50, lt: 100, points: 1}");
    return out;
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const YamlNode& entry = node.items[i];
    const std::string where = path + "[" + std::to_string(i) + "]";
    check_keys(entry, where, {"lt", "le", "gt", "ge", "points"});
    Band& band = out.emplace_back();
    for (const auto& [key, value] : entry.entries) {
      if (key == "points") {
        band.points = points(value, where + ".points").value_or(0);
      } else if (key == "lt" || key == "le") {
        if (band.high) problem(value, where + "." + key, "an upper end was given already");
        band.high = decimal(value, where + "." + key);
        band.high_inclusive = key == "le";
      } else if (key == "gt" || key == "ge") {
        if (band.low) problem(value, where + "." + key, "a lower end was given already");
        band.low = decimal(value, where + "." + key);
        band.low_inclusive = key == "ge";
      }
    }
    if (entry.find("points") == nullptr) problem(entry, where, "a band needs points");
  }
  return out;
}

void CriterionReader::unit(const YamlNode& node, const std::string& path, Measure measure) {
  const std::string expected(measure_info(measure).unit);
  const YamlNode* given = node.find("unit");
  if (given == nullptr) {
    if (expected != "1") problem(node, path + ".unit", "missing; expected the unit of the cut-offs, " + expected);
  } else if (given->scalar != expected) {
    problem(*given, path + ".unit", "expected " + expected + ": cut-offs are given in that unit");
  }
}

Source CriterionReader::source(const YamlNode& node, const std::string& path) {
  Source out;
  if (const YamlNode* name = node.find("measure")) {
    if (const auto found = measure(*name, path + ".measure")) {
      out.measure = *found;
      unit(node, path, *found);
    }
  } else {
    problem(node, path, "expected a measure");
  }
  if (const YamlNode* list = node.find("bands")) {
    out.bands = bands(*list, path + ".bands");
  } else {
    problem(node, path, "expected bands");
  }
  return out;
}

void CriterionReader::sources(const YamlNode& node, const std::string& path, std::string_view key,
                              Item::Combine combine, Item& item) {
  const YamlNode& list = *node.find(key);
  const std::string where = path + "." + std::string(key);
  item.combine = combine;
  if (list.kind != YamlNode::Kind::sequence || list.items.size() < 2) {
    return problem(list, where, "expected a list of at least two sources, each with measure and bands");
  }
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const std::string place = where + "[" + std::to_string(i) + "]";
    check_keys(list.items[i], place, {"measure", "unit", "bands"});
    item.sources.push_back(source(list.items[i], place));
  }
}

void CriterionReader::fact_points(const YamlNode& node, const std::string& path, Item& item) {
  item.fact = fact(*node.find("fact"), path + ".fact");
  const YamlNode* scores = node.find("points");
  if (scores == nullptr) return problem(node, path, "an item scored by a fact needs points: {yes: 1, no: 0}");
  check_keys(*scores, path + ".points", {"yes", "no"});
  for (const std::string_view answer : {"yes", "no"}) {
    const YamlNode* value = scores->find(answer);
    if (value == nullptr) {
      problem(*scores, path + ".points", "expected points for both yes and no");
      continue;
    }
    (answer == "yes" ? item.points_yes : item.points_no) =
        points(*value, path + ".points." + std::string(answer)).value_or(0);
  }
}

Item CriterionReader::item(const YamlNode& node, const std::string& path) {
  check_keys(node, path,
             {"name", "title", "provenance", "measure", "unit", "bands", "first-of", "highest-of", "fact", "points"});
  Item out;
  out.name = name(node, path, "name");
  out.title = text(node, path, "title", true);
  out.provenance = text(node, path, "provenance", true);
  if (!out.provenance.empty() && out.provenance != "verified-primary" && out.provenance != "verified-secondary" &&
      out.provenance != "recalled") {
    problem(*node.find("provenance"), path + ".provenance",
            "expected verified-primary, verified-secondary or recalled");
  }
  const int ways = (node.find("measure") != nullptr) + (node.find("first-of") != nullptr) +
                   (node.find("highest-of") != nullptr) + (node.find("fact") != nullptr);
  if (ways != 1) {
    problem(node, path, "expected exactly one of measure, first-of, highest-of and fact");
  } else if (node.find("measure") != nullptr) {
    out.sources.push_back(source(node, path));
  } else if (node.find("first-of") != nullptr) {
    sources(node, path, "first-of", Item::Combine::first, out);
  } else if (node.find("highest-of") != nullptr) {
    sources(node, path, "highest-of", Item::Combine::highest, out);
  } else {
    fact_points(node, path, out);
  }
  set_range(out);
  return out;
}

std::int16_t CriterionReader::cut(const YamlNode& node, const std::string& path) {
  const YamlNode* met = node.find("met");
  const std::string where = under(path, "met");
  if (met == nullptr) {
    problem(node, where, "missing; expected the total from which the criterion is met, {ge: 5}");
    return 0;
  }
  check_keys(*met, where, {"ge"});
  const YamlNode* value = met->find("ge");
  if (value == nullptr) {
    if (met->kind == YamlNode::Kind::map) problem(*met, where, "expected ge, the total from which it is met");
    return 0;
  }
  return points(*value, where + ".ge").value_or(0);
}

std::vector<Grade> CriterionReader::grades(const YamlNode& node, const std::string& path, std::int16_t lowest) {
  std::vector<Grade> out;
  const YamlNode* list = node.find("grades");
  if (list == nullptr) return out;
  if (list->kind != YamlNode::Kind::sequence || list->items.size() < 2) {
    problem(*list, under(path, "grades"), "expected a list of at least two grades, from harmless to worst");
    return out;
  }
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    const YamlNode& entry = list->items[i];
    const std::string where = under(path, "grades[" + std::to_string(i) + "]");
    check_keys(entry, where, {"name", "ge"});
    Grade& grade = out.emplace_back();
    grade.name = name(entry, where, "name");
    const YamlNode* from = entry.find("ge");
    if (i == 0 && from != nullptr) problem(*from, where + ".ge", "the first grade has no lower end");
    if (i > 0 && from == nullptr) problem(entry, where, "expected the grade's lowest total, ge");
    grade.from = i == 0 || from == nullptr ? lowest : points(*from, where + ".ge").value_or(0);
  }
  return out;
}

}  // namespace coagwatch::rules
