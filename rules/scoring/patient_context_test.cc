#include "rules/scoring/patient_context.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/criterion/loader.h"
#include "rules/patient/state_fixture.h"
#include "rules/scoring/fall_after.h"
#include "rules/scoring/rule_set.h"

namespace coagwatch::rules {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

constexpr Tristate kYes = Tristate::yes;
constexpr Tristate kNo = Tristate::no;

Timestamp days_before(Timestamp at, int days) { return at - Duration::hours(24 * days); }

class PatientContextTest : public testing::Test {
 protected:
  PatientContextTest() {
    std::vector<Problem> problems;
    for (const BuiltinCriterion& builtin : builtin_criteria()) {
      rules_.criteria.push_back(load_criterion(builtin.text, std::string(builtin.file), "", problems).value());
    }
    rules_.site.pt_control_seconds = Decimal::of(12);
  }
  const PatientContext& context() {
    assess(rules_, patient_.state, patient_.state.at, assessment_);
    describe_context(assessment_, context_);
    return context_;
  }
  void make_septic_dic() {
    patient_.know(Fact::sepsis, kYes);
    patient_.add(Measure::platelets, "40", hour(8));
    patient_.add(Measure::fdp, "60", hour(8));
    patient_.add(Measure::pt_seconds, "20.4", hour(8));
    patient_.add(Measure::fibrinogen, "0.8", hour(8));
  }

