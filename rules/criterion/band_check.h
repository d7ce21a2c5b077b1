#pragma once

#include <string>
#include <vector>

#include "rules/criterion/check.h"

namespace coagwatch::rules {

/// Checks one source, named `key`: bands that overlap, leave a gap, do not reach to the ends or that no plausible value
/// reaches, and what it is divided by. Of two bands that do not meet the later one in the file is called wrong. Sorts
/// the bands ascending.
void check_source(Source& source, const std::string& key, std::vector<KeyedFinding>& out);

}  // namespace coagwatch::rules
