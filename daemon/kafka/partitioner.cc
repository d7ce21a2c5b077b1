#include "daemon/kafka/partitioner.h"

#include <librdkafka/rdkafka.h>

namespace coagwatch::daemon::kafka {

std::optional<Partitioner> partitioner_named(std::string_view name) {
  if (name == "murmur2") return Partitioner::murmur2;
  if (name == "consistent") return Partitioner::consistent;
  if (name == "fnv1a") return Partitioner::fnv1a;
  return std::nullopt;
}

std::int32_t partition_by(Partitioner partitioner, std::string_view key, std::int32_t partitions) {
  switch (partitioner) {
    case Partitioner::consistent:
      return rd_kafka_msg_partitioner_consistent(nullptr, key.data(), key.size(), partitions, nullptr, nullptr);
    case Partitioner::fnv1a:
      return rd_kafka_msg_partitioner_fnv1a(nullptr, key.data(), key.size(), partitions, nullptr, nullptr);
    case Partitioner::murmur2:
      break;
  }
  return rd_kafka_msg_partitioner_murmur2(nullptr, key.data(), key.size(), partitions, nullptr, nullptr);
}

}  // namespace coagwatch::daemon::kafka