  TestPatient patient_;
  RuleSet rules_;
  Assessment assessment_;
  PatientContext context_;
};

TEST_F(PatientContextTest, NothingKnownSaysNothing) {
  patient_.add(Measure::crp, "5", hour(8));
  EXPECT_TRUE(context().empty());
}

TEST_F(PatientContextTest, CauseInMalignancy) {
  patient_.add(Measure::platelets, "90", hour(8));
  EXPECT_EQ(context().cause, "");
  patient_.know(Fact::infection, kYes);
  EXPECT_EQ(context().cause, "") << "no malignancy";
  patient_.know(Fact::solid_tumour, kYes);
  EXPECT_EQ(context().cause, "infection");
  patient_.know(Fact::tumour_progression, kYes);
  EXPECT_EQ(context().cause, "indistinguishable");
}

TEST_F(PatientContextTest, ATumourIsTheCauseOnlyWithoutInfection) {
  patient_.add(Measure::platelets, "90", hour(8));
  patient_.know(Fact::tumour_progression, kYes);
  EXPECT_EQ(context().cause, "") << "an infection is not known not to be there";
  patient_.know(Fact::infection, kNo);
  EXPECT_EQ(context().cause, "tumour");
}

TEST_F(PatientContextTest, StratumOfSepsisDicAndSeverity) {
  make_septic_dic();
  EXPECT_EQ(context().stratum, "") << "SOFA is open";
  patient_.add(Measure::sofa, "12", hour(8));
  EXPECT_EQ(context().stratum, "");
  patient_.add(Measure::sofa, "13", hour(9));
  EXPECT_EQ(context().stratum, "sepsis-dic-high-severity");
  patient_.add(Measure::platelets, "200", hour(10));
  patient_.add(Measure::fdp, "5", hour(10));
  patient_.add(Measure::pt_seconds, "12", hour(10));
  EXPECT_EQ(context().stratum, "") << "neither score is met";
}

TEST_F(PatientContextTest, PromptsAreInOneOrder) {
  patient_.know(Fact::nsclc, kYes);
  patient_.know(Fact::metastatic, kYes);
  patient_.add(Measure::platelets, "100", hour(8));
  EXPECT_THAT(context().prompts, IsEmpty());
  patient_.add(Measure::platelets, "99", hour(9));
  patient_.add(Measure::albumin, "24", hour(9));
  EXPECT_THAT(context().prompts, ElementsAre("dic-work-up", "antithrombin-surrogate-low"));
  patient_.add(Measure::antithrombin, "80", hour(9));
  EXPECT_THAT(context().prompts, ElementsAre("dic-work-up"));
}

TEST_F(PatientContextTest, NormalClottingPointsElsewhere) {
  patient_.know(Fact::heparin, kYes, days_before(hour(8), 6));
  patient_.add(Measure::platelets, "200", hour(0));
  patient_.add(Measure::platelets, "139", hour(8));
  EXPECT_THAT(context().prompts, IsEmpty()) << "PT and fibrinogen are not known";
  patient_.add(Measure::pt_seconds, "12.5", hour(8));
  patient_.add(Measure::fibrinogen, "3", hour(8));
  EXPECT_THAT(context().prompts, ElementsAre("heparin-induced-thrombocytopenia"));
  patient_.add(Measure::platelets, "29", hour(9));
  EXPECT_THAT(context().prompts, ElementsAre("heparin-induced-thrombocytopenia", "thrombotic-microangiopathy"));
  patient_.add(Measure::inr, "1.49", hour(9));
  EXPECT_THAT(context().prompts, ElementsAre("heparin-induced-thrombocytopenia", "thrombotic-microangiopathy"));
  patient_.add(Measure::inr, "1.5", hour(10));
  EXPECT_THAT(context().prompts, ElementsAre("heparin-induced-thrombocytopenia")) << "PLASMIC: an INR below 1.5";
  patient_.add(Measure::fibrinogen, "0.9", hour(11));
  EXPECT_THAT(context().prompts, IsEmpty());
}

class HeparinPointerTest : public PatientContextTest {
 protected:
  static constexpr const char* kName = "heparin-induced-thrombocytopenia";
  void make_normal_clotting() {
    patient_.add(Measure::pt_seconds, "12.5", hour(8));
    patient_.add(Measure::fibrinogen, "3", hour(8));
    patient_.add(Measure::platelets, "200", hour(0));
  }
  bool is_given(Timestamp begun, Timestamp end = Timestamp::none(), Tristate value = kYes) {
    patient_ = TestPatient();
    patient_.know(Fact::heparin, value, begun, end);
    make_normal_clotting();
    patient_.add(Measure::platelets, "100", hour(8));
    return !context().prompts.empty();
  }
};

TEST_F(HeparinPointerTest, AsksForAFallOfSurelyMoreThan30Percent) {
  patient_.know(Fact::heparin, kYes, days_before(hour(8), 6));
  make_normal_clotting();
  patient_.add(Measure::platelets, "140", hour(8));
  EXPECT_THAT(context().prompts, IsEmpty()) << "exactly 30 %";
  patient_.add(Measure::platelets, "139-141", hour(9));
  EXPECT_THAT(context().prompts, IsEmpty());
  patient_.add(Measure::platelets, "139.99999", hour(10));
  EXPECT_THAT(context().prompts, ElementsAre(kName)) << "though it is shown as 30 %";
  patient_.add(Measure::platelets, "<140", hour(11));
  EXPECT_THAT(context().prompts, ElementsAre(kName)) << "below 140 it is more than 30 %";
}

TEST_F(HeparinPointerTest, AsksForAnExposureThatBeganFiveToTenDaysAgo) {
  const auto after = [](Timestamp at) { return at + Duration::minutes(1); };
  const auto before = [](Timestamp at) { return at - Duration::minutes(1); };
  EXPECT_FALSE(is_given(hour(7))) << "given an hour ago";
  EXPECT_FALSE(is_given(after(days_before(hour(8), 5))));
  EXPECT_TRUE(is_given(days_before(hour(8), 5)));
  EXPECT_TRUE(is_given(days_before(hour(8), 6))) << "without an end, though the drug counts for 72 h";
  EXPECT_TRUE(is_given(days_before(hour(8), 10)));
  EXPECT_FALSE(is_given(before(days_before(hour(8), 10))));
  EXPECT_TRUE(is_given(days_before(hour(8), 6), days_before(hour(8), 4))) << "it is over";
  EXPECT_FALSE(is_given(Timestamp::none())) << "nobody knows when it began";
  EXPECT_FALSE(is_given(days_before(hour(8), 6), Timestamp::none(), kNo));
}

TEST_F(HeparinPointerTest, AnyOfSeveralExposuresWillDo) {
  for (const int days : {0, 6, 20}) patient_.know(Fact::heparin, kYes, days_before(hour(8), days));
  make_normal_clotting();
  patient_.add(Measure::platelets, "100", hour(8));
  EXPECT_THAT(context().prompts, ElementsAre(kName));
}

TEST_F(HeparinPointerTest, WhatWasGivenTenDaysAgoIsStillKept) {
  const FactSpan given{Fact::heparin, kYes, days_before(hour(8), 10), Timestamp::none()};
  apply_facts(patient_.state, {FactChange::Kind::statement, "MedicationAdministration/1", {}, {&given, 1}},
              patient_.limits);
  make_normal_clotting();
  patient_.add(Measure::platelets, "100", hour(8));
  EXPECT_THAT(context().prompts, ElementsAre(kName));
}

TEST_F(PatientContextTest, BaselineRiskAndTheGroupsValidity) {
  make_septic_dic();
  patient_.add(Measure::sofa, "9", hour(8));
  EXPECT_THAT(context().risk, ElementsAre(Pair("sofa", PointRange{9, 9}), Pair("jaam", PointRange{7, 8}),
                                          Pair("isth-2001", PointRange{8, 8})));
  EXPECT_FALSE(context().group);
  EXPECT_THAT(context().validity, IsEmpty()) << "there is no group to be valid";
  patient_.add(Measure::antithrombin, "49", hour(8));
  EXPECT_EQ(context().group, 4);
  EXPECT_THAT(context().validity, IsEmpty());
  patient_.know(Fact::antithrombin_concentrate, kYes);
  patient_.know(Fact::meningitis, kYes);
  EXPECT_THAT(context().validity, ElementsAre("meningitis", "antithrombin-concentrate"));
}

/// Chemotherapy and a fall of cells take JMHW's column of note 1.
class FallAfterTest : public PatientContextTest {
 protected:
  const CriterionScore& jmhw() {
    assess(rules_, patient_.state, patient_.state.at, assessment_);
    for (const CriterionScore& score : assessment_.scores) {
      if (score.criterion->id == "jmhw") return score;
    }
    throw std::logic_error("no jmhw");
  }
  void chemotherapy(Timestamp at) { patient_.know(Fact::chemotherapy, kYes, at, at); }
};

TEST_F(FallAfterTest, AFallOfEitherCountIsEnough) {
  patient_.add(Measure::wbc, "6.0", hour(0));
  patient_.add(Measure::rbc, "4.0", hour(0));
  chemotherapy(hour(1));
  patient_.add(Measure::platelets, "40", hour(48));
  patient_.add(Measure::rbc, "4.0", hour(48));
  EXPECT_EQ(jmhw().column, "") << "nothing has fallen";
  patient_.add(Measure::wbc, "5.9", hour(49));
  EXPECT_EQ(jmhw().column, "note-1");
  EXPECT_EQ(jmhw().table->met.cut, 4);
  EXPECT_EQ(jmhw().gate, Gate::unconfirmed);
  EXPECT_EQ(jmhw().other_column_min, 3) << "platelets count outside of it";
  for (const CriterionScore& score : assessment_.scores) {
    if (score.criterion->id == "jaam") {
      EXPECT_NE(score.gate, Gate::excluded) << "nothing is excluded by it";
    }
  }
  patient_.know(Fact::leukaemia, kYes);
  EXPECT_EQ(jmhw().column, "note-1");
  EXPECT_FALSE(jmhw().other_column_min) << "the column is recorded";
}

TEST_F(FallAfterTest, TwentyOneDaysInclusive) {
  patient_.add(Measure::wbc, "6.0", hour(-21 * 24 + 60));
  chemotherapy(hour(-21 * 24 + 61));
  patient_.add(Measure::wbc, "1.0", hour(-21 * 24 + 70));
  EXPECT_EQ(jmhw().column, "note-1");
  ValueTable table = assessment_;
  const FallAfter& rule = *jmhw().criterion->columns.front().or_after;
  table.as_of = hour(61);
  EXPECT_TRUE(has_fallen_after(rule, table));
  table.as_of = hour(61, 1);
  EXPECT_FALSE(has_fallen_after(rule, table));
}

TEST_F(FallAfterTest, AfterAnyCycle) {
  const auto days = [](int n) { return hour(24 * n); };
  patient_.add(Measure::wbc, "3.0", days(1));
  chemotherapy(days(2));
  patient_.add(Measure::wbc, "6.0", days(6));
  patient_.add(Measure::wbc, "4.0", days(8));
  EXPECT_EQ(jmhw().column, "") << "not lower than before";
  chemotherapy(days(7));
  EXPECT_EQ(jmhw().column, "note-1") << "lower than before the second";
  patient_.add(Measure::wbc, "6.0", days(9));
  EXPECT_EQ(jmhw().column, "") << "nor after the second any more";
}

TEST_F(FallAfterTest, AnEarlierCycleTakesNothingAway) {
  patient_.add(Measure::wbc, "6.0", hour(30));
  chemotherapy(hour(31));
  patient_.add(Measure::wbc, "5.0", hour(48));
  EXPECT_EQ(jmhw().column, "note-1");
  chemotherapy(hour(1));
  EXPECT_EQ(jmhw().column, "note-1") << "no count before it is known";
}

TEST_F(FallAfterTest, WithoutACountBeforeNothingIsKnown) {
  chemotherapy(hour(1));
  patient_.add(Measure::wbc, "1.0", hour(48));
  EXPECT_EQ(jmhw().column, "");
  patient_.add(Measure::wbc, "<1.0", hour(0));
  EXPECT_EQ(jmhw().column, "") << "it was not surely higher";
}

}  // namespace
}  // namespace coagwatch::rules
