#pragma once

#include <optional>
#include <vector>

#include "daemon/config/config.h"
#include "fhir/terminology.h"
#include "rules/rule_set.h"
#include "rules/yaml.h"

namespace coagwatch::daemon {

/// The built-in code maps with the site's `terminology.maps` and `terminology.facts` in front. On any problem returns
/// nullopt and appends every problem found, each with the file.
std::optional<fhir::Terminology> load_terminology(const Config& config, std::vector<rules::Problem>& problems);

/// The criteria in force: built-in ones, overridden or joined by those in `criteria.directory` (by id), restricted to
/// `criteria.enabled`, each with the profile of `criteria.profiles`. On any problem returns nullopt and appends every
/// problem found; what a refused setting, or a site file with problems of its own, would decide is not judged.
///
/// The hash is SHA-256 in hex over criterion texts and profiles, `terminology`, `site.*`, `alerts.*` and `limits.*`:
/// two processes with the same hash score and alert alike, and a replay under another one is refused where the journal
/// of the run is there to tell.
std::optional<rules::RuleSet> load_rule_set(const Config& config, const fhir::Terminology& terminology,
                                            std::vector<rules::Problem>& problems);

}  // namespace coagwatch::daemon
