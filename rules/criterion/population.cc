#include "rules/criterion/population.h"

#include <algorithm>

#include "rules/criterion/check.h"
#include "rules/criterion/items.h"
#include "rules/criterion/profile.h"

namespace coagwatch::rules {
namespace {

// Far more than any score has; keeps every total inside 16 bits.
constexpr std::size_t kMostItems = 64;

void read_floor(const YamlNode& met, const std::string& where, CriterionReader& reader, ScoringTable& out) {
  const YamlNode* with = met.find("with");
  if (with == nullptr) return;
  reader.check_keys(*with, where + ".with", CriterionMap::met_with);
  out.met.floor = reader.points_at(*with, where + ".with", "ge").value_or(0);
  const std::vector<std::string> names = reader.texts(*with, where + ".with", "items");
  if (names.empty()) reader.problem(*with, where + ".with", "expected items");
  for (const std::string& name : names) {
    const auto found = std::ranges::find(out.items, name, &Item::name);
    if (found == out.items.end()) {
      reader.problem(*with, where + ".with.items", "there is no item " + name);
    } else {
      out.met.floor_items.push_back(static_cast<std::uint16_t>(found - out.items.begin()));
    }
  }
}

void read_alternative(const YamlNode& met, const std::string& where, CriterionReader& reader, ScoringTable& out) {
  const YamlNode* other = met.find("or");
  if (other == nullptr) return;
  reader.check_keys(*other, where + ".or", CriterionMap::met_or);
  out.met.or_cut = reader.points_at(*other, where + ".or", "ge").value_or(0);
  const std::int16_t findings = reader.points_at(*other, where + ".or", "auxiliary").value_or(1);
  if (findings < 1) reader.problem(*other, where + ".or.auxiliary", "expected at least one auxiliary finding");
  out.met.or_findings = static_cast<std::uint8_t>(std::max<std::int16_t>(findings, 1));
}

void read_met(const YamlNode& node, const std::string& path, CriterionReader& reader, ScoringTable& out) {
  const YamlNode* met = node.find("met");
  const std::string where = CriterionReader::under(path, "met");
  if (met == nullptr) {
    return reader.problem(node, where, "missing; expected the total from which the criterion is met, {ge: 5}");
  }
  reader.check_keys(*met, where, CriterionMap::met);
  if (met->kind != YamlNode::Kind::map) return;
  if (met->find("ge") == nullptr) {
    return reader.problem(*met, where, "expected ge, the total from which it is met");
  }
  out.met.cut = reader.points_at(*met, where, "ge").value_or(0);
  read_floor(*met, where, reader, out);
  read_alternative(*met, where, reader, out);
}

void read_grades(const YamlNode& node, const std::string& path, CriterionReader& reader, ScoringTable& out) {
  const YamlNode* list = node.find("grades");
  if (list == nullptr) return;
  if (list->kind != YamlNode::Kind::sequence || list->items.size() < 2) {
    return reader.problem(*list, CriterionReader::under(path, "grades"),
                          "expected a list of at least two grades, from harmless to worst");
  }
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    const YamlNode& entry = list->items[i];
    const std::string where = CriterionReader::under(path, "grades[" + std::to_string(i) + "]");
    reader.check_keys(entry, where, CriterionMap::grade);
    Grade& grade = out.grades.emplace_back();
    grade.name = reader.name(entry, where, "name");
    const YamlNode* from = entry.find("ge");
    if (i == 0 && from != nullptr) reader.problem(*from, where + ".ge", "the first grade has no lower end");
    if (i > 0 && from == nullptr) reader.problem(entry, where, "expected the grade's lowest total, ge");
    grade.from = i == 0 || from == nullptr ? out.lowest : reader.points(*from, where + ".ge").value_or(0);
  }
}

/// Reads a list of items, each under the path of its name.
std::vector<Item> read_list(const YamlNode& list, const std::string& path, CriterionReader& reader,
                            std::vector<KeyedFinding>& findings) {
  std::vector<Item> out;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const YamlNode* name = list.items[i].find("name");
    const bool named = name != nullptr && !name->scalar.empty();
    const std::string where = named ? path + "." + name->scalar : path + "[" + std::to_string(i) + "]";
    const std::size_t before = reader.count();
    Item& item = out.emplace_back(read_item(reader, list.items[i], where));
    if (reader.count() == before) check_item(item, where, findings);
  }
  return out;
}

std::size_t report(const std::vector<KeyedFinding>& findings, const YamlNode& root, CriterionReader& reader) {
  for (const KeyedFinding& each : findings) reader.problem(node_at(root, each.key), each.key, each.text);
  return findings.size();
}

