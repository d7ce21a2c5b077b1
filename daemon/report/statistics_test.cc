#include "daemon/report/statistics.h"

#include <gtest/gtest.h>

namespace coagwatch::daemon {
namespace {

// scipy 1.17.1: scipy.stats.binomtest(hits, all).proportion_ci(0.95, 'exact')
TEST(Statistics, ExactIntervalsAreThoseOfScipy) {
  const struct {
    std::uint64_t hits;
    std::uint64_t all;
    double low;
    double high;
  } cases[] = {
      {0, 10, 0.0, 0.30849710781876294},
      {10, 10, 0.6915028921812371, 1.0},
      {1, 1, 0.025000000000000022, 1.0},
      {0, 1, 0.0, 0.975},
      {8, 10, 0.4439045376923585, 0.9747892736731665},
      {37, 52, 0.5692419853813399, 0.8287032126694861},
      {300, 1000, 0.27172111212914873, 0.32946167869736503},
      {99'999, 100'000, 0.9999442848396557, 0.9999997468215721},
  };
  for (const auto& each : cases) {
    const ProportionInterval interval = exact_interval(each.hits, each.all);
    EXPECT_NEAR(interval.low, each.low, 1e-10) << each.hits << " of " << each.all;
    EXPECT_NEAR(interval.high, each.high, 1e-10) << each.hits << " of " << each.all;
  }
  EXPECT_EQ(exact_interval(0, 0).low, 0);
  EXPECT_EQ(exact_interval(0, 0).high, 1);
}

// numpy 2: numpy.quantile([3, 1, 4, 1, 5, 9, 2, 6], [.25, .5, .75]), and of [1, 10]
TEST(Statistics, QuartilesAreThoseOfNumpy) {
  const auto many = quartiles({3, 1, 4, 1, 5, 9, 2, 6});
  ASSERT_TRUE(many);
  EXPECT_DOUBLE_EQ(many->lower, 1.75);
  EXPECT_DOUBLE_EQ(many->median, 3.5);
  EXPECT_DOUBLE_EQ(many->upper, 5.25);
  const auto two = quartiles({10, 1});
  ASSERT_TRUE(two);
  EXPECT_DOUBLE_EQ(two->lower, 3.25);
  EXPECT_DOUBLE_EQ(two->upper, 7.75);
  EXPECT_DOUBLE_EQ(quartiles({7})->upper, 7);
  EXPECT_FALSE(quartiles({}));
}

// By hand: 35 of 50 agree, chance is 0.5 * 0.6 + 0.5 * 0.4 = 0.5, (0.7 - 0.5) / 0.5.
TEST(Statistics, KappaIsAgreementBeyondChance) {
  EXPECT_NEAR(*cohens_kappa({20, 5, 10, 15}), 0.4, 1e-12);
  EXPECT_DOUBLE_EQ(*cohens_kappa({10, 0, 0, 10}), 1);
  EXPECT_DOUBLE_EQ(*cohens_kappa({0, 10, 10, 0}), -1);
  EXPECT_DOUBLE_EQ(*cohens_kappa({10, 0, 5, 0}), 0) << "one of them is always met";
  EXPECT_FALSE(cohens_kappa({10, 0, 0, 0})) << "chance agrees always";
  EXPECT_FALSE(cohens_kappa({}));
}

}  // namespace
}  // namespace coagwatch::daemon
