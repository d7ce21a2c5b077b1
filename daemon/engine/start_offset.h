#pragma once

#include <cstdint>
#include <string>

#include "daemon/engine/broker.h"
#include "daemon/fold/state_codec.h"

namespace coagwatch::daemon {

/// Where a partition goes on after its restore, or why it must not.
struct StartDecision {
  std::int64_t offset = -1;  ///< next input offset to read; -1 if `error`
  std::string error;         ///< for the operator: what is wrong and what would mend it
  /// With `error`: the state ends before the committed offset. That is also so where another process owned the
  /// partition after the state was read; then reading it again helps.
  bool overtaken = false;
};

/// Decides from what the broker and the restored partition record say (design: "Idempotence and gaps").
///
/// State and committed offset were written by one transaction, so they agree unless somebody reset, deleted or
/// truncated one of them. Then scores could silently be wrong, and the partition stops.
StartDecision decide_start(const PartitionFacts& facts, const PartitionRecord& record);

}  // namespace coagwatch::daemon
