#include "rules/values/decimal.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "rules/values/wide_int.h"

namespace coagwatch::rules {
namespace {

Decimal dec(std::string_view text) {
  const auto value = Decimal::parse(text);
  EXPECT_TRUE(value) << text;
  return value.value_or(Decimal{});
}

// School arithmetic on digit strings of any length: slow, and shares nothing with the code under test.
struct Naive {
  bool negative = false;
  std::string digits;  // most significant first, no leading zeros; empty is zero
  int exponent = 0;

  explicit Naive(Decimal value) : negative(value.coefficient() < 0), exponent(value.exponent()) {
    digits = std::to_string(value.coefficient());
    if (negative) digits.erase(0, 1);
    trim();
  }
  Naive(Naive a, const Naive& b) : negative(a.negative != b.negative), exponent(a.exponent + b.exponent) {
    std::vector<int> cells(a.digits.size() + b.digits.size(), 0);
    for (std::size_t i = a.digits.size(); i-- > 0;) {
      for (std::size_t j = b.digits.size(); j-- > 0;) {
        const int sum = cells[i + j + 1] + (a.digits[i] - '0') * (b.digits[j] - '0');
        cells[i + j + 1] = sum % 10;
        cells[i + j] += sum / 10;
      }
    }
    for (const int cell : cells) digits += static_cast<char>('0' + cell);
    trim();
  }
  void trim() { digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size())); }
};

std::strong_ordering naive_compare(Naive a, Naive b) {
  const int sign_a = a.digits.empty() ? 0 : (a.negative ? -1 : 1);
  const int sign_b = b.digits.empty() ? 0 : (b.negative ? -1 : 1);
  if (sign_a != sign_b || sign_a == 0) return sign_a <=> sign_b;
  const int lowest = std::min(a.exponent, b.exponent);
  a.digits.append(static_cast<std::size_t>(a.exponent - lowest), '0');
  b.digits.append(static_cast<std::size_t>(b.exponent - lowest), '0');
  auto order = a.digits.size() <=> b.digits.size();
  if (order == 0) order = a.digits.compare(b.digits) <=> 0;
  return sign_a > 0 ? order : 0 <=> order;
}

// Values that reach every corner: all lengths of coefficient, all exponents, many equal up to trailing zeros.
class Corners {
 public:
  Decimal next() {
    const int digits = static_cast<int>(random_() % 19);
    const auto limit = static_cast<std::uint64_t>(power_of_ten(digits));
    auto size = static_cast<std::int64_t>(random_() % limit);
    if (random_() % 4 == 0) size = static_cast<std::int64_t>(limit) - 1;
    const int exponent =
        random_() % 2 == 0 ? static_cast<int>(random_() % 81) - 40 : static_cast<int>(random_() % 7) - 3;
    return {random_() % 2 == 0 ? size : -size, exponent};
  }
  // The same value written with other trailing zeros, now and then a neighbour of it.
  Decimal near(Decimal value) {
    std::int64_t coefficient = value.coefficient();
    int exponent = value.exponent();
    while (coefficient != 0 && exponent > -40 && random_() % 3 != 0 && magnitude(coefficient) * 10 < power_of_ten(18)) {
      coefficient *= 10;
      --exponent;
    }
    if (random_() % 2 == 0 && magnitude(coefficient) + 1 < power_of_ten(18)) coefficient += random_() % 2 == 0 ? 1 : -1;
    return {coefficient, exponent};
  }
  std::uint64_t number(std::uint64_t limit) { return random_() % limit; }

 private:
  std::mt19937_64 random_{20260102};
};

TEST(Decimal, ReadsTheFhirGrammarAndKeepsDigits) {
  for (const char* text : {"0", "45", "1.50", "-0.5", "0.000", "100", "0.1000", "999999999999999999", "82.000",
                           "0.00000000000000000000000000000000000001", "12345678901234567.8"}) {
    EXPECT_EQ(dec(text).to_string(), text);
  }
  EXPECT_EQ(dec("1e2").to_string(), "100");
  EXPECT_EQ(dec("1E+2").to_string(), "100");
  EXPECT_EQ(dec("1.50e1").to_string(), "15.0");
  EXPECT_EQ(dec("15e-1").to_string(), "1.5");
  EXPECT_EQ(dec("-0").to_string(), "0");
  EXPECT_EQ(dec("0e7").to_string(), "0");
  EXPECT_EQ(dec("1e40").to_string(), "1" + std::string(40, '0'));
  EXPECT_EQ(dec("1.50").coefficient(), 150);
  EXPECT_EQ(dec("1.50").exponent(), -2);
}

