// Notices and reminders, by timers. Names are the sentences of README.md.

#include "rules/episodes/episode_fixture.h"
#include "rules/episodes/trends.h"

namespace coagwatch::rules {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr Measure kPlatelets = Measure::platelets;
constexpr Measure kFdp = Measure::fdp;

class NoticesTest : public EpisodeTest {
 protected:
  NoticesTest() {
    only({shipped_criterion("isth-2001")});
    policy.pre.clear();
    say("Condition/1", {yes(Fact::sepsis, hour(-1)), {Fact::child, Tristate::no, hour(-999), Timestamp::none()}});
    patient.know(Fact::sepsis, Tristate::yes, hour(-1));
    patient.know(Fact::child, Tristate::no, hour(-999));
  }
};

TEST_F(NoticesTest, ProbableWaitsTwoHoursSoThatAPanelInPiecesMakesNoNoise) {
  put("f", kFdp, "30", hour(8));
  put("p", kPlatelets, "60", hour(8));
  EXPECT_THAT(quiet(), Contains("probable isth-2001 settling")) << "4 to 7";
  EXPECT_THAT(wait(hour(9, 59)), IsEmpty());
  TestPatient before = patient;
  EXPECT_THAT(wait(hour(10)), ElementsAre("10:00 probable isth-2001 task"));
  patient = before;
  now = hour(9, 59);
  put("t", Measure::pt_seconds, "12", hour(8));
  put("b", Measure::fibrinogen, "2", hour(8));
  EXPECT_EQ(assessment.scores[0].status, Status::not_met);
  EXPECT_THAT(wait(hour(20)), IsEmpty()) << "the rest of the panel has come";
}

TEST_F(NoticesTest, OncePerPatientAndDay) {
  put("f", kFdp, "30", hour(8));
  put("p", kPlatelets, "60", hour(8));
  EXPECT_THAT(wait(hour(12)), ElementsAre("10:00 probable isth-2001 task"));
  put("p2", kPlatelets, "61", hour(14));
  EXPECT_THAT(quiet(), Contains("probable isth-2001 told-today"));
  EXPECT_THAT(wait(hour(30)), IsEmpty());
  put("f3", kFdp, "30", hour(34));
  put("p3", kPlatelets, "60", hour(34));
  EXPECT_THAT(wait(hour(40)), ElementsAre("36:00 probable isth-2001 task"));
}

TEST_F(NoticesTest, ProbableAndMissingTestNeedAConfirmedGateOrTheScreen) {
  patient = {};
  now = Timestamp::none();
  put("f", kFdp, "30", hour(8));
  put("p", kPlatelets, "60", hour(8));
  EXPECT_EQ(assessment.scores[0].gate, Gate::unconfirmed);
  EXPECT_THAT(wait(hour(20)), IsEmpty());
}

TEST_F(NoticesTest, AnOnsetOfValuesTooFarApartIsProbable) {
  put("t", Measure::pt_seconds, "12", hour(8));
  put("b", Measure::fibrinogen, "2", hour(8));
  put("f", kFdp, "30", hour(8));
  EXPECT_THAT(put("p", kPlatelets, "45", hour(20, 1)), IsEmpty());
  EXPECT_THAT(wait(hour(23)), ElementsAre("22:01 probable isth-2001 task"));
  EXPECT_THAT(put("f2", kFdp, "30", hour(23)), ElementsAre("onset isth-2001 interruptive"));
}

TEST_F(NoticesTest, MissingTestIfASingleTestWouldDecide) {
  put("t", Measure::pt_seconds, "15", hour(8));
  put("b", Measure::fibrinogen, "2", hour(8));
  put("p", kPlatelets, "90", hour(8));
  ASSERT_EQ(assessment.scores[0].status, Status::indeterminate) << "2 to 5";
  EXPECT_THAT(quiet(), Contains("missing-test isth-2001 settling"));
}

TEST_F(NoticesTest, SilentWhileAPrimaryEpisodeIsOpen) {
  met(hour(8));
  put("p2", kPlatelets, "30", hour(12));
  EXPECT_THAT(quiet(), Contains("trend isth-2001 episode-open"));
  EXPECT_THAT(wait(hour(20)), IsEmpty());
}

TEST_F(NoticesTest, PlateletTrendOfThirtyPercentWithinTwentyEightHours) {
  put("p", kPlatelets, "300", hour(0));
  put("p2", kPlatelets, "210", hour(28));
  EXPECT_THAT(quiet(), Contains("trend isth-2001 settling")) << "30 %, inclusive";
  patient.state.clear();
  put("p", kPlatelets, "300", hour(0));
  put("p2", kPlatelets, "210", hour(28, 1));
  EXPECT_THAT(quiet(), Not(Contains("trend isth-2001 settling")));
  patient.state.clear();
  put("p", kPlatelets, "300", hour(0));
  put("p2", kPlatelets, "211", hour(20));
  EXPECT_THAT(quiet(), Not(Contains("trend isth-2001 settling")));
}

TEST_F(NoticesTest, FibrinogenTrendOfHalfOrTwoGramsEvenIfNormal) {
  for (const auto& [now_value, told] : {std::pair("3.6", true), {"3.7", false}}) {
    patient.state.clear();
    put("b", Measure::fibrinogen, "5.6", hour(0));
    put("b2", Measure::fibrinogen, now_value, hour(48));
    EXPECT_EQ(!trends_of(policy, patient.state, hour(48)).empty(), told) << now_value;
  }
  patient.state.clear();
  put("b", Measure::fibrinogen, "2.4", hour(0));
  put("b2", Measure::fibrinogen, "1.2", hour(24));
  EXPECT_EQ(trends_of(policy, patient.state, hour(24)).size(), 1U);
}

TEST_F(NoticesTest, MarkerTrendOfADoubling) {
  put("f", kFdp, "6", hour(0));
  put("f2", kFdp, "12", hour(24));
  EXPECT_EQ(trends_of(policy, patient.state, hour(24)).size(), 1U);
  put("f3", kFdp, "11.9", hour(25));
  EXPECT_TRUE(trends_of(policy, patient.state, hour(25)).empty());
}

TEST_F(NoticesTest, ANoticeThatLosesItsGroundIsTakenBack) {
  put("p", kPlatelets, "300", hour(0));
  put("p2", kPlatelets, "150", hour(20));
  ASSERT_THAT(wait(hour(23)), ElementsAre("22:00 trend isth-2001 passive"));
  EXPECT_THAT(put("p2", kPlatelets, "290", hour(20)), ElementsAre("retraction isth-2001 passive"));
  EXPECT_EQ(plan.events.at(0).at, hour(20));
}

TEST_F(NoticesTest, PreOfFourPointsNeedsAnAdverseTrend) {
  policy.pre = {{"isth-2001", 4, true}};
  panel("60", "30", "12", "2", hour(0));
  ASSERT_EQ(assessment.scores[0].min, 4);
  EXPECT_THAT(wait(hour(5)), IsEmpty());
  panel("60", "60", "12", "2", hour(6));
  EXPECT_THAT(wait(hour(12)), ElementsAre("8:00 pre isth-2001 passive")) << "the trend is said with it";
}

TEST_F(NoticesTest, ReEvaluationIsDueADayAfterTheLastFullPanelAtMostThreeTimesWithoutANewResult) {
  met(hour(8));
  EXPECT_THAT(wait(hour(300)),
              ElementsAre("32:00 re-evaluation-due isth-2001 task", "56:00 re-evaluation-due isth-2001 task",
                          "80:00 re-evaluation-due isth-2001 task"));
}

TEST_F(NoticesTest, WhatTheCriterionDoesNotAskALaboratoryForIsNoNewResult) {
  only({jaam_fixture()});
  put("f", kFdp, "30", hour(8));
  put("p", kPlatelets, "70", hour(8));
  ASSERT_EQ(state_of("jaam"), EpisodeState::open);
  EXPECT_THAT(wait(hour(57)), ElementsAre("32:00 re-evaluation-due jaam task", "56:00 re-evaluation-due jaam task"));
  put("c", Measure::crp, "100", hour(58));
  put("h", Measure::heart_rate, "80", hour(59));
  say("Condition/1", {yes(Fact::trauma, hour(0))});
  EXPECT_THAT(wait(hour(200)), ElementsAre("80:00 re-evaluation-due jaam task")) << "the third one";
  put("c2", Measure::crp, "90", hour(201));
  EXPECT_THAT(wait(hour(300)), IsEmpty());
  put("p3", kPlatelets, "70", hour(301));
  EXPECT_THAT(wait(hour(321)), ElementsAre("320:00 re-evaluation-due jaam task"));
}

TEST_F(NoticesTest, WhatAReminderHasShownIsFollowed) {
  met(hour(8));
  panel("46", "30", "12", "2", hour(20));
  ASSERT_THAT(wait(hour(45)), ElementsAre("44:00 re-evaluation-due isth-2001 task"));
  EXPECT_THAT(put("t20:00", Measure::pt_seconds, "16", hour(20)), ElementsAre("amendment isth-2001 passive (numbers)"));
  put("p20:00", kPlatelets, "150", hour(20));
  put("p8:00", kPlatelets, "150", hour(8));
  ASSERT_EQ(plan.events.at(0).kind, AlertKind::retraction);
  EXPECT_THAT(plan.events.at(0).corrects, ::testing::Contains(hour(8)));
  EXPECT_EQ(plan.events.at(0).at, hour(20));
}

TEST_F(NoticesTest, AReminderMakesNothingAfterItQuiet) {
  met(hour(8));
  panel("46", "30", "12", "2", hour(20));
  ASSERT_THAT(wait(hour(45)), ElementsAre("44:00 re-evaluation-due isth-2001 task"));
  EXPECT_THAT(put("p3", kPlatelets, "25", hour(20, 36)), ElementsAre("worsening isth-2001 task (extreme)"));
}

TEST_F(NoticesTest, AFullPanelIsAsOldAsItsNewestTest) {
  only({jaam_fixture()});
  put("f", kFdp, "30", hour(8));
  put("t", Measure::pt_ratio, "1.1", hour(8));
  put("p", kPlatelets, "70", hour(8));
  for (int h = 9; h < 20; ++h) put("s" + std::to_string(h), Measure::sirs, "1", hour(h));
  EXPECT_THAT(wait(hour(33)), ElementsAre("32:00 re-evaluation-due jaam task"));
}

TEST_F(NoticesTest, WhatIsCancelledIsNoNewResult) {
  met(hour(8));
  put("p9", kPlatelets, "45", hour(9));
  EXPECT_THAT(wait(hour(57)),
              ElementsAre("33:00 re-evaluation-due isth-2001 task", "57:00 re-evaluation-due isth-2001 task"));
  retract("p9");
  EXPECT_THAT(wait(hour(300)), ElementsAre("80:00 re-evaluation-due isth-2001 task")) << "the third one";
}

TEST_F(NoticesTest, AFullPanelPutsTheReEvaluationOff) {
  met(hour(8));
  met(hour(20));
  EXPECT_THAT(wait(hour(45)), ElementsAre("44:00 re-evaluation-due isth-2001 task"));
}

TEST_F(NoticesTest, AResultThatIsNoFullPanelDoesNot) {
  met(hour(8));
  put("p2", kPlatelets, "45", hour(21));
  EXPECT_THAT(wait(hour(40)), ElementsAre("32:00 re-evaluation-due isth-2001 task"));
  put("p3", kPlatelets, "45", hour(40));
  EXPECT_THAT(wait(hour(60)), ElementsAre("56:00 re-evaluation-due isth-2001 task")) << "not once more at once";
}

TEST_F(NoticesTest, AFullPanelIsWhatALaboratoryMeasures) {
  only({jaam_fixture()});
  const auto panel = [&](std::int64_t at) {
    const std::string id = std::to_string(at);
    put("f" + id, kFdp, "30", hour(at));
    put("t" + id, Measure::pt_ratio, "1.1", hour(at));
    put("p" + id, kPlatelets, "70", hour(at));
  };
  panel(8);
  ASSERT_EQ(state_of("jaam"), EpisodeState::open);
  panel(20);
  ASSERT_NE(assessment.scores[0].min, assessment.scores[0].max) << "nobody has counted the signs of SIRS";
  EXPECT_THAT(wait(hour(45)), ElementsAre("44:00 re-evaluation-due jaam task"));
}

TEST_F(NoticesTest, NobodyIsRemindedOfACriterionThatDoesNotApplyAnyMore) {
  only({jaam_fixture()});
  put("f", kFdp, "30", hour(8));
  put("p", kPlatelets, "70", hour(8));
  ASSERT_EQ(state_of("jaam"), EpisodeState::open);
  say("Condition/2", {yes(Fact::leukaemia, hour(12))});
  EXPECT_THAT(wait(hour(200)), IsEmpty());
  EXPECT_EQ(state_of("jaam"), EpisodeState::open) << "until a result is judged by it";
}

TEST_F(NoticesTest, NoReminderAfterTheEpisode) {
  met(hour(8));
  not_met(hour(20));
  not_met(hour(32));
  EXPECT_THAT(wait(hour(200)), IsEmpty());
}

}  // namespace
}  // namespace coagwatch::rules
