#include "rules/scoring/evaluator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/criterion/criterion_fixture.h"
#include "rules/patient/state_fixture.h"
#include "rules/scoring/current_values.h"
#include "rules/scoring/deciding.h"

namespace coagwatch::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class EvaluatorTest : public ::testing::Test {
 protected:
  EvaluatorTest() {
    rules.criteria = {isth_fixture(), jaam_fixture(), jmhw_fixture()};
    rules.site.pt_control_seconds = Decimal::of(12);
  }
  const CriterionScore& score(std::size_t which) {
    assess(rules, patient.state, patient.state.at, assessment);
    list_deciding(assessment);
    return assessment.scores.at(which);
  }
  const CriterionScore& isth() { return score(0); }
  const CriterionScore& jaam() { return score(1); }
  const CriterionScore& jmhw() { return score(2); }

  RuleSet rules;
  TestPatient patient;
  Assessment assessment;
};

TEST_F(EvaluatorTest, NothingKnownIsTheFullRange) {
  assess(rules, patient.state, Timestamp::none(), assessment);
  list_deciding(assessment);
  const CriterionScore& found = assessment.scores[0];
  EXPECT_EQ(found.criterion, &rules.criteria[0]);
  EXPECT_EQ(found.min, 0);
  EXPECT_EQ(found.max, 8);
  EXPECT_EQ(found.status, Status::indeterminate);
  EXPECT_EQ(found.gate, Gate::unconfirmed);
  EXPECT_THAT(found.deciding, ElementsAre("platelets", "fdp", "d-dimer", "pt-seconds", "fibrinogen"));
}

TEST_F(EvaluatorTest, MetAsSoonAsTheLeastReachesTheCut) {
  patient.add(Measure::platelets, "45", hour(8));
  patient.add(Measure::fdp, "30", hour(8));
  EXPECT_EQ(isth().status, Status::met);
  EXPECT_EQ(isth().min, 5);
  EXPECT_EQ(isth().max, 8);
  EXPECT_THAT(isth().deciding, IsEmpty());
  patient.add(Measure::fdp, "24", hour(8));
  EXPECT_EQ(isth().min, 4);
  EXPECT_EQ(isth().status, Status::indeterminate);
  EXPECT_THAT(isth().deciding, ElementsAre("pt-seconds", "fibrinogen"));
}

TEST_F(EvaluatorTest, NotMetAsSoonAsTheMostIsBelowTheCut) {
  patient.add(Measure::platelets, "120", hour(8));
  patient.add(Measure::fdp, "9", hour(8));
  EXPECT_EQ(isth().max, 3);
  EXPECT_EQ(isth().status, Status::not_met);
  patient.add(Measure::platelets, "49", hour(9));
  EXPECT_EQ(isth().max, 5);
  EXPECT_EQ(isth().status, Status::indeterminate);
}

TEST_F(EvaluatorTest, PartialItemIsOpen) {
  patient.add(Measure::platelets, "45", hour(8));
  patient.add(Measure::fdp, "12", hour(8));
  patient.add(Measure::fibrinogen, "2", hour(8));
  patient.add(Measure::pt_seconds, "<16", hour(8));
  EXPECT_EQ(isth().min, 4);
  EXPECT_EQ(isth().max, 5);
  EXPECT_THAT(isth().deciding, ElementsAre("pt-seconds"));
}

TEST_F(EvaluatorTest, ExcludedIsNotApplicableButScored) {
  patient.know(Fact::underlying_disorder, Tristate::no);
  patient.add(Measure::platelets, "45", hour(8));
  patient.add(Measure::fdp, "30", hour(8));
  EXPECT_EQ(isth().status, Status::not_applicable);
  EXPECT_EQ(isth().gate, Gate::excluded);
  EXPECT_EQ(isth().min, 5);
  EXPECT_THAT(isth().deciding, IsEmpty());
  EXPECT_EQ(jmhw().gate, Gate::unconfirmed) << "there the disorder is an item";
  EXPECT_EQ(jmhw().items[0].max, 0);
}

TEST_F(EvaluatorTest, UnusableResultIsListedInAnyStatus) {
  patient.add(Measure::platelets, "120", hour(8));
  patient.add(Measure::fdp, "9", hour(8));
  LabResult clumped = TestPatient::lab(Measure::platelets, "20", hour(9));
  clumped.unusable = Unusable::platelet_clumps;
  patient.put("clumped", clumped);
  EXPECT_EQ(isth().status, Status::not_met);
  EXPECT_THAT(isth().deciding, ElementsAre("platelets"));
  LabResult clotted = TestPatient::lab(Measure::pt_seconds, "20", hour(9));
  clotted.unusable = Unusable::clotted_specimen;
  patient.put("clotted", clotted);
  EXPECT_THAT(isth().deciding, ElementsAre("platelets", "pt-seconds"));
  EXPECT_THAT(jaam().deciding, ElementsAre("platelets", "pt-seconds")) << "of the ratio the source that was sent";
}