TEST(Decimal, RefusesEverythingElse) {
  for (const char* text : {"",
                           "-",
                           "+1",
                           "01",
                           "-01",
                           "1.",
                           ".5",
                           "1e",
                           "1e+",
                           "1.e5",
                           " 1",
                           "1 ",
                           "1,5",
                           "0x10",
                           "NaN",
                           "inf",
                           "<10",
                           "1..2",
                           "1e5.0",
                           "--1",
                           "1e 5",
                           "1_000",
                           "1\n2",
                           "1e41",
                           "1e-41",
                           "1e99999999999999999999",
                           "1e-99999999999999999999",
                           "00",
                           "0.0e"}) {
    EXPECT_FALSE(Decimal::parse(text)) << text;
  }
  EXPECT_FALSE(Decimal::parse(std::string_view("1\0", 2)));
}

TEST(Decimal, HoldsEighteenDigitsAndDropsOnlyZeros) {
  EXPECT_TRUE(Decimal::parse("999999999999999999"));
  EXPECT_FALSE(Decimal::parse("1000000000000000001"));
  EXPECT_EQ(dec("1000000000000000000"), Decimal(1, 18));
  EXPECT_EQ(dec("1.0000000000000000000000"), Decimal::of(1));
  EXPECT_FALSE(Decimal::parse("1.0000000000000000000001"));
  EXPECT_TRUE(Decimal::parse("1.0e-40"));
  EXPECT_FALSE(Decimal::parse("1.1e-40"));
}

TEST(Decimal, ComparesByValueNotByDigits) {
  EXPECT_EQ(dec("1.50"), dec("1.5"));
  EXPECT_EQ(dec("100"), dec("1e2"));
  EXPECT_EQ(dec("0"), dec("0.00"));
  EXPECT_LT(dec("49.999"), dec("50"));
  EXPECT_GT(dec("-49.999"), dec("-50"));
  EXPECT_LT(dec("-1"), dec("0.0"));
  EXPECT_LT(dec("999999999999999999"), dec("1e18"));
  EXPECT_LT(dec("1e-40"), dec("1e40"));
  EXPECT_GT(dec("1.20"), dec("1.19999999999999999"));
}

TEST(Decimal, ComparesLikeSchoolArithmetic) {
  Corners corners;
  int equal = 0;
  for (int i = 0; i < 50000; ++i) {
    const Decimal a = corners.next();
    const Decimal b = i % 2 == 0 ? corners.next() : corners.near(a);
    ASSERT_EQ(a <=> b, naive_compare(Naive(a), Naive(b))) << a.to_string() << " and " << b.to_string();
    ASSERT_EQ(a == b, (a <=> b) == 0);
    if (a == b) ++equal;
  }
  EXPECT_GT(equal, 1000);
}

TEST(Decimal, ComparesProductsWithoutOverflow) {
  Corners corners;
  int equal = 0;
  for (int i = 0; i < 50000; ++i) {
    const Decimal a = corners.next();
    const Decimal b = corners.next();
    const bool related = i % 2 == 0;
    const Decimal c = related ? corners.near(b) : corners.next();
    const Decimal d = related ? corners.near(a) : corners.next();
    const auto expected = naive_compare(Naive(Naive(a), Naive(b)), Naive(Naive(c), Naive(d)));
    ASSERT_EQ(Decimal::compare_products(a, b, c, d), expected)
        << a.to_string() << " * " << b.to_string() << " and " << c.to_string() << " * " << d.to_string();
    ASSERT_EQ(Decimal::compare_product(a, c, d), naive_compare(Naive(a), Naive(Naive(c), Naive(d))));
    if (expected == 0) ++equal;
  }
  EXPECT_GT(equal, 1000);
}

