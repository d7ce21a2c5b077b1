// Who is watched no more. Names are the sentences of README.md.

#include "rules/episodes/departure.h"

#include "rules/episodes/episode_fixture.h"
#include "rules/patient/visit.h"

namespace coagwatch::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class DepartureTest : public IsthTest {
 protected:
  DepartureTest() { policy.reminders = 0; }
  Lines discharge(Timestamp at, std::string_view encounter = "Encounter/1") {
    return say(encounter, {yes(Fact::discharged, at)});
  }
};

TEST_F(DepartureTest, DischargeClosesAfterADayAndIsNeverCalledAResolution) {
  met(hour(8));
  now = hour(20);
  EXPECT_THAT(discharge(hour(20)), IsEmpty());
  EXPECT_THAT(wait(hour(43, 59)), IsEmpty());
  EXPECT_THAT(wait(hour(44)), ElementsAre("44:00 closure isth-2001 passive (departed)"));
  EXPECT_EQ(plan.leave, Leave::departed);
  EXPECT_EQ(state_of("isth-2001"), EpisodeState::closed);
  EXPECT_EQ(episode("isth-2001").since, hour(20));
  EXPECT_THAT(wait(hour(80)), IsEmpty()) << "once";
}

TEST_F(DepartureTest, AResultAfterTheDischargeSaysThatHeIsThere) {
  met(hour(8));
  discharge(hour(20));
  met(hour(30));
  EXPECT_THAT(wait(hour(80)), IsEmpty());
  EXPECT_EQ(state_of("isth-2001"), EpisodeState::open);
}

TEST_F(DepartureTest, TheEndOfAnotherStayIsNone) {
  met(hour(8));
  note_encounter(patient.state, "Encounter/2", hour(8));
  discharge(hour(20), "Encounter/1");
  EXPECT_THAT(wait(hour(80)), IsEmpty());
  discharge(hour(20), "Encounter/2");
  EXPECT_THAT(wait(hour(81)), ElementsAre("44:00 closure isth-2001 passive (departed)"));
}

TEST_F(DepartureTest, WhoWasMovedIsThere) {
  met(hour(8));
  EXPECT_THAT(discharge(hour(20)), IsEmpty());
  note_place(patient.state, "Encounter/2", "Ward 3", hour(20));
  EXPECT_THAT(wait(hour(8 + 30 * 24 - 1)), IsEmpty());
  EXPECT_EQ(state_of("isth-2001"), EpisodeState::open);
  EXPECT_THAT(wait(hour(8 + 30 * 24)), ElementsAre("728:00 closure isth-2001 passive (departed)"));
  EXPECT_EQ(plan.leave, Leave::expired);
}

TEST_F(DepartureTest, WhoWasMovedIsThereAlsoWhereResultsNameTheStayBefore) {
  met(hour(8));
  note_encounter(patient.state, "Encounter/1", hour(8));
  note_place(patient.state, "Encounter/2", "Ward 3", hour(20));
  discharge(hour(20), "Encounter/1");
  EXPECT_THAT(wait(hour(80)), IsEmpty());
}

TEST_F(DepartureTest, WhatComesLateToTheLastEvaluationOpensNothingAgain) {
  met(hour(8));
  discharge(hour(20));
  ASSERT_THAT(wait(hour(50)), ElementsAre("44:00 closure isth-2001 passive (departed)"));
  now = hour(51);
  EXPECT_THAT(put("b2", Measure::fibrinogen, "1.9", hour(8)), IsEmpty());
  EXPECT_EQ(state_of("isth-2001"), EpisodeState::closed);
}

TEST_F(DepartureTest, ADischargeThatIsTakenBackClosesNothing) {
  met(hour(8));
  discharge(hour(20));
  take_back("Encounter/1");
  EXPECT_THAT(wait(hour(80)), IsEmpty());
}

TEST_F(DepartureTest, DeathClosesWhateverComesAfterIt) {
  met(hour(8));
  say("Patient/1", {yes(Fact::deceased, hour(10))});
  met(hour(12));
  EXPECT_THAT(wait(hour(80)), ElementsAre("34:00 closure isth-2001 passive (departed)"));
}

TEST_F(DepartureTest, ADeathAtAnUnknownTimeIsOneAtTheNewestResult) {
  met(hour(8));
  say("Patient/1", {yes(Fact::deceased, Timestamp::none())});
  EXPECT_THAT(wait(hour(80)), ElementsAre("32:00 closure isth-2001 passive (departed)"));
}

TEST_F(DepartureTest, WhatComesLateAfterADeathOpensNothingAgain) {
  met(hour(8));
  say("Patient/1", {yes(Fact::deceased, hour(20))});
  wait(hour(46));
  EXPECT_THAT(met(hour(19)), IsEmpty());
  EXPECT_THAT(met(hour(19, 30)), IsEmpty());
  EXPECT_EQ(patient.state.episodes.size(), 1U);
  EXPECT_EQ(state_of("isth-2001"), EpisodeState::closed);
  EXPECT_THAT(wait(hour(46)), IsEmpty());
  EXPECT_EQ(plan.leave, Leave::departed) << "his status goes again, at once";
  EXPECT_EQ(patient.state.attention.leave, hour(46 + 30 * 24));
}

TEST_F(DepartureTest, WhatIsFoundAfterADeathIsPassive) {
  say("Patient/1", {yes(Fact::deceased, hour(20))});
  EXPECT_THAT(met(hour(19)), ElementsAre("onset isth-2001 passive"));
  EXPECT_THAT(quiet(), ::testing::Contains("onset isth-2001 deceased"));
}

TEST_F(DepartureTest, MetAgainAfterADischargeIsANewEpisode) {
  met(hour(8));
  discharge(hour(20));
  wait(hour(50));
  EXPECT_THAT(met(hour(60)), ElementsAre("onset isth-2001 interruptive")) << "of whoever treats him now nobody knows";
  EXPECT_EQ(episode("isth-2001").number, 2U);
}

TEST_F(DepartureTest, WithoutAnythingForTheRetentionHeExpires) {
  met(hour(8));
  EXPECT_THAT(wait(hour(8 + 30 * 24 - 1)), IsEmpty());
  EXPECT_THAT(wait(hour(8 + 30 * 24)), ElementsAre("728:00 closure isth-2001 passive (departed)"));
  EXPECT_EQ(plan.leave, Leave::expired);
  say("Condition/1", {yes(Fact::malignancy, hour(0))});
  forget_results(patient.state);
  EXPECT_FALSE(patient.state.at.known());
  EXPECT_TRUE(patient.state.results.empty() && patient.state.episodes.empty() && patient.state.courses.empty());
  EXPECT_EQ(recorded_fact(patient.state, Fact::malignancy, hour(900)), Tristate::yes) << "facts last";
}

}  // namespace
}  // namespace coagwatch::rules
