#include "daemon/fold/murmur2.h"

#include <gtest/gtest.h>

#include <limits>

namespace coagwatch::daemon {
namespace {

constexpr std::int32_t kAll = std::numeric_limits<std::int32_t>::max();

// The values of org.apache.kafka.common.utils.UtilsTest.testMurmur2, with the sign bit cleared.
TEST(Murmur2, IsKafkas) {
  EXPECT_EQ(partition_of_key("21", kAll), -973932308 & 0x7fffffff);
  EXPECT_EQ(partition_of_key("foobar", kAll), -790332482 & 0x7fffffff);
  EXPECT_EQ(partition_of_key("a-little-bit-long-string", kAll), -985981536 & 0x7fffffff);
  EXPECT_EQ(partition_of_key("a-little-bit-longer-string", kAll), -1486304829 & 0x7fffffff);
  EXPECT_EQ(partition_of_key("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", kAll), -58897971 & 0x7fffffff);
  EXPECT_EQ(partition_of_key("abc", kAll), 479470107);
}

TEST(Murmur2, SpreadsOverAllPartitions) {
  std::int32_t counts[7] = {};
  for (int i = 0; i < 7000; ++i) ++counts[partition_of_key("Patient/" + std::to_string(i), 7)];
  for (const std::int32_t count : counts) EXPECT_GT(count, 800);
}

}  // namespace
}  // namespace coagwatch::daemon
