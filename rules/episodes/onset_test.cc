// How an episode begins. Names are the sentences of README.md.

#include "rules/episodes/episode_fixture.h"

namespace coagwatch::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Measure kPlatelets = Measure::platelets;
constexpr Measure kFdp = Measure::fdp;

TEST_F(IsthTest, OnsetIsMetAfterNotBeingInAnEpisodeAndSentAtOnce) {
  EXPECT_THAT(put("f", kFdp, "30", hour(8)), IsEmpty()) << "indeterminate";
  EXPECT_THAT(patient.state.episodes, IsEmpty());
  EXPECT_THAT(put("p", kPlatelets, "45", hour(9)), ElementsAre("onset isth-2001 interruptive"));
  const Episode& found = episode("isth-2001");
  EXPECT_EQ(found.state, EpisodeState::open);
  EXPECT_EQ(found.number, 1U);
  EXPECT_EQ(found.first_onset, hour(9));
  EXPECT_EQ(found.onset, hour(9));
  EXPECT_EQ(found.since, hour(9));
  EXPECT_EQ(found.peak, 5);
}

TEST_F(IsthTest, AResultThatChangesNothingOfItTellsNothing) {
  met(hour(8));
  EXPECT_THAT(put("b2", Measure::fibrinogen, "1.1", hour(9)), IsEmpty());
  EXPECT_THAT(put("p2", kPlatelets, "46", hour(10)), IsEmpty());
  EXPECT_EQ(episode("isth-2001").number, 1U);
}

TEST_F(IsthTest, AnEvaluationIsOneCollectionTimeWithANewValueOfAMeasureThatItScores) {
  // FDP of 2 points hides a D-dimer of 3; when it expires, the total is met without a new result.
  LabResult d_dimer = TestPatient::lab(Measure::d_dimer, "5", hour(13, 30));
  d_dimer.upper_limit = Decimal(5, -1);
  put("f", kFdp, "12", hour(10));
  put("d", d_dimer);
  put("p", kPlatelets, "45", hour(13, 30));
  EXPECT_THAT(put("h", Measure::haemoglobin, "90", hour(35)), IsEmpty());
  EXPECT_EQ(assessment.scores[0].status, Status::met);
  EXPECT_THAT(patient.state.episodes, IsEmpty());
  EXPECT_THAT(put("b", Measure::fibrinogen, "2", hour(36)), ElementsAre("onset isth-2001 interruptive"));
}

TEST_F(IsthTest, ScoringItemsMoreThanTwelveHoursApartAreProbableUntilAPanelConfirms) {
  put("f", kFdp, "30", hour(8));
  EXPECT_THAT(put("p", kPlatelets, "45", hour(20, 1)), IsEmpty());
  EXPECT_EQ(assessment.scores[0].status, Status::met);
  EXPECT_THAT(patient.state.episodes, IsEmpty());
  EXPECT_THAT(put("f2", kFdp, "30", hour(20, 1)), ElementsAre("onset isth-2001 interruptive"));
  EXPECT_EQ(episode("isth-2001").onset, hour(20, 1));
}

TEST_F(IsthTest, ScoringItemsTwelveHoursApartAreAPanel) {
  put("f", kFdp, "30", hour(8));
  EXPECT_THAT(put("p", kPlatelets, "45", hour(20)), ElementsAre("onset isth-2001 interruptive"));
}

TEST_F(IsthTest, AnOldItemWithoutPointsDoesNotMakeItProbable) {
  put("b", Measure::fibrinogen, "2", hour(0));
  put("f", kFdp, "30", hour(20));
  EXPECT_THAT(put("p", kPlatelets, "45", hour(20)), ElementsAre("onset isth-2001 interruptive"));
}

TEST_F(EpisodeTest, VitalSignsAloneOpenOnlyIfItIsStillMetThirtyMinutesLater) {
  only({jaam_fixture()});
  put("f", kFdp, "12", hour(8));
  put("t", Measure::pt_seconds, "14.4", hour(8));
  put("p", kPlatelets, "100", hour(8));
  EXPECT_THAT(put("s", Measure::sirs, "3", hour(9)), IsEmpty());
  EXPECT_THAT(put("s2", Measure::sirs, "3", hour(9, 29)), IsEmpty());
  EXPECT_THAT(patient.state.episodes, IsEmpty());
  EXPECT_THAT(put("s3", Measure::sirs, "3", hour(9, 30)), ElementsAre("onset jaam interruptive"));
  EXPECT_EQ(episode("jaam").onset, hour(9, 30));
}

