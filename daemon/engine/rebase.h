#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "daemon/engine/broker.h"
#include "daemon/fold/state_codec.h"

namespace coagwatch::daemon {

/// What becomes of a partition that stopped because its input is not the one that its state is of.
struct RebaseDecision {
  enum class Kind : std::uint8_t {
    nothing,   ///< it is not stopped for anything that the input has to do with
    accepted,  ///< it may go on with `record`
    refused,   ///< `why`: something else is wrong, or the offset asked for is not there
  };
  Kind kind = Kind::nothing;
  std::string why;         ///< why it is stopped, or why it stays so
  PartitionRecord record;  ///< where accepted, what is to be written; the owner is left as it was
};

/// Decides whether the input, and the topic of commands, as they are now may be accepted as what follows the state: it
/// was made anew, truncated, or what comes next is gone. `offset`: where to go on in the input; nullopt: at the first
/// that is kept. What was in between was never seen, which somebody answers for by asking.
RebaseDecision decide_rebase(const PartitionFacts& facts, const PartitionRecord& record, const std::string& topic,
                             std::optional<std::int64_t> offset);

}  // namespace coagwatch::daemon
