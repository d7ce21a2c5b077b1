#include "rules/values/timestamp.h"

#include <gtest/gtest.h>

namespace coagwatch::rules {
namespace {

constexpr Timestamp kNow = Timestamp::from_millis(1'767'225'600'000);

TEST(Timestamp, DifferencesOfKnownTimesAreExact) {
  EXPECT_EQ((kNow + Duration::hours(3)) - kNow, Duration::hours(3));
  EXPECT_EQ(kNow - (kNow + Duration::minutes(5)), Duration::minutes(-5));
  EXPECT_EQ((kNow - Duration::millis(1)) + Duration::millis(1), kNow);
}

TEST(Timestamp, ATimeThatIsNotKnownLiesLongerAgoThanAnySpan) {
  EXPECT_GT(kNow - Timestamp::none(), Duration::hours(24 * 365 * 10'000));
  EXPECT_LT(Timestamp::none() - kNow, Duration{0});
  EXPECT_EQ(Timestamp::none() - Timestamp::none(), Duration{0});
}

TEST(Timestamp, ATimeThatIsNotKnownStaysSo) {
  EXPECT_EQ(Timestamp::none() - Duration::hours(24), Timestamp::none());
  EXPECT_EQ(Timestamp::none() + Duration::hours(24), Timestamp::none());
}

}  // namespace
}  // namespace coagwatch::rules
