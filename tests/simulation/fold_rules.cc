#include "tests/simulation/fold_rules.h"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "rules/criterion/loader.h"

namespace coagwatch::simulation {
namespace {

bool only_two = false;

rules::RuleSet make_rules() {
  rules::RuleSet rules;
  std::vector<rules::Problem> problems;
  for (const rules::BuiltinCriterion& builtin : rules::builtin_criteria()) {
    if (only_two && builtin.id != "isth-2001" && builtin.id != "jaam-2") continue;
    auto criterion = rules::load_criterion(builtin.text, std::string(builtin.file), "", problems);
    if (criterion) rules.criteria.push_back(std::move(*criterion));
  }
  if (!problems.empty() || rules.criteria.empty()) throw std::runtime_error("the built-in criteria do not load");

  rules.site.pt_control_seconds = rules::Decimal::of(12);
  rules.hash = "simulation";
  rules.sequence = 1;
  return rules;
}

}  // namespace

void keep_two_criteria() { only_two = true; }

const daemon::FoldSettings& fold_settings() {
  static const daemon::FoldSettings settings = [] {
    daemon::FoldSettings made;
    made.rules = std::make_shared<const rules::RuleSet>(make_rules());
    made.terminology = std::make_shared<const fhir::Terminology>();
    made.version = "simulation";
    made.input_topic = "in";
    return made;
  }();
  return settings;
}

const daemon::FoldSettings& routed_fold_settings() {
  static const daemon::FoldSettings settings = [] {
    daemon::FoldSettings made = fold_settings();
    made.routed = true;
    return made;
  }();
  return settings;
}

}  // namespace coagwatch::simulation
