#include <cstdio>
#include <map>

#include "daemon/cli/commands.h"
#include "daemon/cli/criterion_test_file.h"
#include "daemon/cli/setup.h"
#include "daemon/config/rule_set_loader.h"
#include "fhir/json_writer.h"
#include "fhir/writers.h"
#include "rules/rule_set.h"

namespace coagwatch::daemon {
namespace {

using rules::YamlNode;

struct Failure {
  std::string file;
  int line = 0;
  std::string name;
  std::string text;
};

bool same_scalar(const YamlNode& expected, const YamlNode& actual) {
  if (expected.scalar == actual.scalar) return true;
  const auto a = rules::Decimal::parse(expected.scalar);
  const auto b = rules::Decimal::parse(actual.scalar);
  return a && b && *a == *b;
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

/// Where `actual` is not what `expected` says, or empty. A map names a part; lists and scalars are exact.
std::string difference(const YamlNode& expected, const YamlNode* actual, const std::string& path) {
  if (expected.kind == YamlNode::Kind::null) {
    return actual == nullptr || actual->kind == YamlNode::Kind::null ? ""
                                                                     : path + ": expected null, got " + shown(*actual);
  }
  if (actual == nullptr) return path + ": expected " + shown(expected) + ", got nothing";
  if (actual->kind != expected.kind) return path + ": expected " + shown(expected) + ", got " + shown(*actual);
  if (expected.kind == YamlNode::Kind::map) {
    for (const auto& [key, value] : expected.entries) {
      std::string found = difference(value, actual->find(key), path + "." + key);
      if (!found.empty()) return found;
    }
    return {};
  }
  bool same = true;
  if (expected.kind == YamlNode::Kind::sequence) {
    same = expected.items.size() == actual->items.size();
    for (std::size_t i = 0; same && i < expected.items.size(); ++i) {
      same = difference(expected.items[i], &actual->items[i], path).empty();
    }
  } else {
    same = same_scalar(expected, *actual);
  }
  return same ? "" : path + ": expected " + shown(expected) + ", got " + shown(*actual);
}

/// The rule sets that cases ask for, each of one criterion in one profile; loaded once.
class RuleSets {
 public:
  explicit RuleSets(const Setup& setup) : setup_(setup) {}

  /// Null: `wrong` says why there is none of that name.
  rules::RuleSet* find(const std::string& name, std::string& wrong) {
    const auto known = sets_.find(name);
    if (known != sets_.end()) return &known->second;
    const std::size_t slash = name.find('/');
    Config config = setup_.config;
    config.criteria.enabled = {name.substr(0, slash)};
    config.criteria.profiles.clear();
    // Which criteria alert is no part of a case, and those that the site names are not all in force here.
    config.places.clear();
    if (slash != std::string::npos) config.criteria.profiles[name.substr(0, slash)] = name.substr(slash + 1);
    std::vector<rules::Problem> problems;
    auto rules = load_rule_set(config, setup_.terminology, problems);
    if (!rules) {
      wrong = name + ": " + (problems.empty() ? "cannot be loaded" : problems.front().text);
      return nullptr;
    }
    return &sets_.emplace(name, std::move(*rules)).first->second;
  }

 private:
  const Setup& setup_;
  std::map<std::string, rules::RuleSet> sets_;
};

/// Runs one case against one criterion; empty if it says what it must.
std::string run_expectation(const CriterionCase& test, const std::string& name, const YamlNode& expected,
                            RuleSets& sets) {
  std::string wrong;
  rules::RuleSet* const rules = sets.find(name, wrong);
  if (rules == nullptr) return wrong;
  rules->site = test.site;
  rules::Assessment assessment;
  rules::assess(*rules, test.state, test.at, assessment);
  std::string text;
  fhir::WriteContext context;
  context.patient = "Patient/test";
  fhir::write_assessment(context, *rules, assessment, text);
  std::vector<rules::Problem> problems;
  const auto record = rules::parse_yaml(text, "assessment", problems);
  const YamlNode* criteria = record ? record->find("criteria") : nullptr;
  const YamlNode* actual = criteria == nullptr ? nullptr : criteria->find(name.substr(0, name.find('/')));
  return difference(expected, actual, name);
}

void print_json(std::size_t passed, const std::vector<Failure>& failures) {
  std::string text;
  fhir::JsonWriter json(text);
  json.begin_object();
  json.integer("passed", static_cast<std::int64_t>(passed));
  json.integer("failed", static_cast<std::int64_t>(failures.size()));
  json.begin_array("failures");
  for (const Failure& failure : failures) {
    json.begin_object();
    json.text("file", failure.file);
    json.integer("line", failure.line);
    json.text("name", failure.name);
    json.text("text", failure.text);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  std::printf("%s\n", text.c_str());
}

}  // namespace

int test_command(const TestOptions& options) {
  std::vector<rules::Problem> problems;
  const std::unique_ptr<Setup> setup = load_setup(options.config, Purpose::offline, problems);
  if (!setup) {
    print_problems(problems);
    return kExitUsage;
  }
  std::size_t passed = 0;
  std::vector<Failure> failures;
  RuleSets sets(*setup);
  for (const std::string& file : options.files) {
    const auto cases = read_criterion_cases(file, setup->terminology, problems);
    if (!cases) continue;
    for (const CriterionCase& test : *cases) {
      std::string wrong;
      for (const auto& [name, expected] : test.expect) {
        const std::string found = run_expectation(test, name, expected, sets);
        if (!found.empty()) wrong.append(wrong.empty() ? "" : "; ").append(found);
      }
      if (wrong.empty()) {
        ++passed;
      } else {
        failures.push_back({file, test.line, test.name, wrong});
      }
    }
  }
  if (!problems.empty()) {
    print_problems(problems);
    return kExitUsage;
  }
  if (options.json) {
    print_json(passed, failures);
  } else {
    for (const Failure& failure : failures) {
      std::printf("%s:%d: %s: %s\n", failure.file.c_str(), failure.line, failure.name.c_str(), failure.text.c_str());
    }
    std::printf("%zu passed, %zu failed\n", passed, failures.size());
  }
  return failures.empty() ? kExitOk : kExitFailed;
}

}  // namespace coagwatch::daemon
