#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fhir/writers_fixture.h"

namespace coagwatch::fhir {
namespace {

using rules::Decimal;
using rules::Interval;
using rules::Measure;
using testing::at;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Scene;

TEST(AssessmentWriterTest, WritesTheRecordOfTheInterfaces) {
  Scene scene;
  scene.add_jmhw();
  scene.score(1).auxiliary = {"d-dimer"};
  EXPECT_EQ(scene.record(), testing::golden("assessment.json"));
}

TEST(AssessmentWriterTest, AppendsToWhatIsThere) {
  Scene scene;
  std::string out = "x\n";
  write_assessment(scene.context, scene.rules, scene.assessment, out);
  EXPECT_EQ(out, "x\n" + scene.record());
}

TEST(AssessmentWriterTest, WritesEndsOfIntervals) {
  Scene scene;
  scene.set(Measure::platelets, Interval::below(Decimal::of(10), false), at(8), "");
  scene.set(Measure::fibrinogen, Interval::above(Decimal(50, -1), true), at(8), "");
  scene.set(Measure::fdp, Interval::between(Decimal::of(5), Decimal::of(20)), at(8), "");
  const std::string record = scene.record();
  EXPECT_THAT(record,
              HasSubstr(R"("platelets":{"low":null,"high":"10","high-open":true,"at":"2026-01-02T08:00:00Z"})"));
  EXPECT_THAT(record, HasSubstr(R"("fibrinogen":{"low":"5.0","high":null,"at":"2026-01-02T08:00:00Z"})"));
  EXPECT_THAT(record, HasSubstr(R"("fdp":{"low":"5","high":"20","at":"2026-01-02T08:00:00Z"})"));
}

TEST(AssessmentWriterTest, NamesFlags) {
  Scene scene;
  auto& flags = scene.assessment.values[rules::index(Measure::d_dimer)].flags;
  flags = rules::kFlagDateOnly | rules::kFlagDduConverted;
  EXPECT_THAT(scene.record(), HasSubstr(R"("from":"Observation/dd-12","flags":["date-only","ddu-converted"]})"));
  flags = rules::kFlagTimeFromIssued | rules::kFlagAgeAdjustedLimit;
  EXPECT_THAT(scene.record(), HasSubstr(R"("flags":["time-from-issued","age-adjusted-limit"])"));
  flags = rules::kFlagSilentCap | rules::kFlagHaemolysed | rules::kFlagLipaemic | rules::kFlagIcteric;
  EXPECT_THAT(scene.record(), HasSubstr(R"("flags":["silent-cap","haemolysed","lipaemic","icteric"])"));
  flags = rules::kFlagZoneAssumed;
  EXPECT_THAT(scene.record(), HasSubstr(R"("flags":["zone-assumed"])"));
}

TEST(AssessmentWriterTest, DecidingIsAlwaysThereWhileIndeterminate) {
  Scene scene;
  EXPECT_THAT(scene.record(), Not(HasSubstr("deciding")));
  scene.score().deciding = {"fibrinogen"};
  EXPECT_THAT(scene.record(), HasSubstr(R"("deciding":["fibrinogen"])"));
  scene.score().deciding.clear();
  scene.score().status = rules::Status::indeterminate;
  EXPECT_THAT(scene.record(), HasSubstr(R"("status":"indeterminate","min":6,"max":6,)"));
  EXPECT_THAT(scene.record(), HasSubstr(R"("deciding":[])"));
}

TEST(AssessmentWriterTest, GradesComeFromTheActiveColumn) {
  Scene scene;
  scene.add_jmhw();
  scene.score(1).grade_low = 1;
  scene.score(1).grade_high = 2;
  EXPECT_THAT(scene.record(), HasSubstr(R"("grade":["suspected","dic"])"));
  scene.rules.criteria[1].columns[0].table.grades[1].name = "suspected-in-column";
  scene.score(1).table = &scene.rules.criteria[1].columns[0].table;
  scene.score(1).column = "note-1";
  scene.score(1).other_column_min = 4;
  scene.score(1).other_column_max = 5;
  EXPECT_THAT(scene.record(),
              HasSubstr(R"("grade":["suspected-in-column","dic"],"column":"note-1","other-column":[4,5])"));
}

TEST(AssessmentWriterTest, NotApplicableKeepsItsPoints) {
  Scene scene;
  scene.score().gate = rules::Gate::excluded;
  scene.score().status = rules::Status::not_applicable;
  EXPECT_THAT(scene.record(), HasSubstr(R"("gate":"excluded","status":"not-applicable","min":6,"max":6)"));
}

TEST(AssessmentWriterTest, EscapesKeysAndSources) {
  Scene scene;
  scene.context.patient = "a\"\n\xFF";
  scene.context.cause = {"x\\y"};
  EXPECT_THAT(scene.record(), HasSubstr("{\"patient\":\"a\\\"\\n\xEF\xBF\xBD\","));
  EXPECT_THAT(scene.record(), HasSubstr(R"("cause":["x\\y"])"));
}

TEST(AssessmentWriterTest, AnUnknownTimeIsNull) {
  Scene scene;
  scene.assessment.at = rules::Timestamp::none();
  EXPECT_THAT(scene.record(), HasSubstr(R"("at":null,"cause")"));
}

}  // namespace
}  // namespace coagwatch::fhir
