// How an episode ends, and begins again. Names are the sentences of README.md.

#include "rules/episodes/episode_fixture.h"

namespace coagwatch::rules {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Measure kPlatelets = Measure::platelets;
constexpr Measure kFdp = Measure::fdp;

TEST_F(IsthTest, ResolvingAtTheFirstEvaluationBelowClosedByASecondTwelveHoursLater) {
  met(hour(8));
  EXPECT_THAT(not_met(hour(20)), IsEmpty());
  EXPECT_EQ(state_of("isth-2001"), EpisodeState::resolving);
  EXPECT_EQ(episode("isth-2001").since, hour(20));
  EXPECT_THAT(quiet(), Contains("resolution isth-2001 unconfirmed"));
  EXPECT_THAT(not_met(hour(31, 59)), IsEmpty()) << "one minute too early";
  EXPECT_THAT(not_met(hour(44)), ElementsAre("resolution isth-2001 passive"));
  EXPECT_EQ(state_of("isth-2001"), EpisodeState::closed);
  EXPECT_EQ(episode("isth-2001").since, hour(44));
  EXPECT_EQ(episode("isth-2001").onset, hour(8));
}

TEST_F(IsthTest, ExactlyTwelveHoursAreEnough) {
  met(hour(8));
  not_met(hour(20));
  EXPECT_THAT(not_met(hour(32)), ElementsAre("resolution isth-2001 passive"));
}

TEST_F(IsthTest, NeverEndsOnIndeterminate) {
  put("f", kFdp, "30", hour(8));
  put("p", kPlatelets, "45", hour(9));
  EXPECT_THAT(put("p2", kPlatelets, "60", hour(12)), IsEmpty()) << "4 to 7";
  EXPECT_EQ(assessment.scores[0].status, Status::indeterminate);
  EXPECT_EQ(state_of("isth-2001"), EpisodeState::open);
}

TEST_F(IsthTest, NeverEndsOnExpiryOfValues) {
  met(hour(8));
  EXPECT_THAT(put("h", Measure::haemoglobin, "90", hour(60)), IsEmpty());
  EXPECT_EQ(assessment.scores[0].min, 0);
  EXPECT_EQ(state_of("isth-2001"), EpisodeState::open);
}

TEST_F(IsthTest, AProductProvesNothingWhereTheValueBeforeIsTooOldToBeKept) {
  met(hour(0));
  say("Procedure/1", {yes(Fact::platelet_transfusion, hour(90), hour(91))});
  not_met(hour(95));
  EXPECT_EQ(state_of("isth-2001"), EpisodeState::open) << "the count before is 95 h old: who knows what it was";
  not_met(hour(120));
  EXPECT_THAT(not_met(hour(134)), ElementsAre("resolution isth-2001 passive"));
  put("x", Measure::haemoglobin, "90", hour(200));
  EXPECT_THAT(put("late", Measure::haemoglobin, "91", hour(190)), IsEmpty());
  EXPECT_EQ(state_of("isth-2001"), EpisodeState::closed);
}

TEST_F(IsthTest, EachEvaluationHasAPlateletCountAndAPtOrFibrinMarkerOfItsOwn) {
  met(hour(8));
  EXPECT_THAT(put("p2", kPlatelets, "150", hour(12)), IsEmpty()) << "PT and FDP are those of 8:00";
  EXPECT_EQ(assessment.scores[0].status, Status::not_met);
  EXPECT_EQ(state_of("isth-2001"), EpisodeState::open);
  EXPECT_THAT(quiet(), Contains("resolution isth-2001 no-panel"));
  put("t2", Measure::pt_seconds, "12", hour(12, 5));
  EXPECT_EQ(state_of("isth-2001"), EpisodeState::resolving) << "tubes of one round";
  EXPECT_THAT(put("t3", Measure::pt_seconds, "12", hour(26)), IsEmpty()) << "the count is that of the first evaluation";
  EXPECT_THAT(put("p3", kPlatelets, "150", hour(26)), ElementsAre("resolution isth-2001 passive"));
}

TEST_F(IsthTest, AnIndeterminateEvaluationBeforeItLendsItsCount) {
  met(hour(8));
  EXPECT_THAT(put("p2", kPlatelets, "160", hour(48)), IsEmpty());
  EXPECT_EQ(assessment.scores[0].status, Status::indeterminate) << "FDP and PT have expired";
  EXPECT_THAT(put("f2", kFdp, "5", hour(49)), IsEmpty());
  EXPECT_EQ(state_of("isth-2001"), EpisodeState::resolving);
  EXPECT_THAT(put("p4", kPlatelets, "160", hour(96)), IsEmpty());
  EXPECT_EQ(assessment.scores[0].status, Status::indeterminate);
  EXPECT_THAT(put("f4", kFdp, "5", hour(97)), ElementsAre("resolution isth-2001 passive"));
}

TEST_F(EpisodeTest, VitalSignsAloneNeverEndAnEpisode) {
  only({jaam_fixture()});
  put("f", kFdp, "12", hour(8));
  put("t", Measure::pt_seconds, "14.4", hour(8));
  put("p", kPlatelets, "100", hour(8));
  put("s", Measure::sirs, "3", hour(8));
  EXPECT_THAT(put("s2", Measure::sirs, "2", hour(9)), IsEmpty());
  EXPECT_EQ(assessment.scores[0].status, Status::not_met);
  EXPECT_EQ(state_of("jaam"), EpisodeState::open);
  EXPECT_THAT(quiet(), Contains("resolution jaam not-new"));
}

TEST_F(EpisodeTest, JmhwMustReachGradeLow) {
  only({jmhw_fixture()});
  patient.know(Fact::malignancy, Tristate::yes);
  patient.know(Fact::bleeding, Tristate::yes);
  patient.know(Fact::organ_symptoms, Tristate::no);
  const auto draw = [this](std::string_view platelets, Timestamp at) {
    const std::string id = hour_text(at);
    put("t" + id, Measure::pt_ratio, "1.1", at);
    put("b" + id, Measure::fibrinogen, "2", at);
    put("f" + id, kFdp, "20", at);
    return put("p" + id, kPlatelets, platelets, at);
  };
  EXPECT_THAT(draw("50", hour(8)), ElementsAre("onset jmhw interruptive"));
  draw("80", hour(20));
  EXPECT_EQ(assessment.scores[0].status, Status::not_met) << "suspected";
  EXPECT_EQ(state_of("jmhw"), EpisodeState::open);
  draw("81", hour(32));
  EXPECT_EQ(state_of("jmhw"), EpisodeState::resolving);
  EXPECT_THAT(draw("80", hour(40)), IsEmpty());
  EXPECT_EQ(state_of("jmhw"), EpisodeState::resolving) << "suspected again is neither";
  EXPECT_THAT(draw("81", hour(44)), ElementsAre("resolution jmhw passive"));
}

TEST_F(IsthTest, MetAgainWhileResolvingTellsNothing) {
  met(hour(8));
  not_met(hour(20));
  EXPECT_THAT(met(hour(32)), IsEmpty());
  EXPECT_EQ(state_of("isth-2001"), EpisodeState::open);
  not_met(hour(44));
  EXPECT_EQ(state_of("isth-2001"), EpisodeState::resolving) << "the first one does not count any more";
}

TEST_F(IsthTest, PlateletsThatImprovedWithinADayAfterATransfusionDoNotCount) {
  met(hour(8));
  say("Procedure/1", {yes(Fact::platelet_transfusion, hour(10), hour(10))});
  not_met(hour(20));
  EXPECT_EQ(state_of("isth-2001"), EpisodeState::open);
  EXPECT_THAT(quiet(), Contains("resolution isth-2001 transfusion"));
  not_met(hour(34));
  EXPECT_EQ(state_of("isth-2001"), EpisodeState::open) << "24 h, inclusive";
  not_met(hour(34, 1));
  EXPECT_EQ(state_of("isth-2001"), EpisodeState::resolving);
}

TEST_F(IsthTest, PlateletsThatDidNotImproveCount) {
  panel("110", "30", "18", "2", hour(8));
  ASSERT_EQ(state_of("isth-2001"), EpisodeState::open);
  say("Procedure/1", {yes(Fact::platelet_transfusion, hour(10), hour(10))});
  panel("110", "5", "12", "2", hour(20));
  EXPECT_EQ(state_of("isth-2001"), EpisodeState::resolving);
}

TEST_F(IsthTest, PtOrFibrinogenThatImprovedWithinADayAfterPlasmaDoNotCount) {
  panel("110", "30", "18", "2", hour(8));
  say("Procedure/1", {yes(Fact::plasma_transfusion, hour(10), hour(10))});
  panel("110", "5", "12", "2", hour(20));
  EXPECT_EQ(state_of("isth-2001"), EpisodeState::open);
  panel("110", "5", "12", "2", hour(40));
  EXPECT_EQ(state_of("isth-2001"), EpisodeState::resolving);
}

TEST_F(IsthTest, MetAgainWithinFortyEightHoursReopensTheSameNumberAsWorsening) {
  met(hour(8));
  not_met(hour(20));
  not_met(hour(32));
  EXPECT_THAT(met(hour(80)), ElementsAre("worsening isth-2001 task (relapse)"));
  const Episode& again = episode("isth-2001");
  EXPECT_EQ(again.number, 1U);
  EXPECT_EQ(again.state, EpisodeState::open);
  EXPECT_EQ(again.onset, hour(8));
  EXPECT_EQ(again.since, hour(80));
}

TEST_F(IsthTest, MetAgainLaterIsANewEpisode) {
  met(hour(8));
  not_met(hour(20));
  not_met(hour(32));
  EXPECT_THAT(met(hour(80, 1)), ElementsAre("onset isth-2001 interruptive"));
  EXPECT_EQ(episode("isth-2001").number, 2U);
}

/// SCARLET's rule: an INR above 1.40 with platelets between 30 and 150.
class SacTest : public EpisodeTest {
 protected:
  SacTest() {
    only({shipped_criterion("sac")});
    policy.early_tier = {"sac"};
  }
};

TEST_F(SacTest, WhoFallsBelowTheFloorDoesNotGetBetter) {
  put("i", Measure::inr, "1.5", hour(8));
  EXPECT_THAT(put("p1", kPlatelets, "31", hour(9)), ElementsAre("onset sac passive"));
  put("i2", Measure::inr, "1.5", hour(10));
  EXPECT_THAT(put("p2", kPlatelets, "30", hour(10)), IsEmpty());
  EXPECT_EQ(assessment.scores[0].status, Status::not_met) << "and worse";
  EXPECT_EQ(state_of("sac"), EpisodeState::open);
  put("i3", Measure::inr, "1.3", hour(36));
  put("p3", kPlatelets, "160", hour(36));
  EXPECT_EQ(state_of("sac"), EpisodeState::resolving);
}

}  // namespace
}  // namespace coagwatch::rules
