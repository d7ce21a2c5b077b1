#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fhir/writers_fixture.h"
#include "rules/patient/fact_sources.h"

namespace coagwatch::fhir {
namespace {

using rules::Interval;
using rules::Measure;
using testing::at;
using testing::decimal;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Scene;

// Kept in the state's order: by measure, then by time.
void add_result(Scene& scene, Measure measure, const Interval& value, rules::Timestamp collected) {
  rules::StoredResult result;
  result.lab.measure = measure;
  result.lab.value = value;
  result.lab.at = collected;
  scene.state.results.push_back(result);
}

void add_fact(Scene& scene, rules::Fact fact, rules::Tristate value) {
  rules::put_fact(scene.state, {fact, value, at(0), rules::Timestamp::none(), "Condition/1"});
}

TEST(StatusWriterTest, WritesTheRecordOfTheInterfaces) {
  Scene scene;
  scene.add_jmhw();
  scene.state.episodes[1].state = rules::EpisodeState::closed;
  scene.state.episodes[1].since = at(6);
  add_result(scene, Measure::platelets, Interval::point(decimal("85")), at(-16));
  add_result(scene, Measure::platelets, Interval::point(decimal("42")), at(8, 5));
  add_result(scene, Measure::pt_seconds, Interval::point(decimal("17.2")), at(7));
  add_result(scene, Measure::fibrinogen, Interval::below(decimal("0.50"), false), at(7));
  add_result(scene, Measure::d_dimer, Interval::above(decimal("20"), false), at(8, 5));
  add_result(scene, Measure::creatinine, Interval::point(decimal("80")), at(8, 5));
  add_fact(scene, rules::Fact::heparin, rules::Tristate::yes);
  add_fact(scene, rules::Fact::ecmo, rules::Tristate::no);
  add_fact(scene, rules::Fact::sepsis, rules::Tristate::yes);
  EXPECT_EQ(scene.status(), testing::golden("status.json"));
}

TEST(StatusWriterTest, BeginsAsTheAssessmentRecord) {
  Scene scene;
  const std::string record = scene.record();
  EXPECT_EQ(scene.status().substr(0, record.size() - 1), record.substr(0, record.size() - 1));
}

TEST(StatusWriterTest, TrendHoldsTheLatest32UsablePoints) {
  Scene scene;
  for (int i = 0; i < 32; ++i) add_result(scene, Measure::platelets, Interval::point(decimal("90")), at(0, i));
  add_result(scene, Measure::platelets, Interval::point(decimal("1")), at(1));
  scene.state.results.back().lab.unusable = rules::Unusable::clotted_specimen;
  EXPECT_THAT(scene.status(), HasSubstr(R"("platelets":[["2026-01-02T00:00:00Z","90","90"],)"));
  EXPECT_THAT(scene.status(), HasSubstr(R"(["2026-01-02T00:31:00Z","90","90"]]})"));
  add_result(scene, Measure::platelets, Interval::point(decimal("91")), at(2));
  EXPECT_THAT(scene.status(), HasSubstr(R"("platelets":[["2026-01-02T00:01:00Z","90","90"],)"));
  EXPECT_THAT(scene.status(), HasSubstr(R"(["2026-01-02T02:00:00Z","91","91"]]})"));
}

TEST(StatusWriterTest, NoTrendWithoutUsableResults) {
  Scene scene;
  add_result(scene, Measure::platelets, Interval::point(decimal("1")), at(1));
  scene.state.results.back().lab.unusable = rules::Unusable::platelet_clumps;
  EXPECT_THAT(scene.status(), HasSubstr(R"("trend":{})"));
}

TEST(StatusWriterTest, ShowsEveryStateOfAnEpisodeButNone) {
  Scene scene;
  scene.state.episodes[0].state = rules::EpisodeState::none;
  EXPECT_THAT(scene.status(), HasSubstr(R"("episodes":[])"));
  scene.state.episodes[0].state = rules::EpisodeState::resolving;
  EXPECT_THAT(scene.status(), HasSubstr(R"("state":"resolving")"));
  scene.state.episodes[0].state = rules::EpisodeState::retracted;
  EXPECT_THAT(scene.status(), HasSubstr(R"("state":"retracted")"));
}

TEST(StatusWriterTest, TellsRetroCreditWhereThereIsSome) {
  Scene scene;
  EXPECT_THAT(scene.status(), Not(HasSubstr("retro-since")));
  scene.state.episodes[0].retro_since = at(2);
  EXPECT_THAT(scene.status(),
              HasSubstr(R"("since":"2026-01-02T08:05:00Z","retro-since":"2026-01-02T02:00:00Z","peak")"));
}

TEST(StatusWriterTest, ConfoundersHoldAtTheTimeOfTheAssessmentOnly) {
  Scene scene;
  add_fact(scene, rules::Fact::plasma_transfusion, rules::Tristate::yes);
  scene.state.facts.back().end = at(9);
  EXPECT_THAT(scene.status(), HasSubstr(R"("confounders":["plasma-transfusion"])"));
  scene.assessment.at = at(10);
  EXPECT_THAT(scene.status(), HasSubstr(R"("confounders":[])"));
}

}  // namespace
}  // namespace coagwatch::fhir
