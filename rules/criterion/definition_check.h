#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/criterion/check.h"
#include "rules/criterion/criterion.h"

namespace coagwatch::rules {

/// Checks what one criterion defines: scores only, each once, none that it scores itself, and sums of items that every
/// population has. REQUIRES: all of it was read.
void check_definitions(const Criterion& criterion, std::vector<KeyedFinding>& out);

/// A criterion that a rule set is made of, or that may be taken into it for what it defines.
struct DefinerChoice {
  const Criterion* criterion = nullptr;
  std::string_view file;
  int rank = 0;  ///< 0: in force; of the others a lower one is taken first
};

/// Something wrong with what a file defines beside others.
struct DefinerProblem {
  std::string_view file;
  std::string key;  ///< where it is defined, `defines[0].measure`
  std::string text;
};

/// Checks that the order of files decides nothing: each score that is in force has one definer, and what defines one
/// scores none that another file defines, since it is computed before the others.
std::vector<DefinerProblem> check_definers(const std::vector<DefinerChoice>& all);

/// A score that a criterion in force looks at and no criterion computes.
struct UndefinedScore {
  std::string_view criterion;
  Measure measure = Measure::sofa;
};

/// Every such score. `definers` are the criteria that are not in force and compute measures for those that are.
std::vector<UndefinedScore> undefined_scores(const std::vector<Criterion>& in_force,
                                             const std::vector<Criterion>& definers);

}  // namespace coagwatch::rules
