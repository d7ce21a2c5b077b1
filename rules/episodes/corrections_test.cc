// What late and corrected results and facts do to what was told. Names are the sentences of README.md.

#include "rules/episodes/episode_fixture.h"

namespace coagwatch::rules {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;

constexpr Measure kPlatelets = Measure::platelets;
constexpr Measure kFdp = Measure::fdp;

TEST_F(IsthTest, RetractionIfNoEvaluationInForceIsMetEvenIfMerelyIndeterminate) {
  put("f", kFdp, "30", hour(8));
  put("p", kPlatelets, "45", hour(9));
  EXPECT_THAT(put("p", kPlatelets, "145", hour(9)), ElementsAre("retraction isth-2001 task"));
  EXPECT_EQ(assessment.scores[0].status, Status::indeterminate);
  EXPECT_EQ(state_of("isth-2001"), EpisodeState::retracted);
  EXPECT_EQ(episode("isth-2001").first_onset, hour(9)) << "the identity stays";
}

TEST_F(IsthTest, RetractionOfTheResultItself) {
  put("f", kFdp, "30", hour(8));
  put("p", kPlatelets, "45", hour(9));
  EXPECT_THAT(retract("p"), ElementsAre("retraction isth-2001 task"));
  EXPECT_EQ(plan.events.at(0).at, hour(9)) << "what it takes back";
}

TEST_F(IsthTest, RetractionWhenNothingIsLeft) {
  LabResult d_dimer = TestPatient::lab(Measure::d_dimer, "5", hour(9));
  d_dimer.upper_limit = Decimal(5, -1);
  only({shipped_criterion("possible-dic")});
  policy.overt_tier = {"possible-dic"};
  put("p", kPlatelets, "20", hour(9));
  const bool told = !plan.events.empty();
  EXPECT_EQ(told, state_of("possible-dic") == EpisodeState::open);
  const Lines after_retraction = retract("p");
  EXPECT_FALSE(patient.state.at.known());
  EXPECT_EQ(after_retraction.size(), told ? 1U : 0U);
}

TEST_F(IsthTest, IfALaterEvaluationIsStillMetTheOnsetMoves) {
  put("f", kFdp, "30", hour(8));
  put("p", kPlatelets, "45", hour(9));
  put("p2", kPlatelets, "48", hour(12));
  EXPECT_THAT(put("p", kPlatelets, "145", hour(9)), ElementsAre("amendment isth-2001 passive (onset-moved)"));
  EXPECT_EQ(episode("isth-2001").state, EpisodeState::open);
  EXPECT_EQ(episode("isth-2001").onset, hour(12));
  EXPECT_EQ(episode("isth-2001").first_onset, hour(9)) << "the identity stays";
  EXPECT_EQ(plan.events.at(0).at, hour(12));
  EXPECT_THAT(plan.events.at(0).corrects, ElementsAre(hour(9)));
}

TEST_F(IsthTest, ALateResultMovesTheOnsetBack) {
  put("f", kFdp, "30", hour(8));
  put("p2", kPlatelets, "48", hour(12));
  EXPECT_THAT(put("p", kPlatelets, "45", hour(9)), ElementsAre("amendment isth-2001 passive (onset-moved)"));
  EXPECT_EQ(episode("isth-2001").onset, hour(9));
  EXPECT_EQ(episode("isth-2001").first_onset, hour(12));
}

TEST_F(IsthTest, AnAlertThatKeepsItsGroundButChangesItsNumbersIsAmended) {
  met(hour(8));
  EXPECT_THAT(put("p8:00", kPlatelets, "44", hour(8)), ElementsAre("amendment isth-2001 passive (numbers)"));
  EXPECT_EQ(plan.events.at(0).at, hour(8));
  EXPECT_THAT(plan.events.at(0).corrects, IsEmpty());
  EXPECT_THAT(put("b8:00", Measure::fibrinogen, "0.9", hour(8)), ElementsAre("amendment isth-2001 passive (numbers)"))
      << "an extreme in the evaluation of the onset merges into it";
}

TEST_F(EpisodeTest, ALateResultOfAnotherMeasureReopensNothing) {
  panel("45", "30", "12", "2", hour(8));
  say("Condition/1", {yes(Fact::leukaemia, hour(16))});
  put("c1", Measure::sirs, "0", hour(26));
  ASSERT_EQ(state_of("jaam"), EpisodeState::closed) << "excluded";
  put("c2", Measure::sirs, "0", hour(96));
  EXPECT_THAT(put("c3", Measure::sirs, "0", hour(50)), IsEmpty());
  EXPECT_EQ(state_of("jaam"), EpisodeState::closed);
}

TEST_F(EpisodeTest, WhatTheCapsThinnedOutRetractsNothing) {
  only({shipped_criterion("sic")});
  link_definitions(rules, {shipped_criterion("sofa")});
  patient.limits.per_measure = 8;
  say("Condition/1", {yes(Fact::sepsis, hour(-1)), {Fact::child, Tristate::no, hour(-999), Timestamp::none()}});
  Lines all;
  const auto add = [&](const Lines& lines) { all.insert(all.end(), lines.begin(), lines.end()); };
  for (int hours = 0; hours <= 48; ++hours) {
    const std::string id = std::to_string(hours);
    add(put("m" + id, Measure::map, "66", hour(hours)));
    if (hours % 4 != 0) continue;
    // The laboratory's results come after pressures that were taken later.
    add(put("n" + id, Measure::map, "66", hour(hours, 40)));
    add(put("p" + id, kPlatelets, "110", hour(hours)));
    add(put("i" + id, Measure::inr, "1.5", hour(hours)));
  }
  EXPECT_THAT(all, ElementsAre("onset sic interruptive"));
}

TEST_F(IsthTest, ACorrectionOfWhatNoAlertHasShownTellsNothing) {
  met(hour(8));
  met(hour(20));
  EXPECT_THAT(put("p20:00", kPlatelets, "44", hour(20)), IsEmpty());
}

TEST_F(IsthTest, EachEvaluationThatWasShownIsAmended) {
  panel("60", "30", "18", "2", hour(8));
  panel("45", "30", "18", "2", hour(20));
  EXPECT_THAT(put("f8:00", kFdp, "31", hour(8)), ElementsAre("amendment isth-2001 passive (numbers)"));
  EXPECT_EQ(plan.events.at(0).at, hour(20)) << "what holds now leads";
  EXPECT_THAT(plan.events.at(0).corrects, ElementsAre(hour(8)));
  EXPECT_THAT(put("p20:00", kPlatelets, "44", hour(20)), ElementsAre("amendment isth-2001 passive (numbers)"));
  EXPECT_EQ(plan.events.at(0).at, hour(20));
}

TEST_F(IsthTest, AnAmendmentOfWhatStillHoldsSaysWhatHoldsNow) {
  met(hour(8));
  panel("20", "30", "12", "2", hour(20));
  met(hour(32));
  put("f20:00", kFdp, "5", hour(20));
  EXPECT_THAT(put("p20:00", kPlatelets, "145", hour(20)), ElementsAre("amendment isth-2001 passive (numbers)"));
  EXPECT_EQ(plan.events.at(0).at, hour(32));
  EXPECT_THAT(plan.events.at(0).corrects, ElementsAre(hour(20)));
}

TEST_F(IsthTest, WhatACorrectionTookAwayIsToldWhenItIsReallySo) {
  met(hour(8));
  EXPECT_THAT(panel("20", "30", "12", "2", hour(20)), ElementsAre("worsening isth-2001 task (extreme)"));
  EXPECT_THAT(put("p20:00", kPlatelets, "45", hour(20)), ElementsAre("amendment isth-2001 passive (numbers)"));
  EXPECT_THAT(put("p", kPlatelets, "25", hour(24)), ElementsAre("worsening isth-2001 task (extreme)"));
  EXPECT_THAT(put("p2", kPlatelets, "24", hour(28)), IsEmpty()) << "once";
}

TEST_F(IsthTest, AnEpisodeKeepsItsIdentityWhereAnEarlierOneComesToLight) {
  met(hour(100));
  ASSERT_EQ(state_of("isth-2001"), EpisodeState::open);
  met(hour(0));
  EXPECT_EQ(episode("isth-2001").onset, hour(0)) << "one episode";
  not_met(hour(14));
  not_met(hour(28));
  EXPECT_EQ(patient.state.episodes.size(), 2U);
  EXPECT_EQ(state_of("isth-2001"), EpisodeState::closed) << "the one that came to light";
  const auto running = std::ranges::find_if(patient.state.episodes, [](const Episode& e) { return is_running(e); });
  ASSERT_NE(running, patient.state.episodes.end());
  EXPECT_EQ(running->onset, hour(100));
  EXPECT_EQ(running->first_onset, hour(100)) << "what was published stands for it";
  EXPECT_THAT(put("f0:00", kFdp, "5", hour(0)), IsEmpty()) << "nobody was told of that one";
}

TEST_F(IsthTest, AnEpisodeThatBecomesPartOfAnotherOneIsNotTakenBack) {
  met(hour(0));
  not_met(hour(14));
  not_met(hour(28));
  EXPECT_THAT(met(hour(80)), ElementsAre("onset isth-2001 interruptive"));
  Lines all;
  for (const char* id : {"t28:00", "b28:00", "f28:00", "p28:00"}) {
    const Lines lines = retract(id);
    all.insert(all.end(), lines.begin(), lines.end());
  }
  EXPECT_THAT(all, Not(Contains(HasSubstr("retraction"))));
  EXPECT_THAT(all, Contains("amendment isth-2001 passive (onset-moved)"));
  EXPECT_EQ(all.back(), "amendment isth-2001 passive (numbers)") << "the resolution that was shown";
  ASSERT_EQ(patient.state.episodes.size(), 2U);
  EXPECT_EQ(episode("isth-2001").first_onset, hour(80)) << "the one that runs";
  EXPECT_EQ(episode("isth-2001").onset, hour(0));
  EXPECT_EQ(patient.state.episodes.front().state, EpisodeState::none) << "the part is shown no more";

  std::vector<Timestamp> withdrawn;
  for (const char* id : {"p0:00", "p14:00", "p80:00"}) {
    retract(id);
    for (const EpisodeEvent& event : plan.events) {
      if (event.kind != AlertKind::retraction) continue;
      withdrawn.push_back(event.at);
      withdrawn.insert(withdrawn.end(), event.corrects.begin(), event.corrects.end());
    }
  }
  EXPECT_THAT(withdrawn, IsSupersetOf({hour(0), hour(28), hour(80)})) << "what both of them had shown";
  EXPECT_EQ(patient.state.episodes.front().state, EpisodeState::retracted);
}

TEST_F(IsthTest, AnEpisodeWhoseOnsetHasMovedIsAPartToo) {
  met(hour(0));
  met(hour(6));
  put("p0:00", kPlatelets, "150", hour(0));
  ASSERT_EQ(episode("isth-2001").onset, hour(6));
  not_met(hour(20));
  not_met(hour(34));
  met(hour(84));
  met(hour(34));
  EXPECT_EQ(patient.state.episodes.front().state, EpisodeState::none);
  EXPECT_EQ(episode("isth-2001").onset, hour(6));
}

TEST_F(IsthTest, AnEpisodeThatIsPartOfAnotherOneNoMoreIsAsItWas) {
  met(hour(0));
  not_met(hour(14));
  not_met(hour(28));
  met(hour(80));
  met(hour(28));
  ASSERT_EQ(patient.state.episodes.front().state, EpisodeState::none);
  not_met(hour(28));
  ASSERT_EQ(patient.state.episodes.size(), 2U);
  EXPECT_EQ(patient.state.episodes.front().state, EpisodeState::closed);
  EXPECT_EQ(patient.state.episodes.front().onset, hour(0));
  EXPECT_EQ(episode("isth-2001").onset, hour(80));
}

TEST_F(IsthTest, AnotherEvaluationThatEndsItIsAnAmendment) {
  met(hour(8));
  not_met(hour(20));
  EXPECT_THAT(not_met(hour(34)), ElementsAre("resolution isth-2001 passive"));
  not_met(hour(48));
  EXPECT_THAT(retract("p20:00"), ElementsAre("amendment isth-2001 passive (numbers)"));
  EXPECT_EQ(episode("isth-2001").since, hour(48));
  EXPECT_EQ(plan.events.at(0).at, hour(48));
}

TEST_F(IsthTest, ARetractionNamesEveryEvaluationThatWasShown) {
  panel("60", "30", "18", "2", hour(8));
  panel("45", "30", "18", "2", hour(20));
  put("f8:00", kFdp, "5", hour(8));
  EXPECT_THAT(put("f20:00", kFdp, "5", hour(20)), ElementsAre("retraction isth-2001 task"));
  EXPECT_EQ(plan.events.at(0).at, hour(20));
  EXPECT_THAT(plan.events.at(0).corrects, ElementsAre(hour(8)));
}

TEST_F(IsthTest, ACorrectionThatEndsItEarlierResolves) {
  met(hour(8));
  not_met(hour(20));
  met(hour(32));
  EXPECT_EQ(state_of("isth-2001"), EpisodeState::open);
  EXPECT_THAT(put("f32:00", kFdp, "5", hour(32)), ElementsAre("resolution isth-2001 passive"));
  EXPECT_EQ(episode("isth-2001").since, hour(32));
}

TEST_F(IsthTest, AResolutionThatDoesNotStandIsAmended) {
  met(hour(8));
  not_met(hour(20));
  not_met(hour(32));
  ASSERT_EQ(state_of("isth-2001"), EpisodeState::closed);
  put("p20:00", kPlatelets, "45", hour(20));
  EXPECT_EQ(state_of("isth-2001"), EpisodeState::closed) << "2 points at 20:00 are still below";
  EXPECT_THAT(put("f20:00", kFdp, "30", hour(20)), ElementsAre("amendment isth-2001 passive (resumed)"));
  EXPECT_EQ(state_of("isth-2001"), EpisodeState::resolving) << "32:00 is the first one below now";
}

TEST_F(IsthTest, ResolvedEpisodeIsRetractedWhenItsGroundGoes) {
  met(hour(8));
  not_met(hour(20));
  not_met(hour(32));
  EXPECT_THAT(put("p8:00", kPlatelets, "145", hour(8)), ElementsAre("retraction isth-2001 task"));
  EXPECT_EQ(state_of("isth-2001"), EpisodeState::retracted);
  EXPECT_THAT(put("p8:00", kPlatelets, "144", hour(8)), IsEmpty()) << "once";
}

TEST_F(IsthTest, WhatIsOlderThanFourDaysIsNoLongerDisproved) {
  met(hour(0));
  for (int h = 12; h <= 60; h += 12) panel("60", "12", "12", "2", hour(h));
  ASSERT_EQ(state_of("isth-2001"), EpisodeState::closed) << "3 points";
  TestPatient before = patient;
  put("x", Measure::haemoglobin, "90", hour(95));
  EXPECT_THAT(put("p0:00", kPlatelets, "145", hour(0)), ElementsAre("retraction isth-2001 task"));
  patient = before;
  put("x", Measure::haemoglobin, "90", hour(96));
  EXPECT_THAT(put("p0:00", kPlatelets, "145", hour(0)), IsEmpty());
}

// The window that went with the result before it is kept until the courses are frozen.
TEST_F(IsthTest, AGapFreezesNothingThatIsNotFourDaysOld) {
  put("f", kFdp, "30", hour(-10));
  put("p", kPlatelets, "45", hour(0));
  ASSERT_EQ(state_of("isth-2001"), EpisodeState::open);
  put("x", Measure::haemoglobin, "90", hour(80));
  put("y", Measure::haemoglobin, "90", hour(95));
  EXPECT_THAT(put("p", kPlatelets, "145", hour(0)), ElementsAre("retraction isth-2001 task"));
  EXPECT_THAT(put("p", kPlatelets, "44", hour(0)), IsEmpty()) << "too old to be told";
  put("z", Measure::haemoglobin, "90", hour(260));
  EXPECT_EQ(state_of("isth-2001"), EpisodeState::open) << "values that expire end nothing";
  EXPECT_EQ(patient.state.results.size(), 2U) << "within seven days of the newest";
}

TEST_F(IsthTest, RetractedOnsetThatComesBackInterruptsAgainAndNeverRepeatsARecord) {
  put("f", kFdp, "30", hour(8));
  put("p", kPlatelets, "45", hour(9));
  const std::uint32_t first = plan.events.at(0).sequence;
  put("p", kPlatelets, "145", hour(9));
  EXPECT_THAT(put("p", kPlatelets, "45", hour(9)), ElementsAre("onset isth-2001 interruptive"));
  EXPECT_EQ(episode("isth-2001").number, 2U);
  EXPECT_EQ(plan.events.at(0).sequence, first + 2);
}

TEST_F(EpisodeTest, RetractionsComeFirstThenByTier) {
  only({isth_fixture(), jaam_fixture()});
  put("f", kFdp, "30", hour(8));
  put("p", kPlatelets, "45", hour(9));
  EXPECT_THAT(put("p", kPlatelets, "130", hour(9)), ElementsAre("retraction isth-2001 task", "retraction jaam task"));
  TestPatient fresh;
  std::swap(patient, fresh);
  now = Timestamp::none();
  // FDP becomes D-dimer under the same identity: JAAM loses its marker, ISTH gains one.
  put("p", kPlatelets, "90", hour(8));
  put("s", Measure::sirs, "3", hour(8));
  put("t", Measure::pt_seconds, "17.9", hour(8));
  EXPECT_THAT(put("x", kFdp, "12", hour(8)), ElementsAre("onset jaam interruptive")) << "ISTH 4";
  LabResult d_dimer = TestPatient::lab(Measure::d_dimer, "5", hour(8));
  d_dimer.upper_limit = Decimal(5, -1);
  EXPECT_THAT(put("x", d_dimer), ElementsAre("retraction jaam task", "onset isth-2001 passive"))
      << "the onset belongs to the bundle of 8:00";
}

/// JAAM is met by platelets below 80 with FDP from 10.
class FactsTest : public EpisodeTest {
 protected:
  FactsTest() { only({jaam_fixture(), jmhw_fixture()}); }
  void meet_jaam() {
    put("fdp", kFdp, "12", hour(10));
    ASSERT_THAT(put("plt", kPlatelets, "70", hour(10)), ElementsAre("onset jaam interruptive"));
  }
};

TEST_F(FactsTest, AnExclusionThatCoversTheOnsetRetracts) {
  meet_jaam();
  EXPECT_THAT(say("Condition/1", {yes(Fact::leukaemia, hour(-999))}), ElementsAre("retraction jaam task"));
  EXPECT_EQ(state_of("jaam"), EpisodeState::retracted);
  EXPECT_THAT(put("plt2", kPlatelets, "60", hour(12)), IsEmpty()) << "it does not apply";
}

TEST_F(FactsTest, AnExclusionThatStartsLaterCloses) {
  meet_jaam();
  put("plt2", kPlatelets, "60", hour(14));
  EXPECT_THAT(say("Condition/1", {yes(Fact::marrow_suppression, hour(12))}),
              ElementsAre("closure jaam passive (excluded)"));
  EXPECT_EQ(state_of("jaam"), EpisodeState::closed);
  EXPECT_EQ(episode("jaam").since, hour(14)) << "the evaluation that it is excluded from";
}

TEST_F(FactsTest, AnExclusionThatIsStillToComeClosesWithTheResultThatReachesIt) {
  meet_jaam();
  EXPECT_THAT(say("Condition/1", {yes(Fact::leukaemia, hour(12))}), IsEmpty());
  EXPECT_THAT(put("plt2", kPlatelets, "60", hour(14)), ElementsAre("closure jaam passive (excluded)"));
}

// The results before the gap have left the window when the late one comes.
TEST_F(FactsTest, AnExclusionWithinAGapStandsWhateverComesLate) {
  meet_jaam();
  say("Condition/1", {yes(Fact::leukaemia, hour(50), hour(60))});
  EXPECT_THAT(put("plt2", kPlatelets, "60", hour(55)), ElementsAre("closure jaam passive (excluded)"));
  say("Condition/2", {yes(Fact::trauma, hour(100), hour(110))});
  put("x", Measure::haemoglobin, "90", hour(180));
  put("y", Measure::haemoglobin, "90", hour(240));
  EXPECT_THAT(put("late", Measure::haemoglobin, "91", hour(185)), IsEmpty());
  EXPECT_EQ(state_of("jaam"), EpisodeState::closed);
  EXPECT_EQ(episode("jaam").since, hour(55));
}

TEST_F(FactsTest, AFactThatEndedWithinAGapIsJudgedAtTheNextResultForEver) {
  meet_jaam();
  EXPECT_THAT(say("Condition/1", {yes(Fact::leukaemia, hour(50))}), IsEmpty());
  EXPECT_THAT(put("x", Measure::haemoglobin, "90", hour(110)), ElementsAre("closure jaam passive (excluded)"));
  put("y", Measure::haemoglobin, "90", hour(200));
  EXPECT_THAT(put("late", Measure::haemoglobin, "91", hour(180)), IsEmpty());
  EXPECT_EQ(state_of("jaam"), EpisodeState::closed);
  EXPECT_EQ(episode("jaam").since, hour(110));
}

TEST_F(FactsTest, ALiftedExclusionStartsAnEpisode) {
  say("Condition/1", {yes(Fact::leukaemia, hour(-999))});
  put("fdp", kFdp, "12", hour(10));
  EXPECT_THAT(put("plt", kPlatelets, "70", hour(10)), IsEmpty());
  EXPECT_THAT(take_back("Condition/1"), ElementsAre("onset jaam interruptive"));
}

TEST_F(FactsTest, FactsThatChangeNothingTellNothing) {
  meet_jaam();
  EXPECT_THAT(say("Condition/1", {yes(Fact::meningitis, hour(0))}), IsEmpty());
  EXPECT_THAT(say("Medication/1", {yes(Fact::chemotherapy, hour(0))}), IsEmpty());
  EXPECT_EQ(state_of("jaam"), EpisodeState::open);
}

}  // namespace
}  // namespace coagwatch::rules
