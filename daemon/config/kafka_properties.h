#pragma once

#include <string_view>

namespace coagwatch::daemon {

/// Why a librdkafka key may not be set in `kafka.properties`: another key sets it, or exactly-once delivery depends on
/// the engine's choice. Empty if it may.
std::string_view refused_property(std::string_view key);

}  // namespace coagwatch::daemon
