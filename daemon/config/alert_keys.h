#pragma once

#include <vector>

#include "daemon/config/keys.h"

namespace coagwatch::daemon {

/// Adds `alerts.*` and `retention`: when what is sent, to whom.
void add_alert_keys(std::vector<Key>& keys);

}  // namespace coagwatch::daemon
