#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/pointer.h>

#include <set>

#include "fhir/writers_fixture.h"
#include "rules/patient/fact_sources.h"

namespace coagwatch::fhir {
namespace {

using testing::told;

using rules::AlertKind;
using rules::Decimal;
using rules::Interval;
using rules::Measure;
using rules::Priority;
using testing::at;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Scene;

// A text or number of the Bundle by JSON pointer, as text; empty where there is none.
std::string field(const std::string& json, const char* pointer) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseValidateEncodingFlag | rapidjson::kParseNumbersAsStringsFlag>(json.data(),
                                                                                                json.size());
  if (document.HasParseError()) return "no JSON";
  const rapidjson::Value* value = rapidjson::Pointer(pointer).Get(document);
  return value != nullptr && value->IsString() ? std::string(value->GetString(), value->GetStringLength()) : "";
}

// FHIR forbids empty strings, arrays and objects, and strict servers reject them.
void expect_nothing_empty(const std::string& json) {
  for (const char* empty : {"\"\"", "[]", "{}", "null"}) EXPECT_THAT(json, Not(HasSubstr(empty)));
}

TEST(AlertWriterTest, OnsetWithAnExactScore) {
  Scene scene;
  EXPECT_EQ(scene.alert(), testing::golden("alert-onset.json"));
  expect_nothing_empty(scene.alert());
}

// Fibrinogen is missing, platelets are bounded on both sides, D-dimer is above: 5 to 7 points.
void make_interval(Scene& scene) {
  scene.set(Measure::platelets, Interval::between(Decimal::of(40), Decimal::of(60)), at(8, 5), "Observation/plt-88");
  scene.set(Measure::d_dimer, Interval::above(Decimal::of(20), false), at(8, 5), "Observation/dd-12");
  scene.set(Measure::d_dimer_uln, Interval::above(Decimal::of(40), false), at(8, 5), "Observation/dd-12", true);
  scene.assessment.present.reset(rules::index(Measure::fibrinogen));
  scene.set_item(0, 0, 1, 2, Measure::platelets);
  scene.set_item(0, 3, 0, 1, std::nullopt);
}

TEST(AlertWriterTest, OnsetWithAnInterval) {
  Scene scene;
  make_interval(scene);
  EXPECT_EQ(scene.alert(), testing::golden("alert-interval.json"));
  expect_nothing_empty(scene.alert());
}

TEST(AlertWriterTest, ATimeThatLackedSomethingSaysSo) {
  Scene scene;
  auto& flags = scene.assessment.values[rules::index(Measure::platelets)].flags;
  EXPECT_THAT(scene.alert(), Not(HasSubstr("not given")));
  flags = rules::kFlagZoneAssumed;
  EXPECT_THAT(scene.alert(), HasSubstr("2026-01-02 08:05 UTC, time zone not given"));
  flags = rules::kFlagDateOnly;
  EXPECT_THAT(scene.alert(), HasSubstr("2026-01-02 08:05 UTC, time of day not given"));
  flags = rules::kFlagZoneAssumed | rules::kFlagTimeFromIssued;
  EXPECT_THAT(scene.alert(), HasSubstr("2026-01-02 08:05 UTC, time of release, time zone not given"));
}

TEST(AlertWriterTest, AValueToBeReadWithCareSaysSo) {
  Scene scene;
  auto& flags = scene.assessment.values[rules::index(Measure::platelets)].flags;
  EXPECT_THAT(scene.alert(), Not(HasSubstr("specimen")));
  EXPECT_THAT(scene.alert(), Not(HasSubstr("to be confirmed")));
  flags = rules::kFlagHaemolysed | rules::kFlagSilentCap;
  EXPECT_THAT(scene.alert(), HasSubstr("2026-01-02 08:05 UTC, end of the measuring range, haemolysed specimen"));
  flags = rules::kFlagLipaemic | rules::kFlagIcteric;
  EXPECT_THAT(scene.alert(), HasSubstr("2026-01-02 08:05 UTC, lipaemic specimen, icteric specimen"));
  flags = 0;
  scene.set(Measure::platelets, "9", at(5), "Observation/plt-9");
  EXPECT_THAT(scene.alert(), HasSubstr(", unusual: to be confirmed"));
}

TEST(AlertWriterTest, ResolutionEndsTheFlag) {
  Scene scene;
  scene.events = {told(AlertKind::resolution, Priority::passive, 0, 0)};
  scene.state.episodes[0].state = rules::EpisodeState::closed;
  scene.state.episodes[0].since = at(32);
  scene.sequence = 2;
  scene.assessment.at = at(32);
  scene.set(Measure::platelets, "112", at(32), "Observation/plt-90");
  scene.set(Measure::d_dimer, "1.20", at(31), "Observation/dd-14");
  scene.set(Measure::d_dimer_uln, "2.4", at(31), "Observation/dd-14", true);
  scene.set(Measure::pt_seconds, "13.6", at(31), "Observation/pt-14");
  scene.set(Measure::pt_prolongation, "-0.4", at(31), "Observation/pt-14", true);
  scene.set(Measure::fibrinogen, "2.1", at(31), "Observation/fib-14");
  scene.set_item(0, 0, 0, 0, Measure::platelets);
  scene.set_item(0, 1, 0, 0, Measure::d_dimer_uln);
  scene.set_item(0, 2, 0, 0, Measure::pt_prolongation);
  scene.score().status = rules::Status::not_met;
  EXPECT_EQ(scene.alert(), testing::golden("alert-resolution.json"));
}

TEST(AlertWriterTest, RetractionTakesTheOnsetsScoreBack) {
  Scene scene;
  const std::string onset = scene.alert();
  scene.events = {told(AlertKind::retraction, Priority::interruptive, 0, 0)};
  scene.state.episodes[0].state = rules::EpisodeState::retracted;
  scene.sequence = 2;
  scene.context.correction = true;
  scene.assessment.at = at(10);
  scene.set(Measure::platelets, "142", at(8, 5), "Observation/plt-88");
  scene.set(Measure::fibrinogen, "1.5", at(10), "Observation/fib-13");
  scene.set_item(0, 0, 0, 0, Measure::platelets);
  scene.score().status = rules::Status::not_met;
  const std::string retraction = scene.alert();
  EXPECT_EQ(retraction, testing::golden("alert-retraction.json"));
  expect_nothing_empty(retraction);
  for (const char* same : {"/entry/0/request/url", "/entry/1/request/url", "/entry/0/fullUrl", "/entry/1/fullUrl"}) {
    EXPECT_EQ(field(retraction, same), field(onset, same)) << same;
  }
  EXPECT_NE(field(retraction, "/identifier/value"), field(onset, "/identifier/value"));
}

TEST(AlertWriterTest, RetractionWithNothingLeftInForce) {
  Scene scene;
  scene.events = {told(AlertKind::retraction, Priority::interruptive, 0, 0)};
  scene.assessment.at = rules::Timestamp::none();
  scene.assessment.present.reset();
  for (std::size_t i = 0; i < 4; ++i) scene.set_item(0, i, 0, 2, std::nullopt);
  EXPECT_THAT(scene.alert(), HasSubstr("No result in force remains."));
  EXPECT_EQ(field(scene.alert(), "/entry/0/resource/effectiveDateTime"), "2026-01-02T08:05:00Z");
}

TEST(AlertWriterTest, TwoCriteriaInOneBundle) {
  Scene scene;
  scene.add_jmhw();
  scene.add_fdp();
  scene.score(1).gate = rules::Gate::confirmed;
  scene.events = {told(AlertKind::worsening, Priority::passive, 1, 1), told(AlertKind::onset, Priority::task, 0, 0)};
  const AlertRecord record = scene.alert_record();
  EXPECT_EQ(record.criteria, "jmhw,isth-2001");
  EXPECT_EQ(record.kind, AlertKind::worsening);
  EXPECT_EQ(record.value, testing::golden("alert-two-criteria.json"));
  expect_nothing_empty(record.value);

  std::set<std::string> urls;
  for (const char* entry : {"/entry/0", "/entry/1", "/entry/2", "/entry/3"}) {
    EXPECT_TRUE(urls.insert(field(record.value, (std::string(entry) + "/fullUrl").c_str())).second);
  }
  EXPECT_EQ(field(record.value, "/entry/3/resource/extension/0/valueReference/reference"),
            field(record.value, "/entry/2/fullUrl"));
}

TEST(AlertWriterTest, OutputIsOverwrittenAndDeterministic) {
  Scene one;
  Scene two;
  AlertRecord record;
  record.value = "old";
  record.criteria = "old";
  one.events[0].priority = Priority::passive;
  write_alert(one.context, one.rules, one.policy, one.state, one.assessment, one.plan(), record);
  two.events[0].priority = Priority::passive;
  EXPECT_EQ(record.value, two.alert());
  EXPECT_EQ(record.criteria, "isth-2001");
  EXPECT_EQ(record.group, "Patient/p-4711|2026-01-02T08:05:00Z|1");
}

TEST(AlertWriterTest, EveryRecordOfAnEpisodeHasItsOwnIdentifier) {
  Scene scene;
  EXPECT_EQ(field(scene.alert(), "/identifier/value"), "Patient/p-4711|isth-2001/iba|2026-01-02T08:05:00Z|onset|1");
  scene.sequence = 2;
  EXPECT_EQ(field(scene.alert(), "/identifier/value"), "Patient/p-4711|isth-2001/iba|2026-01-02T08:05:00Z|onset|2");
}

TEST(AlertWriterTest, FlagIdentifierOutlivesTheChangesOfAnEpisode) {
  Scene scene;
  scene.assessment.at = at(20);
  scene.sequence = 7;
  scene.state.episodes[0].number = 3;
  EXPECT_EQ(field(scene.alert(), "/entry/1/resource/identifier/0/value"),
            "Patient/p-4711|isth-2001|2026-01-02T08:05:00Z");
  EXPECT_EQ(field(scene.alert(), "/entry/1/resource/period/start"), "2026-01-02T08:05:00Z");
  EXPECT_EQ(field(scene.alert(), "/entry/0/resource/effectiveDateTime"), "2026-01-02T20:00:00Z");
}

TEST(AlertWriterTest, SystemsFollowTheBase) {
  Scene scene;
  scene.context.base = "https://ukm.example/fhir";
  EXPECT_EQ(field(scene.alert(), "/identifier/system"), "https://ukm.example/fhir/sid/alert");
  EXPECT_EQ(field(scene.alert(), "/entry/0/request/url"),
            "Observation?identifier=https://ukm.example/fhir/sid/score|"
            "Patient%2Fp-4711%7Cisth-2001%2Fiba%7C2026-01-02T08%3A05%3A00Z");
  EXPECT_THAT(scene.alert(), Not(HasSubstr("urn:coagwatch")));
}

TEST(AlertWriterTest, HoldsNoClockBesidesTheCausingRecords) {
  Scene scene;
  const std::string before = scene.alert();
  scene.context.processed = scene.context.processed + rules::Duration::hours(1);
  std::string after = scene.alert();
  const std::string later = "2026-01-02T09:42:12.345Z";
  std::size_t changed = 0;
  for (auto found = after.find(later); found != std::string::npos; found = after.find(later)) {
    after.replace(found, later.size(), "2026-01-02T08:42:12.345Z");
    ++changed;
  }
  EXPECT_EQ(after, before);
  EXPECT_EQ(changed, 3U) << "meta.lastUpdated, timestamp, issued";
}

TEST(AlertWriterTest, AnUnknownProcessingTimeIsLeftOut) {
  Scene scene;
  scene.context.processed = rules::Timestamp::none();
  expect_nothing_empty(scene.alert());
  EXPECT_THAT(scene.alert(), Not(HasSubstr("\"issued\"")));
}

TEST(AlertWriterTest, SubjectAsReceived) {
  Scene scene;
  EXPECT_EQ(field(scene.alert(), "/entry/0/resource/subject/reference"), "Patient/p-4711");
  scene.context.patient = "http://ukm.example/mrn|12|3";
  for (const char* subject : {"/entry/0/resource/subject/identifier", "/entry/1/resource/subject/identifier"}) {
    EXPECT_EQ(field(scene.alert(), (std::string(subject) + "/system").c_str()), "http://ukm.example/mrn");
    EXPECT_EQ(field(scene.alert(), (std::string(subject) + "/value").c_str()), "12|3");
  }
}

TEST(AlertWriterTest, AnyKeyGivesJsonWithoutEmptyStrings) {
  using namespace std::string_literals;
  for (const std::string& key : {""s, "\0\x01\x02"s, "\xFF\xFE"s, "<b>&\"'"s, " "s, "\n"s, "|"s, "a|"s, "|b"s, "%"s}) {
    Scene scene;
    scene.context.patient = key;
    EXPECT_NE(field(scene.alert(), "/entry/0/request/url"), "no JSON");
    expect_nothing_empty(scene.alert());
    EXPECT_NE(field(scene.alert(), "/entry/0/resource/subject/identifier/value"), "");
  }
}

TEST(AlertWriterTest, OddSourcesAreEvidenceWithoutAReference) {
  Scene scene;
  for (auto& value : scene.assessment.values) value.source = "http://lab.example|\x01<x>";
  EXPECT_THAT(scene.alert(), Not(HasSubstr("derivedFrom")));
  EXPECT_THAT(scene.alert(), Not(HasSubstr("lab.example")));
}

TEST(AlertWriterTest, MarkupInTitlesIsEscapedInTheNarrative) {
  Scene scene;
  scene.rules.criteria[0].title = "A<b>&\"\x01 score";
  EXPECT_THAT(field(scene.alert(), "/entry/0/resource/text/div"), HasSubstr("<b>A&lt;b&gt;&amp;&quot;  score: "));
  EXPECT_THAT(field(scene.alert(), "/entry/1/resource/text/div"), HasSubstr("<p>A&lt;b&gt;&amp;&quot;  score: "));
}

TEST(AlertWriterTest, CorrectionsAreMarked) {
  Scene scene;
  EXPECT_EQ(field(scene.alert(), "/entry/0/resource/status"), "final");
  scene.context.correction = true;
  EXPECT_EQ(field(scene.alert(), "/entry/0/resource/status"), "corrected");
  scene.context.correction = false;
  scene.events[0].kind = AlertKind::amendment;
  EXPECT_EQ(field(scene.alert(), "/entry/0/resource/status"), "corrected");
}

TEST(AlertWriterTest, PriorityAndStatusOfTheFlag) {
  const auto flag = [](AlertKind kind, Priority priority, const char* pointer) {
    Scene scene;
    scene.events = {told(kind, priority, 0, 0)};
    const bool ends = kind == AlertKind::resolution || kind == AlertKind::closure;
    if (ends) scene.state.episodes[0].state = rules::EpisodeState::closed;
    return field(scene.alert(), pointer);
  };
  const char* priority = "/entry/1/resource/extension/1/valueCodeableConcept/coding/0/code";
  EXPECT_EQ(flag(AlertKind::onset, Priority::interruptive, priority), "PH");
  EXPECT_EQ(flag(AlertKind::onset, Priority::task, priority), "PM");
  EXPECT_EQ(flag(AlertKind::onset, Priority::passive, priority), "PL");
  const char* status = "/entry/1/resource/status";
  EXPECT_EQ(flag(AlertKind::onset, Priority::task, status), "active");
  EXPECT_EQ(flag(AlertKind::worsening, Priority::task, status), "active");
  EXPECT_EQ(flag(AlertKind::resolution, Priority::task, status), "inactive");
  EXPECT_EQ(flag(AlertKind::closure, Priority::task, status), "inactive");
  EXPECT_EQ(flag(AlertKind::retraction, Priority::task, status), "entered-in-error");
}

TEST(AlertWriterTest, EveryKindSaysThatItIsNoDiagnosis) {
  for (int kind = 0; kind <= static_cast<int>(AlertKind::closure); ++kind) {
    Scene scene;
    scene.events = {told(static_cast<AlertKind>(kind), Priority::task, 0, 0)};
    const std::string text = field(scene.alert(), "/entry/1/resource/code/text");
    EXPECT_THAT(text, HasSubstr("Not a diagnosis; clinical confirmation required."));
    EXPECT_THAT(text, Not(HasSubstr("diagnosed")));
    expect_nothing_empty(scene.alert());
  }
}

TEST(AlertWriterTest, APeriodNeverRunsBackwards) {
  Scene scene;
  scene.events = {told(AlertKind::resolution, Priority::passive, 0, 0)};
  scene.state.episodes[0].state = rules::EpisodeState::closed;
  scene.state.episodes[0].since = at(6);
  EXPECT_EQ(field(scene.alert(), "/entry/1/resource/period/end"), "2026-01-02T08:05:00Z");
}

TEST(AlertWriterTest, InterpretationFollowsTheStatus) {
  Scene scene;
  const char* code = "/entry/0/resource/interpretation/0/coding/0/code";
  EXPECT_EQ(field(scene.alert(), code), "POS");
  scene.score().status = rules::Status::not_met;
  EXPECT_EQ(field(scene.alert(), code), "NEG");
  scene.score().status = rules::Status::indeterminate;
  EXPECT_EQ(field(scene.alert(), code), "IND");
  scene.score().status = rules::Status::not_applicable;
  EXPECT_EQ(field(scene.alert(), code), "");
}

TEST(AlertWriterTest, CensoredValuesKeepTheirSide) {
  struct Case {
    Interval value;
    const char* comparator;
    const char* number;
  };
  const char* quantity = "/entry/0/resource/component/4/valueQuantity/";
  for (const Case& c : {Case{Interval::below(Decimal::of(10), false), "<", "10"},
                        Case{Interval::below(Decimal::of(10), true), "<=", "10"},
                        Case{Interval::above(Decimal::of(10), false), ">", "10"},
                        Case{Interval::above(Decimal::of(10), true), ">=", "10"},
                        Case{Interval::point(Decimal(100, -1)), "", "10.0"}}) {
    Scene scene;
    scene.set(Measure::platelets, c.value, at(8, 5), "Observation/plt-88");
    EXPECT_EQ(field(scene.alert(), (std::string(quantity) + "comparator").c_str()), c.comparator);
    EXPECT_EQ(field(scene.alert(), (std::string(quantity) + "value").c_str()), c.number);
  }
}

TEST(AlertWriterTest, NotesTellWhatElseMatters) {
  Scene scene;
  scene.add_jmhw();
  scene.events = {told(AlertKind::onset, Priority::task, 1, 1)};
  scene.score(1).column = "note-1";
  scene.score(1).table = &scene.rules.criteria[1].columns[0].table;
  scene.score(1).other_column_min = 4;
  scene.score(1).other_column_max = 5;
  scene.score(1).auxiliary = {"d-dimer"};
  scene.score(1).min = 1;
  scene.score(1).max = 5;
  rules::put_fact(scene.state,
                  {rules::Fact::liver_cirrhosis, rules::Tristate::yes, at(0), rules::Timestamp::none(), "Condition/1"});
  const std::string alert = scene.alert();
  for (const char* note : {"Bleeding symptoms: not recorded = 0 to 1 points", "Underlying disease: yes = 1 point",
                           "Missing: Bleeding symptoms, Serum FDP.", "Could change the outcome: bleeding, fdp.",
                           "Grade: low to dic.", "Auxiliary findings: d-dimer.", "Gate not confirmed: age not known.",
                           "Adjustment of the total: -3 (liver cirrhosis).",
                           "Scored by the column note-1. The other column would give 4 to 5 points.",
                           "Recorded besides, and known to change these tests: liver cirrhosis."}) {
    EXPECT_THAT(alert, HasSubstr(note));
  }
  EXPECT_EQ(field(alert, "/entry/0/resource/referenceRange/0/low/value"), "4") << "the column's own cut";
}

TEST(AlertWriterTest, DecidingMeasuresOfASettledScoreAreUnusableOnes) {
  Scene scene;
  scene.score().deciding = {"pt"};
  EXPECT_THAT(scene.alert(), HasSubstr("Newest result not usable: pt."));
  EXPECT_THAT(scene.alert(), Not(HasSubstr("Could change")));
}

TEST(AlertWriterTest, PreliminaryResultsAreLabelled) {
  Scene scene;
  EXPECT_THAT(scene.alert(), Not(HasSubstr("preliminary")));
  rules::StoredResult result;
  result.lab.measure = Measure::platelets;
  result.lab.at = at(8, 5);
  result.lab.status = rules::ResultStatus::preliminary;
  scene.state.text = "Observation/plt-88";
  result.source = {0, static_cast<std::uint16_t>(scene.state.text.size())};
  scene.state.results.push_back(result);
  EXPECT_THAT(scene.alert(), HasSubstr("42 x10^9/L (2026-01-02 08:05 UTC, preliminary) = 2 points"));
}

}  // namespace
}  // namespace coagwatch::fhir
