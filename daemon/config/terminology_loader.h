#pragma once

#include <optional>
#include <vector>

#include "daemon/config/config.h"
#include "fhir/terminology.h"
#include "rules/criterion/yaml.h"

namespace coagwatch::daemon {

/// The built-in code maps with the site's `terminology.maps` and `terminology.facts` in front. On any problem returns
/// nullopt and appends every problem found, each with the file.
std::optional<fhir::Terminology> load_terminology(const Config& config, std::vector<rules::Problem>& problems);

}  // namespace coagwatch::daemon