TEST(Decimal, ComparesTheGreatestProducts) {
  const Decimal most(999'999'999'999'999'999, Decimal::kMaxExponent);
  const Decimal least(-999'999'999'999'999'999, Decimal::kMaxExponent);
  const Decimal tiny(1, -Decimal::kMaxExponent);
  EXPECT_EQ(Decimal::compare_products(most, most, least, least), std::strong_ordering::equal);
  EXPECT_EQ(Decimal::compare_products(most, least, tiny, tiny), std::strong_ordering::less);
  EXPECT_EQ(Decimal::compare_products(most, most, tiny, tiny), std::strong_ordering::greater);
  EXPECT_EQ(Decimal::compare_product(tiny, most, tiny), std::strong_ordering::less);
}

TEST(Decimal, ScoresAFallByCrossMultiplication) {
  // 30 % of 200: 140 * 10 against 200 * 7.
  EXPECT_EQ(Decimal::compare_products(dec("140"), dec("10"), dec("200"), dec("7")), std::strong_ordering::equal);
  EXPECT_EQ(Decimal::compare_products(dec("140.1"), dec("10"), dec("200"), dec("7")), std::strong_ordering::greater);
  EXPECT_EQ(Decimal::compare_products(dec("139.9"), dec("10"), dec("200"), dec("7")), std::strong_ordering::less);
}

TEST(Decimal, NormalizesWithoutChangingTheValue) {
  EXPECT_EQ(dec("1.50").normalized().to_string(), "1.5");
  EXPECT_EQ(dec("82.000").normalized().to_string(), "82");
  EXPECT_EQ(dec("1e2").normalized().exponent(), 0);
  EXPECT_EQ(dec("0.000").normalized().to_string(), "0");
  EXPECT_EQ(dec("-1.10").normalized().to_string(), "-1.1");
  EXPECT_EQ(Decimal(1, 20).normalized().exponent(), 20);
  Corners corners;
  for (int i = 0; i < 20000; ++i) {
    const Decimal a = corners.next();
    const Decimal n = a.normalized();
    ASSERT_EQ(a, n);
    if (n.exponent() < 0) {
      ASSERT_NE(n.coefficient() % 10, 0) << n.to_string();
    }
  }
}

TEST(Decimal, PrintsWhatItReads) {
  Corners corners;
  for (int i = 0; i < 20000; ++i) {
    const Decimal a = corners.next();
    const auto back = Decimal::parse(a.to_string());
    if (!back) continue;  // 18 digits with exponent 40 stand outside what the text form accepts
    ASSERT_EQ(*back, a);
    if (a.exponent() <= 0) {
      ASSERT_EQ(back->to_string(), a.to_string());
    }
  }
  std::string out = "x=";
  dec("0.05").append_to(out);
  EXPECT_EQ(out, "x=0.05");
}

TEST(Decimal, AddsAndMultipliesExactlyOrNotAtAll) {
  EXPECT_EQ(Decimal::add(dec("1.5"), dec("2.25"))->to_string(), "3.75");
  EXPECT_EQ(Decimal::subtract(dec("20.4"), dec("12.0"))->to_string(), "8.4");
  EXPECT_EQ(Decimal::subtract(dec("12.0"), dec("12"))->to_string(), "0.0");
  EXPECT_EQ(Decimal::multiply(dec("1.2"), dec("88.4"))->to_string(), "106.08");
  EXPECT_EQ(Decimal::multiply(dec("-3"), dec("0"))->to_string(), "0");
  EXPECT_EQ(Decimal::add(dec("1e18"), Decimal::of(10)), Decimal(100'000'000'000'000'001, 1));
  EXPECT_FALSE(Decimal::add(dec("1e18"), Decimal::of(1)));
  EXPECT_FALSE(Decimal::add(dec("1e40"), dec("1e-40")));
  EXPECT_EQ(Decimal::add(dec("1e20"), dec("0.000")), dec("1e20"));
  EXPECT_EQ(Decimal::add(dec("1e20"), Decimal(100'000'000'000'000'000, -14)), Decimal(100'000'000'000'000'001, 3));
  EXPECT_FALSE(Decimal::multiply(Decimal(1, 40), Decimal(1, 40)));
  EXPECT_FALSE(Decimal::multiply(Decimal(1, -40), Decimal(1, -1)));
  EXPECT_EQ(Decimal::multiply(Decimal(1, -40), Decimal(10, 0)), Decimal(1, -39));
  EXPECT_FALSE(Decimal::multiply(dec("999999999"), dec("9999999999")));
}

// a + b == c exactly if a == c - b for all three; and a product is exact if products compare equal.
TEST(Decimal, ArithmeticAgreesWithComparison) {
  Corners corners;
  int sums = 0;
  int products = 0;
  for (int i = 0; i < 50000; ++i) {
    const Decimal a = corners.next();
    const Decimal b = corners.next();
    if (const auto product = Decimal::multiply(a, b)) {
      ++products;
      ASSERT_EQ(Decimal::compare_product(*product, a, b), std::strong_ordering::equal)
          << a.to_string() << " * " << b.to_string();
    }
    if (const auto sum = Decimal::add(a, b)) {
      ++sums;
      ASSERT_EQ(Decimal::add(b, a), sum);
      ASSERT_EQ(*sum <=> a, b <=> Decimal{}) << a.to_string() << " + " << b.to_string();
      const auto back = Decimal::subtract(*sum, b);
      ASSERT_TRUE(back) << a.to_string() << " + " << b.to_string();
      ASSERT_EQ(*back, a);
    }
  }
  EXPECT_GT(sums, 1000);
  EXPECT_GT(products, 1000);
}

TEST(Decimal, DividesHalfUp) {
  EXPECT_EQ(Decimal::divide_half_up(dec("20.0"), dec("12.0"), 2)->to_string(), "1.67");
  EXPECT_EQ(Decimal::divide_half_up(dec("14.4"), dec("12.0"), 2)->to_string(), "1.20");
  EXPECT_EQ(Decimal::divide_half_up(dec("1"), dec("8"), 2)->to_string(), "0.13");
  EXPECT_EQ(Decimal::divide_half_up(dec("-1"), dec("8"), 2)->to_string(), "-0.13");
  EXPECT_EQ(Decimal::divide_half_up(dec("1.1949"), dec("1"), 2)->to_string(), "1.19");
  EXPECT_EQ(Decimal::divide_half_up(dec("1.1950"), dec("1"), 2)->to_string(), "1.20");
  EXPECT_EQ(Decimal::divide_half_up(dec("0"), dec("7"), 2)->to_string(), "0.00");
  EXPECT_EQ(Decimal::divide_half_up(dec("7"), dec("2"), 0)->to_string(), "4");
  EXPECT_FALSE(Decimal::divide_half_up(dec("1"), dec("0.0"), 2));
  EXPECT_FALSE(Decimal::divide_half_up(dec("1e40"), dec("1e-40"), 9));
  EXPECT_EQ(Decimal::divide_half_up(dec("1e-40"), dec("1e40"), 9)->coefficient(), 0);
}

// q is right if |a - q*b| <= b / 2 unit, and a tie went away from zero; checked on numbers small enough for int64.
TEST(Decimal, DividesLikeIntegers) {
  Corners corners;
  for (int i = 0; i < 50000; ++i) {
    const auto a = static_cast<std::int64_t>(corners.number(1'000'000));
    const auto b = static_cast<std::int64_t>(1 + corners.number(5000));
    const int scale_a = static_cast<int>(corners.number(5));
    const int scale_b = static_cast<int>(corners.number(5));
    const auto quotient = Decimal::divide_half_up({a, -scale_a}, {b, -scale_b}, 2);
    ASSERT_TRUE(quotient);
    ASSERT_EQ(quotient->exponent(), -2);
    // a/10^sa / (b/10^sb) * 100 = a * 10^(sb+2) / (b * 10^sa), twice that plus one, floored, halved.
    const auto top = a * static_cast<std::int64_t>(power_of_ten(scale_b + 2));
    const auto bottom = b * static_cast<std::int64_t>(power_of_ten(scale_a));
    ASSERT_EQ(quotient->coefficient(), (2 * top + bottom) / (2 * bottom));
  }
}

}  // namespace
}  // namespace coagwatch::rules
