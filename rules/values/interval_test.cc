#include "rules/values/interval.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "rules/values/wide_int.h"

namespace coagwatch::rules {
namespace {

Decimal dec(std::string_view text) {
  const auto value = Decimal::parse(text);
  EXPECT_TRUE(value) << text;
  return value.value_or(Decimal{});
}

TEST(Interval, KnowsAPoint) {
  EXPECT_TRUE(Interval::point(dec("1.50")).is_point());
  EXPECT_TRUE(Interval::between(dec("1.5"), dec("1.50")).is_point());
  EXPECT_FALSE(Interval::between(dec("5"), dec("20")).is_point());
  EXPECT_FALSE(Interval::below(dec("10"), true).is_point());
  EXPECT_FALSE(Interval::above(dec("0"), true).is_point());
}

TEST(Interval, KnowsWhetherAnythingIsInIt) {
  EXPECT_FALSE(Interval::point(dec("1.5")).is_empty());
  EXPECT_FALSE(Interval::between(dec("5"), dec("20")).is_empty());
  EXPECT_FALSE(Interval::below(dec("-1"), false).is_empty());
  EXPECT_FALSE(Interval::above(dec("1"), false).is_empty());
  EXPECT_TRUE(Interval::between(dec("20"), dec("5")).is_empty());
  EXPECT_TRUE((Interval{dec("5"), dec("5.0"), false, true, false, false}).is_empty());
  EXPECT_TRUE((Interval{dec("5"), dec("5"), true, false, false, false}).is_empty());
  EXPECT_FALSE((Interval{dec("5"), dec("6"), true, true, false, false}).is_empty());
}

TEST(Interval, ComparesEndsByValue) {
  EXPECT_EQ(Interval::point(dec("1.50")), Interval::point(dec("1.5")));
  EXPECT_NE(Interval::below(dec("10"), true), Interval::below(dec("10"), false));
  EXPECT_NE(Interval::above(dec("10"), true), Interval::above(dec("10"), false));
  EXPECT_NE(Interval::below(dec("10"), false), Interval::between(dec("0"), dec("10")));
  EXPECT_NE(Interval::point(dec("1")), Interval::point(dec("2")));
  EXPECT_NE(Interval::between(dec("1"), dec("2")), Interval::between(dec("1"), dec("3")));
  Interval dirty = Interval::below(dec("10"), false);
  dirty.low = dec("7");  // meaningless while unbounded
  EXPECT_EQ(dirty, Interval::below(dec("10"), false));
}

TEST(ParseEnclosing, KeepsWhatFitsAsAPoint) {
  for (const char* text : {"45", "1.50", "-3", "0", "999999999999999999", "1.00000000000000000000000", "1e30",
                           "120000000000000000000000", "1.0e-40"}) {
    const auto value = parse_enclosing(text);
    ASSERT_TRUE(value) << text;
    EXPECT_TRUE(value->is_point()) << text;
  }
  EXPECT_EQ(parse_enclosing("1.50")->low.to_string(), "1.50");
}

TEST(ParseEnclosing, PutsALongNumberBetweenItsNeighbours) {
  const auto below = parse_enclosing("49.9999999999999999999999");
  ASSERT_TRUE(below);
  EXPECT_TRUE(below->low_open && below->high_open);
  EXPECT_EQ(below->high, dec("50"));
  EXPECT_EQ(below->low, dec("49.9999999999999999"));
  const auto above = parse_enclosing("50.0000000000000000000001");
  EXPECT_EQ(above->low, dec("50"));
  EXPECT_EQ(above->high, dec("50.0000000000000001"));
  const auto negative = parse_enclosing("-1.0000000000000000000001");
  EXPECT_EQ(negative->high, dec("-1"));
  EXPECT_EQ(negative->low, dec("-1.00000000000000001"));
  const auto carried = parse_enclosing("0.9999999999999999999");
  EXPECT_EQ(carried->high, dec("1"));
  EXPECT_EQ(carried->high.coefficient(), 100'000'000'000'000'000);
  EXPECT_EQ(carried->low, dec("0.999999999999999999"));
  const auto small = parse_enclosing("1.5e-40");
  EXPECT_EQ(small->low, Decimal(1, -40));
  EXPECT_EQ(small->high, Decimal(2, -40));
}

TEST(ParseEnclosing, RefusesWhatIsNoNumberOrOutOfRange) {
  for (const char* text :
       {"", "x", "1e41", "1e-41", "<10", "05", "1.", "10000000000000000000000000000000000000000000"}) {
    EXPECT_FALSE(parse_enclosing(text)) << text;
  }
  EXPECT_TRUE(parse_enclosing("0e999999999"));
}

TEST(Scaled, ConvertsUnitsExactly) {
  EXPECT_EQ(scaled(Interval::point(dec("80")), dec("0.01")).low.to_string(), "0.8");
  EXPECT_EQ(scaled(Interval::point(dec("1.50")), dec("1")).low.to_string(), "1.50");
  EXPECT_EQ(scaled(Interval::point(dec("1.50")), dec("1.0")).low.to_string(), "1.50");
  EXPECT_EQ(scaled(Interval::point(dec("8.20")), dec("10")).low.to_string(), "82");
  EXPECT_EQ(scaled(Interval::point(dec("2.6")), dec("0.34")).low.to_string(), "0.884");
  EXPECT_EQ(scaled(Interval::below(dec("10"), false), dec("0.001")), Interval::below(dec("0.01"), false));
  EXPECT_EQ(scaled(Interval::above(dec("20"), true), dec("2")), Interval::above(dec("40"), true));
  EXPECT_EQ(scaled(Interval::between(dec("5"), dec("20")), dec("1000")), Interval::between(dec("5000"), dec("20000")));
}

TEST(Scaled, WidensOutwardWhereItDoesNotFit) {
  const auto value = scaled(Interval::point(dec("123456789012345678")), dec("1.01"));
  EXPECT_TRUE(value.low_open && value.high_open);
  EXPECT_EQ(Decimal::compare_product(value.low, dec("123456789012345678"), dec("1.01")), std::strong_ordering::less);
  EXPECT_EQ(Decimal::compare_product(value.high, dec("123456789012345678"), dec("1.01")),
            std::strong_ordering::greater);
  const auto half = scaled(Interval::above(dec("123456789012345678"), true), dec("1.01"));
  EXPECT_TRUE(half.low_open);
  EXPECT_TRUE(half.high_unbounded);
  const auto huge = scaled(Interval::point(Decimal(1, 40)), Decimal(1, 40));
  EXPECT_TRUE(huge.high_unbounded);
  EXPECT_FALSE(huge.low_unbounded);
  EXPECT_GT(huge.low, Decimal(1, 40));
  const auto tiny = scaled(Interval::point(Decimal(-1, -40)), Decimal(1, -40));
  EXPECT_EQ(tiny.low, Decimal(-1, -40));
  EXPECT_EQ(tiny.high, Decimal{});
  EXPECT_TRUE(tiny.low_open && tiny.high_open);
}

TEST(Shifted, MovesBothEnds) {
  EXPECT_EQ(shifted(Interval::point(dec("16.0")), dec("-12.0")).low.to_string(), "4.0");
  EXPECT_EQ(shifted(Interval::between(dec("5"), dec("20")), dec("-12")), Interval::between(dec("-7"), dec("8")));
  EXPECT_EQ(shifted(Interval::above(dec("120"), false), dec("-12")), Interval::above(dec("108"), false));
  EXPECT_EQ(shifted(Interval::below(dec("9"), true), dec("0.5")), Interval::below(dec("9.5"), true));
}

TEST(Shifted, WidensOutwardWhereItDoesNotFit) {
  const auto up = shifted(Interval::point(Decimal(5, 0)), Decimal(1, -40));
  EXPECT_EQ(up.low, dec("5"));
  EXPECT_EQ(up.high, dec("5.00000000000000001"));
  EXPECT_TRUE(up.low_open && up.high_open);
  const auto down = shifted(Interval::point(Decimal(5, 0)), Decimal(-1, -40));
  EXPECT_EQ(down.high, dec("5"));
  EXPECT_EQ(down.low, dec("4.99999999999999999"));
  // Nothing may be lost of an offset that is far longer than the value.
  const auto mixed = shifted(Interval::point(Decimal(5, 0)), Decimal(123'456'789'012'345'678, -20));
  EXPECT_EQ(mixed.low, dec("5.00123456789012345"));
  EXPECT_EQ(mixed.high, dec("5.00123456789012346"));
}

// Whatever the numbers, the true product lies inside, and no wider than one unit in the eighteenth digit.
TEST(Scaled, AlwaysEncloses) {
  std::mt19937_64 random(7);
  int inexact = 0;
  for (int i = 0; i < 50000; ++i) {
    const auto a =
        static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(power_of_ten(static_cast<int>(random() % 19))));
    const auto b = 1 + static_cast<std::int64_t>(
                           random() % static_cast<std::uint64_t>(power_of_ten(static_cast<int>(random() % 18))));
    const Decimal value(random() % 2 == 0 ? a : -a, static_cast<int>(random() % 31) - 20);
    const Decimal factor(b, static_cast<int>(random() % 16) - 10);
    const Interval product = scaled(Interval::point(value), factor);
    ASSERT_FALSE(product.low_unbounded || product.high_unbounded);
    const auto low = Decimal::compare_product(product.low, value, factor);
    const auto high = Decimal::compare_product(product.high, value, factor);
    if (product.is_point()) {
      ASSERT_TRUE(low == 0);
      continue;
    }
    ++inexact;
    ASSERT_TRUE(product.low_open && product.high_open);
    ASSERT_TRUE(low < 0);
    ASSERT_TRUE(high > 0);
    const auto width = Decimal::subtract(product.high, product.low);
    ASSERT_TRUE(width);
    // One unit of 18 digits is at most 10^-17 of the value.
    const Decimal size =
        product.low.sign() < 0 ? Decimal(-product.high.coefficient(), product.high.exponent()) : product.low;
    ASSERT_TRUE(Decimal::compare_product(*width, size, Decimal(1, -17)) <= 0);
  }
  EXPECT_GT(inexact, 1000);
}

TEST(Shifted, AlwaysEncloses) {
  std::mt19937_64 random(11);
  int inexact = 0;
  for (int i = 0; i < 50000; ++i) {
    const auto a =
        static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(power_of_ten(static_cast<int>(random() % 19))));
    const auto b =
        static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(power_of_ten(static_cast<int>(random() % 19))));
    const Decimal value(random() % 2 == 0 ? a : -a, static_cast<int>(random() % 61) - 30);
    const Decimal offset(random() % 2 == 0 ? b : -b, static_cast<int>(random() % 61) - 30);
    const Interval sum = shifted(Interval::point(value), offset);
    const Interval other = shifted(Interval::point(offset), value);
    ASSERT_EQ(sum, other) << value.to_string() << " + " << offset.to_string();
    if (sum.is_point()) {
      ASSERT_EQ(Decimal::add(value, offset), sum.low);
      continue;
    }
    ++inexact;
    ASSERT_TRUE(sum.low_open && sum.high_open);
    ASSERT_LT(sum.low, sum.high);
    // low < value + offset < high, that is, low - value < offset < high - value, where these fit.
    if (const auto low = Decimal::subtract(sum.low, value)) {
      ASSERT_LT(*low, offset);
    }
    if (const auto high = Decimal::subtract(sum.high, value)) {
      ASSERT_GT(*high, offset);
    }
  }
  EXPECT_GT(inexact, 1000);
}

}  // namespace
}  // namespace coagwatch::rules