bool is_list_of_items(const YamlNode* list) {
  return list != nullptr && list->kind == YamlNode::Kind::sequence && !list->items.empty() &&
         list->items.size() <= kMostItems;
}

constexpr int kLongestAfter = 28;  // days

std::optional<FallAfter> read_fall(const YamlNode& node, const std::string& path, CriterionReader& reader) {
  const YamlNode* after = node.find("or-after");
  if (after == nullptr) return std::nullopt;
  const std::string where = path + ".or-after";
  reader.check_keys(*after, where, CriterionMap::fall_after);
  FallAfter out;
  if (const YamlNode* fact = after->find("fact")) out.fact = reader.fact(*fact, where + ".fact").value_or(out.fact);
  if (const YamlNode* span = after->find("within")) {
    out.within = reader.duration(*span, where + ".within", kLongestAfter).value_or(out.within);
  }
  out.measures = reader.measures(*after, where, "fall-of");
  if (after->find("fact") == nullptr || out.measures.empty()) {
    reader.problem(*after, where, "expected fact and fall-of");
  }
  return out;
}

std::size_t read_column(const YamlNode& node, const YamlNode& root, CriterionReader& reader, Criterion& criterion) {
  const YamlNode* named = node.find("name");
  const std::string path = named != nullptr && !named->scalar.empty()
                               ? "columns." + named->scalar
                               : "columns[" + std::to_string(criterion.columns.size()) + "]";
  reader.check_keys(node, path, CriterionMap::column);
  Column& column = criterion.columns.emplace_back();
  column.name = reader.name(node, path, "name");
  column.when_any = reader.fact_tests(node, path, "when-any");
  column.unless_any = reader.fact_tests(node, path, "unless-any");
  column.or_after = read_fall(node, path, reader);
  column.unscored = reader.texts(node, path, "unscored");
  column.table.items = criterion.table.items;
  column.table.adjusted = reader.boolean(node, path, "adjusted", false);
  std::vector<KeyedFinding> findings;
  for (const std::string& name : column.unscored) {
    if (std::erase_if(column.table.items, [&](const Item& item) { return item.name == name; }) == 0) {
      reader.problem(node, path + ".unscored", "there is no item " + name);
    }
  }
  if (const YamlNode* list = node.find("items"); list != nullptr && is_list_of_items(list)) {
    for (Item& item : read_list(*list, path + ".items", reader, findings)) {
      const auto same = std::ranges::find(column.table.items, item.name, &Item::name);
      if (same == column.table.items.end()) {
        reader.problem(*list, path + ".items", "a column replaces items of the same name; there is no " + item.name);
      } else {
        *same = std::move(item);
      }
    }
  } else if (list != nullptr) {
    reader.problem(*list, path + ".items", "expected a list of items");
  }
  set_totals(criterion, column.table);
  read_outcome(node, path, reader, column.table);
  return report(findings, root, reader);
}

}  // namespace

std::size_t read_items(const YamlNode& root, CriterionReader& reader, ScoringTable& out) {
  const YamlNode* list = root.find("items");
  if (!is_list_of_items(list)) {
    reader.problem(list == nullptr ? root : *list, "items",
                   "expected a list of items, at least one and at most " + std::to_string(kMostItems));
    return 0;
  }
  std::vector<KeyedFinding> findings;
  out.items = read_list(*list, "items", reader, findings);
  return report(findings, root, reader);
}

void read_outcome(const YamlNode& node, const std::string& path, CriterionReader& reader, ScoringTable& out) {
  read_met(node, path, reader, out);
  read_grades(node, path, reader, out);
}

std::size_t read_columns(const YamlNode& root, CriterionReader& reader, Criterion& out) {
  const YamlNode* list = root.find("columns");
  if (list == nullptr) return 0;
  if (list->kind != YamlNode::Kind::sequence || list->items.empty()) {
    reader.problem(*list, "columns", "expected a list of columns, each with name, when-any and met");
    return 0;
  }
  std::size_t findings = 0;
  for (const YamlNode& node : list->items) findings += read_column(node, root, reader, out);
  return findings;
}

void set_totals(const Criterion& criterion, ScoringTable& table) {
  int lowest = 0;
  int highest = 0;
  for (const Item& item : table.items) {
    lowest += item.min_points;
    highest += item.max_points;
  }
  for (const Adjustment& adjustment : criterion.adjustments) {
    if (!table.adjusted) break;
    lowest += std::min<int>(0, adjustment.points);
    highest += std::max<int>(0, adjustment.points);
  }
  if (criterion.cap) highest = std::min<int>(highest, *criterion.cap);
  table.lowest = static_cast<std::int16_t>(lowest);
  table.highest = static_cast<std::int16_t>(highest);
}

}  // namespace coagwatch::rules
