// The simulator of the topic of commands: it must not lie.

#include "tests/simulation/broker_fixture.h"
#include "tests/simulation/command_check.h"

namespace coagwatch::simulation {
namespace {

using Kind = daemon::BrokerEvent::Kind;
using Offsets = std::vector<std::pair<std::int32_t, std::int64_t>>;

class SimulatedCommandsTest : public BrokerFixture {
 protected:
  void send(const std::string& patient) {
    LogRecord record;
    record.key = patient;
    record.headers = {{"coagwatch-command", "forget"}};
    cluster_.append("commands", 0, std::move(record));
  }
  std::string next(SimulatedBroker& broker) {
    const daemon::BrokerEvent& event = await(broker, Kind::command);
    return std::string(event.record.key.value_or("")) + " " + std::string(event.record.source) + " " +
           std::string(event.record.headers->find("coagwatch-command").value_or("no command"));
  }
  /// Whether any comes within a while.
  static bool comes(SimulatedBroker& broker) {
    for (int i = 0; i < 100; ++i) {
      if (broker.poll(std::chrono::milliseconds(20)).kind == Kind::command) return true;
    }
    return false;
  }
};

TEST_F(SimulatedCommandsTest, AreDeliveredFromAnOffsetOnAndAnew) {
  SimulatedBroker broker(cluster_, {}, none_);
  start(broker);
  send("a");
  send("b");
  EXPECT_FALSE(comes(broker)) << "nobody follows them";
  ASSERT_TRUE(broker.follow_commands(0, 1));
  EXPECT_EQ(next(broker), "b commands/0/1 forget");
  EXPECT_FALSE(comes(broker));
  ASSERT_TRUE(broker.follow_commands(0, 0));
  EXPECT_EQ(next(broker), "a commands/0/0 forget");
  broker.unfollow_commands(0);
  EXPECT_FALSE(comes(broker));
  expect_no_violation();
}

TEST_F(SimulatedCommandsTest, OfATransactionComeOnceItIsCommitted) {
  SimulatedBroker broker(cluster_, {}, none_);
  start(broker);
  ASSERT_TRUE(broker.follow_commands(0, 0));
  for (const bool commits : {false, true}) {
    ASSERT_TRUE(broker.begin());
    write(broker, "copy", daemon::OutputTopic::commands);
    EXPECT_FALSE(comes(broker));
    if (!commits) {
      ASSERT_TRUE(broker.abort());
      EXPECT_FALSE(comes(broker)) << "of an aborted one never";
      continue;
    }
    ASSERT_EQ(broker.commit(Offsets{{0, 0}}), daemon::CommitOutcome::committed);
    EXPECT_EQ(await(broker, Kind::command).record.value, "copy");
  }
  expect_no_violation();
}

TEST_F(SimulatedCommandsTest, AreNotFollowedWhereThatIsRefused) {
  SimulatedBroker broker(cluster_, {}, faults_);
  start(broker);
  send("a");
  ASSERT_TRUE(broker.follow_commands(0, 0));
  faults_.at(Call::follow_commands, Fault::refuse);
  EXPECT_FALSE(broker.follow_commands(0, 0));
  EXPECT_FALSE(comes(broker));
  expect_no_violation();
}

TEST(Interleaving, KeepsTheOrderOfEachPart) {
  const auto of = [](const std::string& names) {
    std::vector<Published> records;
    for (const char name : names) records.push_back({std::string(1, name), {}, {}});
    return records;
  };
  const std::vector<Published> one = of("aab");
  const std::vector<Published> two = of("ac");
  EXPECT_TRUE(is_interleaving(of("aacab"), {&one, &two}));
  EXPECT_TRUE(is_interleaving(of("acaab"), {&one, &two}));
  EXPECT_FALSE(is_interleaving(of("abaca"), {&one, &two})) << "one before its time";
  EXPECT_FALSE(is_interleaving(of("aaab"), {&one, &two})) << "one is missing";
  EXPECT_FALSE(is_interleaving(of("aaabcc"), {&one, &two})) << "one is there twice";
}

}  // namespace
}  // namespace coagwatch::simulation
