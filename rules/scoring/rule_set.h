#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rules/criterion/criterion.h"
#include "rules/patient/patient_state.h"
#include "rules/scoring/assessment.h"
#include "rules/values/site.h"

namespace coagwatch::rules {

/// The criteria in force with the site's settings. Immutable once made; safe to share between threads.
struct RuleSet {
  std::vector<Criterion> criteria;  ///< one profile each, sorted by id
  /// Criteria that are not in force themselves, but define measures that those in force score.
  std::vector<Criterion> definers;
  std::vector<Duration> max_ages;  ///< that items have besides the default, ascending (link_definitions)
  SiteProfile site;
  std::string hash;            ///< hex; over criteria, maps, `site.*`, `alerts.*` (set by the daemon)
  std::uint64_t sequence = 0;  ///< `ruleset.sequence`
};

/// Takes from `candidates` the criteria that define measures which others score and nobody else defines, and notes with
/// each criterion which results can change what it scores. To be called once, when `rules.criteria` is complete.
void link_definitions(RuleSet& rules, std::vector<Criterion> candidates);

/// Scores every criterion of `rules` on `state` as of `at` (a laboratory value counts for `max-age`, 24 h
/// inclusive), but for what could change them: that is list_deciding (deciding.h), for who shows it. Pure. `out` is
/// overwritten and keeps its buffers; it holds views into `state` and `rules`.
void assess(const RuleSet& rules, const PatientState& state, Timestamp at, Assessment& out);

}  // namespace coagwatch::rules
