#include "rules/patient/patient_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "rules/patient/state_fixture.h"

namespace coagwatch::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ApplyTest : public ::testing::Test {
 protected:
  TestPatient patient;
  static constexpr Measure kPlatelets = Measure::platelets;
};

TEST_F(ApplyTest, NewResultIsAppliedAndMovesTheClinicalTime) {
  const ApplyResult result = patient.put("a", kPlatelets, "45", hour(8));
  EXPECT_EQ(result.outcome, ApplyOutcome::applied);
  EXPECT_TRUE(result.assess);
  EXPECT_FALSE(result.correction);
  EXPECT_TRUE(result.changed[index(kPlatelets)]);
  EXPECT_EQ(result.changed.count(), 1U);
  EXPECT_EQ(result.at, hour(8));
  EXPECT_EQ(patient.state.at, hour(8));
}

TEST_F(ApplyTest, OlderResultDoesNotMoveTheClinicalTimeButIsAssessed) {
  patient.put("a", kPlatelets, "45", hour(8));
  const ApplyResult result = patient.put("b", kPlatelets, "60", hour(2));
  EXPECT_TRUE(result.assess);
  EXPECT_EQ(result.at, hour(8));
  EXPECT_THAT(patient.identities(), ElementsAre("b", "a"));
}

TEST_F(ApplyTest, ResultsAreSortedByMeasureTimeArrival) {
  patient.put("f", Measure::fibrinogen, "2", hour(1));
  patient.put("p2", kPlatelets, "50", hour(2));
  patient.put("p1", kPlatelets, "60", hour(1));
  patient.put("p3", kPlatelets, "51", hour(2));
  EXPECT_THAT(patient.identities(), ElementsAre("p1", "p2", "p3", "f"));
}

TEST_F(ApplyTest, ClockIsTheGreatestTimeEverSeen) {
  LabResult lab = TestPatient::lab(kPlatelets, "45", hour(8));
  lab.issued = hour(9);
  patient.put("a", lab);
  EXPECT_EQ(patient.state.clock, hour(9));
  patient.put("b", kPlatelets, "45", hour(3));
  EXPECT_EQ(patient.state.clock, hour(9));
  patient.retract("a");
  EXPECT_EQ(patient.state.clock, hour(9));
  EXPECT_EQ(patient.state.at, hour(3));
}

TEST_F(ApplyTest, SameContentUnderTheSameIdentityIsADuplicate) {
  patient.put("a", kPlatelets, "45", hour(8));
  const ApplyResult result = patient.put("a", kPlatelets, "45.0", hour(8));
  EXPECT_EQ(result.outcome, ApplyOutcome::duplicate);
  EXPECT_FALSE(result.assess);
  EXPECT_TRUE(result.changed.none());
  EXPECT_EQ(patient.state.results.size(), 1U);
}

TEST_F(ApplyTest, DuplicateOfANewerVersionRaisesTheVersion) {
  patient.put("a", kPlatelets, "45", hour(8), numbered(1));
  EXPECT_EQ(patient.put("a", kPlatelets, "45", hour(8), numbered(3)).outcome, ApplyOutcome::duplicate);
  EXPECT_EQ(patient.put("a", kPlatelets, "50", hour(8), numbered(2)).outcome, ApplyOutcome::superseded);
}

struct ContentChange {
  const char* what;
  void (*change)(LabResult&);
};

class ContentTest : public ::testing::TestWithParam<ContentChange> {};

