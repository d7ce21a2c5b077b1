// Copies of state: claims, standbys, and what must never be made of one another.

#include "daemon/engine/state_copies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "daemon/engine/scripted_broker.h"

namespace coagwatch::daemon {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;
using State = ClaimProgress::State;

/// Keeps what it is given.
class KeptTask : public PartitionTask {
 public:
  std::optional<std::string> restore(std::string_view key, std::optional<std::string_view> value) override {
    if (value == "corrupt") return "a corrupt record";
    if (key == "owner") owner_ = value.value_or("");
    if (value) {
      values[std::string(key)] = *value;
    } else {
      values.erase(std::string(key));
    }
    return std::nullopt;
  }
  [[nodiscard]] std::string_view owner() const override { return owner_; }
  StartDecision decide(const PartitionFacts& /*facts*/) override { return {}; }
  void enter(std::string_view /*owner*/, Outbox& /*out*/) override {}
  std::optional<std::string> apply(const InputRecord& /*record*/, Outbox& /*out*/) override { return std::nullopt; }
  void flush(Outbox& /*out*/) override {}
  void commit() override {}
  void rollback() override {}
  FoldCounters& counters() override { return counters_; }

  std::map<std::string, std::string> values;
  int scored = 0;

 private:
  std::string owner_;
  FoldCounters counters_;
};

class KeptTasks : public TaskFactory {
 public:
  std::unique_ptr<PartitionTask> make(std::int32_t /*partition*/) override { return std::make_unique<KeptTask>(); }
  void rescore(PartitionTask& task) override { ++static_cast<KeptTask&>(task).scored; }
};

class Told : public CopyObserver {
 public:
  void standby_failed(std::int32_t partition, std::string_view error) override {
    failed.emplace_back(partition, error);
  }
  void read_anew(std::int32_t partition, std::string_view why) override { anew.emplace_back(partition, why); }
  std::vector<std::pair<std::int32_t, std::string>> failed;
  std::vector<std::pair<std::int32_t, std::string>> anew;
};

class StateCopiesTest : public testing::Test {
 protected:
  StateCopies& copies() {
    if (!copies_) copies_ = std::make_unique<StateCopies>(topic_, std::make_unique<KeptTasks>(), told_, options_);
    return *copies_;
  }
  void steps(int count = 5) {
    for (int i = 0; i < count; ++i) copies().step();
  }
  void pass(milliseconds time) { topic_.poll(time); }
  void append(std::int32_t partition, const std::string& key, const std::string& value) {
    topic_.changelog[partition].emplace_back(key, value);
  }
  ClaimId settled_claim(std::int32_t partition) {
    const ClaimId claim = copies().claim(partition);
    copies().settle(claim, 0);
    return claim;
  }
  State state(ClaimId claim) { return copies().progress(claim).state; }
  std::map<std::string, std::string> taken(ClaimId claim) {
    const auto task = copies().take(claim);
    return static_cast<KeptTask&>(*task).values;
  }
  /// A standby of partition 0 that has read `one` and is at the end.
  void follow_one() {
    options_.standby = {0};
    append(0, "one", "1");
    steps();
    ASSERT_THAT(copies().standbys(), SizeIs(1));
    ASSERT_TRUE(copies().standbys().front().caught_up);
    topic_.take();
  }

