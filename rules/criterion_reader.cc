#include "rules/criterion_reader.h"

#include <algorithm>
#include <charconv>

namespace coagwatch::rules {
namespace {

// What is older than this is not kept.
constexpr int kLongestDays = 7;

std::string join(const std::vector<std::string_view>& names) {
  std::string all;
  for (const std::string_view name : names) all.append(all.empty() ? "" : ", ").append(name);
  return all;
}

std::vector<std::string_view> measure_names() {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < kMeasureCount; ++i) names.push_back(measure_info(static_cast<Measure>(i)).name);
  return names;
}

std::vector<std::string_view> fact_names() {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < kFactCount; ++i) names.push_back(fact_name(static_cast<Fact>(i)));
  return names;
}

std::string under(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : path + "." + std::string(key);
}

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

std::string CriterionReader::hint(std::string_view word, const std::vector<std::string_view>& names) {
  const auto near = nearest_name(word, names);
  return near ? "; did you mean " + *near + "?" : "";
}

void CriterionReader::problem(const YamlNode& node, const std::string& key, std::string text) {
  ++count_;
  problems_.push_back({file_, node.line, node.column, key, std::move(text)});
}

void CriterionReader::check_keys(const YamlNode& node, const std::string& path,
                                 const std::vector<std::string_view>& known) {
  if (node.kind != YamlNode::Kind::map) return problem(node, path, "expected a map with " + join(known));
  for (const auto& [key, value] : node.entries) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    problem(value, under(path, key), "unknown key" + hint(key, known) + " (known here: " + join(known) + ")");
  }
}

std::string CriterionReader::text(const YamlNode& node, const std::string& path, std::string_view key, bool required) {
  const YamlNode* value = node.find(key);
  const std::string where = under(path, key);
  if (value == nullptr) {
    if (required) problem(node, where, "missing; expected a text");
    return {};
  }
  if (value->kind != YamlNode::Kind::scalar || value->scalar.empty()) problem(*value, where, "expected a text");
  return value->scalar;
}

std::string CriterionReader::name(const YamlNode& node, const std::string& path, std::string_view key) {
  std::string value = text(node, path, key, true);
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  if (value.size() > 64 || !std::ranges::all_of(value, allowed)) {
    problem(*node.find(key), under(path, key), "expected lower-case letters, digits and hyphens, 64 at most");
  }
  return value;
}

std::optional<std::int16_t> CriterionReader::points(const YamlNode& node, const std::string& path) {
  int value = 0;
  const char* end = node.scalar.data() + node.scalar.size();
  const auto result = std::from_chars(node.scalar.data(), end, value);
  if (node.scalar.empty() || result.ec != std::errc() || result.ptr != end || value < -100 || value > 100) {
    problem(node, path, "expected a whole number from -100 to 100");
    return std::nullopt;
  }
  return static_cast<std::int16_t>(value);
}

std::optional<Decimal> CriterionReader::decimal(const YamlNode& node, const std::string& path) {
  const auto value = Decimal::parse(node.scalar);
  if (!value) problem(node, path, "expected a decimal number");
  return value;
}

std::optional<Duration> CriterionReader::duration(const YamlNode& node, const std::string& path) {
  std::string_view text = node.scalar;
  const char unit = text.empty() ? ' ' : text.back();
  int count = 0;
  const char* end = text.data() + text.size() - (text.empty() ? 0 : 1);
  const auto result = std::from_chars(text.data(), end, count);
  const int most = unit == 'd' ? kLongestDays : 24 * kLongestDays;
  if ((unit != 'h' && unit != 'd') || result.ec != std::errc() || result.ptr != end || count < 1 || count > most) {
    problem(node, path, "expected hours or days, such as 24h or 2d, at most 7d");
    return std::nullopt;
  }
  return Duration::hours(unit == 'h' ? count : 24 * count);
}

std::optional<Measure> CriterionReader::measure(const YamlNode& node, const std::string& path) {
  const auto found = measure_named(node.scalar);
  if (!found) problem(node, path, "unknown measure " + node.scalar + hint(node.scalar, measure_names()));
  return found;
}

std::optional<Fact> CriterionReader::fact(const YamlNode& node, const std::string& path) {
  const auto found = fact_named(node.scalar);
  if (!found) problem(node, path, "unknown fact " + node.scalar + hint(node.scalar, fact_names()));
  return found;
}

std::vector<Fact> CriterionReader::facts(const YamlNode& node, const std::string& path, std::string_view key) {
  std::vector<Fact> out;
  const YamlNode* list = node.find(key);
  if (list == nullptr) return out;
  const std::string where = under(path, key);
  if (list->kind != YamlNode::Kind::sequence) problem(*list, where, "expected a list of facts");
  for (const YamlNode& name : list->items) {
    if (const auto found = fact(name, where)) out.push_back(*found);
  }
  return out;
}

std::vector<std::string> CriterionReader::texts(const YamlNode& node, const std::string& path, std::string_view key) {
  std::vector<std::string> out;
  const YamlNode* list = node.find(key);
  if (list == nullptr) return out;
  if (list->kind != YamlNode::Kind::sequence) problem(*list, under(path, key), "expected a list of texts");
  for (const YamlNode& item : list->items) {
    if (item.kind != YamlNode::Kind::scalar) problem(item, under(path, key), "expected a text");
    out.push_back(item.scalar);
  }
  return out;
}

bool CriterionReader::boolean(const YamlNode& node, const std::string& path, std::string_view key, bool otherwise) {
  const YamlNode* value = node.find(key);
  if (value == nullptr) return otherwise;
  if (value->scalar != "true" && value->scalar != "false") {
    problem(*value, under(path, key), "expected true or false");
  }
  return value->scalar == "true";
}

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
