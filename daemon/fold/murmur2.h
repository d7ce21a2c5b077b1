#pragma once

#include <cstdint>
#include <string_view>

namespace coagwatch::daemon {

/// The partition that Kafka's own clients (Java's default partitioner) give a record with this key: murmur2, its sign
/// bit cleared, modulo the number of partitions. REQUIRES: `partitions` > 0.
std::int32_t partition_of_key(std::string_view key, std::int32_t partitions);

}  // namespace coagwatch::daemon
