#pragma once

#include <vector>

#include "daemon/config/keys.h"
#include "rules/criterion/yaml.h"

namespace coagwatch::daemon {

/// `site.d-dimer-kit` and `site.d-dimer-at-fdp.*`: which D-dimer stands for which FDP.
void add_kit_keys(std::vector<Key>& keys);

/// Puts the site's own points in order, and refuses what is no table: the same FDP twice, a D-dimer that falls while
/// the FDP rises, own points besides a kit's.
void finish_kit(Draft& draft, std::vector<rules::Problem>& problems);

}  // namespace coagwatch::daemon