TEST_F(EpisodeTest, AFactThatTheCriterionDoesNotAskForMakesNoVitalSignMore) {
  only({jaam_fixture()});
  put("f", kFdp, "12", hour(8));
  put("t", Measure::pt_seconds, "14.4", hour(8));
  put("p", kPlatelets, "100", hour(8));
  say("Procedure/1", {yes(Fact::platelet_transfusion, hour(8, 30), hour(8, 45))});
  EXPECT_THAT(put("s", Measure::sirs, "3", hour(9)), IsEmpty());
  EXPECT_THAT(patient.state.episodes, IsEmpty());
  say("Condition/1", {yes(Fact::sepsis, hour(9, 5))});
  EXPECT_THAT(put("s2", Measure::sirs, "3", hour(9, 10)), ElementsAre("onset jaam interruptive"))
      << "sepsis is an underlying disorder";
}

TEST_F(EpisodeTest, VitalSignsLongAfterThePanelMakeItProbable) {
  only({jaam_fixture()});
  put("f", kFdp, "12", hour(8));
  put("t", Measure::pt_seconds, "14.4", hour(8));
  put("p", kPlatelets, "100", hour(8));
  put("s", Measure::sirs, "3", hour(28));
  EXPECT_THAT(put("s2", Measure::sirs, "3", hour(29)), IsEmpty());
  EXPECT_THAT(patient.state.episodes, IsEmpty());
  EXPECT_THAT(put("f2", kFdp, "12", hour(30)), IsEmpty());
  EXPECT_THAT(put("p2", kPlatelets, "100", hour(30)), IsEmpty()) << "PT is of 8:00";
  EXPECT_THAT(put("t2", Measure::pt_seconds, "14.4", hour(30)), ElementsAre("onset jaam interruptive"));
}

TEST_F(EpisodeTest, AReadingInBetweenThatIsNotMetBeginsTheThirtyMinutesAnew) {
  only({jaam_fixture()});
  put("f", kFdp, "12", hour(8));
  put("t", Measure::pt_seconds, "14.4", hour(8));
  put("p", kPlatelets, "100", hour(8));
  put("s", Measure::sirs, "3", hour(9));
  put("s2", Measure::sirs, "2", hour(9, 10));
  EXPECT_THAT(put("s3", Measure::sirs, "3", hour(9, 30)), IsEmpty());
  EXPECT_THAT(put("s4", Measure::sirs, "3", hour(10)), ElementsAre("onset jaam interruptive"));
}

TEST_F(EpisodeTest, ALaboratoryResultOpensAtOnce) {
  only({jaam_fixture()});
  put("f", kFdp, "12", hour(8));
  put("t", Measure::pt_seconds, "14.4", hour(8));
  put("s", Measure::sirs, "3", hour(8));
  EXPECT_THAT(put("p", kPlatelets, "100", hour(8, 5)), ElementsAre("onset jaam interruptive"));
}

TEST_F(IsthTest, NotApplicableMovesNothing) {
  patient.know(Fact::underlying_disorder, Tristate::no);
  EXPECT_THAT(met(hour(8)), IsEmpty());
  EXPECT_THAT(patient.state.episodes, IsEmpty());
}

TEST_F(IsthTest, PanelInPiecesIsOneOnset) {
  const Lines told = met(hour(8));
  EXPECT_THAT(told, ElementsAre("onset isth-2001 interruptive"));
  EXPECT_THAT(met(hour(20)), IsEmpty());
}

TEST_F(IsthTest, AnEvaluationThatANewerMarkerOfTheSameTimeTakesAwayIsNoOnset) {
  // A D-dimer meets it; the FDP of the same tube, which goes before it, does not.
  LabResult d_dimer = TestPatient::lab(Measure::d_dimer, "5", hour(8));
  d_dimer.upper_limit = Decimal(5, -1);
  put("d", d_dimer);
  EXPECT_THAT(put("p", kPlatelets, "45", hour(8)), ElementsAre("onset isth-2001 interruptive"));
  EXPECT_THAT(put("f", kFdp, "5", hour(8)), ElementsAre("retraction isth-2001 task"));
}

}  // namespace
}  // namespace coagwatch::rules