TEST_P(ContentTest, AnyDifferenceOfContentIsANewVersion) {
  TestPatient patient;
  LabResult lab = TestPatient::lab(Measure::d_dimer, "2.0", hour(8));
  lab.upper_limit = Decimal(5, -1);
  patient.put("a", lab);
  GetParam().change(lab);
  const ApplyResult same_identity = patient.put("a", lab);
  EXPECT_EQ(same_identity.outcome, ApplyOutcome::applied);
  EXPECT_TRUE(same_identity.correction);
  EXPECT_EQ(patient.state.results.size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(
    Parts, ContentTest,
    ::testing::Values(ContentChange{"measure", [](LabResult& lab) { lab.measure = Measure::fdp; }},
                      ContentChange{"value", [](LabResult& lab) { lab.value = interval_of("<2.0"); }},
                      ContentChange{"time", [](LabResult& lab) { lab.at = hour(8, 1); }},
                      ContentChange{"status", [](LabResult& lab) { lab.status = ResultStatus::corrected; }},
                      ContentChange{"limit", [](LabResult& lab) { lab.upper_limit = Decimal(4, -1); }},
                      ContentChange{"no_limit", [](LabResult& lab) { lab.upper_limit.reset(); }},
                      ContentChange{"flavour", [](LabResult& lab) { lab.flags = kFlagDduConverted; }},
                      ContentChange{"age_limit", [](LabResult& lab) { lab.flags = kFlagAgeAdjustedLimit; }},
                      ContentChange{"no_flavour", [](LabResult& lab) { lab.flags = kFlagMultipleOnly; }},
                      ContentChange{"method", [](LabResult& lab) { lab.method_rank = 7; }},
                      ContentChange{"usability", [](LabResult& lab) { lab.unusable = Unusable::haemolysed; }}),
    [](const auto& test) { return std::string(test.param.what); });

TEST_F(ApplyTest, SameContentUnderAnotherIdentityOutlivesARetractionOfTheFirst) {
  patient.put("a", kPlatelets, "45", hour(8));
  const ApplyResult twin = patient.put("b", kPlatelets, "45", hour(8));
  EXPECT_EQ(twin.outcome, ApplyOutcome::duplicate);
  EXPECT_FALSE(twin.assess);
  const ApplyResult gone = patient.retract("a");
  EXPECT_EQ(gone.outcome, ApplyOutcome::retracted);
  EXPECT_FALSE(gone.assess) << "the value is still there";
  EXPECT_THAT(patient.identities(), ElementsAre("b"));
  EXPECT_TRUE(patient.retract("b").assess);
}

TEST_F(ApplyTest, ARetractionIsRememberedAsLongAsItsOriginalWouldCount) {
  patient.put("old", kPlatelets, "45", hour(0));
  Change retraction{Change::Kind::retraction, "a", "a", {}, {}};
  retraction.result.at = hour(13 * 24);
  apply(patient.state, retraction, patient.limits);
  patient.put("new", kPlatelets, "46", hour(19 * 24));
  EXPECT_EQ(patient.put("a", kPlatelets, "47", hour(13 * 24)).outcome, ApplyOutcome::superseded);
}

TEST_F(ApplyTest, AWithdrawalTakesOneResultAndNoneBesideIt) {
  patient.put("a", kPlatelets, "45", hour(8));
  patient.put("b", kPlatelets, "46", hour(9));
  patient.put("c", Measure::fdp, "60", hour(9));
  const ApplyResult gone = patient.withdraw("a");
  EXPECT_EQ(gone.outcome, ApplyOutcome::retracted);
  EXPECT_THAT(patient.identities(), ElementsAre("b", "c"));
  EXPECT_EQ(gone.changed.count(), 1U);
}

TEST_F(ApplyTest, NewVersionReplacesAndCorrects) {
  patient.put("a", kPlatelets, "45", hour(8));
  const ApplyResult result = patient.put("a", kPlatelets, "145", hour(9));
  EXPECT_EQ(result.outcome, ApplyOutcome::applied);
  EXPECT_TRUE(result.correction);
  EXPECT_EQ(patient.state.results.size(), 1U);
  EXPECT_EQ(patient.state.at, hour(9));
}

TEST_F(ApplyTest, NewVersionUnderAnotherMeasureTouchesBoth) {
  patient.put("a", Measure::fdp, "45", hour(8));
  const ApplyResult result = patient.put("a", Measure::d_dimer, "45", hour(8));
  EXPECT_TRUE(result.changed[index(Measure::fdp)]);
  EXPECT_TRUE(result.changed[index(Measure::d_dimer)]);
}

TEST_F(ApplyTest, NewVersionWithTheContentOfAnotherResultIsNoDuplicate) {
  patient.put("a", kPlatelets, "45", hour(8));
  patient.put("b", kPlatelets, "50", hour(8));
  const ApplyResult result = patient.put("b", kPlatelets, "45", hour(8));
  EXPECT_EQ(result.outcome, ApplyOutcome::applied);
  EXPECT_TRUE(result.correction) << "the value 50 is gone";
}

TEST_F(ApplyTest, VersionNumberGoesBeforeTimeOfUpdate) {
  patient.put("a", kPlatelets, "45", hour(8), {2, hour(9)});
  EXPECT_EQ(patient.put("a", kPlatelets, "50", hour(8), {1, hour(10)}).outcome, ApplyOutcome::superseded);
  EXPECT_EQ(patient.put("a", kPlatelets, "51", hour(8), {3, hour(7)}).outcome, ApplyOutcome::applied);
}

TEST_F(ApplyTest, TimeOfUpdateDecidesWhereANumberIsMissing) {
  patient.put("a", kPlatelets, "45", hour(8), {2, hour(9)});
  EXPECT_EQ(patient.put("a", kPlatelets, "50", hour(8), updated(hour(8))).outcome, ApplyOutcome::superseded);
  EXPECT_EQ(patient.put("a", kPlatelets, "51", hour(8), updated(hour(10))).outcome, ApplyOutcome::applied);
}

TEST_F(ApplyTest, ArrivalDecidesWhereVersionsSayNothing) {
  patient.put("a", kPlatelets, "45", hour(8), numbered(2));
  EXPECT_EQ(patient.put("a", kPlatelets, "50", hour(8)).outcome, ApplyOutcome::applied);
  EXPECT_EQ(patient.put("a", kPlatelets, "51", hour(8), numbered(1)).outcome, ApplyOutcome::applied)
      << "the version in force has no number";
  EXPECT_EQ(patient.put("a", kPlatelets, "52", hour(8), numbered(1)).outcome, ApplyOutcome::applied)
      << "equal numbers say nothing";
}

TEST_F(ApplyTest, SupersededVersionChangesNothing) {
  patient.put("a", kPlatelets, "45", hour(8), numbered(2));
  const ApplyResult result = patient.put("a", kPlatelets, "50", hour(9), numbered(1));
  EXPECT_FALSE(result.assess);
  EXPECT_EQ(patient.state.at, hour(8));
  EXPECT_TRUE(patient.stored("a").lab.value == interval_of("45"));
}

TEST_F(ApplyTest, RetractionRemovesAndMovesTheClinicalTimeBack) {
  patient.put("a", kPlatelets, "45", hour(8));
  patient.put("b", kPlatelets, "40", hour(9));
  const ApplyResult result = patient.retract("b");
  EXPECT_EQ(result.outcome, ApplyOutcome::retracted);
  EXPECT_TRUE(result.assess);
  EXPECT_TRUE(result.correction);
  EXPECT_EQ(result.at, hour(8));
  EXPECT_EQ(patient.state.at, hour(8));
}

TEST_F(ApplyTest, RetractionOfTheLastResultAsksForAnAssessmentAtItsTime) {
  patient.put("a", kPlatelets, "45", hour(8));
  const ApplyResult result = patient.retract("a");
  EXPECT_TRUE(result.assess);
  EXPECT_EQ(result.at, hour(8));
  EXPECT_FALSE(patient.state.at.known());
}

TEST_F(ApplyTest, RetractionOfNothingIsRememberedAndRepeatedIsADuplicate) {
  EXPECT_EQ(patient.retract("a").outcome, ApplyOutcome::retracted);
  EXPECT_EQ(patient.retract("a").outcome, ApplyOutcome::duplicate);
  EXPECT_EQ(patient.retract("a", numbered(3)).outcome, ApplyOutcome::duplicate) << "not provably newer";
  EXPECT_EQ(patient.state.retractions.size(), 1U);
}

TEST_F(ApplyTest, OriginalThatArrivesAfterItsRetractionIsSuperseded) {
  patient.retract("a", numbered(2));
  EXPECT_EQ(patient.put("a", kPlatelets, "45", hour(8)).outcome, ApplyOutcome::superseded);
  EXPECT_EQ(patient.put("a", kPlatelets, "45", hour(8), numbered(1)).outcome, ApplyOutcome::superseded);
  EXPECT_EQ(patient.put("a", kPlatelets, "45", hour(8), numbered(2)).outcome, ApplyOutcome::superseded);
  EXPECT_THAT(patient.identities(), IsEmpty());
  EXPECT_EQ(patient.put("a", kPlatelets, "45", hour(8), numbered(3)).outcome, ApplyOutcome::applied);
  EXPECT_EQ(patient.put("a", kPlatelets, "46", hour(8), numbered(4)).outcome, ApplyOutcome::applied)
      << "the retraction is forgotten";
}

TEST_F(ApplyTest, RetractionThatIsProvablyOlderIsSuperseded) {
  patient.put("a", kPlatelets, "45", hour(8), numbered(3));
  EXPECT_EQ(patient.retract("a", numbered(2)).outcome, ApplyOutcome::superseded);
  EXPECT_THAT(patient.identities(), ElementsAre("a"));
  EXPECT_EQ(patient.put("a", kPlatelets, "46", hour(8), numbered(4)).outcome, ApplyOutcome::applied)
      << "and is not remembered";
  EXPECT_EQ(patient.retract("a").outcome, ApplyOutcome::retracted) << "no version is no proof";
}

TEST_F(ApplyTest, RetractionIsForgottenOneWindowLater) {
  patient.put("x", kPlatelets, "100", hour(0));
  patient.retract("a");
  patient.put("y", kPlatelets, "101", hour(7 * 24));
  EXPECT_EQ(patient.put("a", kPlatelets, "45", hour(1)).outcome, ApplyOutcome::superseded) << "exactly 7 days";
  patient.put("z", kPlatelets, "102", hour(7 * 24, 1));
  EXPECT_EQ(patient.put("a", kPlatelets, "45", hour(1)).outcome, ApplyOutcome::applied);
}

TEST_F(ApplyTest, RetractionBeforeTheFirstResultIsRememberedFromThatResultOn) {
  patient.retract("a");
  patient.put("x", kPlatelets, "100", hour(0));
  EXPECT_EQ(patient.put("a", kPlatelets, "45", hour(1)).outcome, ApplyOutcome::superseded);
  patient.put("y", kPlatelets, "101", hour(7 * 24, 1));
  EXPECT_EQ(patient.put("a", kPlatelets, "45", hour(1)).outcome, ApplyOutcome::applied);
}

TEST_F(ApplyTest, RetractionsAreCapped) {
  patient.limits.retractions = 2;
  patient.retract("a");
  patient.retract("b");
  patient.retract("c");
  EXPECT_EQ(patient.put("a", kPlatelets, "1", hour(1)).outcome, ApplyOutcome::applied);
  EXPECT_EQ(patient.put("b", kPlatelets, "2", hour(1)).outcome, ApplyOutcome::superseded);
}

TEST_F(ApplyTest, AWithdrawalKeepsAwayWhatIsProvablyOlder) {
  patient.put("a", kPlatelets, "45", hour(8), numbered(1));
  patient.withdraw("a", numbered(2));
  EXPECT_EQ(patient.put("a", kPlatelets, "45", hour(8), numbered(1)).outcome, ApplyOutcome::superseded);
  EXPECT_EQ(patient.put("a", kPlatelets, "46", hour(8), numbered(2)).outcome, ApplyOutcome::applied) << "came later";
  patient.withdraw("b", numbered(4));
  EXPECT_EQ(patient.put("b", kPlatelets, "45", hour(8), numbered(3)).outcome, ApplyOutcome::superseded);
  EXPECT_EQ(patient.put("b", kPlatelets, "45", hour(8), numbered(5)).outcome, ApplyOutcome::applied);
}

TEST_F(ApplyTest, AWithdrawalOfUnknownAgeKeepsNothingAway) {
  patient.put("a", kPlatelets, "45", hour(8));
  patient.withdraw("a");
  EXPECT_EQ(patient.put("a", kPlatelets, "45", hour(8)).outcome, ApplyOutcome::applied);
  patient.withdraw("b", numbered(2));
  EXPECT_EQ(patient.put("b", kPlatelets, "46", hour(8)).outcome, ApplyOutcome::applied) << "of unknown age itself";
}

TEST_F(ApplyTest, ARetractionSaysMoreThanAWithdrawal) {
  patient.withdraw("a", numbered(2));
  EXPECT_EQ(patient.retract("a", numbered(2)).outcome, ApplyOutcome::retracted);
  EXPECT_EQ(patient.put("a", kPlatelets, "45", hour(8), numbered(2)).outcome, ApplyOutcome::superseded);
  patient.withdraw("a", numbered(2));
  EXPECT_EQ(patient.put("a", kPlatelets, "45", hour(8)).outcome, ApplyOutcome::superseded);
  patient.withdraw("a", numbered(3));
  EXPECT_EQ(patient.put("a", kPlatelets, "45", hour(8), numbered(2)).outcome, ApplyOutcome::superseded);
  EXPECT_EQ(patient.put("a", kPlatelets, "45", hour(8)).outcome, ApplyOutcome::applied);
}

TEST_F(ApplyTest, WithdrawalsDoNotCrowdOutRetractions) {
  patient.limits.retractions = 2;
  patient.retract("a");
  for (const char* identity : {"b", "c", "d"}) patient.withdraw(identity, numbered(2));
  EXPECT_EQ(patient.put("a", kPlatelets, "1", hour(1)).outcome, ApplyOutcome::superseded);
  EXPECT_EQ(patient.put("c", kPlatelets, "2", hour(1), numbered(1)).outcome, ApplyOutcome::applied) << "forgotten";
  EXPECT_EQ(patient.put("d", kPlatelets, "3", hour(1), numbered(1)).outcome, ApplyOutcome::superseded);
}

TEST_F(ApplyTest, WithdrawalTakesTheValueAway) {
  patient.put("a", kPlatelets, "45", hour(8), numbered(1));
  const ApplyResult result = patient.withdraw("a", numbered(2));
  EXPECT_EQ(result.outcome, ApplyOutcome::retracted);
  EXPECT_TRUE(result.correction);
  EXPECT_THAT(patient.identities(), IsEmpty());
  EXPECT_EQ(patient.put("a", kPlatelets, "46", hour(8), numbered(3)).outcome, ApplyOutcome::applied);
  EXPECT_EQ(patient.withdraw("a", numbered(2)).outcome, ApplyOutcome::superseded);
  EXPECT_THAT(patient.identities(), ElementsAre("a"));
  EXPECT_EQ(patient.withdraw("unheard-of").outcome, ApplyOutcome::duplicate);
}

TEST_F(ApplyTest, UnusableResultIsKeptButAssessesNothing) {
  patient.put("a", kPlatelets, "45", hour(8));
  LabResult clumped = TestPatient::lab(kPlatelets, "20", hour(9));
  clumped.unusable = Unusable::platelet_clumps;
  const ApplyResult result = patient.put("b", clumped);
  EXPECT_EQ(result.outcome, ApplyOutcome::applied);
  EXPECT_FALSE(result.assess);
  EXPECT_EQ(patient.state.at, hour(8)) << "the clinical time moves with what can be scored";
  EXPECT_EQ(patient.state.clock, hour(9));
  EXPECT_EQ(patient.state.results.size(), 2U);
  EXPECT_FALSE(patient.retract("b").assess);
}

TEST_F(ApplyTest, NewVersionThatIsUnusableTakesTheValueAway) {
  patient.put("o", kPlatelets, "60", hour(7));
  patient.put("a", kPlatelets, "45", hour(8));
  LabResult clumped = TestPatient::lab(kPlatelets, "45", hour(8));
  clumped.unusable = Unusable::platelet_clumps;
  const ApplyResult result = patient.put("a", clumped);
  EXPECT_TRUE(result.assess);
  EXPECT_TRUE(result.correction);
  EXPECT_TRUE(result.changed[index(kPlatelets)]);
  EXPECT_EQ(result.at, hour(7));
}

TEST(ApplyOrder, WhereVersionsTellArrivalDoesNotMatter) {
  // Versions of one result; a negative one is a retraction. The greatest version decides, in any order of arrival.
  for (std::vector<int> versions :
       {std::vector{1, 2, -3, 4, 5}, {1, -2, 3, -4, 5}, {1, 2, 3, 4, -5}, {-1, -2, 3, -4}}) {
    const auto magnitude = [](int a, int b) { return std::abs(a) < std::abs(b); };
    const int last = *std::ranges::max_element(versions, magnitude);
    std::ranges::sort(versions);
    int orders = 0;
    do {
      TestPatient patient;
      for (const int version : versions) {
        const Version number = numbered(static_cast<std::uint64_t>(std::abs(version)));
        if (version < 0) {
          patient.retract("a", number);
        } else {
          // Versions 1 and 2 have the same content.
          patient.put("a", Measure::platelets, std::to_string(50 + version / 3), hour(version / 3), number);
        }
      }
      ASSERT_EQ(patient.state.results.size(), last < 0 ? 0U : 1U);
      if (last > 0) {
        ASSERT_TRUE(patient.stored("a").lab.value == interval_of(std::to_string(50 + last / 3)));
      }
      ++orders;
    } while (std::ranges::next_permutation(versions).found);
    EXPECT_GE(orders, 24);
  }
}

TEST_F(ApplyTest, ClearKeepsNothing) {
  patient.put("a", kPlatelets, "45", hour(8));
  patient.retract("b");
  patient.know(Fact::sepsis, Tristate::yes);
  patient.state.episodes.emplace_back();
  patient.state.evicted = 3;
  patient.state.clear();
  EXPECT_TRUE(patient.state.results.empty() && patient.state.retractions.empty() && patient.state.facts.empty());
  EXPECT_TRUE(patient.state.episodes.empty() && patient.state.text.empty());
  EXPECT_FALSE(patient.state.at.known() || patient.state.clock.known());
  EXPECT_EQ(patient.state.next_arrival + patient.state.evicted, 0U);
}

}  // namespace
}  // namespace coagwatch::rules
