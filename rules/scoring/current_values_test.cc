#include "rules/scoring/current_values.h"

#include <gtest/gtest.h>

#include "rules/patient/state_fixture.h"

namespace coagwatch::rules {
namespace {

class CurrentValuesTest : public ::testing::Test {
 protected:
  const ValueTable& find(Timestamp at, Duration max_age = kDefaultMaxAge) {
    find_current_values(patient.state, site, at, max_age, table);
    return table;
  }
  bool has(Measure measure) const { return table.present[index(measure)]; }
  const CurrentValue& value(Measure measure) const { return table.values[index(measure)]; }
  bool is(Measure measure, std::string_view text) const {
    return has(measure) && value(measure).value == interval_of(text);
  }

  TestPatient patient;
  SiteProfile site;
  ValueTable table;
  static constexpr Measure kFdp = Measure::fdp;
};

TEST_F(CurrentValuesTest, TheOneCollectedLastCounts) {
  patient.put("late", kFdp, "20", hour(9));
  patient.put("early", kFdp, "10", hour(8));
  find(hour(10));
  EXPECT_TRUE(is(kFdp, "20"));
  EXPECT_EQ(value(kFdp).at, hour(9));
  EXPECT_EQ(value(kFdp).source, "late");
  EXPECT_FALSE(value(kFdp).derived);
}

TEST_F(CurrentValuesTest, CountsForTwentyFourHoursInclusive) {
  patient.add(kFdp, "20", hour(0));
  EXPECT_TRUE(find(hour(24)).present[index(kFdp)]);
  EXPECT_FALSE(find(hour(24) + Duration{1}).present[index(kFdp)]);
  EXPECT_TRUE(find(hour(30), Duration::hours(48)).present[index(kFdp)]);
  EXPECT_FALSE(find(hour(3), Duration::hours(2)).present[index(kFdp)]);
}

TEST_F(CurrentValuesTest, NothingCollectedLaterThanTheAssessmentCounts) {
  patient.add(kFdp, "10", hour(8));
  patient.add(kFdp, "20", hour(9));
  find(hour(8, 59));
  EXPECT_TRUE(is(kFdp, "10"));
}

TEST_F(CurrentValuesTest, WithoutClinicalTimeNothingCounts) {
  patient.add(kFdp, "10", hour(8));
  EXPECT_TRUE(find(Timestamp::none()).present.none());
}

TEST_F(CurrentValuesTest, AtOneTimeTheBetterMethodCounts) {
  LabResult clauss = TestPatient::lab(Measure::fibrinogen, "0.9", hour(8));
  clauss.method_rank = 1;
  LabResult derived = TestPatient::lab(Measure::fibrinogen, "1.4", hour(8));
  derived.issued = hour(12);
  patient.put("clauss", clauss);
  patient.put("derived", derived);
  find(hour(9));
  EXPECT_TRUE(is(Measure::fibrinogen, "0.9"));
}

TEST_F(CurrentValuesTest, ThenTheOneReleasedLater) {
  LabResult first = TestPatient::lab(kFdp, "10", hour(8));
  first.issued = hour(10);
  LabResult second = TestPatient::lab(kFdp, "20", hour(8));
  second.issued = hour(9);
  patient.put("a", first);
  patient.put("b", second);
  find(hour(9));
  EXPECT_TRUE(is(kFdp, "10"));
  patient.put("c", kFdp, "30", hour(8));
  find(hour(9));
  EXPECT_TRUE(is(kFdp, "10")) << "not released is earliest";
}

TEST_F(CurrentValuesTest, ThenTheOneUpdatedLaterThenTheOneThatCameLater) {
  patient.put("a", kFdp, "10", hour(8), updated(hour(11)));
  patient.put("b", kFdp, "20", hour(8), updated(hour(10)));
  patient.put("c", kFdp, "30", hour(8));
  find(hour(9));
  EXPECT_TRUE(is(kFdp, "10"));
  patient.put("d", kFdp, "40", hour(8), updated(hour(11)));
  find(hour(9));
  EXPECT_TRUE(is(kFdp, "40"));
}

TEST_F(CurrentValuesTest, ArrivalIsThatOfTheVersionInForce) {
  patient.put("a", kFdp, "10", hour(8));
  patient.put("b", kFdp, "20", hour(8));
  find(hour(9));
  EXPECT_TRUE(is(kFdp, "20"));
  patient.put("a", kFdp, "11", hour(8));
  find(hour(9));
  EXPECT_TRUE(is(kFdp, "11"));
}

TEST_F(CurrentValuesTest, UnusableNeverCountsAndIsMarkedWhileNewest) {
  LabResult clumped = TestPatient::lab(Measure::platelets, "20", hour(9));
  clumped.unusable = Unusable::platelet_clumps;
  patient.add(Measure::platelets, "120", hour(8));
  patient.put("clumped", clumped);
  find(hour(8));
  EXPECT_TRUE(is(Measure::platelets, "120"));
  EXPECT_TRUE(table.unusable[index(Measure::platelets)]);
  patient.add(Measure::platelets, "110", hour(10));
  find(hour(10));
  EXPECT_TRUE(is(Measure::platelets, "110"));
  EXPECT_FALSE(table.unusable[index(Measure::platelets)]) << "a usable one came after it";
}

TEST_F(CurrentValuesTest, UnusableIsForgottenWithItsAge) {
  LabResult clumped = TestPatient::lab(Measure::platelets, "20", hour(9));
  clumped.unusable = Unusable::platelet_clumps;
  patient.put("clumped", clumped);
  patient.add(kFdp, "10", hour(33));
  EXPECT_TRUE(find(hour(33)).unusable[index(Measure::platelets)]);
  EXPECT_FALSE(find(hour(33, 1)).unusable[index(Measure::platelets)]);
  EXPECT_FALSE(has(Measure::platelets));
}

}  // namespace
}  // namespace coagwatch::rules
