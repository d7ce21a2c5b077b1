#pragma once

#include <string>

#include "daemon/config/config.h"

namespace coagwatch::daemon {

/// Why nobody may begin with the state as it is: `coagwatch state repartition` is writing it, or did not end, or the
/// broker cannot tell. Empty: nothing is known against it.
///
/// Each partition that is scored finds that too when it reads its state. The router stage reads none: beginning without
/// offsets, it would read the whole input once more. Blocks for at most about a minute.
std::string unfinished_state(const Config& config);

}  // namespace coagwatch::daemon
