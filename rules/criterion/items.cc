#include "rules/criterion/items.h"

#include <algorithm>
#include <array>
#include <utility>

#include "rules/criterion/banding.h"

namespace coagwatch::rules {
namespace {

using Combine = Item::Combine;

constexpr std::array<std::pair<std::string_view, Combine>, 4> kCombinations = {{{"first-of", Combine::first},
                                                                                {"known-of", Combine::known},
                                                                                {"highest-of", Combine::highest},
                                                                                {"sum-of", Combine::sum}}};

void read_sources(CriterionReader& reader, const YamlNode& list, const std::string& where, Item& item) {
  if (list.kind != YamlNode::Kind::sequence || list.items.size() < 2) {
    return reader.problem(list, where, "expected a list of at least two sources, each with measure and bands");
  }
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const std::string place = where + "[" + std::to_string(i) + "]";
    reader.check_keys(list.items[i], place, CriterionMap::source);
    item.sources.push_back(read_source(reader, list.items[i], place));
  }
}

void read_facts(CriterionReader& reader, const YamlNode& node, const std::string& path, Item& item) {
  if (const YamlNode* fact = node.find("fact")) {
    if (const auto found = reader.fact(*fact, path + ".fact")) item.facts.push_back(*found);
  } else {
    item.facts = reader.facts(node, path, "any-fact");
  }
  const YamlNode* points = node.find("points");
  if (points == nullptr) {
    return reader.problem(node, path, "an item scored by a fact needs points: {yes: 1, no: 0}");
  }
  reader.check_keys(*points, path + ".points", CriterionMap::fact_points);
  if (points->find("yes") == nullptr || points->find("no") == nullptr) {
    return reader.problem(*points, path + ".points", "expected points for both yes and no");
  }
  item.points_yes = reader.points_at(*points, path + ".points", "yes").value_or(0);
  item.points_no = reader.points_at(*points, path + ".points", "no").value_or(0);
}

void read_trend(CriterionReader& reader, const YamlNode& node, const std::string& path, Item& item) {
  Trend& trend = item.trend.emplace();
  const YamlNode& how = *node.find("trend");
  const std::string where = path + ".trend";
  reader.check_keys(how, where, CriterionMap::trend);
  trend.measures = reader.measures(how, where, "measures");
  const YamlNode* names = how.find("measures");
  if (names == nullptr || names->items.empty()) {
    reader.problem(how, where, "expected measures, the first that has a value counts");
  }
  if (const YamlNode* span = how.find("look-back")) {
    trend.look_back = reader.duration(*span, where + ".look-back").value_or(trend.look_back);
  }
  if (const YamlNode* percent = how.find("stable-percent")) {
    trend.stable_percent = reader.decimal(*percent, where + ".stable-percent").value_or(trend.stable_percent);
  }
  const YamlNode* points = node.find("points");
  if (points == nullptr) {
    return reader.problem(node, path, "a trend needs points: {rising: -1, stable: 0, falling: 1}");
  }
  reader.check_keys(*points, path + ".points", CriterionMap::trend_points);
  trend.rising = reader.points_at(*points, path + ".points", "rising").value_or(0);
  trend.stable = reader.points_at(*points, path + ".points", "stable").value_or(0);
  trend.falling = reader.points_at(*points, path + ".points", "falling").value_or(0);
}

/// What is scored by measures alone: an item, or a branch of one.
bool read_measures(CriterionReader& reader, const YamlNode& node, const std::string& path, Item& item) {
  if (node.find("measure") != nullptr) {
    item.sources.push_back(read_source(reader, node, path));
    return true;
  }
  for (const auto& [key, combine] : kCombinations) {
    const YamlNode* list = node.find(key);
    if (list == nullptr) continue;
    item.combine = combine;
    read_sources(reader, *list, path + "." + std::string(key), item);
    return true;
  }
  return false;
}

Item read_branch(CriterionReader& reader, const YamlNode& node, const std::string& path, const Item& whole) {
  reader.check_keys(node, path, CriterionMap::branch);
  Item out;
  out.name = whole.name;
  out.worst_within = whole.worst_within;
  if (const YamlNode* range = node.find("any-points")) {
    out.open = true;
    if (range->kind != YamlNode::Kind::sequence || range->items.size() != 2) {
      reader.problem(*range, path + ".any-points", "expected the least and the most points, such as [2, 4]");
    } else {
      out.min_points = reader.points(range->items[0], path + ".any-points").value_or(0);
      out.max_points = reader.points(range->items[1], path + ".any-points").value_or(0);
    }
  } else if (!read_measures(reader, node, path, out)) {
    reader.problem(node, path, "expected a measure with bands, or any-points");
  }
  set_range(out);
  return out;
}

void read_branches(CriterionReader& reader, const YamlNode& node, const std::string& path, Item& item) {
  item.chosen_by = reader.fact(*node.find("chosen-by"), path + ".chosen-by");
  for (const std::string_view answer : {"yes", "no"}) {
    const YamlNode* branch = node.find(answer);
    const std::string where = path + "." + std::string(answer);
    if (branch == nullptr) {
      reader.problem(node, where, "missing; expected how it is scored then");
    } else {
      item.branches.push_back(read_branch(reader, *branch, where, item));
    }
  }
}

void read_provenance(CriterionReader& reader, const YamlNode& node, const std::string& path, Item& item) {
  item.provenance = reader.text(node, path, "provenance", true);
  if (!item.provenance.empty() && item.provenance != "verified-primary" && item.provenance != "verified-secondary" &&
      item.provenance != "recalled") {
    reader.problem(*node.find("provenance"), path + ".provenance",
                   "expected verified-primary, verified-secondary or recalled");
  }
}

void read_options(CriterionReader& reader, const YamlNode& node, const std::string& path, Item& item) {
  item.however_old = reader.boolean(node, path, "however-old", false);
  if (item.however_old && node.find("first-of") == nullptr) {
    reader.problem(node, path + ".however-old", "only alternatives (first-of) have an order of preference");
  }
  if (const auto cap = reader.points_at(node, path, "cap", node.find("sum-of") != nullptr)) item.cap = *cap;
  if (const YamlNode* span = node.find("worst-within")) {
    item.worst_within = reader.duration(*span, path + ".worst-within").value_or(Duration::hours(24));
  }
  item.max_age = Duration{0};
  if (const YamlNode* span = node.find("max-age")) {
    if (node.find("fact") != nullptr || node.find("any-fact") != nullptr) {
      reader.problem(*span, path + ".max-age", "only measured values have an age; facts have their own spans");
    }
    item.max_age = reader.duration(*span, path + ".max-age").value_or(item.max_age);
  }
  if (const YamlNode* name = node.find("sub-score")) item.sub_score = reader.measure(*name, path + ".sub-score");
}

/// Every single value that its points can be.
PointSet unknown_points(const Item& item) {
  const PointSet range = whole_range({item.min_points, item.max_points}, item.base);
  PointSet set = 0;
  for (const Source& source : item.sources) set |= all_points(source.bands, item.base);
  return set == 0 ? range : set & range;
}

void widen(Item& item, bool first, std::int16_t least, std::int16_t most) {
  item.min_points = first ? least : std::min(item.min_points, least);
  item.max_points = first ? most : std::max(item.max_points, most);
}

}  // namespace

