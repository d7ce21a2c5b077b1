#include "rules/values/unusual.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace coagwatch::rules {
namespace {

bool unusual(Measure measure, std::string_view number) {
  return is_unusual(measure, Interval::point(Decimal::parse(number).value()));
}

TEST(Unusual, BeginsBeyondEachLimitOfTheTable) {
  struct Row {
    Measure measure;
    std::string_view low, below;  // empty: no limit
    std::string_view high, above;
  };
  for (const Row& row :
       {Row{Measure::platelets, "10", "9.9", "1000", "1000.1"}, Row{Measure::pt_seconds, "9", "8.9", "100", "100.1"},
        Row{Measure::inr, "0.8", "0.79", "8", "8.01"}, Row{Measure::aptt, "", "", "150", "150.1"},
        Row{Measure::fibrinogen, "0.5", "0.49", "10", "10.01"}, Row{Measure::d_dimer, "", "", "100", "100.1"},
        Row{Measure::fdp, "", "", "500", "500.1"}, Row{Measure::antithrombin, "15", "14.9", "160", "160.1"},
        Row{Measure::albumin, "10", "9.9", "", ""}, Row{Measure::bilirubin, "", "", "684", "684.1"},
        Row{Measure::creatinine, "", "", "1768", "1768.1"}, Row{Measure::wbc, "", "", "200", "200.1"},
        Row{Measure::temperature, "30", "29.9", "42.5", "42.51"}}) {
    const std::string_view name = measure_info(row.measure).name;
    if (!row.low.empty()) {
      EXPECT_FALSE(unusual(row.measure, row.low)) << name;
      EXPECT_TRUE(unusual(row.measure, row.below)) << name;
    }
    if (!row.high.empty()) {
      EXPECT_FALSE(unusual(row.measure, row.high)) << name;
      EXPECT_TRUE(unusual(row.measure, row.above)) << name;
    }
  }
  EXPECT_FALSE(unusual(Measure::crp, "900"));
}

TEST(Unusual, ABoundIsOnlyIfAllOfItIs) {
  const Decimal ten = Decimal::of(10);
  EXPECT_TRUE(is_unusual(Measure::platelets, Interval::below(ten, false)));
  EXPECT_FALSE(is_unusual(Measure::platelets, Interval::below(ten, true)));
  EXPECT_FALSE(is_unusual(Measure::platelets, Interval::above(ten, false)));
  EXPECT_TRUE(is_unusual(Measure::d_dimer, Interval::above(Decimal::of(100), false)));
  EXPECT_FALSE(is_unusual(Measure::d_dimer, Interval::above(Decimal::of(100), true)));
  EXPECT_FALSE(is_unusual(Measure::platelets, Interval::between(Decimal::of(5), ten)));
}

}  // namespace
}  // namespace coagwatch::rules
