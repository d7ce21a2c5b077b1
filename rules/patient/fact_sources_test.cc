#include "rules/patient/fact_sources.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "rules/patient/known_facts.h"
#include "rules/patient/state_fixture.h"

namespace coagwatch::rules {
namespace {

constexpr Tristate kYes = Tristate::yes;
constexpr Tristate kNo = Tristate::no;
constexpr Tristate kUnknown = Tristate::unknown;

FactSpan span(Fact fact, Tristate value = kYes, Timestamp start = hour(0), Timestamp end = Timestamp::none()) {
  return {fact, value, start, end};
}

class FactSourcesTest : public ::testing::Test {
 protected:
  ApplyOutcome say(std::string_view source, const std::vector<FactSpan>& facts, Version version = {}) {
    return apply_facts(patient.state, {FactChange::Kind::statement, source, version, facts}, patient.limits);
  }
  ApplyOutcome take_back(std::string_view source, Version version = {}) {
    return apply_facts(patient.state, {FactChange::Kind::removal, source, version, {}}, patient.limits);
  }
  Tristate known(Fact fact, Timestamp at = hour(1)) const { return KnownFacts(patient.state, {}, at)[fact]; }

  TestPatient patient;
};

TEST_F(FactSourcesTest, ANewVersionReplacesAllThatTheOlderOneSaid) {
  EXPECT_EQ(say("Condition/1", {span(Fact::sepsis), span(Fact::shock)}, numbered(1)), ApplyOutcome::applied);
  EXPECT_EQ(say("Condition/2", {span(Fact::trauma)}, numbered(9)), ApplyOutcome::applied);
  EXPECT_EQ(say("Condition/1", {span(Fact::pancreatitis)}, numbered(2)), ApplyOutcome::applied);
  EXPECT_EQ(known(Fact::sepsis), kUnknown);
  EXPECT_EQ(known(Fact::shock), kUnknown);
  EXPECT_EQ(known(Fact::pancreatitis), kYes);
  EXPECT_EQ(known(Fact::trauma), kYes);
}

TEST_F(FactSourcesTest, AnOlderVersionThatComesLateIsSuperseded) {
  say("Condition/1", {span(Fact::pancreatitis)}, numbered(2));
  EXPECT_EQ(say("Condition/1", {span(Fact::sepsis)}, numbered(1)), ApplyOutcome::superseded);
  EXPECT_EQ(take_back("Condition/1", numbered(1)), ApplyOutcome::superseded);
  EXPECT_EQ(known(Fact::sepsis), kUnknown);
  EXPECT_EQ(known(Fact::pancreatitis), kYes);
  say("Condition/2", {span(Fact::trauma)}, updated(hour(3)));
  EXPECT_EQ(say("Condition/2", {span(Fact::burn)}, updated(hour(2))), ApplyOutcome::superseded);
}

TEST_F(FactSourcesTest, TheSameAgainIsADuplicateAndMayRaiseTheVersion) {
  say("Condition/1", {span(Fact::sepsis), span(Fact::shock)}, numbered(1));
  EXPECT_EQ(say("Condition/1", {span(Fact::shock), span(Fact::sepsis)}, numbered(3)), ApplyOutcome::duplicate);
  EXPECT_EQ(say("Condition/1", {}, numbered(2)), ApplyOutcome::superseded);
  EXPECT_EQ(known(Fact::sepsis), kYes);
}

TEST_F(FactSourcesTest, ARemovalIsRememberedAndOnlyWhatIsNewerCountsAgain) {
  say("Condition/1", {span(Fact::sepsis)}, numbered(2));
  EXPECT_EQ(take_back("Condition/1", numbered(3)), ApplyOutcome::retracted);
  EXPECT_EQ(known(Fact::sepsis), kUnknown);
  EXPECT_EQ(take_back("Condition/1", numbered(3)), ApplyOutcome::duplicate);
  EXPECT_EQ(say("Condition/1", {span(Fact::sepsis)}, numbered(2)), ApplyOutcome::superseded);
  EXPECT_EQ(say("Condition/1", {span(Fact::sepsis)}), ApplyOutcome::superseded) << "its age is unknown";
  EXPECT_EQ(say("Condition/1", {span(Fact::sepsis)}, numbered(4)), ApplyOutcome::applied);
  EXPECT_EQ(known(Fact::sepsis), kYes);
}

TEST_F(FactSourcesTest, ARemovalThatComesFirstKeepsTheOriginalAway) {
  EXPECT_EQ(take_back("Condition/1"), ApplyOutcome::retracted);
  EXPECT_EQ(say("Condition/1", {span(Fact::sepsis)}, numbered(1)), ApplyOutcome::superseded);
  EXPECT_EQ(known(Fact::sepsis), kUnknown);
}

TEST_F(FactSourcesTest, AVersionThatStatesNothingIsRememberedWhereThereMayBeEarlierOnes) {
  EXPECT_EQ(say("Condition/1", {}, numbered(1)), ApplyOutcome::duplicate);
  EXPECT_EQ(say("Condition/2", {}), ApplyOutcome::duplicate);
  EXPECT_TRUE(patient.state.fact_sources.empty()) << "most resources are like that";
  EXPECT_EQ(say("Condition/1", {}, numbered(2)), ApplyOutcome::applied);
  EXPECT_EQ(say("Condition/1", {span(Fact::sepsis)}, numbered(1)), ApplyOutcome::superseded);
  EXPECT_EQ(say("Condition/3", {}, updated(hour(2))), ApplyOutcome::applied);
  EXPECT_EQ(say("Condition/3", {span(Fact::sepsis)}, updated(hour(1))), ApplyOutcome::superseded);
  say("Condition/4", {span(Fact::sepsis)});
  EXPECT_EQ(say("Condition/4", {}), ApplyOutcome::applied);
  EXPECT_EQ(patient.state.fact_sources.size(), 2U) << "nothing can be told to be older than what has no version";
}

TEST_F(FactSourcesTest, WhatOneResourceRefutesAnotherMayStillState) {
  say("Condition/1", {span(Fact::sepsis, kYes, hour(0))});
  say("Condition/2", {span(Fact::sepsis, kNo, hour(5))});
  say("Condition/3", {span(Fact::sepsis, kUnknown, hour(6))});
  EXPECT_EQ(known(Fact::sepsis, hour(7)), kYes);
  take_back("Condition/1");
  EXPECT_EQ(known(Fact::sepsis, hour(7)), kUnknown) << "of the others the one that starts last";
  EXPECT_EQ(known(Fact::sepsis, hour(5)), kNo);
  say("Condition/4", {span(Fact::sepsis, kNo, hour(6))});
  EXPECT_EQ(known(Fact::sepsis, hour(7)), kUnknown) << "at the same time: what excludes least";
}

TEST_F(FactSourcesTest, WhoSpeaksLastOfARemissionIsRight) {
  say("Condition/1", {span(Fact::leukaemia), span(Fact::remission, kYes, hour(2))});
  say("Condition/2", {span(Fact::leukaemia), span(Fact::remission, kNo, hour(4))});
  EXPECT_EQ(known(Fact::remission, hour(3)), kYes);
  EXPECT_EQ(known(Fact::remission, hour(4)), kNo) << "a relapse";
  say("Condition/3", {span(Fact::leukaemia), span(Fact::remission, kNo, hour(1))});
  EXPECT_EQ(known(Fact::remission, hour(3)), kYes) << "the entry of before was never closed";
}

TEST_F(FactSourcesTest, SpansOfOneFactFollowEachOther) {
  const Timestamp birth = hour(-24);
  say("Patient/1", {span(Fact::newborn, kYes, birth, hour(10)), span(Fact::newborn, kNo, hour(11)),
                    span(Fact::child, kYes, birth, hour(20)), span(Fact::child, kNo, hour(21))});
  EXPECT_EQ(known(Fact::newborn, hour(10)), kYes);
  EXPECT_EQ(known(Fact::newborn, hour(11)), kNo);
  EXPECT_EQ(known(Fact::child, hour(20)), kYes);
  EXPECT_EQ(known(Fact::child, hour(20, 30)), kUnknown);
  EXPECT_EQ(known(Fact::child, hour(21)), kNo);
}

TEST_F(FactSourcesTest, WhatEndedBeforeTheWindowIsDropped) {
  say("Procedure/1", {span(Fact::platelet_transfusion, kYes, hour(0))}, numbered(1));
  say("Condition/1", {span(Fact::liver_cirrhosis, kYes, hour(0))}, numbered(1));
  patient.add(Measure::platelets, "45", hour(24 * 8));
  EXPECT_EQ(patient.state.facts.size(), 2U) << "24 h, and 7 days";
  patient.add(Measure::platelets, "45", hour(24 * 8, 1));
  EXPECT_EQ(patient.state.facts.size(), 1U);
  EXPECT_EQ(patient.state.fact_sources.size(), 2U) << "what it was is remembered for another window";
  EXPECT_EQ(say("Procedure/1", {span(Fact::trauma, kYes, hour(24 * 8))}, numbered(0)), ApplyOutcome::superseded);
  patient.add(Measure::platelets, "45", hour(24 * 15, 2));
  EXPECT_EQ(patient.state.fact_sources.size(), 1U);
}

TEST_F(FactSourcesTest, ARemovalIsForgottenAfterOneWindow) {
  take_back("Condition/1");
  take_back("Condition/2", updated(hour(0)));
  patient.add(Measure::platelets, "45", hour(0));
  patient.add(Measure::platelets, "45", hour(24 * 7));
  EXPECT_EQ(patient.state.fact_sources.size(), 2U);
  patient.add(Measure::platelets, "45", hour(24 * 7, 1));
  EXPECT_TRUE(patient.state.fact_sources.empty());
}

TEST_F(FactSourcesTest, OfTooManyTheLeastGoFirst) {
  take_back("Condition/gone", updated(hour(0)));
  say("Condition/old", {span(Fact::trauma, kYes, hour(-48), hour(-47))});
  say("Condition/cancer", {span(Fact::malignancy)});
  const auto sources = [&] {
    std::vector<std::string> all;
    for (const StoredFactSource& each : patient.state.fact_sources) all.emplace_back(patient.state.view(each.source));
    return all;
  };
  for (std::size_t i = 3; i < kMaxFactSources; ++i) {
    say("Medication/" + std::to_string(i), {span(Fact::heparin, kYes, hour(static_cast<int>(i)))});
  }
  EXPECT_EQ(sources().size(), kMaxFactSources);
  say("Medication/x", {span(Fact::heparin, kYes, hour(999))});
  EXPECT_THAT(sources(), ::testing::Not(::testing::Contains("Condition/gone")));
  say("Medication/y", {span(Fact::heparin, kYes, hour(999))});
  EXPECT_THAT(sources(), ::testing::Not(::testing::Contains("Condition/old")));
  say("Medication/z", {span(Fact::heparin, kYes, hour(999))});
  EXPECT_THAT(sources(), ::testing::Not(::testing::Contains("Medication/3")));
  EXPECT_THAT(sources(), ::testing::Contains("Condition/cancer"));
  EXPECT_EQ(sources().size(), kMaxFactSources);
}

TEST_F(FactSourcesTest, FactsMakeRoomBeforeAStateGrowsTooLarge) {
  patient.limits.bytes = 4096;
  for (int i = 0; i < 100; ++i) say("Condition/" + std::string(200, 'x') + std::to_string(i), {span(Fact::sepsis)});
  patient.add(Measure::platelets, "45", hour(1));
  patient.add(Measure::platelets, "46", hour(2));
  EXPECT_EQ(known(Fact::sepsis), kYes);
  EXPECT_FALSE(patient.state.results.empty());
}

// One version of one resource, for the property below.
struct Said {
  std::string source;
  Version version;
  bool removal = false;
  std::vector<FactSpan> facts;
};

std::vector<Said> some_history(std::mt19937& random) {
  const auto below = [&](unsigned n) { return static_cast<int>(random() % n); };
  std::vector<Said> all;
  for (int source = 0; source < 6; ++source) {
    const bool by_time = below(2) == 0;
    const int versions = 1 + below(4);
    for (int v = 1; v <= versions; ++v) {
      Said said{"Condition/" + std::to_string(source),
                by_time ? updated(hour(v)) : numbered(static_cast<unsigned>(v)),
                below(5) == 0,
                {}};
      for (int n = said.removal ? 0 : below(3); n > 0; --n) {
        const Timestamp start = hour(below(50));
        said.facts.push_back({static_cast<Fact>(below(6)), static_cast<Tristate>(below(3)), start,
                              below(2) == 0 ? Timestamp::none() : start + Duration::hours(below(30))});
      }
      all.push_back(said);
    }
  }
  return all;
}

std::vector<std::string> as_text(const PatientState& state) {
  std::vector<std::string> all;
  for (const StoredFact& fact : state.facts) {
    all.push_back(std::string(state.view(state.fact_sources[fact.source].source)) + " " +
                  std::string(fact_name(fact.fact)) + " " + std::string(tristate_name(fact.value)) + " " +
                  std::to_string(fact.start.micros) + " " + std::to_string(fact.end.micros));
  }
  return all;
}

TEST(FactOrderTest, AnyOrderOfTheSameVersionsLeavesTheSameFacts) {
  std::mt19937 random(20260102);
  for (int round = 0; round < 300; ++round) {
    std::vector<Said> history = some_history(random);
    const auto played = [&] {
      TestPatient patient;
      patient.add(Measure::platelets, "45", hour(40));
      for (const Said& said : history) {
        const auto kind = said.removal ? FactChange::Kind::removal : FactChange::Kind::statement;
        apply_facts(patient.state, {kind, said.source, said.version, said.facts}, patient.limits);
      }
      return as_text(patient.state);
    };
    const std::vector<std::string> first = played();
    for (int order = 0; order < 10; ++order) {
      std::ranges::shuffle(history, random);
      ASSERT_EQ(played(), first) << "round " << round;
    }
  }
}

}  // namespace
}  // namespace coagwatch::rules
