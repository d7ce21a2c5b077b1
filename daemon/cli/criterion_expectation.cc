#include "daemon/cli/criterion_expectation.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "daemon/config/rule_set_loader.h"
#include "fhir/writers.h"
#include "rules/criterion/reader.h"
#include "rules/scoring/deciding.h"

namespace coagwatch::daemon {
namespace {

using rules::YamlNode;

bool same_scalar(const YamlNode& expected, const YamlNode& actual) {
  if (expected.scalar == actual.scalar) return true;
  const auto a = rules::Decimal::parse(expected.scalar);
  const auto b = rules::Decimal::parse(actual.scalar);
  return a && b && *a == *b;
}

/// True for lists and scalars that say the same.
bool same(const YamlNode& expected, const YamlNode& actual) {
  if (expected.kind != actual.kind) return false;
  if (expected.kind != YamlNode::Kind::sequence) return same_scalar(expected, actual);
  return std::ranges::equal(expected.items, actual.items, same);
}

std::string shown(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::null:
      return "null";
    case YamlNode::Kind::scalar:
      return node.scalar;
    case YamlNode::Kind::sequence: {
      std::string text = "[";
      for (const YamlNode& item : node.items) text.append(text.size() > 1 ? ", " : "").append(shown(item));
      return text + "]";
    }
    case YamlNode::Kind::map:
      break;
  }
  std::string text = "{";
  for (const auto& [key, value] : node.entries) {
    text.append(text.size() > 1 ? ", " : "").append(key).append(": ").append(shown(value));
  }
  return text + "}";
}

/// Appends where `actual` is not what `expected` says. A map names a part; lists and scalars are exact.
void compare(const YamlNode& expected, const YamlNode* actual, const std::string& path, std::vector<WrongField>& out) {
  using Kind = YamlNode::Kind;
  const bool nothing = actual == nullptr || actual->kind == Kind::null;
  if (expected.kind == Kind::map && !nothing && actual->kind == Kind::map) {
    for (const auto& [key, value] : expected.entries) compare(value, actual->find(key), path + "." + key, out);
    return;
  }
  if (expected.kind == Kind::null ? nothing : actual != nullptr && same(expected, *actual)) return;
  out.push_back({path, expected, actual == nullptr ? std::nullopt : std::optional(*actual)});
}

std::vector<std::string_view> item_names(const rules::Criterion& criterion) {
  std::vector<std::string_view> names;
  names.reserve(criterion.table.items.size());
  for (const rules::Item& item : criterion.table.items) names.push_back(item.name);
  return names;
}

}  // namespace

rules::RuleSet* RuleSets::find(const std::string& name, std::string& wrong) {
  const auto known = sets_.find(name);
  if (known != sets_.end()) return &known->second;
  const std::size_t slash = name.find('/');
  const std::string profile = slash == std::string::npos ? "" : name.substr(slash + 1);
  std::vector<rules::Problem> problems;
  auto rules = load_criterion_alone(setup_.config, name.substr(0, slash), profile, setup_.terminology, problems);
  if (!rules) {
    wrong = problems.empty() ? "cannot be loaded" : problems.front().text;
    return nullptr;
  }
  return &sets_.emplace(name, std::move(*rules)).first->second;
}

std::string WrongField::to_string() const {
  return field + ": expected " + shown(expected) + ", got " + (actual ? shown(*actual) : "nothing");
}

void check_expectation(const std::string& file, const CriterionCase& test, RuleSets& sets,
                       std::vector<rules::Problem>& problems) {
  for (const auto& [name, fields] : test.expect) {
    const std::string key = test.path + ".expect." + name;
    std::string wrong;
    const rules::RuleSet* const rules = sets.find(name, wrong);
    if (rules == nullptr) {
      problems.push_back({file, fields.line, fields.column, key, wrong});
      continue;
    }
    const YamlNode* items = fields.find("items");
    if (items == nullptr) continue;
    const std::vector<std::string_view> known = item_names(rules->criteria.front());
    for (const auto& [item, points] : items->entries) {
      if (std::ranges::find(known, item) != known.end()) continue;
      problems.push_back({file, points.line, points.column, key + ".items." + item,
                          "there is no item " + item + rules::CriterionReader::hint(item, known)});
    }
  }
}

void run_case(const CriterionCase& test, RuleSets& sets, std::vector<WrongField>& wrong) {
  for (const auto& [name, expected] : test.expect) {
    std::string unused;
    rules::RuleSet& rules = *sets.find(name, unused);
    rules.site = test.site;
    rules::Assessment assessment;
    rules::assess(rules, test.state, test.at, assessment);
    rules::list_deciding(assessment);
    std::string text;
    fhir::WriteContext context;
    context.patient = "Patient/test";
    fhir::write_assessment(context, rules, assessment, text);
    std::vector<rules::Problem> problems;
    const auto record = rules::parse_yaml(text, "assessment", problems);
    const YamlNode* criteria = record ? record->find("criteria") : nullptr;
    const YamlNode* actual = criteria == nullptr ? nullptr : criteria->find(name.substr(0, name.find('/')));
    compare(expected, actual, name, wrong);
  }
}

}  // namespace coagwatch::daemon
