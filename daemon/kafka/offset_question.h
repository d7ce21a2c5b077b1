#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "daemon/kafka/error.h"
#include "daemon/kafka/handles.h"

namespace coagwatch::daemon::kafka {

/// What is asked about the offsets of a partition.
struct OffsetQuestion {
  std::int64_t which = RD_KAFKA_OFFSET_SPEC_LATEST;  ///< RD_KAFKA_OFFSET_SPEC_EARLIEST: the first that is kept
  rd_kafka_IsolationLevel_t isolation = RD_KAFKA_ISOLATION_LEVEL_READ_COMMITTED;
  std::chrono::milliseconds timeout{1'000};
  std::uintptr_t id = 0;  ///< comes back with the answer
};

/// Asks the leader of a partition; the answer comes to the queue.
void ask_offset(rd_kafka_t* rk, const std::string& topic, std::int32_t partition, const OffsetQuestion& question,
                rd_kafka_queue_t* answers);
/// To which question an answer is.
std::uintptr_t question_of(rd_kafka_event_t* answer);
struct ToldOffset {
  std::int64_t offset = -1;
  std::int32_t leader_epoch = -1;  ///< of who told it; -1: a broker that has none
};
/// The offset that an answer tells, or why it tells none.
Error offset_in(rd_kafka_event_t* answer, ToldOffset& told);

}  // namespace coagwatch::daemon::kafka
