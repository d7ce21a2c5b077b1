#include <set>

#include "tests/simulation/broker_fixture.h"

namespace coagwatch::simulation {
namespace {

using daemon::CommitOutcome;
using daemon::ProduceOutcome;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = daemon::BrokerEvent::Kind;
using Offsets = std::vector<std::pair<std::int32_t, std::int64_t>>;
using SimulatedBrokerTest = BrokerFixture;

TEST_F(SimulatedBrokerTest, ACommitMakesOutputAndOffsetsVisibleTogether) {
  SimulatedBroker broker(cluster_, {}, none_);
  start(broker);
  ASSERT_TRUE(broker.begin());
  EXPECT_EQ(write(broker, "alert"), ProduceOutcome::queued);
  EXPECT_TRUE(committed("alerts").empty());
  EXPECT_EQ(broker.commit(Offsets{{0, 3}}), CommitOutcome::committed);
  EXPECT_EQ(committed("alerts"), (std::vector<std::string>{"alert"}));
  EXPECT_EQ(broker.facts(0)->committed, 3);
  expect_no_violation();
}

TEST_F(SimulatedBrokerTest, AnAbortLeavesNoTrace) {
  SimulatedBroker broker(cluster_, {}, faults_);
  start(broker);
  broker.begin();
  write(broker, "alert");
  faults_.at(Call::commit, Fault::aborted);
  EXPECT_EQ(broker.commit(Offsets{{0, 3}}), CommitOutcome::aborted);
  EXPECT_TRUE(broker.abort());
  EXPECT_TRUE(committed("alerts").empty());
  EXPECT_FALSE(broker.facts(0)->committed.has_value());
  EXPECT_TRUE(broker.begin());
  expect_no_violation();
}

TEST_F(SimulatedBrokerTest, WhoeverIsInChargeNoMoreTellsThePastAndNotPastAMark) {
  SimulatedBroker broker(cluster_, {}, faults_);
  start(broker);
  const auto told = [&] {
    std::set<std::int64_t> offsets;
    for (int i = 0; i < 100; ++i) {
      faults_.at(Call::facts, Fault::stale);
      const auto facts = broker.facts(0);
      if (facts) offsets.insert(facts->outdated ? -1 : facts->committed.value_or(-2));
    }
    return offsets;
  };
  for (const std::int64_t offset : {3, 4}) {
    broker.begin();
    ASSERT_EQ(broker.commit(Offsets{{0, offset}}), CommitOutcome::committed);
    cluster_.advance(seconds(4));
  }
  EXPECT_EQ(told(), (std::set<std::int64_t>{-2, 3, 4}));
  const std::int32_t partition = 0;
  ASSERT_EQ(broker.mark_group({&partition, 1}), CommitOutcome::committed);
  cluster_.advance(seconds(4));
  EXPECT_EQ(told(), (std::set<std::int64_t>{-1, 4}));
  std::int64_t end = -1;
  ASSERT_EQ(broker.mark_state({&partition, 1}, {&end, 1}), CommitOutcome::committed);
  EXPECT_EQ(end, 1) << "behind the tombstone";
  expect_no_violation();
}

TEST_F(SimulatedBrokerTest, AnEndOfThePastIsReadOnFromWhenItsTimeIsOver) {
  SimulatedBroker broker(cluster_, {}, faults_);
  start(broker);
  broker.begin();
  for (int i = 0; i < 20; ++i) write(broker, "state", daemon::OutputTopic::state);
  ASSERT_EQ(broker.commit(Offsets{{0, 3}}), CommitOutcome::committed);
  cluster_.advance(seconds(1));
  const std::int64_t end = cluster_.log("state", 0).end();
  std::set<bool> past;
  for (int i = 0; i < 20; ++i) {
    faults_.at(Call::changelog_bounds, Fault::stale);
    past.insert(broker.bounds(0)->end < end);
  }
  EXPECT_TRUE(past.contains(true));
  cluster_.advance(seconds(21));
  EXPECT_EQ(broker.bounds(0)->end, end);
}

TEST_F(SimulatedBrokerTest, UnknownOutcomesAreWhatTheySay) {
  SimulatedBroker broker(cluster_, {}, faults_);
  start(broker);
  const auto commit = [&](const std::string& value, std::int64_t offset, Fault fault) {
    EXPECT_TRUE(broker.begin());
    write(broker, value);
    faults_.at(Call::commit, fault);
    EXPECT_EQ(broker.commit(Offsets{{0, offset}}), CommitOutcome::unknown);
    EXPECT_FALSE(broker.begin()) << "the producer is finished";
  };
  commit("a", 1, Fault::unknown_committed);
  EXPECT_EQ(committed("alerts"), (std::vector<std::string>{"a"}));
  broker.replace_producer();
  commit("b", 2, Fault::unknown_aborted);
  EXPECT_TRUE(broker.facts(0)->unstable);
  broker.replace_producer();
  EXPECT_EQ(committed("alerts"), (std::vector<std::string>{"a"}));
  EXPECT_EQ(broker.facts(0)->committed, 1);
  commit("c", 3, Fault::unknown_late);
  cluster_.advance(seconds(5));
  cluster_.advance(seconds(4));
  const auto before = committed("alerts");
  broker.replace_producer();
  EXPECT_EQ(committed("alerts"), before) << "after the new producer nothing changes any more";
  expect_no_violation();
}

TEST_F(SimulatedBrokerTest, AnUnknownLateCommitCanStillHappen) {
  SimulatedBroker broker(cluster_, {}, faults_);
  start(broker);
  bool happened = false;
  bool not_yet = false;
  for (int i = 0; i < 20; ++i) {
    broker.begin();
    write(broker, "x");
    faults_.at(Call::commit, Fault::unknown_late);
    broker.commit(Offsets{{0, i + 1}});
    const std::size_t before = visible("alerts").size();
    const std::size_t after = committed("alerts").size();
    if (after > before) happened = true;
    if (after == before) not_yet = true;
    broker.replace_producer();
  }
  EXPECT_TRUE(happened);
  EXPECT_TRUE(not_yet);
}

TEST_F(SimulatedBrokerTest, AStragglerMakesTheProducerSuspectUntilReplaced) {
  SimulatedBroker broker(cluster_, {}, faults_);
  start(broker);
  broker.begin();
  write(broker, "a");
  faults_.at(Call::commit, Fault::straggler);
  EXPECT_EQ(broker.commit(Offsets{{0, 1}}), CommitOutcome::committed);
  EXPECT_TRUE(broker.producer_suspect());
  broker.replace_producer();
  EXPECT_FALSE(broker.producer_suspect());
  broker.begin();
  write(broker, "b");
  cluster_.advance(seconds(5));
  EXPECT_EQ(committed("alerts"), (std::vector<std::string>{"a"}));
}

TEST_F(SimulatedBrokerTest, OffsetsSentTwiceEnterALaterTransactionUnlessTheProducerIsReplaced) {
  SimulatedBroker broker(cluster_, {}, faults_);
  start(broker);
  std::int64_t next = 0;
  const auto commit = [&] {
    broker.begin();
    write(broker, "a");
    EXPECT_EQ(broker.commit(Offsets{{0, ++next}}), CommitOutcome::committed);
    for (int i = 0; i < 20; ++i) cluster_.advance(milliseconds(10));
  };
  for (const bool replaced : {true, false}) {
    int went_back = 0;
    for (int i = 0; i < 50; ++i) {
      faults_.at(Call::commit, Fault::late_offsets);
      commit();
      EXPECT_TRUE(broker.producer_suspect());
      if (replaced) broker.replace_producer();
      for (int more = 0; more < 5; ++more) {
        commit();
        if (cluster_.group().committed(0).offset.value_or(next) < next) ++went_back;  // none: still pending
      }
      broker.replace_producer();
    }
    EXPECT_EQ(went_back > 0, !replaced);
  }
}

TEST_F(SimulatedBrokerTest, AnotherProducerOfTheSameIdFencesThisOne) {
  SimulatedBroker broker(cluster_, {}, none_);
  start(broker);
  broker.begin();
  write(broker, "a");
  cluster_.transactions().initialise("worker-0", seconds(10), cluster_.now());
  EXPECT_EQ(broker.commit(Offsets{{0, 1}}), CommitOutcome::replace);
  EXPECT_FALSE(broker.begin());
  broker.replace_producer();
  EXPECT_TRUE(broker.begin());
  EXPECT_TRUE(committed("alerts").empty());
}

TEST_F(SimulatedBrokerTest, WhatTheContractForbidsIsRecorded) {
  const auto violates = [&](const std::function<void(SimulatedBroker&)>& act) {
    SimulatedKafka cluster({}, 3);
    SimulatedBroker broker(cluster, {}, none_);
    act(broker);
    return !cluster.violations().empty();
  };
  EXPECT_FALSE(violates([](SimulatedBroker& broker) { broker.poll(milliseconds(1)); }));
  EXPECT_TRUE(violates([&](SimulatedBroker& broker) {
    await(broker, Kind::assigned);
    broker.poll(milliseconds(1));
  }));
  EXPECT_TRUE(violates([](SimulatedBroker& broker) { write(broker, "x"); }));
  EXPECT_TRUE(violates([](SimulatedBroker& broker) { broker.resume_at(0, 0); }));
  EXPECT_TRUE(violates([&](SimulatedBroker& broker) {
    start(broker);
    broker.begin();
    broker.commit(Offsets{});
  }));
  EXPECT_TRUE(violates([&](SimulatedBroker& broker) {
    start(broker);
    broker.begin();
    broker.commit(Offsets{{7, 1}});
  }));
  EXPECT_TRUE(violates([](SimulatedBroker& broker) { broker.fence("worker-0"); }));

  SimulatedBroker broker(cluster_, {}, none_);
  start(broker);
  broker.begin();
  cluster_.group().evict(1, cluster_.now());
  await(broker, Kind::lost);
  EXPECT_TRUE(cluster_.violations().empty());
  broker.commit(Offsets{{0, 1}});
  EXPECT_FALSE(cluster_.violations().empty());
}

TEST_F(SimulatedBrokerTest, RecordsThatAreTooLargeAreRefusedAndQueueNothing) {
  SimulatedKafka::Settings settings;
  settings.max_message_bytes = 10;
  SimulatedKafka cluster(settings, 5);
  SimulatedBroker broker(cluster, {}, none_);
  start(broker);
  broker.begin();
  EXPECT_EQ(write(broker, "123456789"), ProduceOutcome::queued);  // with its key exactly ten
  EXPECT_EQ(write(broker, "1234567890"), ProduceOutcome::too_large);
  EXPECT_EQ(broker.commit(Offsets{{0, 1}}), CommitOutcome::committed);
  EXPECT_EQ(cluster.log("alerts", 0).end(), 1);
}

}  // namespace
}  // namespace coagwatch::simulation
