// Brokers that are away: no request reaches them, nothing of theirs goes on, and everybody gets a new session.

#include <gtest/gtest.h>

#include "tests/simulation/broker_fixture.h"
#include "tests/simulation/weather.h"

namespace coagwatch::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class SimulatedOutage : public BrokerFixture {
 protected:
  SimulatedBroker broker_{cluster_, {}, none_};
};

TEST_F(SimulatedOutage, NothingIsAnswered) {
  start(broker_);
  cluster_.stop_for(seconds(60));
  EXPECT_FALSE(broker_.facts(0).has_value());
  EXPECT_FALSE(broker_.replace_producer());
  input("x");
  EXPECT_NE(broker_.poll(milliseconds(100)).kind, daemon::BrokerEvent::Kind::record);
  expect_no_violation();
}

TEST_F(SimulatedOutage, ATransactionDoesNotCommit) {
  start(broker_);
  ASSERT_TRUE(broker_.begin());
  write(broker_, "a");
  cluster_.stop_for(seconds(60));
  const std::pair<std::int32_t, std::int64_t> offset{0, 1};
  EXPECT_NE(broker_.commit({&offset, 1}), daemon::CommitOutcome::committed);
  cluster_.advance(seconds(61));
  EXPECT_TRUE(broker_.replace_producer());
  EXPECT_TRUE(committed("alerts").empty());
  expect_no_violation();
}

TEST_F(SimulatedOutage, NoSessionEndsBecauseOfIt) {
  start(broker_);
  cluster_.stop_for(seconds(60));
  for (int i = 0; i < 61; ++i) cluster_.advance(seconds(1));
  for (int i = 0; i < 20; ++i) EXPECT_NE(broker_.poll(milliseconds(50)).kind, daemon::BrokerEvent::Kind::lost);
  EXPECT_TRUE(broker_.owns(0));
  expect_no_violation();
}

TEST(Weather, CalmsDown) {
  SimulatedKafka cluster({}, 1);
  Weather weather(cluster, {.outage = 10'000, .storm = 10'000});
  Random random(1);
  weather.turn(random);
  EXPECT_TRUE(cluster.away());
  EXPECT_EQ(weather.outages(), 1U);
  EXPECT_EQ(weather.storms(), 1U);
  weather.calm();
  EXPECT_FALSE(cluster.away());
  cluster.advance(seconds(30));
  weather.turn(random);
  EXPECT_FALSE(cluster.away());
  EXPECT_FALSE(cluster.group().rebalancing());
}

}  // namespace
}  // namespace coagwatch::simulation
