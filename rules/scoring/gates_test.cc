#include "rules/scoring/gates.h"

#include <gtest/gtest.h>

#include "rules/patient/state_fixture.h"

namespace coagwatch::rules {
namespace {

constexpr Tristate kYes = Tristate::yes;
constexpr Tristate kNo = Tristate::no;

class GatesTest : public ::testing::Test {
 protected:
  Gate gate() const { return gate_of(criterion, KnownFacts(patient.state, {}, hour(0)), table); }
  const Column* column() const { return active_column(criterion, KnownFacts(patient.state, {}, hour(0))); }

  void like_jaam() {
    criterion.gate.requires_any = {Fact::underlying_disorder};
    criterion.gate.excludes = {{Fact::marrow_suppression}, {Fact::leukaemia, Fact::remission}};
  }
  void like_jmhw() {
    criterion.gate.excludes = {{Fact::pregnancy}};
    Column& note_1 = criterion.columns.emplace_back();
    note_1.name = "note-1";
    note_1.when_any = {{Fact::marrow_suppression}, {Fact::leukaemia}};
    note_1.table.adjusted = false;
    criterion.adjustments = {{Fact::liver_cirrhosis, -3, {}}};
  }

  TestPatient patient;
  Criterion criterion;
  ValueTable table;
};

TEST_F(GatesTest, ACriterionThatAsksNothingHasNone) {
  criterion.gate.adults_only = false;
  EXPECT_EQ(gate(), Gate::none);
}

TEST_F(GatesTest, UnknownDisorderIsUnconfirmed) {
  like_jaam();
  patient.know(Fact::child, kNo);
  EXPECT_EQ(gate(), Gate::unconfirmed);
  patient.know(Fact::sepsis, kNo);
  EXPECT_EQ(gate(), Gate::unconfirmed) << "another disorder may be there";
}

TEST_F(GatesTest, DisorderConfirmsAndItsAbsenceExcludes) {
  like_jaam();
  patient.know(Fact::child, kNo);
  patient.know(Fact::underlying_disorder, kNo);
  EXPECT_EQ(gate(), Gate::excluded);
  patient.know(Fact::trauma, kYes);
  EXPECT_EQ(gate(), Gate::confirmed) << "an implying fact beats the explicit no";
}

TEST_F(GatesTest, UnknownAgeIsAnAdultUnconfirmed) {
  like_jaam();
  patient.know(Fact::sepsis, kYes);
  EXPECT_EQ(gate(), Gate::unconfirmed);
  patient.know(Fact::child, kNo);
  EXPECT_EQ(gate(), Gate::confirmed);
}

TEST_F(GatesTest, ChildrenAndNewbornsAreExcludedFromAdultCriteria) {
  like_jaam();
  patient.know(Fact::sepsis, kYes);
  patient.know(Fact::newborn, kYes);
  EXPECT_EQ(gate(), Gate::excluded);
  criterion.gate.adults_only = false;
  EXPECT_EQ(gate(), Gate::excluded) << "a site that takes children has no newborns";
  criterion.gate.newborns = true;
  EXPECT_EQ(gate(), Gate::confirmed);
}

TEST_F(GatesTest, ChildrenAreScoredWhereASiteTakesThem) {
  like_jaam();
  patient.know(Fact::sepsis, kYes);
  patient.know(Fact::child, kYes);
  EXPECT_EQ(gate(), Gate::excluded);
  criterion.gate.adults_only = false;
  EXPECT_EQ(gate(), Gate::confirmed);
}

TEST_F(GatesTest, SurelyNoSignExcludes) {
  criterion.gate.adults_only = false;
  criterion.gate.needs_any = {{Fact::shock, {}, 0}, {std::nullopt, Measure::sofa_renal, 2}};
  const auto renal = [&](const Interval& value) {
    table.present.set(index(Measure::sofa_renal));
    table.values[index(Measure::sofa_renal)].value = value;
    return gate();
  };
  patient.know(Fact::shock, kNo);
  EXPECT_EQ(gate(), Gate::unconfirmed) << "the kidney is not known";
  EXPECT_EQ(renal(interval_of("2")), Gate::confirmed);
  EXPECT_EQ(renal(interval_of("1-2")), Gate::unconfirmed);
  EXPECT_EQ(renal(interval_of("1")), Gate::excluded);
  EXPECT_EQ(renal(interval_of("<2")), Gate::excluded);
  EXPECT_EQ(renal(interval_of("<=2")), Gate::unconfirmed);
  patient = {};
  EXPECT_EQ(renal(interval_of("1")), Gate::unconfirmed) << "shock is not known";
}

TEST_F(GatesTest, ChartedMarrowSuppressionExcludes) {
  like_jaam();
  patient.know(Fact::child, kNo);
  patient.know(Fact::sepsis, kYes);
  EXPECT_EQ(gate(), Gate::confirmed) << "unknown marrow suppression does not matter";
  patient.know(Fact::marrow_suppression, kYes);
  EXPECT_EQ(gate(), Gate::excluded);
}

TEST_F(GatesTest, LeukaemiaExcludesOnlyWhileNotInRemission) {
  like_jaam();
  patient.know(Fact::child, kNo);
  patient.know(Fact::leukaemia, kYes);
  EXPECT_EQ(gate(), Gate::excluded);
  patient.know(Fact::remission, kNo);
  EXPECT_EQ(gate(), Gate::excluded);
  patient.know(Fact::remission, kYes);
  EXPECT_EQ(gate(), Gate::confirmed);
}

TEST_F(GatesTest, ColumnIsThatOfKnownMembersOnly) {
  like_jmhw();
  EXPECT_EQ(column(), nullptr);
  patient.know(Fact::leukaemia, kYes);
  ASSERT_NE(column(), nullptr);
  EXPECT_EQ(column()->name, "note-1");
  patient.know(Fact::remission, kYes);
  EXPECT_NE(column(), nullptr) << "leukaemia in remission keeps the column";
}

TEST_F(GatesTest, KnownTypeConfirmsWithoutARequiredDisorder) {
  like_jmhw();
  patient.know(Fact::child, kNo);
  EXPECT_EQ(gate(), Gate::unconfirmed);
  patient.know(Fact::marrow_suppression, kYes);
  EXPECT_EQ(gate(), Gate::confirmed);
  patient.know(Fact::pregnancy, kYes);
  EXPECT_EQ(gate(), Gate::excluded);
}

TEST_F(GatesTest, GeneralPopulationIsConfirmedWhenAllThatChoosesItIsKnown) {
  like_jmhw();
  patient.know(Fact::child, kNo);
  patient.know(Fact::marrow_suppression, kNo);
  EXPECT_EQ(gate(), Gate::unconfirmed);
  patient.know(Fact::malignancy, kNo);
  patient.know(Fact::leukaemia, kNo);
  EXPECT_EQ(gate(), Gate::unconfirmed) << "cirrhosis is unknown, so nothing is subtracted";
  patient.know(Fact::liver_cirrhosis, kYes);
  EXPECT_EQ(gate(), Gate::confirmed);
}

}  // namespace
}  // namespace coagwatch::rules
