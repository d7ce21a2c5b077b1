#include "rules/scoring/treatments.h"

#include <gtest/gtest.h>

#include "rules/criterion/criterion_fixture.h"
#include "rules/patient/fact_sources.h"
#include "rules/patient/state_fixture.h"

namespace coagwatch::rules {
namespace {

class TreatmentsTest : public ::testing::Test {
 protected:
  TreatmentsTest() { rules.criteria = {isth_fixture()}; }
  void give(Fact fact, Timestamp start, std::string_view source) {
    put_fact(patient.state, {fact, Tristate::yes, start, Timestamp::none(), source});
  }
  const std::vector<TreatmentCourse>& courses() {
    assess(rules, patient.state, patient.state.at, assessment);
    describe_treatments(rules, assessment, found);
    return found;
  }

  RuleSet rules;
  TestPatient patient;
  Assessment assessment;
  std::vector<TreatmentCourse> found;
};

TEST_F(TreatmentsTest, TheScoreBeforeAndNowOfTheLastOfEach) {
  patient.put("p1", Measure::platelets, "40", hour(8));
  patient.put("f1", Measure::fdp, "30", hour(8));
  give(Fact::thrombomodulin, hour(2), "MedicationAdministration/0");
  give(Fact::thrombomodulin, hour(10), "MedicationAdministration/1");
  give(Fact::plasma_transfusion, hour(9), "Procedure/1");
  give(Fact::heparin, hour(99), "MedicationAdministration/2");
  patient.put("p2", Measure::platelets, "150", hour(40));
  patient.put("f2", Measure::fdp, "5", hour(40));
  patient.put("t2", Measure::pt_seconds, "12", hour(40));
  patient.put("b2", Measure::fibrinogen, "2", hour(40));
  rules.site.pt_control_seconds = Decimal::of(12);
  ASSERT_EQ(courses().size(), 2U) << "what is still to come is none";
  EXPECT_EQ(found[0].treatment, Fact::plasma_transfusion);
  EXPECT_EQ(found[1].treatment, Fact::thrombomodulin);
  EXPECT_EQ(found[1].from, hour(10));
  EXPECT_EQ(found[1].source, "MedicationAdministration/1");
  ASSERT_EQ(found[1].scores.size(), 1U);
  EXPECT_EQ(found[1].scores[0].before.min, 5);
  EXPECT_EQ(found[1].scores[0].before.max, 8) << "PT and fibrinogen were not known";
  EXPECT_EQ(found[1].scores[0].now.max, 0);
  EXPECT_TRUE(found[1].scores[0].resolved);
}

TEST_F(TreatmentsTest, NothingIsSaidOfWhoWasNotTreated) {
  patient.put("p1", Measure::platelets, "40", hour(8));
  EXPECT_TRUE(courses().empty());
}

TEST_F(TreatmentsTest, WhatIsOpenIsNotResolved) {
  patient.put("p1", Measure::platelets, "40", hour(8));
  patient.put("f1", Measure::fdp, "30", hour(8));
  give(Fact::thrombomodulin, hour(10), "MedicationAdministration/1");
  patient.put("p2", Measure::platelets, "150", hour(40));
  ASSERT_EQ(courses().size(), 1U);
  EXPECT_FALSE(found[0].scores[0].resolved);
}

}  // namespace
}  // namespace coagwatch::rules
