// The consumer's and the changelog reader's side of the seams.

#include "tests/simulation/broker_fixture.h"

namespace coagwatch::simulation {
namespace {

using daemon::BrokerEvent;
using daemon::CommitOutcome;
using daemon::OutputTopic;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = BrokerEvent::Kind;
using Offsets = std::vector<std::pair<std::int32_t, std::int64_t>>;
using SimulatedClientTest = BrokerFixture;

TEST_F(SimulatedClientTest, DeliversOnlyAcceptedAndResumedPartitionsFromTheGivenOffset) {
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

TEST_F(SimulatedClientTest, TheChangelogIsReadToTheLastStableOffsetAndOnOnceThatMoves) {
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

  const std::int64_t end = owner.bounds(0)->end;
  EXPECT_GT(end, cluster_.log("state", 0).last_stable());
  owner.start_reading(0, 0);
  KeySink sink;
  daemon::ChangelogPosition position;
  for (int i = 0; i < 100 && !position.at_stable_end; ++i) position = owner.read(0, sink, milliseconds(1));
  EXPECT_TRUE(position.at_stable_end);
  EXPECT_LT(position.next, end);
  EXPECT_EQ(sink.seen["k"], "old");
  EXPECT_EQ(owner.commit(Offsets{{0, 2}}), CommitOutcome::committed);
  committed("state");
  for (int i = 0; i < 100 && position.next < end; ++i) position = owner.read(0, sink, milliseconds(1));
  EXPECT_GE(position.next, end);
  EXPECT_EQ(sink.seen["k"], "new");
  owner.stop_reading(0);
  expect_no_violation();
}

TEST_F(SimulatedClientTest, FencingADeadOwnerEndsItsTransactionAtOnce) {
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

TEST_F(SimulatedClientTest, AnEvictedMemberCannotCommitAndIsToldThatItLost) {
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

TEST_F(SimulatedClientTest, ASecondMemberGetsItsShareAfterTheFirstGaveItUp) {
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

TEST_F(SimulatedClientTest, ADeadProcessIsSilentAndItsPartitionsComeFreeAfterTheSessionTimeout) {
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

TEST_F(SimulatedClientTest, RetentionBelowThePositionIsAnErrorOfThatPartition) {
  input("a");
  input("b");
  SimulatedBroker broker(cluster_, {}, none_);
  start(broker);
  cluster_.log("in", 0).delete_before(1);
  EXPECT_EQ(await(broker, Kind::failed).partitions, (std::vector<std::int32_t>{0}));
}

TEST_F(SimulatedClientTest, ATopicMadeAnewHasAnotherIdAndNoOffsets) {
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

TEST_F(SimulatedClientTest, TheSameSeedGivesTheSameRun) {
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