TEST_F(EvaluatorTest, AnItemDecidesOnlyWithPointsThatTheOthersCanHave) {
  patient.add(Measure::platelets, "45", hour(8));   // 2
  patient.add(Measure::pt_seconds, "16", hour(8));  // 1
  // The marker gives 0, 2 or 3, so 5 is reached with it or not at all, whatever fibrinogen gives.
  EXPECT_EQ(isth().min, 3);
  EXPECT_EQ(isth().max, 7);
  EXPECT_THAT(isth().deciding, ElementsAre("fdp", "d-dimer"));
  patient.add(Measure::pt_seconds, "18.1", hour(9));  // 2
  EXPECT_THAT(isth().deciding, ElementsAre("fdp", "d-dimer", "fibrinogen"));
}

TEST_F(EvaluatorTest, GradesAreThoseOfLeastAndMost) {
  patient.know(Fact::underlying_disorder, Tristate::yes);
  patient.know(Fact::organ_symptoms, Tristate::no);
  patient.add(Measure::platelets, "80", hour(8));    // 2
  patient.add(Measure::fdp, "20", hour(8));          // 2
  patient.add(Measure::fibrinogen, "1.5", hour(8));  // 1
  patient.add(Measure::pt_ratio, "1.24", hour(8));   // 0
  EXPECT_EQ(jmhw().min, 6);
  EXPECT_EQ(jmhw().max, 7);
  EXPECT_EQ(rules.criteria[2].table.grades[jmhw().grade_low].name, "suspected");
  EXPECT_EQ(rules.criteria[2].table.grades[jmhw().grade_high].name, "dic");
  EXPECT_EQ(jmhw().status, Status::indeterminate);
  EXPECT_THAT(jmhw().deciding, ElementsAre("bleeding"));
  patient.know(Fact::bleeding, Tristate::no);
  EXPECT_EQ(jmhw().status, Status::not_met);
  EXPECT_EQ(jmhw().grade_high, 1);
}

TEST_F(EvaluatorTest, ColumnLeavesItemsOutAndHasItsOwnCut) {
  patient.know(Fact::marrow_suppression, Tristate::yes);
  patient.know(Fact::underlying_disorder, Tristate::yes);
  patient.know(Fact::organ_symptoms, Tristate::no);
  patient.add(Measure::platelets, "10", hour(8));
  patient.add(Measure::fdp, "20", hour(8));
  patient.add(Measure::fibrinogen, "1.5", hour(8));
  patient.add(Measure::pt_ratio, "1.24", hour(8));
  EXPECT_EQ(jmhw().column, "note-1");
  EXPECT_EQ(jmhw().items.size(), 5U);
  EXPECT_EQ(jmhw().min, 4);
  EXPECT_EQ(jmhw().max, 4);
  EXPECT_EQ(jmhw().status, Status::met);
  EXPECT_EQ(jmhw().grade_low, 2);
  patient.add(Measure::fibrinogen, "1.51", hour(9));
  EXPECT_EQ(jmhw().status, Status::not_met);
  EXPECT_EQ(jmhw().grade_low, 1) << "suspected from 3";
}

TEST_F(EvaluatorTest, CirrhosisSubtractsInTheGeneralColumnOnly) {
  patient.know(Fact::liver_cirrhosis, Tristate::yes);
  patient.know(Fact::underlying_disorder, Tristate::no);
  patient.know(Fact::bleeding, Tristate::no);
  patient.know(Fact::organ_symptoms, Tristate::no);
  patient.add(Measure::platelets, "121", hour(8));
  patient.add(Measure::fdp, "40", hour(8));
  patient.add(Measure::fibrinogen, "1.0", hour(8));
  patient.add(Measure::pt_ratio, "1.67", hour(8));
  EXPECT_EQ(jmhw().min, 4) << "7 - 3";
  EXPECT_EQ(jmhw().status, Status::not_met);
  EXPECT_EQ(jmhw().grade_high, 0);
  patient.know(Fact::liver_cirrhosis, Tristate::unknown);
  EXPECT_EQ(jmhw().min, 7);
  patient.know(Fact::liver_cirrhosis, Tristate::yes);
  patient.know(Fact::leukaemia, Tristate::yes);
  EXPECT_EQ(jmhw().column, "note-1");
  EXPECT_EQ(jmhw().min, 8) << "leukaemia is an underlying disorder";
}

