#include "tests/simulation/fold_rules.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "rules/criterion/loader.h"

namespace coagwatch::simulation {
namespace {

rules::RuleSet make_rules() {
  rules::RuleSet rules;
  std::vector<rules::Problem> problems;
  for (const rules::BuiltinCriterion& builtin : rules::builtin_criteria()) {
    auto criterion = rules::load_criterion(builtin.text, std::string(builtin.file), "", problems);
    if (criterion) rules.criteria.push_back(std::move(*criterion));
  }
  EXPECT_TRUE(problems.empty());
  EXPECT_FALSE(rules.criteria.empty());

  rules.site.pt_control_seconds = rules::Decimal::of(12);
  rules.hash = "simulation";
  rules.sequence = 1;
  return rules;
}

}  // namespace

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

}  // namespace coagwatch::simulation
