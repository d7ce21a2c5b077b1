#include "tests/simulation/simulated_broker.h"

#include <gtest/gtest.h>

#include <optional>

namespace coagwatch::simulation {
namespace {

using daemon::BrokerEvent;
using daemon::CommitOutcome;
using daemon::OutputRecord;
using daemon::OutputTopic;
using daemon::ProduceOutcome;
using daemon::RestoreProgress;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = BrokerEvent::Kind;
using Offsets = std::vector<std::pair<std::int32_t, std::int64_t>>;

/// One fault, at the next call that it fits.
class NextFault final : public FaultSource {
 public:
  void at(Call call, Fault fault) { planned_ = {call, fault}; }
  Fault next(Call call) override {
    if (!planned_ || planned_->first != call) return Fault::none;
    const Fault fault = planned_->second;
    planned_.reset();
    return fault;
  }

 private:
  std::optional<std::pair<Call, Fault>> planned_;
};

class KeySink final : public daemon::ChangelogSink {
 public:
  void changelog_record(std::int32_t /*partition*/, const daemon::ChangelogRecord& record) override {
    seen[std::string(record.key)] = std::string(record.value.value_or("(tombstone)"));
  }
  std::map<std::string, std::string> seen;
};

class SimulatedBrokerTest : public testing::Test {
 protected:
  void input(const std::string& value, std::int32_t partition = 0) {
    LogRecord record;
    record.value = value;
    cluster_.append("in", partition, std::move(record));
  }
  /// Polls until an event of this kind comes.
  const BrokerEvent& await(SimulatedBroker& broker, Kind kind) {
    for (int i = 0; i < 1'000; ++i) {
      const BrokerEvent& event = broker.poll(milliseconds(20));
      if (event.kind == kind) return event;
    }
    ADD_FAILURE() << "no such event";
    static const BrokerEvent nothing;
    return nothing;
  }
  /// Takes the partitions assigned and lets them flow from the start.
  std::vector<std::int32_t> start(SimulatedBroker& broker) {
    const std::vector<std::int32_t> partitions = await(broker, Kind::assigned).partitions;
    broker.accept(partitions);
    EXPECT_TRUE(broker.replace_producer());
    for (const std::int32_t partition : partitions) EXPECT_TRUE(broker.resume_at(partition, 0));
    return partitions;
  }
  static ProduceOutcome write(SimulatedBroker& broker, const std::string& value,
                              OutputTopic topic = OutputTopic::alerts) {
    OutputRecord record;
    record.topic = topic;
    record.key = "k";
    record.value = value;
    return broker.produce(record);
  }
  std::vector<std::string> committed(const std::string& topic) {
    for (int i = 0; i < 50; ++i) cluster_.advance(milliseconds(100));
    return visible(topic);
  }
  std::vector<std::string> visible(const std::string& topic) {
    std::vector<std::string> values;
    std::int64_t position = 0;
    while (const LogRecord* next = cluster_.log(topic, 0).read_committed(position)) values.push_back(*next->value);
    return values;
  }
  void expect_no_violation() {
    for (const std::string& violation : cluster_.violations()) ADD_FAILURE() << violation;
  }

