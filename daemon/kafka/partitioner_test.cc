#include "daemon/kafka/partitioner.h"

#include <gtest/gtest.h>

#include <string>

#include "daemon/fold/murmur2.h"

namespace coagwatch::daemon::kafka {
namespace {

TEST(PartitionerNames, AreLibrdkafkas) {
  EXPECT_EQ(partitioner_named("murmur2"), Partitioner::murmur2);
  EXPECT_EQ(partitioner_named("consistent"), Partitioner::consistent);
  EXPECT_EQ(partitioner_named("fnv1a"), Partitioner::fnv1a);
  EXPECT_EQ(partitioner_named("random"), std::nullopt);
  EXPECT_EQ(partitioner_named("murmur2_random"), std::nullopt) << "a key that is null could be anywhere";
}

TEST(Partitioner, Murmur2IsTheRouters) {
  for (int i = 0; i < 500; ++i) {
    const std::string key = "Patient/" + std::to_string(i);
    EXPECT_EQ(partition_by(Partitioner::murmur2, key, 7), partition_of_key(key, 7));
  }
}

TEST(Partitioner, OthersAreAsPublished) {
  // CRC-32 of "123456789" is 0xCBF43926; FNV-1a of "a" is 0xE40C292C, of which Sarama takes the absolute value.
  EXPECT_EQ(partition_by(Partitioner::consistent, "123456789", 1000), static_cast<std::int32_t>(0xCBF43926U % 1000));
  EXPECT_EQ(partition_by(Partitioner::fnv1a, "a", 1000), static_cast<std::int32_t>((0U - 0xE40C292CU) % 1000));
}

}  // namespace
}  // namespace coagwatch::daemon::kafka
