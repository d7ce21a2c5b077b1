#include "rules/values/isi_root.h"

#include <gtest/gtest.h>

#include <cmath>

namespace coagwatch::rules {
namespace {

Decimal decimal(std::string_view text) { return Decimal::parse(text).value(); }

double real(Decimal value) { return static_cast<double>(value.coefficient()) * std::pow(10.0, value.exponent()); }

TEST(ProthrombinRatio, IsAPointWhereItIsExact) {
  struct Case {
    const char* inr;
    const char* isi;
    const char* ratio;
  };
  for (const auto& [inr, isi, ratio] :
       {Case{"1.44", "2", "1.2"}, Case{"1.44", "2.00", "1.2"}, Case{"1.728", "1.5", "1.44"}, Case{"1.40", "1.0", "1.4"},
        Case{"1", "1.23", "1"}, Case{"2.7889", "2", "1.67"}}) {
    const auto found = prothrombin_ratio(decimal(inr), decimal(isi));
    ASSERT_TRUE(found) << inr;
    EXPECT_TRUE(*found == Interval::point(decimal(ratio))) << inr << " at ISI " << isi;
  }
}

TEST(ProthrombinRatio, EnclosesTheRootNarrowly) {
  int enclosed = 0;
  for (int inr = 55; inr <= 2000; inr += 7) {
    for (const char* isi : {"0.51", "0.85", "1.11", "1.23", "1.3", "1.9876", "3"}) {
      const auto found = prothrombin_ratio(Decimal(inr, -2), decimal(isi));
      ASSERT_TRUE(found);
      const double root = std::pow(inr / 100.0, 1.0 / real(decimal(isi)));
      EXPECT_LE(real(found->low), root + 1e-9);
      EXPECT_GE(real(found->high), root - 1e-9);
      EXPECT_LE(real(found->high) - real(found->low), 1.5e-6) << inr << " at ISI " << isi;
      EXPECT_FALSE(found->low_open || found->high_open || found->low_unbounded || found->high_unbounded);
      ++enclosed;
    }
  }
  EXPECT_GT(enclosed, 1900);
}

TEST(ProthrombinRatio, TellsBothSidesOfACutOffApart) {
  // At ISI 1.3 a ratio of 1.20 is an INR of 1.26746...
  const auto below = prothrombin_ratio(decimal("1.267"), decimal("1.3"));
  const auto above = prothrombin_ratio(decimal("1.268"), decimal("1.3"));
  ASSERT_TRUE(below && above);
  EXPECT_LT(below->high, decimal("1.2"));
  EXPECT_GT(above->low, decimal("1.2"));
}

TEST(ProthrombinRatio, RefusesWhatIsNoIsiOrNoInr) {
  EXPECT_TRUE(prothrombin_ratio(decimal("1.4"), decimal("0.5")));
  EXPECT_FALSE(prothrombin_ratio(decimal("1.4"), decimal("0.49")));
  EXPECT_TRUE(prothrombin_ratio(decimal("1.4"), decimal("3")));
  EXPECT_FALSE(prothrombin_ratio(decimal("1.4"), decimal("3.01")));
  EXPECT_TRUE(prothrombin_ratio(decimal("1.4"), decimal("1.2345")));
  EXPECT_FALSE(prothrombin_ratio(decimal("1.4"), decimal("1.23456")));
  EXPECT_FALSE(prothrombin_ratio(decimal("0"), decimal("1.2")));
  EXPECT_FALSE(prothrombin_ratio(decimal("-1.4"), decimal("1.2")));
  EXPECT_FALSE(prothrombin_ratio(decimal("1e30"), decimal("1.2")));
  EXPECT_FALSE(prothrombin_ratio(decimal("1e-30"), decimal("1.2")));
}

TEST(ProthrombinRatio, OfAnIntervalKeepsItsEnds) {
  const auto above = prothrombin_ratio(Interval::above(decimal("1.44"), false), decimal("2"));
  ASSERT_TRUE(above);
  EXPECT_TRUE(*above == Interval::above(decimal("1.2"), false));
  const auto between = prothrombin_ratio(Interval::between(decimal("1.44"), decimal("2.7889")), decimal("2"));
  ASSERT_TRUE(between);
  EXPECT_TRUE(*between == Interval::between(decimal("1.2"), decimal("1.67")));
  EXPECT_FALSE(prothrombin_ratio(Interval::below(decimal("0"), false), decimal("2")));
}

}  // namespace
}  // namespace coagwatch::rules
