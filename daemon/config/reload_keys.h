#pragma once

#include <string>
#include <vector>

#include "daemon/config/config.h"

namespace coagwatch::daemon {

/// `running` with what a reload takes from `read`: `criteria.*`, `terminology.*`, `site.*`, `alerts.*` and
/// `ruleset.sequence`. Places and refused keys are those of `read`, for messages.
Config reloaded_config(const Config& running, const Config& read);

/// The other keys whose values differ, as the reference names them: they need a restart. A refused one is left out.
std::vector<std::string> restart_keys(const Config& running, const Config& read);

}  // namespace coagwatch::daemon