  ScriptedBroker topic_;
  Told told_;
  StateCopiesOptions options_;
  std::unique_ptr<StateCopies> copies_;
};

TEST_F(StateCopiesTest, AClaimIsReadToTheEndAndHandedOver) {
  append(3, "one", "1");
  append(3, "two", "2");
  const ClaimId claim = settled_claim(3);
  EXPECT_EQ(state(claim), State::reading);
  steps();
  const ClaimProgress progress = copies().progress(claim);
  EXPECT_EQ(progress.state, State::complete);
  EXPECT_EQ(progress.records, 2U);
  EXPECT_THAT(taken(claim), ElementsAre(Pair("one", "1"), Pair("two", "2")));
  EXPECT_THAT(topic_.take(), ElementsAre("start_reading 3@0", "stop_reading 3"));
}

TEST_F(StateCopiesTest, TheEndIsThatOfWhenItWasSettled) {
  append(0, "one", "1");
  const ClaimId claim = copies().claim(0);
  steps();
  EXPECT_EQ(state(claim), State::waiting) << "others may still bring something to its end";
  append(0, "two", "2");
  copies().settle(claim, 0);
  steps();
  ASSERT_EQ(state(claim), State::complete);
  EXPECT_THAT(taken(claim), ElementsAre(Pair("one", "1"), Pair("two", "2")));
}

TEST_F(StateCopiesTest, AnEndOfThePastIsNotTaken) {
  append(0, "one", "1");
  const ClaimId claim = copies().claim(0);
  copies().settle(claim, 2);
  steps();
  EXPECT_EQ(state(claim), State::reading) << "whoever tells that end does not lead the partition any more";
  append(0, "two", "2");
  steps();
  ASSERT_EQ(state(claim), State::complete);
  EXPECT_THAT(taken(claim), ElementsAre(Pair("one", "1"), Pair("two", "2")));
}

TEST_F(StateCopiesTest, OneThatWasSettledInTheMiddleIsReadOn) {
  follow_one();
  const ClaimId claim = copies().claim(0);
  append(0, "two", "2");
  steps();
  append(0, "three", "3");
  copies().settle(claim, 0);
  steps();
  ASSERT_EQ(state(claim), State::complete);
  EXPECT_THAT(taken(claim), ElementsAre(Pair("one", "1"), Pair("three", "3"), Pair("two", "2")));
}

TEST_F(StateCopiesTest, AnEmptyPartitionIsCompleteAtOnce) {
  const ClaimId claim = settled_claim(0);
  steps();
  EXPECT_EQ(state(claim), State::complete);
  EXPECT_THAT(taken(claim), IsEmpty());
}

TEST_F(StateCopiesTest, WhatAnOpenTransactionHidesIsWaitedForAndItsOwnerTold) {
  append(0, "owner", "group.other.0");
  topic_.restore_waits = {0};
  const ClaimId claim = settled_claim(0);
  steps();
  EXPECT_EQ(state(claim), State::waiting);
  EXPECT_EQ(copies().progress(claim).owner, "group.other.0");
  topic_.restore_waits.clear();
  steps();
  EXPECT_EQ(state(claim), State::complete);
}

TEST_F(StateCopiesTest, SeveralAreReadBesideEachOther) {
  topic_.most_read = 1;
  for (const std::int32_t partition : {0, 1}) {
    for (int i = 0; i < 4; ++i) append(partition, "key " + std::to_string(i), "value");
  }
  const ClaimId first = settled_claim(0);
  const ClaimId second = settled_claim(1);
  steps(2);
  EXPECT_EQ(copies().progress(first).position, 2);
  EXPECT_EQ(copies().progress(second).position, 2);
  EXPECT_EQ(copies().progress(second).end, 4);
  steps(3);
  EXPECT_EQ(state(first), State::complete);
  EXPECT_EQ(state(second), State::complete);
}

TEST_F(StateCopiesTest, ABrokerThatDoesNotAnswerIsAskedAgain) {
  append(0, "one", "1");
  topic_.bounds_unknown = {0};
  const ClaimId claim = settled_claim(0);
  steps();
  EXPECT_EQ(state(claim), State::reading);
  topic_.bounds_unknown.clear();
  steps();
  EXPECT_EQ(state(claim), State::complete);
}

TEST_F(StateCopiesTest, ACorruptRecordFailsTheClaim) {
  append(0, "one", "corrupt");
  const ClaimId claim = settled_claim(0);
  steps();
  EXPECT_EQ(state(claim), State::failed);
  EXPECT_EQ(copies().progress(claim).error, "a corrupt record");
  copies().give_up(claim);
}

TEST_F(StateCopiesTest, ATopicThatCannotBeReadFailsTheClaim) {
  topic_.restore_fails[0] = "not authorized";
  const ClaimId claim = settled_claim(0);
  steps();
  EXPECT_EQ(state(claim), State::failed);
  EXPECT_EQ(copies().progress(claim).error, "not authorized");
}

TEST_F(StateCopiesTest, WithoutStandbyNothingIsReadThatNobodyClaims) {
  append(0, "one", "1");
  steps();
  EXPECT_THAT(topic_.take(), IsEmpty());
  EXPECT_THAT(copies().standbys(), IsEmpty());
}

TEST_F(StateCopiesTest, AClaimTakesAStandbyOverAndReadsOnlyTheTail) {
  follow_one();
  append(0, "two", "2");
  const ClaimId claim = settled_claim(0);
  steps();
  ASSERT_EQ(state(claim), State::complete);
  EXPECT_EQ(copies().progress(claim).records, 1U);
  EXPECT_THAT(taken(claim), ElementsAre(Pair("one", "1"), Pair("two", "2")));
  EXPECT_THAT(topic_.take(), ElementsAre("stop_reading 0"));
  pass(milliseconds(60'000));
  steps();
  EXPECT_THAT(topic_.take(), IsEmpty()) << "it is ours: nobody follows it";
  EXPECT_THAT(copies().standbys(), IsEmpty());
}

TEST_F(StateCopiesTest, AStandbyFollows) {
  follow_one();
  append(0, "two", "2");
  topic_.most_read = 0;
  pass(milliseconds(300));
  steps();
  EXPECT_EQ(copies().standbys().front().lag, 1);
  topic_.most_read = 1;
  pass(milliseconds(300));
  steps();
  EXPECT_EQ(copies().standbys().front().lag, 0);
  EXPECT_THAT(topic_.take(), IsEmpty());
}

TEST_F(StateCopiesTest, TheTailThatATransactionHidesIsWaitedForToo) {
  follow_one();
  topic_.restore_waits = {0};
  const ClaimId claim = settled_claim(0);
  steps();
  EXPECT_EQ(state(claim), State::waiting);
  append(0, "two", "2");
  topic_.restore_waits.clear();
  steps();
  EXPECT_THAT(taken(claim), ElementsAre(Pair("one", "1"), Pair("two", "2")));
}

TEST_F(StateCopiesTest, AStandbyOfATopicMadeAnewIsReadAnew) {
  follow_one();
  topic_.changelog[0] = {{"other", "1"}, {"more", "2"}};
  topic_.state_topic_id = "another";
  const ClaimId claim = settled_claim(0);
  steps();
  ASSERT_EQ(state(claim), State::complete);
  EXPECT_THAT(taken(claim), ElementsAre(Pair("more", "2"), Pair("other", "1")));
  EXPECT_THAT(told_.anew, ElementsAre(Pair(0, HasSubstr("made anew"))));
}

TEST_F(StateCopiesTest, AStandbyOfATruncatedTopicIsReadAnew) {
  append(0, "zero", "0");
  follow_one();
  topic_.changelog[0] = {{"zero", "0"}};
  const ClaimId claim = settled_claim(0);
  steps();
  EXPECT_THAT(taken(claim), ElementsAre(Pair("zero", "0")));
  EXPECT_THAT(told_.anew, ElementsAre(Pair(0, HasSubstr("ends before"))));
}

TEST_F(StateCopiesTest, AStandbyThatMissedWhatIsGoneIsReadAnew) {
  follow_one();
  append(0, "two", "2");
  append(0, "three", "3");
  topic_.state_lows[0] = 2;
  const ClaimId claim = settled_claim(0);
  steps();
  EXPECT_THAT(taken(claim), ElementsAre(Pair("three", "3")));
  EXPECT_THAT(told_.anew, ElementsAre(Pair(0, HasSubstr("begins after"))));
}

TEST_F(StateCopiesTest, AStandbyThatSleptForLongMayHaveMissedATombstone) {
  follow_one();
  append(0, "two", "2");
  pass(hours(7));
  const ClaimId claim = settled_claim(0);
  steps();
  EXPECT_THAT(told_.anew, ElementsAre(Pair(0, HasSubstr("too long"))));
  EXPECT_THAT(topic_.take(), ElementsAre("stop_reading 0", "start_reading 0@0", "stop_reading 0"));
  EXPECT_THAT(taken(claim), SizeIs(2));
}

/// Of a partition of which no fetch comes through, the reader only repeats what it once said.
TEST_F(StateCopiesTest, AStandbyWhoseReaderHearsNothingMayHaveMissedATombstone) {
  follow_one();
  append(0, "two", "2");
  topic_.restore_silent = {0};
  for (int i = 0; i < 7; ++i) {
    pass(hours(1));
    steps();
  }
  EXPECT_THAT(told_.anew, ElementsAre(Pair(0, HasSubstr("too long"))));
  topic_.restore_silent.clear();
  const ClaimId claim = settled_claim(0);
  steps();
  EXPECT_THAT(taken(claim), SizeIs(2));
}

TEST_F(StateCopiesTest, AStandbyOfWhichTheBrokerSaysThatNothingHasComeIsKept) {
  follow_one();
  topic_.restore_silent = {0};
  for (int i = 0; i < 24; ++i) {
    pass(hours(1));
    steps();
  }
  EXPECT_THAT(told_.anew, IsEmpty());
  EXPECT_THAT(topic_.take(), IsEmpty());
}

TEST_F(StateCopiesTest, AStandbyIsNoReasonToFailAClaim) {
  follow_one();
  append(0, "two", "2");
  topic_.restore_fails[0] = "offset out of range";
  const ClaimId claim = settled_claim(0);
  steps(1);
  EXPECT_EQ(state(claim), State::reading);
  EXPECT_THAT(told_.anew, ElementsAre(Pair(0, "offset out of range")));
  topic_.restore_fails.clear();
  steps();
  EXPECT_EQ(state(claim), State::complete);
}

TEST_F(StateCopiesTest, ACorruptRecordDropsTheStandbyForAWhile) {
  options_.standby = {0};
  append(0, "one", "corrupt");
  steps(20);
  EXPECT_THAT(told_.failed, ElementsAre(Pair(0, "a corrupt record")));
  EXPECT_THAT(topic_.take(), ElementsAre("start_reading 0@0", "stop_reading 0"));
  pass(milliseconds(300));
  steps();
  EXPECT_EQ(copies().standbys().front().error, "a corrupt record");
  const ClaimId claim = settled_claim(0);
  steps();
  EXPECT_EQ(state(claim), State::failed) << "whoever needs it looks himself";
  copies().give_up(claim);
  topic_.changelog[0].front().second = "mended";
  pass(options_.retry_after);
  steps();
  EXPECT_THAT(told_.failed, SizeIs(1));
  EXPECT_THAT(copies().standbys().front().error, IsEmpty());
}

TEST_F(StateCopiesTest, WhatWasGivenBackIsReadAnewAfterAWhile) {
  follow_one();
  const ClaimId claim = settled_claim(0);
  steps();
  std::unique_ptr<PartitionTask> task = copies().take(claim);
  static_cast<KeptTask&>(*task).values["never committed"] = "1";
  copies().give_back(0, std::move(task));
  topic_.take();
  steps();
  EXPECT_THAT(topic_.take(), IsEmpty());
  pass(options_.standby_after);
  steps();
  EXPECT_THAT(topic_.take(), ElementsAre("start_reading 0@0"));
  const ClaimId again = settled_claim(0);
  steps();
  EXPECT_THAT(taken(again), ElementsAre(Pair("one", "1")));
}

TEST_F(StateCopiesTest, AClaimGivenUpGoesOnAsAStandby) {
  options_.standby = {0};
  topic_.most_read = 1;
  for (const char* key : {"one", "two", "three"}) append(0, key, "1");
  const ClaimId claim = settled_claim(0);
  steps(1);
  copies().give_up(claim);
  steps();
  EXPECT_THAT(topic_.take(), ElementsAre("start_reading 0@0"));
  const ClaimId again = settled_claim(0);
  steps();
  EXPECT_THAT(taken(again), SizeIs(3));
}

TEST_F(StateCopiesTest, AClaimGivenUpWithoutStandbyIsDropped) {
  topic_.restore_waits = {0};
  append(0, "one", "1");
  const ClaimId claim = settled_claim(0);
  steps();
  copies().give_up(claim);
  steps();
  EXPECT_THAT(topic_.take(), ElementsAre("start_reading 0@0", "stop_reading 0"));
}

TEST_F(StateCopiesTest, ClaimsToTheSamePartitionAreServedInTurnFromTheStart) {
  append(0, "one", "1");
  const ClaimId first = settled_claim(0);
  const ClaimId second = settled_claim(0);
  steps();
  EXPECT_EQ(state(first), State::complete);
  EXPECT_EQ(state(second), State::reading);
  append(0, "two", "2");
  EXPECT_THAT(taken(first), SizeIs(1));
  steps();
  EXPECT_THAT(taken(second), SizeIs(2));
}

TEST_F(StateCopiesTest, StandbysAreReadFromTheStartOneAfterTheOtherAndAfterTheClaims) {
  options_.standby = {0, 1, 2};
  topic_.most_read = 1;
  for (const std::int32_t partition : {0, 1, 2}) {
    for (int i = 0; i < 3; ++i) append(partition, "key " + std::to_string(i), "value");
  }
  copies().step();
  EXPECT_THAT(topic_.take(), ElementsAre("start_reading 0@0"));
  const ClaimId claim = settled_claim(2);
  copies().step();
  EXPECT_THAT(topic_.take(), ElementsAre("start_reading 2@0", "stop_reading 0"));
  steps(2);
  ASSERT_EQ(state(claim), State::complete);
  topic_.take();
  copies().step();
  EXPECT_THAT(topic_.take(), ElementsAre("start_reading 0@1")) << "where it was";
  copies().step();
  EXPECT_THAT(topic_.take(), ElementsAre("start_reading 1@0"));
}

TEST_F(StateCopiesTest, ACopyHasTheRuleSetOfTheProcess) {
  follow_one();
  copies().change_scoring({});
  steps();
  const ClaimId claim = settled_claim(0);
  steps();
  const auto task = copies().take(claim);
  EXPECT_EQ(static_cast<KeptTask&>(*task).scored, 1);
}

}  // namespace
}  // namespace coagwatch::daemon
