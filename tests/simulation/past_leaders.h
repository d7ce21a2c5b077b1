#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "tests/simulation/simulated_time.h"

namespace coagwatch::simulation {

/// Of which partitions of a topic a client asks a leader of the past, which does not know its end.
class PastLeaders {
 public:
  /// What such a leader has is below `end`; the client turns to the present one at `until`.
  void begin(std::int32_t partition, std::int64_t end, Time until) { leaders_[partition] = {end, until}; }
  /// Where the partition ends, as far as who is asked knows.
  [[nodiscard]] std::optional<std::int64_t> end(std::int32_t partition, Time now) const {
    const auto found = leaders_.find(partition);
    if (found == leaders_.end() || now >= found->second.until) return std::nullopt;
    return found->second.end;
  }

 private:
  struct Leader {
    std::int64_t end = 0;
    Time until{};
  };
  std::map<std::int32_t, Leader> leaders_;
};

}  // namespace coagwatch::simulation
