// Two versions of the daemon in one group, the older one with another format of the state: each takes on what the other
// one leaves, forwards and back, and the whole is what one undisturbed daemon of this version makes of the same input.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/broker/feeder.h"
#include "tests/broker/offline_fold.h"
#include "tests/broker/sample_feed.h"
#include "tests/broker/test_kafka.h"
#include "tests/upgrade/fleet.h"

namespace coagwatch::test {
namespace {

using testing::Pair;

DaemonProcess::Options before_router_and_commands() {
  DaemonProcess::Options options;
  options.old_keys = true;
  return options;
}

class KeyedUpgrade : public RollingUpgrade {
 protected:
  KeyedUpgrade() : RollingUpgrade("format-3", before_router_and_commands()) {}

  void expect_states_as_undisturbed() {
    DaemonProcess::Options options = member("calm");
    options.prefix = unique_name("undisturbed");
    options.program = newer_;
    options.fault.clear();
    DaemonProcess calm(options);
    calm.start();
    EXPECT_TRUE(wait_until_consumed(options.prefix, input_, 60)) << calm.log();
    EXPECT_EQ(calm.terminate(), 0) << calm.log();
    const auto of_calm = patients_in(state_topic(options.prefix));
    EXPECT_GT(of_calm.size(), 0U);
    EXPECT_EQ(different_patients(patients_in(state_topic(prefix_)), of_calm), 0U) << "of " << of_calm.size();
  }
};

TEST_F(KeyedUpgrade, ForwardsBackAndForwardsNothingIsLostOrDoubled) {
  for (DaemonProcess* daemon : fleet()) daemon->start();
  {
    Feeder feeder(input_, sample_feed(60'000, 200, kPartitions, 7), 200, std::chrono::milliseconds(1000));
    ASSERT_NO_FATAL_FAILURE(upgrade_and_roll_back());
    EXPECT_FALSE(feeder.done()) << "the feed ended before the upgrade did";
  }
  end();
  expect_same_as_offline(one_);
  const Outcome older = run_program("state verify -c " + one_.config_file(), "", older_);
  EXPECT_EQ(older.code, 0) << "the way back: " << older.out << older.err;
  expect_states_as_undisturbed();
  EXPECT_THAT(expect_handovers().formats, testing::ElementsAre(Pair('n', 5), Pair('o', 3)));
}

}  // namespace
}  // namespace coagwatch::test
