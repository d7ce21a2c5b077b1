#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/config/config.h"
#include "fhir/terminology.h"
#include "rules/criterion/yaml.h"
#include "rules/scoring/rule_set.h"

namespace coagwatch::daemon {

/// The criteria in force: built-in ones, overridden or joined by those in `criteria.directory` (by id), restricted to
/// `criteria.enabled`, each with the profile of `criteria.profiles`. On any problem returns nullopt and appends every
/// problem found; what a refused setting, or a site file with problems of its own, would decide is not judged.
///
/// The hash is SHA-256 in hex over criterion texts and profiles, `terminology`, `site.*`, `alerts.*` and `limits.*`:
/// two processes with the same hash score and alert alike, and a replay under another one is refused where the journal
/// of the run is there to tell.
std::optional<rules::RuleSet> load_rule_set(const Config& config, const fhir::Terminology& terminology,
                                            std::vector<rules::Problem>& problems);

/// The same of one criterion in a profile (empty: its default one), beside what computes its scores where the whole
/// configuration is in force. Of `alerts.*` nothing is checked.
std::optional<rules::RuleSet> load_criterion_alone(const Config& config, const std::string& id,
                                                   const std::string& profile, const fhir::Terminology& terminology,
                                                   std::vector<rules::Problem>& problems);

}  // namespace coagwatch::daemon
