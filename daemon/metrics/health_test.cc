#include "daemon/metrics/health.h"

#include <gtest/gtest.h>

namespace coagwatch::daemon {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Health, LiveUntilALoopIsSilentForLonger) {
  Health health(2, seconds(10));
  const auto start = Health::Clock::now();
  health.tick(0, start);
  health.tick(1, start + seconds(5));
  EXPECT_TRUE(health.live(start + seconds(10)).ok);
  EXPECT_EQ(
      health.live(start + seconds(10)).json,
      R"({"live":true,"workers":[{"worker":0,"tick-age-seconds":10.000},{"worker":1,"tick-age-seconds":5.000}]})");
  EXPECT_FALSE(health.live(start + milliseconds(10'001)).ok);
  health.tick(0, start + milliseconds(10'001));
  EXPECT_TRUE(health.live(start + milliseconds(10'001)).ok);
}

TEST(Health, ALoopThatNeverTickedIsNotAliveForEver) {
  const Health health(1, seconds(10));
  EXPECT_TRUE(health.live().ok);
  EXPECT_FALSE(health.live(Health::Clock::now() + seconds(11)).ok);
}

TEST(Health, ReadyWhenAllWorkersAre) {
  Health health(2);
  EXPECT_FALSE(health.ready().ok);
  EXPECT_EQ(health.ready().json, R"({"ready":false,"reasons":["worker 0: starting","worker 1: starting"]})");
  health.set_ready(0, true, "");
  health.set_ready(1, false, "restoring \"3\"");
  EXPECT_EQ(health.ready().json, R"({"ready":false,"reasons":["worker 1: restoring \"3\""]})");
  health.set_ready(1, true, "");
  EXPECT_TRUE(health.ready().ok);
  EXPECT_EQ(health.ready().json, R"({"ready":true,"reasons":[]})");
}

TEST(Health, NotReadyWhileStopping) {
  Health health(1);
  health.set_ready(0, true, "");
  health.set_stopping();
  health.set_ready(0, true, "");
  EXPECT_FALSE(health.ready().ok);
  EXPECT_EQ(health.ready().json, R"({"ready":false,"reasons":["stopping"]})");
  EXPECT_TRUE(health.live().ok);
}

}  // namespace
}  // namespace coagwatch::daemon
