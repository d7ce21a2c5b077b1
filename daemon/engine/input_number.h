#pragma once

#include <cstddef>
#include <cstdint>

namespace coagwatch::daemon {

// Input partitions are numbered across the input topics, so that one number names each of them everywhere in the
// engine. With one topic they are its own.

/// More partitions than that no topic has.
inline constexpr std::int32_t kInputTopicStride = 1'000'000;

/// The number of a partition of the `topic`th input topic.
constexpr std::int32_t input_number(std::size_t topic, std::int32_t partition) {
  return static_cast<std::int32_t>(topic) * kInputTopicStride + partition;
}
constexpr std::size_t input_topic_of(std::int32_t number) {
  return static_cast<std::size_t>(number / kInputTopicStride);
}
constexpr std::int32_t input_partition_of(std::int32_t number) { return number % kInputTopicStride; }

}  // namespace coagwatch::daemon
