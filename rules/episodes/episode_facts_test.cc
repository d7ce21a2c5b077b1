// How facts that come, change and go move episodes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/criterion/criterion_fixture.h"
#include "rules/episodes/episode.h"
#include "rules/patient/fact_sources.h"
#include "rules/patient/state_fixture.h"

namespace coagwatch::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Told = std::vector<std::string>;

class EpisodeFactsTest : public ::testing::Test {
 protected:
  EpisodeFactsTest() { rules.criteria = {jaam_fixture(), jmhw_fixture()}; }

  Told put(std::string_view id, Measure measure, std::string_view value, Timestamp at) {
    const ApplyResult applied = patient.put(id, measure, value, at);
    if (!applied.assess) return {};
    assess(rules, patient.state, applied.at, assessment);
    advance_episodes(rules, policy, patient.state, assessment, applied.changed, applied.correction, events);
    return told();
  }
  // What the fold does with each context resource.
  Told say(std::string_view source, const std::vector<FactSpan>& facts, Version version = {}) {
    return change({FactChange::Kind::statement, source, version, facts});
  }
  Told take_back(std::string_view source) { return change({FactChange::Kind::removal, source, {}, {}}); }
  Told change(const FactChange& change) {
    assess(rules, patient.state, patient.state.at, before);
    apply_facts(patient.state, change, patient.limits);
    assess(rules, patient.state, patient.state.at, assessment);
    std::vector<bool> by_facts;
    mark_changed_scores(before, assessment, by_facts);
    advance_episodes(rules, policy, patient.state, assessment, {}, false, events, by_facts);
    return told();
  }
  Told told() const {
    Told all;
    for (const EpisodeEvent& event : events) {
      all.push_back(std::string(alert_kind_name(event.kind)) + " " +
                    patient.state.episodes.at(event.episode).criterion + " " +
                    std::string(priority_name(event.priority)));
    }
    return all;
  }
  static FactSpan span(Fact fact, Timestamp start, Timestamp end = Timestamp::none()) {
    return {fact, Tristate::yes, start, end};
  }
  EpisodeState state_of(std::string_view criterion) const {
    for (const Episode& episode : patient.state.episodes) {
      if (episode.criterion == criterion) return episode.state;
    }
    return EpisodeState::none;
  }
  // JAAM is met by platelets below 80 with FDP from 10.
  void meet_jaam() {
    put("fdp", Measure::fdp, "12", hour(10));
    ASSERT_THAT(put("plt", Measure::platelets, "70", hour(10)), ElementsAre("onset jaam interruptive"));
  }

  RuleSet rules;
  AlertPolicy policy;
  TestPatient patient;
  Assessment before;
  Assessment assessment;
  std::vector<EpisodeEvent> events;
};

TEST_F(EpisodeFactsTest, AnExclusionThatCoversTheOnsetRetracts) {
  meet_jaam();
  EXPECT_THAT(say("Condition/1", {span(Fact::leukaemia, hour(-999))}), ElementsAre("retraction jaam interruptive"));
  EXPECT_EQ(state_of("jaam"), EpisodeState::retracted);
  EXPECT_THAT(put("plt2", Measure::platelets, "60", hour(12)), IsEmpty()) << "it does not apply";
}

TEST_F(EpisodeFactsTest, AnExclusionThatStartsLaterCloses) {
  meet_jaam();
  put("plt2", Measure::platelets, "60", hour(14));
  EXPECT_THAT(say("Condition/1", {span(Fact::marrow_suppression, hour(12))}), ElementsAre("closure jaam passive"));
  EXPECT_EQ(state_of("jaam"), EpisodeState::closed);
}

TEST_F(EpisodeFactsTest, AnExclusionThatIsStillToComeClosesWithTheResultThatReachesIt) {
  meet_jaam();
  EXPECT_THAT(say("Condition/1", {span(Fact::leukaemia, hour(12))}), IsEmpty());
  EXPECT_THAT(put("plt2", Measure::platelets, "60", hour(14)), ElementsAre("closure jaam passive"));
}

TEST_F(EpisodeFactsTest, ALiftedExclusionStartsAnEpisode) {
  say("Condition/1", {span(Fact::leukaemia, hour(-999))});
  put("fdp", Measure::fdp, "12", hour(10));
  EXPECT_THAT(put("plt", Measure::platelets, "70", hour(10)), IsEmpty());
  EXPECT_THAT(take_back("Condition/1"), ElementsAre("onset jaam interruptive"));
}

TEST_F(EpisodeFactsTest, RemissionLetsJaamApplyAgain) {
  say("Condition/1", {span(Fact::leukaemia, hour(-999))}, numbered(1));
  put("fdp", Measure::fdp, "12", hour(10));
  put("plt", Measure::platelets, "70", hour(10));
  EXPECT_THAT(say("Condition/1", {span(Fact::leukaemia, hour(-999)), span(Fact::remission, hour(-99))}, numbered(2)),
              ElementsAre("onset jaam interruptive"));
}

TEST_F(EpisodeFactsTest, FactsThatChangeNoScoreTellNothing) {
  meet_jaam();
  EXPECT_THAT(say("Condition/1", {span(Fact::meningitis, hour(0))}), IsEmpty());
  EXPECT_THAT(say("Condition/2", {span(Fact::sepsis, hour(0))}), IsEmpty()) << "the gate is confirmed, and it was told";
  EXPECT_EQ(assessment.scores[0].status, Status::met);
  EXPECT_THAT(say("Medication/1", {span(Fact::chemotherapy, hour(0))}), IsEmpty())
      << "without a fall of cells it excludes nothing";
  EXPECT_EQ(state_of("jaam"), EpisodeState::open);
}

TEST_F(EpisodeFactsTest, FactsNeverResolve) {
  policy.overt_tier = {"jmhw"};
  rules.site.charted.set(index(Fact::bleeding));
  rules.site.charted.set(index(Fact::organ_symptoms));
  rules.site.charted.set(index(Fact::underlying_disorder));
  const auto bleeds = [](Timestamp end) {
    return std::vector{span(Fact::bleeding, hour(0), end), span(Fact::sepsis, hour(0), end)};
  };
  say("Flag/1", bleeds(hour(20)), numbered(1));
  put("pt", Measure::pt_ratio, "1.0", hour(10));
  put("fdp", Measure::fdp, "50", hour(10));
  put("plt", Measure::platelets, "130", hour(10));
  ASSERT_THAT(put("fib", Measure::fibrinogen, "0.9", hour(10)), ElementsAre("onset jmhw interruptive"));
  put("plt2", Measure::platelets, "131", hour(12));
  ASSERT_EQ(assessment.scores[1].min, 7);
  EXPECT_THAT(say("Flag/1", bleeds(hour(11)), numbered(2)), IsEmpty());
  EXPECT_EQ(assessment.scores[1].max, 5) << "surely below, and the episode goes on";
  EXPECT_EQ(state_of("jmhw"), EpisodeState::open);
  EXPECT_THAT(put("plt3", Measure::platelets, "132", hour(13)), ElementsAre("resolution jmhw passive"));
}

}  // namespace
}  // namespace coagwatch::rules
