#include "daemon/cli/unfinished_state.h"

#include "daemon/cli/kafka_setup.h"
#include "daemon/cli/topic_reading.h"
#include "daemon/fold/state_codec.h"
#include "daemon/kafka/group_facts.h"

namespace coagwatch::daemon {

std::string unfinished_state(const Config& config) {
  std::string error;
  // A transaction that a killed process left open, most often this one's last: it ends when its producer comes back.
  const auto group = kafka::look_at_group(client_settings(config, "coagwatch-state"), config.kafka.group,
                                          kafka::PendingOffsets::ignored, kafka_log(), error);
  // They are committed with the last record of such a state. So its start alone costs more than a question.
  if (group && group->committed(scored_topic(config), 0)) return {};
  // All partitions are marked in one transaction.
  PartitionRecord last;
  const PartitionRead read =
      TopicReading(config).read(config.output.state, 0, std::nullopt, [&](const ChangelogRecord& record) {
        if (record.key != kPartitionRecordKey || !record.value) return;
        // One that cannot be read its partition stops for.
        if (decode_partition_record(*record.value, last)) last = {};
      });
  if (!read.error.empty()) return read.error;
  return last.input_topic == kUnfinishedState ? kUnfinishedText : "";
}

}  // namespace coagwatch::daemon
