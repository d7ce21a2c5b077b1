#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace coagwatch::daemon::kafka {

/// How a site's producers divide keys among partitions, by librdkafka's names.
enum class Partitioner : std::uint8_t {
  murmur2,     ///< Java's default, and the router stage's
  consistent,  ///< CRC32: librdkafka's default
  fnv1a,       ///< Sarama's default
};

/// Nullopt for one that cannot be told again from a key.
std::optional<Partitioner> partitioner_named(std::string_view name);

/// The partition of a key. REQUIRES: `partitions` > 0.
std::int32_t partition_by(Partitioner partitioner, std::string_view key, std::int32_t partitions);

}  // namespace coagwatch::daemon::kafka