Item read_item(CriterionReader& reader, const YamlNode& node, const std::string& path) {
  reader.check_keys(node, path, CriterionMap::item);
  Item out;
  out.name = reader.name(node, path, "name");
  out.title = reader.text(node, path, "title", true);
  read_provenance(reader, node, path, out);
  read_options(reader, node, path, out);
  int ways = 0;
  for (const std::string_view way :
       {"measure", "first-of", "known-of", "highest-of", "sum-of", "fact", "any-fact", "trend", "chosen-by"}) {
    ways += node.find(way) != nullptr ? 1 : 0;
  }
  if (ways != 1) {
    reader.problem(node, path,
                   "expected exactly one of measure, first-of, known-of, highest-of, sum-of, fact, any-fact, trend and "
                   "chosen-by");
  } else if (node.find("fact") != nullptr || node.find("any-fact") != nullptr) {
    read_facts(reader, node, path, out);
  } else if (node.find("trend") != nullptr) {
    read_trend(reader, node, path, out);
  } else if (node.find("chosen-by") != nullptr) {
    read_branches(reader, node, path, out);
  } else {
    read_measures(reader, node, path, out);
  }
  set_range(out);
  return out;
}

void set_range(Item& item) {
  bool first = true;
  const auto add = [&](std::int16_t least, std::int16_t most) {
    widen(item, first, least, most);
    first = false;
  };
  if (!item.facts.empty()) add(std::min(item.points_yes, item.points_no), std::max(item.points_yes, item.points_no));
  if (item.trend) {
    const auto [least, most] = std::minmax({item.trend->rising, item.trend->stable, item.trend->falling});
    add(least, most);
  }
  for (const Item& branch : item.branches) add(branch.min_points, branch.max_points);
  std::int16_t sum = 0;
  std::int16_t raised = 0;
  bool final = false;
  for (const Source& source : item.sources) {
    if (source.bands.empty()) continue;
    const auto [least, most] = std::ranges::minmax_element(source.bands, {}, &Band::points);
    final = final || std::ranges::any_of(source.bands, &Band::final);
    raised = first ? least->points : std::max(raised, least->points);
    sum = static_cast<std::int16_t>(sum + most->points);
    add(least->points, most->points);
  }
  item.base = item.min_points;
  // Where the highest source counts, each of them gives its least at the least.
  if (item.combine == Item::Combine::highest && !item.sources.empty() && !final) item.min_points = raised;
  if (item.combine == Item::Combine::sum) item.max_points = std::min(item.cap, sum);
  item.unknown = unknown_points(item);
}

}  // namespace coagwatch::rules
