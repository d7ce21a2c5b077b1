#pragma once

#include <string_view>
#include <vector>

#include "rules/scoring/assessment.h"
#include "rules/scoring/rule_set.h"

namespace coagwatch::rules {

/// One criterion's total before a treatment and now. The project's paper 000 judges resolution by score.
struct TreatmentScore {
  const Criterion* criterion = nullptr;
  PointRange before;
  PointRange now;
  bool resolved = false;  ///< it was met before, and is surely below its cut now
};

/// What the scores were when a treatment began, and what they are. That one came after the other is all that is said.
struct TreatmentCourse {
  Fact treatment = Fact::thrombomodulin;
  Timestamp from = Timestamp::none();
  std::string_view source;  ///< the resource that says so; may be empty
  std::vector<TreatmentScore> scores;
};

/// The treatments of the coagulation that are on record and began before the assessment's time, of each the last one,
/// oldest first; of criteria with a total that apply at both times. The score before is that of the results collected
/// up to the begin. Assesses once for each. `out` is overwritten.
void describe_treatments(const RuleSet& rules, const Assessment& assessment, std::vector<TreatmentCourse>& out);

}  // namespace coagwatch::rules
