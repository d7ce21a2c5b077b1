// How an episode gets worse. Names are the sentences of README.md.

#include "rules/episodes/episode_fixture.h"

namespace coagwatch::rules {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST_F(IsthTest, MinTwoOrMoreAboveTheHighestPublishedMin) {
  EXPECT_THAT(panel("60", "30", "15", "2", hour(8)), ElementsAre("onset isth-2001 interruptive")) << "5";
  EXPECT_THAT(panel("60", "30", "18", "2", hour(20)), IsEmpty()) << "6";
  EXPECT_THAT(panel("60", "30", "18", "2", hour(26)), IsEmpty());
  EXPECT_THAT(panel("45", "30", "18", "2", hour(32)), ElementsAre("worsening isth-2001 task (points)")) << "7";
  EXPECT_EQ(episode("isth-2001").peak, 7);
  EXPECT_THAT(panel("45", "30", "18", "2", hour(44)), IsEmpty()) << "told";
}

TEST_F(IsthTest, WhatComesWithTheOnsetMergesIntoIt) {
  put("t", Measure::pt_seconds, "18", hour(8));
  put("b", Measure::fibrinogen, "0.9", hour(8));
  EXPECT_THAT(put("p", Measure::platelets, "29", hour(8)), ElementsAre("onset isth-2001 interruptive")) << "5";
  put("b2", Measure::fibrinogen, "0.8", hour(20));
  EXPECT_THAT(put("p2", Measure::platelets, "28", hour(20)), IsEmpty()) << "told with the onset";
}

TEST_F(IsthTest, WhatComesLaterToTheEvaluationOfTheOnsetIsAmendedAtOnceAndPassively) {
  put("f", Measure::fdp, "30", hour(8));
  put("t", Measure::pt_seconds, "15", hour(8));
  EXPECT_THAT(put("p", Measure::platelets, "60", hour(8)), ElementsAre("onset isth-2001 interruptive")) << "5";
  EXPECT_THAT(put("b", Measure::fibrinogen, "0.9", hour(8)), ElementsAre("amendment isth-2001 passive (extreme)"));
  EXPECT_THAT(panel("55", "30", "15", "0.8", hour(20)), IsEmpty()) << "told";
}

TEST_F(IsthTest, TheRestOfAPanelIsAnAmendmentAlsoWhereAnythingNewerIsKnown) {
  put("f", Measure::fdp, "30", hour(8));
  put("t", Measure::pt_seconds, "15", hour(8));
  ASSERT_THAT(put("p", Measure::platelets, "60", hour(8)), Contains("onset isth-2001 interruptive"));
  put("h", Measure::haemoglobin, "90", hour(9, 30));
  EXPECT_THAT(put("b", Measure::fibrinogen, "0.9", hour(8)), Contains("amendment isth-2001 passive (extreme)"));
  EXPECT_EQ(plan.events.at(0).at, hour(8));
  EXPECT_EQ(plan.events.at(0).told_extremes, 0);
  EXPECT_THAT(panel("60", "30", "15", "0.8", hour(20)), Not(Contains(HasSubstr("worsening isth"))));
}

TEST_F(IsthTest, WhatComesLateIsAsBadAsItWasThen) {
  panel("60", "30", "15", "2", hour(8));
  panel("66", "30", "15", "2", hour(14));
  EXPECT_THAT(put("p12", Measure::platelets, "22", hour(12)), ElementsAre("worsening isth-2001 task (extreme)"));
  EXPECT_EQ(plan.events.at(0).at, hour(12));
  EXPECT_THAT(panel("22", "30", "15", "2", hour(20)), IsEmpty()) << "told";
}

TEST_F(IsthTest, WhatWasNeverToldIsNotTakenForTold) {
  panel("60", "30", "15", "2", hour(8));
  ASSERT_EQ(episode("isth-2001").told_min, 5);
  panel("60", "30", "18", "2", hour(12));
  ASSERT_EQ(episode("isth-2001").peak, 6);
  ASSERT_EQ(episode("isth-2001").told_min, 5) << "one point more is not told";
  EXPECT_THAT(put("b8:00", Measure::fibrinogen, "2.1", hour(8)), ElementsAre("amendment isth-2001 passive (numbers)"));
  EXPECT_EQ(episode("isth-2001").told_min, 6) << "it shows what holds now";
}

TEST_F(IsthTest, ACorrectionOfWhatWasToldIsNoWorseningOfWhatWasNot) {
  put("f", Measure::fdp, "30", hour(8));
  put("t", Measure::pt_seconds, "12", hour(8));
  put("b", Measure::fibrinogen, "2", hour(8));
  ASSERT_THAT(put("p", Measure::platelets, "45", hour(8)), ElementsAre("onset isth-2001 interruptive")) << "5";
  put("p2", Measure::platelets, "46", hour(10));
  EXPECT_THAT(put("t", Measure::pt_seconds, "18.5", hour(8)), ElementsAre("amendment isth-2001 passive (numbers)"));
  EXPECT_EQ(episode("isth-2001").told_min, 7);
}

TEST_F(IsthTest, WhatIsTooOldToBeToldAsWorseIsAmendedAllTheSame) {
  met(hour(8));
  now = hour(90);
  put("p10", Measure::platelets, "45", hour(10));
  EXPECT_THAT(put("t10", Measure::pt_seconds, "19", hour(10)), IsEmpty()) << "80 h old";
  EXPECT_THAT(put("b8:00", Measure::fibrinogen, "0.9", hour(8)), ElementsAre("amendment isth-2001 passive (numbers)"));
}

TEST_F(IsthTest, TheRestOfAPanelIsNoCorrectionWhenAContextRecordComes) {
  put("f", Measure::fdp, "30", hour(8));
  put("t", Measure::pt_seconds, "15", hour(8));
  EXPECT_THAT(put("p", Measure::platelets, "60", hour(8)), ElementsAre("onset isth-2001 interruptive")) << "5 to 6";
  EXPECT_THAT(put("b", Measure::fibrinogen, "2", hour(8)), IsEmpty()) << "5";
  EXPECT_THAT(say("Condition/1", {yes(Fact::underlying_disorder, hour(8))}), Not(Contains(HasSubstr("(numbers)"))));
}

TEST_F(IsthTest, FirstPlateletsBelowFiftyAndAtMostThirtyOnceEach) {
  panel("50", "30", "18", "2", hour(8));
  EXPECT_THAT(panel("49.9", "30", "15", "2", hour(20)), ElementsAre("worsening isth-2001 task (extreme)"));
  EXPECT_THAT(panel("30.1", "30", "15", "2", hour(32)), IsEmpty());
  EXPECT_THAT(panel("30", "30", "15", "2", hour(44)), ElementsAre("worsening isth-2001 task (extreme)"));
  EXPECT_THAT(panel("60", "30", "15", "2", hour(56)), IsEmpty());
  EXPECT_THAT(panel("20", "30", "15", "2", hour(68)), IsEmpty()) << "once";
}

TEST_F(IsthTest, FirstFibrinogenBelowOne) {
  panel("45", "30", "15", "1.0", hour(8));
  EXPECT_THAT(panel("45", "30", "15", "0.99", hour(20)), ElementsAre("worsening isth-2001 task (extreme)"));
  EXPECT_THAT(panel("45", "30", "15", "0.5", hour(32)), IsEmpty());
}

TEST_F(EpisodeTest, FirstGroupFour) {
  only({isth_fixture(), shipped_criterion("plt-at")});
  panel("49", "30", "15", "2", hour(8));
  EXPECT_THAT(put("a", Measure::antithrombin, "50", hour(8)), IsEmpty()) << "group 3";
  EXPECT_THAT(put("a2", Measure::antithrombin, "49", hour(20)), IsEmpty()) << "no evaluation of ISTH";
  EXPECT_THAT(panel("49", "30", "15", "2", hour(21)), ElementsAre("worsening isth-2001 task (extreme)"));
}

TEST_F(IsthTest, ABoundThatMayBeBelowIsNoExtreme) {
  panel("60", "30", "15", "2", hour(8));
  EXPECT_THAT(put("p2", Measure::platelets, "<51", hour(20)), IsEmpty());
  EXPECT_THAT(put("p3", Measure::platelets, "<50", hour(21)), ElementsAre("worsening isth-2001 task (extreme)"));
}

TEST_F(IsthTest, WorseningOfChartedDicIsATaskLikeAnyOther) {
  say("Condition/1", {yes(Fact::dic_recorded, hour(0))});
  panel("60", "30", "15", "2", hour(8));
  EXPECT_THAT(panel("30", "30", "15", "2", hour(20)), ElementsAre("worsening isth-2001 task (extreme)"));
}

}  // namespace
}  // namespace coagwatch::rules
