#include "rules/patient/window.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/patient/state_fixture.h"

namespace coagwatch::rules {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

class WindowTest : public ::testing::Test {
 protected:
  TestPatient patient;
};

TEST_F(WindowTest, KeepsWhatIsExactlySevenDaysOld) {
  patient.put("a", Measure::platelets, "45", hour(0));
  patient.put("b", Measure::platelets, "46", hour(7 * 24));
  EXPECT_THAT(patient.identities(), ElementsAre("a", "b"));
  patient.put("c", Measure::fibrinogen, "2", hour(7 * 24, 1));
  EXPECT_THAT(patient.identities(), ElementsAre("b", "c"));
  EXPECT_EQ(patient.state.evicted, 0U) << "leaving the window is no eviction";
}

TEST_F(WindowTest, ResultOlderThanTheWindowIsAssessedAndNotKept) {
  patient.put("b", Measure::platelets, "46", hour(8 * 24));
  const ApplyResult result = patient.put("a", Measure::platelets, "45", hour(0));
  EXPECT_EQ(result.outcome, ApplyOutcome::applied);
  EXPECT_TRUE(result.assess);
  EXPECT_THAT(patient.identities(), ElementsAre("b"));
}

TEST_F(WindowTest, AStateThatWeighsTooMuchIsThinnedWhereMostIs) {
  patient.limits.bytes = 8'000;
  const std::string name(500, 'n');
  for (int i = 0; i < 4; ++i) patient.put(name + "f" + std::to_string(i), Measure::fibrinogen, "2", hour(i));
  for (int i = 0; i < 40; ++i) patient.put(name + "p" + std::to_string(i), Measure::platelets, "45", hour(i));
  EXPECT_LE(weight(patient.state), patient.limits.bytes);
  EXPECT_GT(weight(patient.state), patient.limits.bytes - 1'000) << "no more than is needed";
  EXPECT_THAT(patient.identities(), Contains(name + "f3"));
  EXPECT_THAT(patient.identities(), Contains(name + "p39")) << "the newest of each stays";
  EXPECT_EQ(patient.state.evicted, 44U - patient.state.results.size());
}

TEST_F(WindowTest, OneResultOfEachMeasureStaysWhateverItWeighs) {
  patient.limits.bytes = 1;
  patient.retract("gone");
  for (const Measure measure : {Measure::platelets, Measure::fdp, Measure::fibrinogen}) {
    patient.add(measure, "1", hour(1));
    patient.add(measure, "2", hour(2));
  }
  EXPECT_EQ(patient.state.results.size(), 3U);
  EXPECT_TRUE(patient.state.retractions.empty());
}

TEST_F(WindowTest, CapThinsTheDensestPlaceAndCounts) {
  patient.limits.per_measure = 4;
  patient.put("h0", Measure::fdp, "1", hour(0));
  patient.put("h10", Measure::fdp, "2", hour(10));
  patient.put("h11", Measure::fdp, "3", hour(11));
  patient.put("h20", Measure::fdp, "4", hour(20));
  EXPECT_EQ(patient.state.evicted, 0U);
  patient.put("h12", Measure::fdp, "5", hour(12));
  EXPECT_THAT(patient.identities(), ElementsAre("h0", "h10", "h12", "h20"));
  EXPECT_EQ(patient.state.evicted, 1U);
}

TEST_F(WindowTest, OfEquallyDenseResultsTheOldestGoes) {
  patient.limits.per_measure = 5;
  for (const int minute : {0, 100, 101, 102, 103, 203}) {
    patient.put("m" + std::to_string(minute), Measure::fdp, std::to_string(minute), hour(0, minute));
  }
  EXPECT_THAT(patient.identities(), ElementsAre("m0", "m100", "m102", "m103", "m203"));
}

TEST_F(WindowTest, WhatMayStillCountIsThinnedLast) {
  patient.limits.per_measure = 4;
  patient.put("h0", Measure::fdp, "1", hour(0));
  patient.put("h20", Measure::fdp, "2", hour(20));
  patient.put("h44", Measure::fdp, "3", hour(44));
  patient.put("h45", Measure::fdp, "4", hour(44, 1));
  patient.put("h46", Measure::fdp, "5", hour(44, 2));
  EXPECT_THAT(patient.identities(), ElementsAre("h20", "h44", "h45", "h46")) << "though the last three are denser";
}

TEST_F(WindowTest, NewestIsNeverThinnedOut) {
  patient.limits.per_measure = 1;
  patient.put("a", Measure::fdp, "1", hour(1));
  patient.put("b", Measure::fdp, "2", hour(2));
  EXPECT_THAT(patient.identities(), ElementsAre("b"));
  patient.put("c", Measure::fdp, "3", hour(1));
  EXPECT_THAT(patient.identities(), ElementsAre("b"));
  EXPECT_EQ(patient.state.evicted, 2U);
}

TEST_F(WindowTest, AtOneTimeTheOneThatCountsIsNeverThinnedOut) {
  patient.limits.per_measure = 1;
  LabResult clauss = TestPatient::lab(Measure::fibrinogen, "1.0", hour(1));
  clauss.method_rank = 1;
  patient.put("clauss", clauss);
  patient.put("derived", Measure::fibrinogen, "1.4", hour(1));
  EXPECT_THAT(patient.identities(), ElementsAre("clauss"));
}

TEST_F(WindowTest, HighestCountOfTheDayBeforeTheNewestStays) {
  patient.limits.per_measure = 3;
  patient.put("peak", Measure::platelets, "240", hour(1));
  patient.put("p2", Measure::platelets, "200", hour(2));
  patient.put("p3", Measure::platelets, "180", hour(3));
  patient.put("p4", Measure::platelets, "170", hour(4));
  patient.put("p5", Measure::platelets, "160", hour(5));
  EXPECT_THAT(patient.identities(), Contains("peak"));
  EXPECT_THAT(patient.identities(), Contains("p5"));
  EXPECT_EQ(patient.state.results.size(), 3U);
}

TEST_F(WindowTest, PeakGoesOnlyWhenNothingElseIsLeft) {
  patient.limits.per_measure = 1;
  patient.put("peak", Measure::platelets, "240", hour(1));
  patient.put("p2", Measure::platelets, "200", hour(2));
  EXPECT_THAT(patient.identities(), ElementsAre("p2"));
}

TEST_F(WindowTest, OlderPeakIsThinnedLikeAnyOther) {
  patient.limits.per_measure = 3;
  patient.put("old", Measure::platelets, "900", hour(0));
  patient.put("near", Measure::platelets, "300", hour(1));
  patient.put("base", Measure::platelets, "240", hour(30));
  patient.put("now", Measure::platelets, "200", hour(50));
  EXPECT_THAT(patient.identities(), Not(Contains("old")));
  EXPECT_THAT(patient.identities(), Contains("base"));
}

TEST_F(WindowTest, WhatCountedAtAnOnsetStays) {
  patient.limits.per_measure = 3;
  patient.put("a", Measure::sirs, "2", hour(1));
  patient.put("onset", Measure::sirs, "3", hour(2));
  Episode& episode = patient.state.episodes.emplace_back();
  episode.state = EpisodeState::closed;
  episode.onset = hour(2, 30);
  for (int i = 3; i < 60; ++i) patient.put("s" + std::to_string(i), Measure::sirs, std::to_string(i % 3), hour(i));
  EXPECT_THAT(patient.identities(), Contains("onset"));
  EXPECT_EQ(patient.state.results.size(), 3U);
  episode.state = EpisodeState::retracted;
  for (int i = 60; i < 120; ++i) patient.put("s" + std::to_string(i), Measure::sirs, std::to_string(i % 3), hour(i));
  EXPECT_THAT(patient.identities(), Not(Contains("onset"))) << "a retracted onset needs no proof";
}

TEST_F(WindowTest, PeakBeforeAnOnsetStays) {
  patient.limits.per_measure = 5;
  patient.put("peak", Measure::platelets, "240", hour(1));
  patient.put("onset", Measure::platelets, "100", hour(2));
  Episode& episode = patient.state.episodes.emplace_back();
  episode.state = EpisodeState::open;
  episode.onset = hour(2);
  for (int i = 3; i < 60; ++i) patient.put("p" + std::to_string(i), Measure::platelets, std::to_string(i), hour(i));
  EXPECT_THAT(patient.identities(), Contains("peak"));
  EXPECT_THAT(patient.identities(), Contains("onset"));
}

TEST_F(WindowTest, ProofOfAnOnsetGoesBeforeThePeakOfTheDayBeforeTheNewest) {
  patient.limits.per_measure = 2;
  patient.put("onset", Measure::platelets, "50", hour(1));
  Episode& episode = patient.state.episodes.emplace_back();
  episode.state = EpisodeState::open;
  episode.onset = hour(1);
  patient.put("peak", Measure::platelets, "240", hour(20));
  patient.put("now", Measure::platelets, "200", hour(40));
  EXPECT_THAT(patient.identities(), ElementsAre("peak", "now"));
}

TEST_F(WindowTest, StaleUnusableResultsGoFirst) {
  patient.limits.per_measure = 2;
  LabResult clumped = TestPatient::lab(Measure::platelets, "20", hour(1));
  clumped.unusable = Unusable::platelet_clumps;
  patient.put("clumped", clumped);
  patient.put("a", Measure::platelets, "45", hour(26));
  patient.put("b", Measure::platelets, "46", hour(26, 1));
  EXPECT_THAT(patient.identities(), ElementsAre("a", "b"));
}

TEST_F(WindowTest, VitalSignsNeverEvictPlatelets) {
  patient.limits.per_measure = 8;
  patient.put("p", Measure::platelets, "45", hour(0));
  for (int i = 0; i < 100; ++i) patient.add(Measure::heart_rate, std::to_string(60 + i), hour(1, i));
  EXPECT_THAT(patient.identities(), Contains("p"));
  EXPECT_EQ(patient.state.results.size(), 9U);
  EXPECT_EQ(patient.state.evicted, 92U);
}

TEST_F(WindowTest, TextDoesNotGrowWithVersions) {
  for (int i = 0; i < 10'000; ++i) {
    patient.put("Observation/" + std::to_string(i % 7), Measure::platelets, std::to_string(i % 997), hour(i % 90));
    patient.retract("Observation/" + std::to_string(i % 7), numbered(1));
    patient.put("Observation/" + std::to_string(i % 7), Measure::platelets, std::to_string(i % 991), hour(i % 90),
                numbered(2));
  }
  EXPECT_LT(patient.state.text.size(), 2048U);
  for (const StoredResult& stored : patient.state.results) {
    EXPECT_THAT(std::string(patient.state.view(stored.identity)), ::testing::StartsWith("Observation/"));
    EXPECT_EQ(patient.state.view(stored.identity), patient.state.view(stored.source));
  }
}

TEST_F(WindowTest, CompactionKeepsEveryText) {
  patient.know(Fact::sepsis, Tristate::yes);
  put_fact(patient.state, {Fact::sepsis, Tristate::yes, Timestamp::none(), Timestamp::none(), "Condition/1"});
  patient.retract("gone");
  patient.put("a", Measure::platelets, "45", hour(1));
  const std::string long_name(600, 'x');
  patient.put(long_name, Measure::platelets, "46", hour(1));
  patient.retract(long_name);
  patient.limits.retractions = 1;  // the long name is garbage once its retraction is forgotten
  patient.retract("last");
  EXPECT_LT(patient.state.text.size(), 100U);
  EXPECT_THAT(patient.identities(), ElementsAre("a"));
  EXPECT_EQ(patient.state.view(patient.state.fact_sources.back().source), "Condition/1");
  EXPECT_EQ(patient.state.view(patient.state.retractions.front().identity), "last");
}

TEST_F(WindowTest, TooLongAnIdentityIsCutTheSameWayEverywhere) {
  const std::string endless(100'000, 'x');
  patient.put(endless, Measure::platelets, "45", hour(1));
  EXPECT_EQ(patient.put(endless, Measure::platelets, "45", hour(1)).outcome, ApplyOutcome::duplicate);
  EXPECT_EQ(patient.retract(endless).outcome, ApplyOutcome::retracted);
  EXPECT_TRUE(patient.state.results.empty());
}

}  // namespace
}  // namespace coagwatch::rules
