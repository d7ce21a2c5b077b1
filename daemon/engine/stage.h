#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/engine/input_number.h"

namespace coagwatch::daemon {

/// What a worker is part of: one of the daemon's stages, each a consumer group of its own.
struct Stage {
  std::string name;                 ///< `scoring` or `routing`, for logs and `/status`
  std::vector<std::string> topics;  ///< what it reads, in the order of input_number.h

  [[nodiscard]] const std::string& topic_of(std::int32_t number) const { return topics.at(input_topic_of(number)); }
};

}  // namespace coagwatch::daemon
