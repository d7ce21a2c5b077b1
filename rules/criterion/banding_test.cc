#include "rules/criterion/banding.h"

#include <gtest/gtest.h>

#include "rules/criterion/criterion_fixture.h"
#include "rules/patient/state_fixture.h"

namespace coagwatch::rules {
namespace {

// As platelets in ISTH: below 50 is 2, below 100 is 1.
const std::vector<Band>& platelets() {
  static const std::vector<Band> kBands = bands_of(2, {{"50", 1}, {"100", 0}});
  return kBands;
}
// The same cut-offs, but the value at the cut-off belongs to the lower band, as in JMHW.
const std::vector<Band>& platelets_upper() {
  static const std::vector<Band> kBands = bands_of(2, {{"50", 1}, {"100", 0}}, true);
  return kBands;
}

PointRange plain(const std::vector<Band>& bands, std::string_view value) {
  return points_of(bands, {interval_of(value), {}, Quantity::Form::plain});
}
PointRange range(int min, int max) { return {static_cast<std::int16_t>(min), static_cast<std::int16_t>(max)}; }

TEST(Banding, PointsOnBothSidesOfACutOff) {
  EXPECT_EQ(plain(platelets(), "49.999"), range(2, 2));
  EXPECT_EQ(plain(platelets(), "50"), range(1, 1));
  EXPECT_EQ(plain(platelets(), "50.00"), range(1, 1));
  EXPECT_EQ(plain(platelets(), "99.999"), range(1, 1));
  EXPECT_EQ(plain(platelets(), "100"), range(0, 0));
  EXPECT_EQ(plain(platelets_upper(), "50"), range(2, 2));
  EXPECT_EQ(plain(platelets_upper(), "50.001"), range(1, 1));
  EXPECT_EQ(plain(platelets_upper(), "100"), range(1, 1));
  EXPECT_EQ(plain(platelets_upper(), "100.001"), range(0, 0));
}

TEST(Banding, CensoredValuesScoreOverTheirWholeInterval) {
  EXPECT_EQ(plain(platelets(), "<50"), range(2, 2));
  EXPECT_EQ(plain(platelets(), "<=50"), range(1, 2));
  EXPECT_EQ(plain(platelets(), "<51"), range(1, 2));
  EXPECT_EQ(plain(platelets(), ">50"), range(0, 1));
  EXPECT_EQ(plain(platelets(), ">=100"), range(0, 0));
  EXPECT_EQ(plain(platelets(), ">99"), range(0, 1));
  EXPECT_EQ(plain(platelets(), "50-99"), range(1, 1));
  EXPECT_EQ(plain(platelets(), "50-100"), range(0, 1));
  EXPECT_EQ(plain(platelets(), "49-100"), range(0, 2));
  EXPECT_EQ(plain(platelets_upper(), "<=50"), range(2, 2));
  EXPECT_EQ(plain(platelets_upper(), ">50"), range(0, 1));
  EXPECT_EQ(plain(platelets_upper(), ">=50"), range(0, 2));
  EXPECT_EQ(plain(platelets_upper(), ">100"), range(0, 0));
}

TEST(Banding, RangeCoversPointsInBetweenThatAreHigher) {
  const auto bands = bands_of(0, {{"1", 3}, {"2", 1}});
  EXPECT_EQ(plain(bands, "0-5"), range(0, 3));
  EXPECT_EQ(range_of(all_points(bands, 0), 0), range(0, 3));
}

TEST(Banding, MultipleIsNeverDivided) {
  // 1 / 0.3 = 3.33.. against 10/3 would round; 2.1 / 0.3 is exactly 7.
  const auto bands = bands_of(0, {{"3", 2}, {"7", 3}}, true);
  const auto multiple = [&](std::string_view value, std::string_view limit) {
    return points_of(bands, {interval_of(value), interval_of(limit), Quantity::Form::multiple});
  };
  EXPECT_EQ(multiple("2.1", "0.3"), range(2, 2));
  EXPECT_EQ(multiple("2.1000000000000001", "0.3"), range(3, 3));
  EXPECT_EQ(multiple("0.9", "0.3"), range(0, 0));
  EXPECT_EQ(multiple("0.91", "0.3"), range(2, 2));
  EXPECT_EQ(multiple(">1.0", "0.5"), range(0, 3)) << "U06";
  EXPECT_EQ(multiple(">20", "0.5"), range(3, 3)) << "U05";
  EXPECT_EQ(multiple("<0.27", "0.5"), range(0, 0)) << "U07";
}

PointRange fall(const std::vector<Band>& bands, std::string_view now, std::string_view before) {
  return points_of(bands, {interval_of(now), interval_of(before), Quantity::Form::fall});
}

TEST(Banding, FallIsExactAtItsCutOff) {
  const auto at_least = bands_of(0, {{"30", 1}, {"50", 3}});
  EXPECT_EQ(fall(at_least, "140", "200"), range(1, 1)) << "B11";
  EXPECT_EQ(fall(at_least, "140.0001", "200"), range(0, 0));
  EXPECT_EQ(fall(at_least, "100", "200"), range(3, 3));
  EXPECT_EQ(fall(at_least, "100.0001", "200"), range(1, 1));
  EXPECT_EQ(fall(at_least, "300", "200"), range(0, 0)) << "a rise";
  const auto more_than = bands_of(0, {{"30", 1}, {"50", 3}}, true);
  EXPECT_EQ(fall(more_than, "140", "200"), range(0, 0));
  EXPECT_EQ(fall(more_than, "139.9999", "200"), range(1, 1));
  EXPECT_EQ(fall(more_than, "100", "200"), range(1, 1));
  EXPECT_EQ(fall(more_than, "99.9999", "200"), range(3, 3));
}

TEST(Banding, FallOfCensoredCounts) {
  const auto bands = bands_of(0, {{"30", 1}, {"50", 3}});
  EXPECT_EQ(fall(bands, "<100", "200"), range(3, 3));
  EXPECT_EQ(fall(bands, "<=140", "200"), range(1, 3));
  EXPECT_EQ(fall(bands, "<141", "200"), range(0, 3));
  EXPECT_EQ(fall(bands, ">100", "200"), range(0, 1)) << "less than 50 %";
  EXPECT_EQ(fall(bands, ">=100", "200"), range(0, 3)) << "at most 50 %";
  EXPECT_EQ(fall(bands, "100", ">200"), range(3, 3)) << "at least 50 %";
  EXPECT_EQ(fall(bands, "100", "<200"), range(0, 1));
  EXPECT_EQ(fall(bands, "90-100", "200-300"), range(3, 3));
  EXPECT_EQ(fall(bands, "90-101", "200-300"), range(1, 3));
  EXPECT_EQ(fall(bands, "100", "0-300"), range(0, 3)) << "from next to nothing there may be any rise";
}

TEST(Banding, FallWithUpperBandsAtOpenEnds) {
  const auto bands = bands_of(0, {{"30", 1}, {"50", 3}}, true);
  EXPECT_EQ(fall(bands, "<140", "200"), range(1, 3)) << "more than 30 %";
  EXPECT_EQ(fall(bands, "<=140", "200"), range(0, 3));
  EXPECT_EQ(fall(bands, "140", ">200"), range(1, 3)) << "more than 30 %";
  EXPECT_EQ(fall(bands, "140", ">=200"), range(0, 3));
}

}  // namespace
}  // namespace coagwatch::rules
