#include "daemon/fold/result_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

namespace coagwatch::daemon {
namespace {

std::vector<std::uint32_t> found(const ResultIndex& index, std::uint64_t fingerprint) {
  std::vector<std::uint32_t> all;
  index.for_each(fingerprint, [&](std::uint32_t patient) { all.push_back(patient); });
  std::sort(all.begin(), all.end());
  return all;
}

TEST(ResultIndex, KnowsWhoHoldsWhat) {
  ResultIndex index;
  EXPECT_TRUE(found(index, 1).empty());
  index.remove(1, 1);
  constexpr std::uint64_t kOne = 0x1234'5678'9ABC'DEF0;
  index.add(kOne, 7);
  index.add(kOne, 7);
  index.add(kOne, 8);
  EXPECT_EQ(found(index, kOne), (std::vector<std::uint32_t>{7, 8}));
  EXPECT_TRUE(found(index, ~kOne).empty());
  index.remove(kOne, 7);
  index.remove(kOne, 7);
  EXPECT_EQ(found(index, kOne), (std::vector<std::uint32_t>{8}));
  index.clear();
  EXPECT_EQ(index.size(), 0U);
  EXPECT_TRUE(found(index, kOne).empty());
}

// Few tags in a small table, so that they collide, chains run around its end, and removals leave gaps in them.
TEST(ResultIndex, IsAMapThroughAnyChanges) {
  std::mt19937 random(3);
  for (int round = 0; round < 20; ++round) {
    ResultIndex index;
    std::map<std::uint64_t, std::set<std::uint32_t>> expected;
    std::size_t size = 0;
    for (int step = 0; step < 3000; ++step) {
      const std::uint64_t fingerprint = std::uint64_t{random() % 40} << 32U;
      const auto patient = static_cast<std::uint32_t>(random() % 6);
      if (random() % 5 < 3) {
        index.add(fingerprint, patient);
        size += expected[fingerprint].insert(patient).second ? 1 : 0;
      } else {
        index.remove(fingerprint, patient);
        size -= expected[fingerprint].erase(patient);
      }
      ASSERT_EQ(index.size(), size);
    }
    for (std::uint64_t tag = 0; tag < 40; ++tag) {
      const auto& patients = expected[tag << 32U];
      EXPECT_EQ(found(index, tag << 32U), std::vector<std::uint32_t>(patients.begin(), patients.end()));
    }
  }
}

}  // namespace
}  // namespace coagwatch::daemon
