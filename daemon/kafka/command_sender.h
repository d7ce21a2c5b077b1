#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "daemon/kafka/client_config.h"
#include "daemon/kafka/log_function.h"

namespace coagwatch::daemon::kafka {

/// How a command was sent.
struct SentCommand {
  std::int32_t partitions = 0;  ///< to so many
  std::string error;            ///< why not to all of them; empty: it was
  bool unreachable = false;     ///< the broker does not answer
};

/// Writes a command about a patient to every partition of the topic of commands, and waits until all have it, at most
/// about `timeout`. `name` and `version`: for the headers (daemon/fold/commands.md).
SentCommand send_command(const ClientSettings& settings, const std::string& topic, std::string_view name,
                         std::string_view patient, std::string_view version, const LogFunction& log,
                         std::chrono::milliseconds timeout = std::chrono::seconds(30));

}  // namespace coagwatch::daemon::kafka
