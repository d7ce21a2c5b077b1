#include "tests/simulation/simulated_group.h"

#include <gtest/gtest.h>

namespace coagwatch::simulation {
namespace {

using std::chrono::seconds;
using CommitError = SimulatedGroup::CommitError;
using Partitions = std::set<std::int32_t>;

class SimulatedGroupTest : public testing::Test {
 protected:
  /// Everybody named takes part with what it holds, and the generation completes.
  void complete(const std::map<MemberId, Partitions>& members) {
    for (const auto& [member, held] : members) group_.rejoin(member, held);
    group_.advance(now_);
  }
  Random random_{3};
  SimulatedGroup group_{{4, seconds(10), seconds(60)}, random_};
  Time now_{};
};

TEST_F(SimulatedGroupTest, OneMemberGetsEverything) {
  const MemberId a = group_.join(now_);
  EXPECT_TRUE(group_.assignment(a).empty());
  group_.advance(now_);
  EXPECT_EQ(group_.assignment(a), (Partitions{0, 1, 2, 3}));
  EXPECT_EQ(group_.generation(), 1);
}

TEST_F(SimulatedGroupTest, WhatAnotherStillHoldsIsGivenOnlyAfterItWasGivenUp) {
  const MemberId a = group_.join(now_);
  group_.advance(now_);
  const MemberId b = group_.join(now_);
  EXPECT_TRUE(group_.must_rejoin(a));
  group_.advance(now_);
  EXPECT_EQ(group_.generation(), 1) << "not before everybody took part";
  complete({{a, {0, 1, 2, 3}}});
  EXPECT_EQ(group_.generation(), 2);
  const Partitions kept = group_.assignment(a);
  EXPECT_EQ(kept.size(), 2U);
  EXPECT_TRUE(group_.assignment(b).empty());
  group_.request_rebalance(now_);
  complete({{a, kept}, {b, {}}});
  EXPECT_EQ(group_.assignment(b).size(), 2U);
  for (const std::int32_t partition : group_.assignment(b)) EXPECT_FALSE(group_.assignment(a).contains(partition));
}

TEST_F(SimulatedGroupTest, NeverAreTwoMembersGivenTheSamePartition) {
  std::map<MemberId, Partitions> members;
  for (int round = 0; round < 500; ++round) {
    if (members.size() < 3 && random_.chance(3'000)) members[group_.join(now_)] = {};
    if (!members.empty() && random_.chance(1'000)) {
      group_.leave(members.begin()->first, now_);
      members.erase(members.begin());
    }
    group_.request_rebalance(now_);
    complete(members);
    Partitions seen;
    for (auto& [member, held] : members) {
      // Between giving up the old and taking the new, nothing is shared with anybody.
      for (const std::int32_t partition : group_.assignment(member)) EXPECT_TRUE(seen.insert(partition).second);
      for (const auto& [other, others] : members) {
        if (other == member) continue;
        for (const std::int32_t partition : group_.assignment(member)) EXPECT_FALSE(others.contains(partition));
      }
    }
    for (auto& [member, held] : members) held = group_.assignment(member);
  }
}

TEST_F(SimulatedGroupTest, ASilentMemberIsThrownOut) {
  const MemberId a = group_.join(now_);
  const MemberId b = group_.join(now_);
  complete({{a, {}}, {b, {}}});
  now_ += seconds(9);
  EXPECT_TRUE(group_.heartbeat(b, now_));
  now_ += seconds(2);
  group_.advance(now_);
  EXPECT_FALSE(group_.known(a));
  EXPECT_FALSE(group_.heartbeat(a, now_));
  complete({{b, {}}});
  EXPECT_EQ(group_.assignment(b), (Partitions{0, 1, 2, 3}));
}

TEST_F(SimulatedGroupTest, OffsetsAreCommittedOnlyByTheirTransactionAndPendingUntilThen) {
  const MemberId a = group_.join(now_);
  group_.advance(now_);
  EXPECT_TRUE(group_.committed(0).stable);
  EXPECT_FALSE(group_.committed(0).offset.has_value());
  EXPECT_EQ(group_.commit_in_transaction(1, a, 1, {{0, 5}}), CommitError::none);
  EXPECT_FALSE(group_.committed(0).stable);
  EXPECT_TRUE(group_.committed(1).stable);
  group_.end_transaction(1, false);
  EXPECT_TRUE(group_.committed(0).stable);
  EXPECT_FALSE(group_.committed(0).offset.has_value());
  EXPECT_EQ(group_.commit_in_transaction(2, a, 1, {{0, 6}}), CommitError::none);
  group_.end_transaction(2, true);
  EXPECT_EQ(group_.committed(0).offset, 6);
  ASSERT_EQ(group_.history().size(), 1U);
  EXPECT_EQ(group_.history()[0].offset, 6);
}

TEST_F(SimulatedGroupTest, StaleGenerationsAndUnknownMembersAreRefused) {
  const MemberId a = group_.join(now_);
  group_.advance(now_);
  group_.request_rebalance(now_);
  EXPECT_EQ(group_.commit_in_transaction(1, a, 1, {{0, 5}}), CommitError::none) << "until the next generation begins";
  group_.end_transaction(1, true);
  complete({{a, {0, 1, 2, 3}}});
  EXPECT_EQ(group_.commit_in_transaction(2, a, 1, {{0, 6}}), CommitError::illegal_generation);
  EXPECT_EQ(group_.commit_in_transaction(2, a, 2, {{0, 6}}), CommitError::none);
  group_.end_transaction(2, true);
  group_.evict(a, now_);
  EXPECT_EQ(group_.commit_in_transaction(3, a, 2, {{0, 7}}), CommitError::unknown_member);
  EXPECT_EQ(group_.committed(0).offset, 6);
}

}  // namespace
}  // namespace coagwatch::simulation
