#include "daemon/config/feed_silence.h"

#include <gtest/gtest.h>

namespace coagwatch::daemon {
namespace {

using Change = FeedSilence::Change;
using rules::Duration;
using rules::Timestamp;

// 2026-01-02, a Friday.
Timestamp at(int hour, int minute = 0) {
  return Timestamp::from_millis(1'767'312'000'000) + Duration::hours(hour) + Duration::minutes(minute);
}

TEST(FeedSilenceTest, FallsSilentAndComesBackOnceEach) {
  FeedSilence watch({}, {}, at(8));
  EXPECT_EQ(watch.look(at(8, 30), at(9, 30)), Change::none) << "an hour, inclusive";
  EXPECT_EQ(watch.look(at(8, 30), at(9, 31)), Change::fell_silent);
  EXPECT_TRUE(watch.silent());
  EXPECT_EQ(watch.since(at(9, 31)), Duration::minutes(61));
  EXPECT_EQ(watch.look(at(8, 30), at(9, 40)), Change::none);
  EXPECT_EQ(watch.look(at(9, 41), at(9, 41)), Change::came_back);
  EXPECT_FALSE(watch.silent());
}

TEST(FeedSilenceTest, AFeedThatNeverSaidAnythingIsSilentFromTheStartOn) {
  FeedSilence watch({}, {}, at(8));
  EXPECT_EQ(watch.look(Timestamp::none(), at(9)), Change::none);
  EXPECT_EQ(watch.look(Timestamp::none(), at(9, 1)), Change::fell_silent);
}

TEST(FeedSilenceTest, ANightIsQuieter) {
  const SilenceLimits limits;
  EXPECT_EQ(limits.at(at(21, 59), {}), limits.day);
  EXPECT_EQ(limits.at(at(22), {}), limits.night);
  EXPECT_EQ(limits.at(at(5, 59), {}), limits.night);
  EXPECT_EQ(limits.at(at(6), {}), limits.day);
  const auto tokyo = fhir::TimeZone::named("Asia/Tokyo");
  ASSERT_TRUE(tokyo);
  EXPECT_EQ(limits.at(at(13), *tokyo), limits.night) << "22:00 there";
  EXPECT_EQ(limits.at(at(12, 59), *tokyo), limits.day);
}

TEST(FeedSilenceTest, ZeroIsForEver) {
  FeedSilence watch({Duration{0}, Duration{0}}, {}, at(8));
  EXPECT_EQ(watch.look(Timestamp::none(), at(20)), Change::none);
}

}  // namespace
}  // namespace coagwatch::daemon