TEST_F(EvaluatorTest, ItemsWithAnotherMaxAgeSeeOtherValues) {
  for (Item& item : rules.criteria[1].table.items) item.max_age = Duration::hours(48);
  link_definitions(rules, {});
  patient.add(Measure::platelets, "45", hour(0));
  patient.add(Measure::sirs, "3", hour(30));
  EXPECT_EQ(isth().min, 0);
  EXPECT_EQ(jaam().min, 4);
  EXPECT_FALSE(assessment.present[index(Measure::platelets)]) << "the table shown is that of 24 h";
}

TEST_F(EvaluatorTest, EachItemHasItsOwnMaxAge) {
  rules.criteria[0].table.items[3].max_age = Duration::hours(48);
  rules.criteria[0].table.items[2].max_age = Duration::hours(12);
  link_definitions(rules, {});
  EXPECT_THAT(rules.max_ages, ElementsAre(Duration::hours(12), Duration::hours(48)));
  const auto ages = [&] { return std::array{isth().items[2].at.known(), isth().items[3].at.known()}; };
  patient.add(Measure::platelets, "45", hour(48));
  patient.add(Measure::fibrinogen, "0.9", hour(0));
  patient.add(Measure::pt_seconds, "20", hour(36));
  EXPECT_EQ(ages(), (std::array{true, true})) << "inclusive";
  EXPECT_EQ(isth().min, 5);
  patient.add(Measure::platelets, "45", hour(48, 1));
  EXPECT_EQ(ages(), (std::array{false, false}));
  EXPECT_EQ(isth().min, 2);
  EXPECT_THAT(isth().deciding, ElementsAre("fdp", "d-dimer", "pt-seconds", "fibrinogen"));
}

TEST_F(EvaluatorTest, UnusableResultsCountAsLongAsTheItemsValues) {
  rules.criteria[0].table.items[3].max_age = Duration::hours(48);
  link_definitions(rules, {});
  patient.add(Measure::platelets, "45", hour(40));
  patient.add(Measure::fdp, "30", hour(40));
  LabResult clotted = TestPatient::lab(Measure::fibrinogen, "2", hour(0));
  clotted.unusable = Unusable::clotted_specimen;
  patient.put("fib", clotted);
  EXPECT_EQ(isth().status, Status::met);
  EXPECT_THAT(isth().deciding, ElementsAre("fibrinogen")) << "of 40 h ago";
  rules.criteria[0].table.items[3].max_age = kDefaultMaxAge;
  link_definitions(rules, {});
  EXPECT_THAT(isth().deciding, IsEmpty());
}

TEST_F(EvaluatorTest, StatusAtAnEarlierTimeIgnoresWhatCameAfter) {
  patient.add(Measure::platelets, "45", hour(0));
  patient.add(Measure::fdp, "30", hour(0));
  patient.add(Measure::platelets, "145", hour(10));
  patient.add(Measure::fibrinogen, "3", hour(10));
  patient.add(Measure::pt_seconds, "12", hour(10));
  EXPECT_TRUE(may_be_met_at(rules, rules.criteria[0], patient.state, hour(9)));
  EXPECT_FALSE(may_be_met_at(rules, rules.criteria[0], patient.state, hour(10)));
}

TEST_F(EvaluatorTest, AssessmentIsOverwritten) {
  patient.add(Measure::platelets, "45", hour(0));
  assess(rules, patient.state, hour(0), assessment);
  list_deciding(assessment);
  rules.criteria.pop_back();
  TestPatient other;
  other.add(Measure::fdp, "9", hour(5));
  assess(rules, other.state, hour(5), assessment);
  list_deciding(assessment);
  EXPECT_EQ(assessment.scores.size(), 2U);
  EXPECT_EQ(assessment.present.count(), 1U);
  EXPECT_EQ(assessment.scores[0].items.size(), 4U);
  EXPECT_THAT(assessment.scores[0].deciding, ElementsAre("platelets", "pt-seconds", "fibrinogen"));
}

TEST(Names, AreThoseOfTheContract) {
  EXPECT_EQ(status_name(Status::met), "met");
  EXPECT_EQ(status_name(Status::not_met), "not-met");
  EXPECT_EQ(status_name(Status::indeterminate), "indeterminate");
  EXPECT_EQ(status_name(Status::not_applicable), "not-applicable");
  EXPECT_EQ(gate_name(Gate::none), "none");
  EXPECT_EQ(gate_name(Gate::confirmed), "confirmed");
  EXPECT_EQ(gate_name(Gate::unconfirmed), "unconfirmed");
  EXPECT_EQ(gate_name(Gate::excluded), "excluded");
}

}  // namespace
}  // namespace coagwatch::rules
