#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/cli/criterion_test_file.h"
#include "daemon/cli/setup.h"
#include "rules/criterion/yaml.h"
#include "rules/scoring/rule_set.h"

namespace coagwatch::daemon {

/// The rule sets that cases ask for, each of one criterion in one profile; loaded once. Not thread-safe.
class RuleSets {
 public:
  explicit RuleSets(const Setup& setup) : setup_(setup) {}

  /// The rule set of `jaam/en`, or of `jaam` in its default profile. Null: `wrong` says why there is none.
  rules::RuleSet* find(const std::string& name, std::string& wrong);

 private:
  const Setup& setup_;
  std::map<std::string, rules::RuleSet> sets_;
};

/// A field of an assessment that is not what a case expects.
struct WrongField {
  std::string field;  ///< `isth-2001.items.platelets`
  rules::YamlNode expected;
  std::optional<rules::YamlNode> actual;  ///< none: there is no such field
  /// `isth-2001.items.platelets: expected [1, 1], got [2, 2]`
  [[nodiscard]] std::string to_string() const;
};

/// Refuses criteria, profiles and items that are not known: nothing could be said of them.
void check_expectation(const std::string& file, const CriterionCase& test, RuleSets& sets,
                       std::vector<rules::Problem>& problems);

/// Scores the case and appends every field that is not as expected. REQUIRES: check_expectation found nothing.
void run_case(const CriterionCase& test, RuleSets& sets, std::vector<WrongField>& wrong);

}  // namespace coagwatch::daemon
