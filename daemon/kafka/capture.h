#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "daemon/kafka/client_config.h"
#include "daemon/kafka/log_function.h"

namespace coagwatch::daemon::kafka {

/// How a capture ended.
struct CaptureOutcome {
  std::uint64_t records = 0;
  std::string unreachable;  ///< the broker could not be read; what was written before is incomplete
  std::string error;        ///< the topic does not exist, or the sink refused a line
};

/// Reads a topic (read_committed) from its start to its end as of now, partition by partition, and hands each record
/// as a line of the capture format (capture_format.md), without the line break, to `sink`. A sink that returns false
/// ends the capture.
CaptureOutcome capture_topic(const ClientSettings& settings, const std::string& topic,
                             const std::function<bool(std::string_view line)>& sink, const LogFunction& log);

}  // namespace coagwatch::daemon::kafka
