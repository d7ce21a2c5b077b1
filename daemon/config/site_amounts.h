#pragma once

#include <vector>

#include "daemon/config/keys.h"
#include "rules/criterion/yaml.h"

namespace coagwatch::daemon {

/// Adds the keys of `site.*` that give a measure an amount, `NAME: {value: 21, unit: "mg/L{FEU}"}`: `upper-limits`,
/// `caps`, `floors`.
void add_amount_keys(std::vector<Key>& keys);

/// Converts what they said to canonical units, exactly, once `site.d-dimer-flavour` is known.
void finish_amounts(Draft& draft, std::vector<rules::Problem>& problems);

}  // namespace coagwatch::daemon
