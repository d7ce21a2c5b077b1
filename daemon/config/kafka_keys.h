#pragma once

#include <vector>

#include "daemon/config/keys.h"

namespace coagwatch::daemon {

/// Adds `kafka.*`.
void add_kafka_keys(std::vector<Key>& keys);

/// Settings of `kafka.*` that are right one by one and not together.
void check_kafka(const Config& config, std::vector<rules::Problem>& problems);

}  // namespace coagwatch::daemon
