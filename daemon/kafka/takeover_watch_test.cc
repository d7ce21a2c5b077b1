#include "daemon/kafka/takeover_watch.h"

#include <gtest/gtest.h>

namespace coagwatch::daemon::kafka {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr TakeoverWatch::Clock::time_point kStart{seconds(1'000)};
constexpr milliseconds kShort{50};

TEST(TakeoverWatch, TheSecondFencingWithinAMinuteIsAnotherProcess) {
  TakeoverWatch watch;
  EXPECT_FALSE(watch.fenced(kStart, kShort));
  EXPECT_TRUE(watch.fenced(kStart + milliseconds(59'999), kShort));
}

TEST(TakeoverWatch, FencingsAMinuteApartProveNothing) {
  TakeoverWatch watch;
  EXPECT_FALSE(watch.fenced(kStart, kShort));
  EXPECT_FALSE(watch.fenced(kStart + seconds(60), kShort));
  EXPECT_TRUE(watch.fenced(kStart + seconds(61), kShort)) << "each is compared with the one before it";
}

TEST(TakeoverWatch, WhoStalledWasFencedForThat) {
  TakeoverWatch watch;
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(watch.fenced(kStart + seconds(i * 11), seconds(5)));
  EXPECT_FALSE(watch.fenced(kStart + seconds(56), milliseconds(4'999))) << "the first that counts";
  EXPECT_FALSE(watch.fenced(kStart + seconds(57), seconds(20)));
  EXPECT_TRUE(watch.fenced(kStart + seconds(58), milliseconds(4'999)));
}

}  // namespace
}  // namespace coagwatch::daemon::kafka
