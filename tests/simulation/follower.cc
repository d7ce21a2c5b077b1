#include "tests/simulation/follower.h"

#include "tests/simulation/simulated_broker.h"

namespace coagwatch::simulation {

Follower::Follower(SimulatedKafka& cluster) : cluster_(cluster) {
  for (const std::string& topic : output_topics()) {
    for (std::int32_t partition = 0; partition < cluster.settings().partitions; ++partition) {
      readers_[{topic, partition}] = {};
    }
  }
  cluster.observe([this] { look(); });
}

void Follower::look() {
  for (auto& [where, reader] : readers_) {
    const SimulatedLog& log = cluster_.log(where.first, where.second);
    while (const LogRecord* record = log.read_committed(reader.position)) {
      reader.seen.push_back(published(*record));
      note(where.second, *record);
    }
  }
}

void Follower::note(std::int32_t partition, const LogRecord& record) {
  if (record.key != daemon::kPartitionRecordKey || !record.value) return;
  daemon::PartitionRecord decoded;
  if (const auto problem = daemon::decode_partition_record(*record.value, decoded)) {
    cluster_.violation("a partition record does not decode: " + *problem);
    return;
  }
  if (!applied_.emplace(std::pair(record.transaction, partition), decoded.last_offset + 1).second) {
    cluster_.violation("two partition records of one partition in one transaction");
  }
}

const std::vector<Published>& Follower::seen(const std::string& topic, std::int32_t partition) const {
  return readers_.at({topic, partition}).seen;
}

}  // namespace coagwatch::simulation
