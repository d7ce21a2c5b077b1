#pragma once

#include <utility>
#include <vector>

#include "rules/patient/known_facts.h"
#include "rules/scoring/rule_set.h"

namespace coagwatch::rules {

/// All that an assessment at one clinical time takes from the facts of a patient: of equal ones it says the same.
///
/// Beside whether each is so that is since when: of an age (a D-dimer limit that grows with it), of treatments that
/// cells may have fallen after (FallAfter), and whether heparin was begun when it may lower platelets by now.
class ScoredFacts {
 public:
  ScoredFacts(const RuleSet& rules, const PatientState& state, Timestamp at);
  friend bool operator==(const ScoredFacts&, const ScoredFacts&) = default;

 private:
  KnownFacts known_;
  Timestamp grown_up_;
  bool exposed_to_heparin_;
  std::vector<std::pair<Fact, Timestamp>> treatments_;  ///< sorted
};

}  // namespace coagwatch::rules
