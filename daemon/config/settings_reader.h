#pragma once

#include <vector>

#include "daemon/config/keys.h"
#include "daemon/config/setting.h"
#include "rules/criterion/yaml.h"

namespace coagwatch::daemon {

/// Reads every setting of the tree into the draft by the table of keys, and notes where each was set. Appends a
/// problem for each unknown key (with the nearest known one), each value of the wrong kind, and each that its key
/// refuses.
void read_settings(const Setting& root, const Environment& environment, Draft& draft,
                   std::vector<rules::Problem>& problems);

}  // namespace coagwatch::daemon
