#include "daemon/kafka/takeover_watch.h"

#include <gtest/gtest.h>

namespace coagwatch::daemon::kafka {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Verdict = TakeoverWatch::Verdict;

constexpr TakeoverWatch::Clock::time_point kStart{seconds(1'000)};
constexpr milliseconds kShort{50};

TEST(TakeoverWatch, TheThirdFencingWithinAMinuteIsAnotherProcess) {
  TakeoverWatch watch;
  EXPECT_EQ(watch.fenced(kStart, kShort), Verdict::replace);
  EXPECT_EQ(watch.fenced(kStart + seconds(1), kShort), Verdict::wait);
  EXPECT_EQ(watch.fenced(kStart + milliseconds(59'999), kShort), Verdict::taken_over);
}

TEST(TakeoverWatch, FencingsAMinuteApartProveNothing) {
  TakeoverWatch watch;
  EXPECT_EQ(watch.fenced(kStart, kShort), Verdict::replace);
  EXPECT_EQ(watch.fenced(kStart + seconds(60), kShort), Verdict::replace);
  EXPECT_EQ(watch.fenced(kStart + seconds(61), kShort), Verdict::wait);
  EXPECT_EQ(watch.fenced(kStart + seconds(120), kShort), Verdict::wait) << "the one of second 61 is still within";
  EXPECT_EQ(watch.fenced(kStart + milliseconds(120'999), kShort), Verdict::taken_over);
}

TEST(TakeoverWatch, WhoStalledWasFencedForThat) {
  TakeoverWatch watch;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(watch.fenced(kStart + seconds(i * 11), seconds(5)), Verdict::replace);
  EXPECT_EQ(watch.fenced(kStart + seconds(56), milliseconds(4'999)), Verdict::replace) << "the first that counts";
  EXPECT_EQ(watch.fenced(kStart + seconds(57), seconds(20)), Verdict::replace);
  EXPECT_EQ(watch.fenced(kStart + seconds(58), milliseconds(4'999)), Verdict::wait);
}

}  // namespace
}  // namespace coagwatch::daemon::kafka
