#include "tests/simulation/follower.h"

#include "tests/simulation/simulated_broker.h"

namespace coagwatch::simulation {

Follower::Follower(SimulatedKafka& cluster) : cluster_(cluster) {
  for (const std::string& topic : output_topics()) {
    if (topic == output_topics()[static_cast<std::size_t>(daemon::OutputTopic::by_patient)]) continue;
    for (std::int32_t partition = 0; partition < cluster.settings().partitions; ++partition) {
      readers_[{topic, partition}] = {};
    }
  }
  cluster.observe([this] { look(); });
}

void Follower::look() {
  for (auto& [where, reader] : readers_) {
    if (topics_made_ != cluster_.topics_made()) reader.log = nullptr;
  }
  topics_made_ = cluster_.topics_made();
  for (auto& [where, reader] : readers_) {
    if (reader.log == nullptr) reader.log = &cluster_.log(where.first, where.second);
    while (const LogRecord* record = reader.log->read_committed(reader.position)) {
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
