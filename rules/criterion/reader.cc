#include "rules/criterion/reader.h"

#include <algorithm>
#include <charconv>

#include "rules/values/interval.h"

namespace coagwatch::rules {
namespace {

std::string join(const std::vector<std::string_view>& names) {
  std::string all;
  for (const std::string_view name : names) all.append(all.empty() ? "" : ", ").append(name);
  return all;
}

std::vector<std::string_view> measure_names() {
  std::vector<std::string_view> names;
  names.reserve(kMeasureCount);
  for (std::size_t i = 0; i < kMeasureCount; ++i) names.push_back(measure_info(static_cast<Measure>(i)).name);
  return names;
}

std::vector<std::string_view> fact_names() {
  std::vector<std::string_view> names;
  names.reserve(kFactCount);
  for (std::size_t i = 0; i < kFactCount; ++i) names.push_back(fact_name(static_cast<Fact>(i)));
  return names;
}

}  // namespace

std::string CriterionReader::under(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : path + "." + std::string(key);
}

std::string CriterionReader::hint(std::string_view word, const std::vector<std::string_view>& names) {
  const auto near = nearest_name(word, names);
  return near ? "; did you mean " + *near + "?" : "";
}

std::string CriterionReader::measure_hint(std::string_view word) { return hint(word, measure_names()); }
std::string CriterionReader::fact_hint(std::string_view word) { return hint(word, fact_names()); }

void CriterionReader::problem(const YamlNode& node, const std::string& key, std::string text) {
  ++count_;
  const auto is_under = [&](const auto& each) {
    return key.starts_with(each.second) &&
           (key.size() == each.second.size() || key[each.second.size()] == '.' || key[each.second.size()] == '[');
  };
  const auto laid = std::ranges::find_if(of_profile_, is_under);
  const std::string place = laid == of_profile_.end() ? key : "profiles." + laid->first + "." + key;
  problems_.push_back({file_, node.line, node.column, place, std::move(text)});
}

void CriterionReader::check_keys(const YamlNode& node, const std::string& path, CriterionMap map) {
  std::vector<std::string_view> known;
  for (const FileKey& key : criterion_map(map).keys) known.push_back(key.name);
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
  if (!value && parse_enclosing(node.scalar)) {
    problem(node, path, "expected a decimal number of at most " + std::to_string(Decimal::kMaxDigits) + " digits");
  } else if (!value) {
    problem(node, path, "expected a decimal number");
  }
  return value;
}

std::optional<Duration> CriterionReader::duration(const YamlNode& node, const std::string& path, int most_days) {
  std::string_view text = node.scalar;
  const char unit = text.empty() ? ' ' : text.back();
  int count = 0;
  const char* end = text.data() + text.size() - (text.empty() ? 0 : 1);
  const auto result = std::from_chars(text.data(), end, count);
  const int most = unit == 'd' ? most_days : 24 * most_days;
  if ((unit != 'h' && unit != 'd') || result.ec != std::errc() || result.ptr != end || count < 1 || count > most) {
    problem(node, path, "expected hours or days, such as 24h or 2d, at most " + std::to_string(most_days) + "d");
    return std::nullopt;
  }
  return Duration::hours(unit == 'h' ? count : 24 * count);
}

std::optional<Measure> CriterionReader::measure(const YamlNode& node, const std::string& path) {
  const auto found = measure_named(node.scalar);
  if (!found) problem(node, path, "unknown measure " + node.scalar + measure_hint(node.scalar));
  return found;
}

std::optional<Fact> CriterionReader::fact(const YamlNode& node, const std::string& path) {
  const auto found = fact_named(node.scalar);
  if (!found) problem(node, path, "unknown fact " + node.scalar + fact_hint(node.scalar));
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

std::vector<Measure> CriterionReader::measures(const YamlNode& node, const std::string& path, std::string_view key) {
  std::vector<Measure> out;
  for (const std::string& name : texts(node, path, key)) {
    const auto found = measure_named(name);
    if (found) out.push_back(*found);
    if (!found) problem(node, under(path, key), "unknown measure " + name + measure_hint(name));
  }
  return out;
}

std::vector<FactTest> CriterionReader::fact_tests(const YamlNode& node, const std::string& path, std::string_view key) {
  std::vector<FactTest> out;
  const YamlNode* list = node.find(key);
  if (list == nullptr) return out;
  const std::string where = under(path, key);
  if (list->kind != YamlNode::Kind::sequence) problem(*list, where, "expected a list of facts");
  for (const YamlNode& entry : list->items) {
    const bool is_map = entry.kind == YamlNode::Kind::map;
    if (is_map) check_keys(entry, where, CriterionMap::fact_test);
    const YamlNode* name = is_map ? entry.find("fact") : &entry;
    if (name == nullptr) {
      problem(entry, where, "expected a fact");
      continue;
    }
    FactTest test;
    if (const auto found = fact(*name, where)) test.fact = *found;
    if (const YamlNode* unless = is_map ? entry.find("unless") : nullptr) test.unless = fact(*unless, where);
    out.push_back(test);
  }
  return out;
}

std::optional<std::int16_t> CriterionReader::points_at(const YamlNode& node, const std::string& path,
                                                       std::string_view key, bool required) {
  const YamlNode* value = node.find(key);
  if (value != nullptr) return points(*value, under(path, key));
  if (required) problem(node, path, "expected " + std::string(key));
  return std::nullopt;
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

}  // namespace coagwatch::rules
