#pragma once

#include <vector>

#include "daemon/config/keys.h"
#include "rules/criterion/yaml.h"

namespace coagwatch::daemon {

/// Adds the keys of `site.*`: what the references leave to the hospital.
void add_site_keys(std::vector<Key>& keys);

/// Completes `site.*` once all of it is read: upper limits in canonical units, settings that need each other.
void finish_site(Draft& draft, std::vector<rules::Problem>& problems);

}  // namespace coagwatch::daemon
