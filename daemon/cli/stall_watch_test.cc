#include "daemon/cli/stall_watch.h"

#include <gtest/gtest.h>

namespace coagwatch::daemon {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class StallWatchTest : public testing::Test {
 protected:
  /// Looks for so long, every quarter of a second, while the loop turns or not. Whether any look found it standing.
  bool look_for(seconds time, bool turning) {
    bool stands = false;
    for (const auto end = now_ + time; now_ < end;) {
      now_ += milliseconds(250);
      if (turning) ++turns_;
      stands = watch_.stands(turns_, now_) || stands;
    }
    return stands;
  }
  StallWatch watch_{seconds(300)};
  StallWatch::Clock::time_point now_{std::chrono::hours(1000)};
  std::uint64_t turns_ = 0;
};

TEST_F(StallWatchTest, ALoopThatTurnsNeverStands) { EXPECT_FALSE(look_for(seconds(1000), true)); }

TEST_F(StallWatchTest, StandsOnceTheLimitHasPassedAndNotBefore) {
  EXPECT_FALSE(look_for(seconds(300), false));
  EXPECT_TRUE(look_for(seconds(1), false));
}

TEST_F(StallWatchTest, ATurnBeginsAnew) {
  EXPECT_FALSE(look_for(seconds(299), false));
  EXPECT_FALSE(look_for(seconds(1), true));
  EXPECT_FALSE(look_for(seconds(299), false));
  EXPECT_TRUE(look_for(seconds(2), false));
}

TEST_F(StallWatchTest, WhileTheWholeProcessWasStoppedTheLoopCouldNotTurn) {
  EXPECT_FALSE(look_for(seconds(10), false));
  now_ += std::chrono::hours(24);
  EXPECT_FALSE(look_for(seconds(10), false));
  EXPECT_TRUE(look_for(seconds(300), false));
}

}  // namespace
}  // namespace coagwatch::daemon