  SimulatedKafka cluster_{{}, 11};
  NextFault faults_;
  NoFaults none_;
};

TEST_F(SimulatedBrokerTest, DeliversOnlyAcceptedAndResumedPartitionsFromTheGivenOffset) {
  input("a");
  input("b");
  SimulatedBroker broker(cluster_, {}, none_);
  const auto partitions = await(broker, Kind::assigned).partitions;
  ASSERT_EQ(partitions, (std::vector<std::int32_t>{0}));
  broker.accept(partitions);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(broker.poll(milliseconds(5)).kind, Kind::none);
  broker.resume_at(0, 1);
  EXPECT_EQ(*await(broker, Kind::record).record.value, "b");
  broker.rewind(0, 0);
  EXPECT_EQ(*await(broker, Kind::record).record.value, "a");
  broker.pause(0);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(broker.poll(milliseconds(5)).kind, Kind::none);
  expect_no_violation();
}

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
  EXPECT_FALSE(broker.facts(0).has_value()) << "open, so the offset is unstable";
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

TEST_F(SimulatedBrokerTest, RestoreGoesToTheEndOffsetNotToTheLastStableOffset) {
  SimulatedBroker owner(cluster_, {"owner", seconds(10)}, none_);
  start(owner);
  owner.begin();
  write(owner, "old", OutputTopic::state);
  owner.commit(Offsets{{0, 1}});
  committed("state");
  owner.begin();
  while (cluster_.log("state", 0).end() == cluster_.log("state", 0).last_stable()) {
    write(owner, "new", OutputTopic::state);
  }

  owner.start_restore(0);
  KeySink sink;
  RestoreProgress progress;
  for (int i = 0; i < 100 && progress.state == RestoreProgress::State::reading; ++i) {
    progress = owner.poll_restore(0, sink, milliseconds(1));
  }
  EXPECT_EQ(progress.state, RestoreProgress::State::waiting);
  EXPECT_EQ(sink.seen["k"], "old");
  EXPECT_EQ(owner.commit(Offsets{{0, 2}}), CommitOutcome::committed);
  committed("state");
  progress = {};
  for (int i = 0; i < 100 && progress.state != RestoreProgress::State::complete; ++i) {
    progress = owner.poll_restore(0, sink, milliseconds(1));
  }
  EXPECT_EQ(progress.state, RestoreProgress::State::complete);
  EXPECT_EQ(sink.seen["k"], "new");
  owner.stop_restore(0);
  expect_no_violation();
}

TEST_F(SimulatedBrokerTest, FencingADeadOwnerEndsItsTransactionAtOnce) {
  SimulatedBroker broker(cluster_, {}, none_);
  start(broker);
  const ProducerIdentity dead = cluster_.transactions().initialise("dead", seconds(10), cluster_.now());
  TransactionId transaction = 0;
  cluster_.transactions().add_partition("dead", dead, {"state", 0}, cluster_.now(), transaction);
  LogRecord record;
  record.transaction = transaction;
  cluster_.append("state", 0, record);
  EXPECT_EQ(cluster_.log("state", 0).last_stable(), 0);
  broker.fence("dead");
  EXPECT_EQ(cluster_.log("state", 0).last_stable(), cluster_.log("state", 0).end());
  expect_no_violation();
}

TEST_F(SimulatedBrokerTest, AnEvictedMemberCannotCommitAndIsToldThatItLost) {
  SimulatedBroker broker(cluster_, {}, faults_);
  start(broker);
  broker.begin();
  write(broker, "a");
  faults_.at(Call::commit, Fault::evict);
  EXPECT_EQ(broker.commit(Offsets{{0, 1}}), CommitOutcome::aborted);
  broker.abort();
  const auto lost = await(broker, Kind::lost).partitions;
  EXPECT_EQ(lost, (std::vector<std::int32_t>{0}));
  broker.release(lost);
  EXPECT_EQ(await(broker, Kind::assigned).partitions, lost);
  EXPECT_TRUE(committed("alerts").empty());
  expect_no_violation();
}

TEST_F(SimulatedBrokerTest, ASecondMemberGetsItsShareAfterTheFirstGaveItUp) {
  SimulatedKafka::Settings settings;
  settings.partitions = 2;
  SimulatedKafka cluster(settings, 5);
  SimulatedBroker a(cluster, {"a", seconds(10)}, none_);
  const auto all = await(a, Kind::assigned).partitions;
  ASSERT_EQ(all.size(), 2U);
  a.accept(all);
  SimulatedBroker b(cluster, {"b", seconds(10)}, none_);
  const auto given = await(a, Kind::revoked).partitions;
  ASSERT_EQ(given.size(), 1U);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(b.poll(milliseconds(5)).kind, Kind::none);
  a.release(given);
  for (int i = 0; i < 20; ++i) a.poll(milliseconds(1));
  EXPECT_EQ(await(b, Kind::assigned).partitions, given);
  EXPECT_TRUE(cluster.violations().empty());
}

TEST_F(SimulatedBrokerTest, ADeadProcessIsSilentAndItsPartitionsComeFreeAfterTheSessionTimeout) {
  auto dead = std::make_unique<SimulatedBroker>(cluster_, SimulatedBroker::Settings{"a", seconds(10)}, faults_);
  start(*dead);
  faults_.at(Call::poll, Fault::kill_before);
  EXPECT_THROW(dead->poll(milliseconds(1)), Killed);
  dead.reset();
  const Time died = cluster_.now();
  SimulatedBroker heir(cluster_, {"b", seconds(10)}, none_);
  EXPECT_EQ(await(heir, Kind::assigned).partitions.size(), 1U);
  EXPECT_GT(cluster_.now() - died, seconds(9));
  expect_no_violation();
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

TEST_F(SimulatedBrokerTest, RetentionBelowThePositionIsAnErrorOfThatPartition) {
  input("a");
  input("b");
  SimulatedBroker broker(cluster_, {}, none_);
  start(broker);
  cluster_.log("in", 0).delete_before(1);
  EXPECT_EQ(await(broker, Kind::failed).partitions, (std::vector<std::int32_t>{0}));
}

TEST_F(SimulatedBrokerTest, ATopicMadeAnewHasAnotherIdAndNoOffsets) {
  SimulatedBroker broker(cluster_, {}, none_);
  start(broker);
  broker.begin();
  broker.commit(Offsets{{0, 1}});
  committed("alerts");
  const auto before = broker.facts(0);
  cluster_.recreate("in");
  const auto after = broker.facts(0);
  EXPECT_EQ(before->committed, 1);
  EXPECT_FALSE(after->committed.has_value());
  EXPECT_NE(before->topic_id, after->topic_id);
}

TEST_F(SimulatedBrokerTest, TheSameSeedGivesTheSameRun) {
  const auto run = [&](std::uint64_t seed) {
    SimulatedKafka::Settings settings;
    settings.partitions = 3;
    SimulatedKafka cluster(settings, seed);
    for (int i = 0; i < 60; ++i) {
      LogRecord record;
      record.value = std::to_string(i);
      cluster.append("in", i % 3, std::move(record));
    }
    RandomFaults faults(seed, {.group = 200, .refuse = 500});
    SimulatedBroker broker(cluster, {}, faults);
    std::string trace;
    for (int i = 0; i < 300; ++i) {
      const BrokerEvent& event = broker.poll(milliseconds(10));
      trace += std::to_string(static_cast<int>(event.kind)) + std::string(event.record.value.value_or("")) + ' ';
      const auto partitions = event.partitions;
      if (event.kind == Kind::assigned) {
        broker.accept(partitions);
        for (const std::int32_t partition : partitions) broker.resume_at(partition, 0);
      } else if (event.kind == Kind::revoked || event.kind == Kind::lost) {
        broker.release(partitions);
      }
    }
    return trace;
  };
  EXPECT_EQ(run(1), run(1));
  EXPECT_NE(run(1), run(2));
}

}  // namespace
}  // namespace coagwatch::simulation
