// What conditions, medication and birth dates do to a patient's scores and alerts.

#include <gmock/gmock.h>

#include <memory>

#include "daemon/fold/fold_fixture.h"
#include "daemon/fold/partition_fold.h"
#include "fhir/intake_fixture.h"

namespace coagwatch::daemon {
namespace {

using fhir::ObservationJson;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kPatient = "Patient/17";
constexpr const char* kLongAgo = "2020-01-01";
// Two hours behind the results' time, and two before it.
constexpr const char* kAfter = "2026-01-02T10:00:00Z";
constexpr const char* kBefore = "2026-01-02T06:00:00Z";

class FoldFactsTest : public testing::Test {
 protected:
  void apply(const std::string& value) {
    InputRecord record;
    record.offset = next_++;
    record.time = kNoon;
    record.key = kPatient;
    record.value = value;
    if (!fold_) fold_ = std::make_unique<PartitionFold>(settings_);
    fold_->apply(record, sink_);
  }
  void result(const std::string& id, const std::string& loinc, const std::string& value, const std::string& unit,
              const std::string& at = "2026-01-02T08:00:00Z") {
    apply(ObservationJson()
              .set("id", "\"" + id + "\"")
              .set("effectiveDateTime", "\"" + at + "\"")
              .loinc(loinc)
              .quantity(value, unit)
              .text());
  }
  /// A patient who meets isth-2001 and jaam.
  void make_sick() {
    result("p1", "777-3", "40", "10*9/L");
    result("f1", "30226-5", "60", "ug/mL");
    ASSERT_EQ(sink_.alerts.size(), 1U);
    ASSERT_EQ(sink_.alerts[0].header("coagwatch-criterion"), "isth-2001,jaam");
  }
  void condition(const std::string& id, const std::string& icd, const std::string& onset, int version = 1,
                 const std::string& verification = "confirmed") {
    apply(R"({"resourceType":"Condition","id":")" + id + R"(","meta":{"versionId":")" + std::to_string(version) +
          R"("},"subject":{"reference":"Patient/17"},"onsetDateTime":")" + onset +
          R"(","verificationStatus":{"coding":[{"code":")" + verification +
          R"("}]},"code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10","code":")" + icd + R"("}]}})");
  }
  void born(const std::string& date) { apply(R"({"resourceType":"Patient","id":"17","birthDate":")" + date + R"("})"); }
  void chemotherapy() {
    apply(R"({"resourceType":"MedicationAdministration","id":"m1","status":"completed",)"
          R"("subject":{"reference":"Patient/17"},"effectiveDateTime":"2026-01-01T08:00:00Z",)"
          R"("medicationCodeableConcept":{"coding":[{"system":"http://www.whocc.no/atc","code":"L01CD01"}]}})");
  }
  void commit() {
    fold_->flush(sink_);
    fold_->commit();
  }
  /// The patient's status as of now.
  std::string status() {
    commit();
    return *sink_.statuses.at(kPatient).value;
  }
  /// The part of the status that is about one criterion.
  std::string score(const std::string& criterion) {
    const std::string all = status();
    const std::size_t begin = all.find("\"" + criterion + "\":{");
    return all.substr(begin, all.find("\"items\"", begin) - begin);
  }
  const Published& last_alert() { return sink_.alerts.back(); }

  FoldSettings settings_ = test_fold_settings();
  RecordingSink sink_;
  std::unique_ptr<PartitionFold> fold_;
  std::int64_t next_ = 0;
};

TEST_F(FoldFactsTest, ATransfusionIsShownWhateverComesAfterIt) {
  make_sick();
  EXPECT_THAT(status(), Not(HasSubstr(R"("treatments")")));
  apply(R"({"resourceType":"Procedure","id":"p1","status":"completed","subject":{"reference":"Patient/17"},)"
        R"("performedDateTime":"2026-01-02T07:00:00Z",)"
        R"("code":{"coding":[{"system":"http://snomed.info/sct","code":"12719002"}]}})");
  EXPECT_THAT(status(), HasSubstr(R"("treatments":[{"treatment":"platelet-transfusion")"));
}

TEST_F(FoldFactsTest, ASepsisAndAnAgeConfirmTheGate) {
  make_sick();
  EXPECT_THAT(score("isth-2001"), HasSubstr(R"("gate":"unconfirmed")"));
  condition("c1", "A41.9", kBefore);
  EXPECT_THAT(score("isth-2001"), HasSubstr(R"("gate":"unconfirmed")")) << "an unknown age is an adult, unconfirmed";
  EXPECT_THAT(status(), HasSubstr(R"("cause":["Condition/c1"])"));
  born("1960-05-01");
  EXPECT_THAT(score("isth-2001"), AllOf(HasSubstr(R"("gate":"confirmed")"), HasSubstr(R"("status":"met")")));
  EXPECT_THAT(status(), HasSubstr(R"("cause":["Patient/17"])"));
  ASSERT_EQ(sink_.alerts.size(), 2U) << "the onset was told already";
  EXPECT_EQ(sink_.alerts[1].header("coagwatch-alert"), "amendment") << "its gate was not confirmed";
  EXPECT_EQ(sink_.alerts[1].header("coagwatch-priority"), "passive");
  for (const auto& item : sink_.items) EXPECT_NE(item.first, fhir::Disposition::dead);
  EXPECT_EQ(sink_.items.back(), std::pair(fhir::Disposition::ignored, fhir::Reason::other_resource));
}

TEST_F(FoldFactsTest, FactsMayComeBeforeTheFirstResult) {
  condition("c1", "A41.9", kBefore);
  born("1960-05-01");
  EXPECT_EQ(sink_.assessments, 0U);
  commit();
  EXPECT_TRUE(sink_.statuses.empty()) << "nothing was assessed";
  EXPECT_EQ(sink_.states.size(), 1U);
  make_sick();
  EXPECT_THAT(score("isth-2001"), HasSubstr(R"("gate":"confirmed")"));
}

TEST_F(FoldFactsTest, OnlyWhatChangesWhatIsKnownMakesAnAssessment) {
  make_sick();
  const std::size_t before = sink_.assessments;
  condition("c1", "I10", kBefore);
  condition("c2", "A41.9", kAfter);
  EXPECT_EQ(sink_.assessments, before) << "another disease, and one that comes behind the newest result";
  condition("c3", "A41.9", kBefore);
  EXPECT_EQ(sink_.assessments, before + 1);
  condition("c3", "A41.9", kBefore);
  condition("c4", "A41.9", kBefore);
  EXPECT_EQ(sink_.assessments, before + 1) << "the same again, and what is known already";
  condition("c3", "A41.9", kBefore, 2, "entered-in-error");
  EXPECT_EQ(sink_.assessments, before + 1) << "c4 still says so";
  condition("c4", "A41.9", kBefore, 2, "refuted");
  EXPECT_EQ(sink_.assessments, before + 2);
}

// The status said the same, only of another age: the limit of the D-dimer was age-adjusted for who is 70, not for 60.
TEST_F(FoldFactsTest, ACorrectedBirthDateIsAnAssessment) {
  born("1956-01-01");
  apply(ObservationJson()
            .set("id", "\"d1\"")
            .loinc("48065-7")
            .quantity("1.8", "ug/mL{FEU}")
            .set("referenceRange", R"([{"high":{"value":0.7,"unit":"ug/mL{FEU}"}}])")
            .text());
  EXPECT_THAT(status(), HasSubstr("age-adjusted-limit"));
  const std::size_t before = sink_.assessments;
  apply(R"({"resourceType":"Patient","id":"17","meta":{"versionId":"2"},"birthDate":"1966-01-01"})");
  EXPECT_EQ(sink_.assessments, before + 1);
  EXPECT_THAT(status(), AllOf(HasSubstr(R"("cause":["Patient/17"])"), Not(HasSubstr("age-adjusted-limit"))));
}

// It was three days' worth of chemotherapy either way, long ago; but the cells had fallen before the corrected time.
TEST_F(FoldFactsTest, ACorrectedTimeOfChemotherapyIsAnAssessment) {
  const auto given = [&](const char* version, const char* at) {
    apply(R"({"resourceType":"MedicationAdministration","id":"m1","meta":{"versionId":")" + std::string(version) +
          R"("},"status":"completed","subject":{"reference":"Patient/17"},"effectiveDateTime":")" + at +
          R"(","medicationCodeableConcept":{"coding":[{"system":"http://www.whocc.no/atc","code":"L01CD01"}]}})");
  };
  result("w1", "6690-2", "6.0", "10*9/L", "2025-12-28T08:00:00Z");
  given("1", "2025-12-28T09:00:00Z");
  result("w2", "6690-2", "4.0", "10*9/L", "2025-12-28T12:00:00Z");
  result("w3", "6690-2", "4.0", "10*9/L");
  EXPECT_THAT(status(), HasSubstr(R"("column":"note-1")"));
  const std::size_t before = sink_.assessments;
  given("2", "2025-12-28T13:00:00Z");
  EXPECT_EQ(sink_.assessments, before + 1);
  EXPECT_THAT(status(), Not(HasSubstr(R"("column":"note-1")")));
}

TEST_F(FoldFactsTest, LeukaemiaTakesJaamBackAndTurnsToTheOtherColumnOfJmhw) {
  make_sick();
  condition("c1", "C95.9", kLongAgo);
  ASSERT_EQ(sink_.alerts.size(), 2U);
  EXPECT_EQ(last_alert().header("coagwatch-alert"), "retraction");
  EXPECT_EQ(last_alert().header("coagwatch-criterion"), "jaam,jmhw");
  EXPECT_THAT(score("jaam"), AllOf(HasSubstr(R"("gate":"excluded")"), HasSubstr(R"("status":"not-applicable")")));
  EXPECT_THAT(score("jmhw"), HasSubstr(R"("status":"met")")) << "FDP 3 and underlying disease 1 of 4";
  EXPECT_THAT(score("isth-2001"), HasSubstr(R"("status":"met")"));
  condition("c1", "C95.9", kLongAgo, 2, "entered-in-error");
  ASSERT_EQ(sink_.alerts.size(), 3U);
  EXPECT_THAT(last_alert().header("coagwatch-criterion"), HasSubstr("jaam"));
  EXPECT_THAT(score("jaam"), HasSubstr(R"("status":"met")"));
  condition("c1", "C95.9", kLongAgo, 1);
  EXPECT_EQ(sink_.alerts.size(), 3U) << "the old version again";
}

TEST_F(FoldFactsTest, ChemotherapyIsShownAndExcludesNothing) {
  make_sick();
  chemotherapy();
  EXPECT_EQ(sink_.alerts.size(), 1U);
  EXPECT_THAT(score("jaam"), HasSubstr(R"("status":"met")"));
  EXPECT_THAT(status(), HasSubstr(R"("confounders":["chemotherapy"])"));
}

TEST_F(FoldFactsTest, MarrowSuppressionThatStartsLaterClosesJaam) {
  make_sick();
  result("p2", "777-3", "35", "10*9/L", "2026-01-02T11:00:00Z");
  condition("c1", "D61.9", kAfter);
  ASSERT_EQ(sink_.alerts.size(), 2U);
  EXPECT_THAT(status(), HasSubstr(R"("criterion":"jaam","number":1,"state":"closed")"));
  EXPECT_THAT(*last_alert().value, HasSubstr(R"("status":"inactive")"));
}

TEST_F(FoldFactsTest, AChildIsNoAdult) {
  make_sick();
  born("2015-05-01");
  EXPECT_EQ(last_alert().header("coagwatch-alert"), "retraction");
  EXPECT_EQ(last_alert().header("coagwatch-criterion"), "isth-2001,jaam");
  for (const char* criterion : {"isth-2001", "jaam", "jmhw"}) {
    EXPECT_THAT(score(criterion), HasSubstr(R"("status":"not-applicable")")) << criterion;
  }
}

TEST_F(FoldFactsTest, FactsDoNotMoveAPatientsClock) {
  settings_.time_source = FoldSettings::TimeSource::event;
  make_sick();
  condition("c1", "A41.9", kBefore);
  condition("c2", "C95.9", "2026-06-01");
  EXPECT_THAT(status(), HasSubstr(R"("at":"2026-01-02T08:00:00Z")"));
  EXPECT_EQ(sink_.alerts.size(), 1U);
}

TEST_F(FoldFactsTest, AbortsAndRestoresKeepThem) {
  make_sick();
  condition("c1", "A41.9", kBefore);
  born("1960-05-01");
  commit();
  condition("c1", "A41.9", kBefore, 2, "entered-in-error");
  fold_->rollback();
  PartitionFold restored(settings_);
  for (const auto& [key, state] : sink_.states) EXPECT_EQ(restored.restore(key, state.value), std::nullopt);
  InputRecord record;
  record.offset = 100;
  record.time = kNoon;
  record.key = kPatient;
  const std::string next = ObservationJson().set("id", R"("p9")").quantity("39", "10*9/L").text();
  record.value = next;
  for (PartitionFold* fold : {fold_.get(), &restored}) {
    RecordingSink after;
    fold->apply(record, after);
    fold->flush(after);
    EXPECT_THAT(*after.statuses.at(kPatient).value, HasSubstr(R"("gate":"confirmed")"));
  }
}

TEST_F(FoldFactsTest, ADeletionTakesBackWhatItsHolderWasToldOf) {
  make_sick();
  condition("c1", "C95.9", kLongAgo);
  EXPECT_THAT(score("jaam"), HasSubstr(R"("status":"not-applicable")"));
  apply(R"({"resourceType":"Bundle","type":"history","entry":[{"request":{"method":"DELETE",)"
        R"("url":"https://x.example/fhir/Condition/c1"}}]})");
  EXPECT_THAT(score("jaam"), HasSubstr(R"("status":"met")"));
  EXPECT_EQ(sink_.items.back(), std::pair(fhir::Disposition::ignored, fhir::Reason::other_resource));
  condition("c1", "C95.9", kLongAgo);
  EXPECT_THAT(score("jaam"), HasSubstr(R"("status":"met")")) << "it is remembered";
  const std::size_t states = sink_.states.size();
  apply(R"({"resourceType":"Bundle","type":"history","entry":[{"request":{"method":"DELETE","url":"Condition/x"}}]})");
  commit();
  EXPECT_EQ(sink_.states.size(), states) << "nobody holds it";
}

TEST_F(FoldFactsTest, WhatOneRecordBringsIsOneStep) {
  const std::string observation = ObservationJson().quantity("40", "10*9/L").text();
  const std::string fdp = ObservationJson().set("id", R"("f1")").loinc("30226-5").quantity("60", "ug/mL").text();
  apply(R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":)" + observation + R"(},{"resource":)" +
        fdp +
        R"(},{"resource":{"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/17"},)"
        R"("onsetDateTime":"2020-01-01","code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10",)"
        R"("code":"C95.9"}]}}}]})");
  ASSERT_EQ(sink_.alerts.size(), 1U);
  EXPECT_EQ(sink_.alerts[0].header("coagwatch-criterion"), "isth-2001,jmhw") << "jaam never applied";
}

TEST_F(FoldFactsTest, NoPatientDataLeaveInWhatWasNotUnderstood) {
  condition("c1", "A41.9", "Hans Mustermann");
  EXPECT_TRUE(sink_.dead_letters.empty());
  commit();
  EXPECT_TRUE(sink_.states.empty()) << "nothing was said";
}

/// A chart entry about bleeding.
class FoldChartedTest : public FoldFactsTest {
 protected:
  static ObservationJson bleeding(const std::string& id, bool bleeds, const std::string& at, int version = 1) {
    return ObservationJson()
        .set("id", "\"" + id + "\"")
        .set("meta", R"({"versionId":")" + std::to_string(version) + "\"}")
        .set("effectiveDateTime", "\"" + at + "\"")
        .set("code", R"({"coding":[{"system":"http://snomed.info/sct","code":"131148009"}]})")
        .value("valueBoolean", bleeds ? "true" : "false");
  }
  /// What jmhw gives for bleeding.
  std::string points() {
    const std::string all = status();
    const std::size_t at = all.find("\"bleeding\":[", all.find("\"jmhw\":"));
    return all.substr(at, all.find(']', at) + 1 - at);
  }
};

constexpr const char* kOpen = R"("bleeding":[0,1])";
constexpr const char* kBleeds = R"("bleeding":[1,1])";
constexpr const char* kStopped = R"("bleeding":[0,0])";

TEST_F(FoldChartedTest, TheNewestEntryCounts) {
  make_sick();
  EXPECT_EQ(points(), kOpen);
  apply(bleeding("b1", true, kBefore).text());
  EXPECT_EQ(points(), kBleeds);
  apply(bleeding("b2", false, "2026-01-02T07:00:00Z").text());
  EXPECT_EQ(points(), kStopped) << "it stopped before the blood was drawn";
  apply(bleeding("b3", true, kAfter).text());
  EXPECT_EQ(points(), kStopped) << "and begins again after that";
  result("p2", "777-3", "38", "10*9/L", kAfter);
  EXPECT_EQ(points(), kBleeds);
}

TEST_F(FoldChartedTest, EveryWayToTakeItBack) {
  make_sick();
  const auto chart = [&](int version) {
    apply(bleeding("b1", true, kBefore, version).text());
    EXPECT_EQ(points(), kBleeds);
  };
  chart(1);
  apply(bleeding("b1", true, kBefore, 2).set("status", R"("entered-in-error")").text());
  EXPECT_EQ(points(), kOpen) << "entered in error";
  apply(bleeding("b1", true, kBefore, 1).text());
  EXPECT_EQ(points(), kOpen) << "an older version comes late";
  chart(4);
  apply(ObservationJson()
            .set("id", R"("b1")")
            .set("meta", R"({"versionId":"5"})")
            .set("status", R"("cancelled")")
            .text());
  EXPECT_EQ(points(), kOpen) << "cancelled, and the code has gone";
  chart(6);
  apply(bleeding("b1", true, kBefore, 7).set("code", R"({"text":"something else"})").text());
  EXPECT_EQ(points(), kOpen) << "another question";
  chart(8);
  apply(bleeding("b1", true, kBefore, 9).set("status", R"("registered")").text());
  EXPECT_EQ(points(), kOpen) << "not answered yet";
  chart(10);
  result("b2", "718-7", "9", "g/dL");
  EXPECT_EQ(points(), kBleeds) << "another Observation takes nothing back";
  apply(R"({"resourceType":"Bundle","type":"history","entry":[{"request":{"method":"DELETE",)"
        R"("url":"Observation/b1"}}]})");
  EXPECT_EQ(points(), kOpen) << "deleted";
}

TEST_F(FoldChartedTest, ItIsNoCodeThatIsMissingInAMap) {
  apply(bleeding("b1", true, kBefore).text());
  EXPECT_EQ(sink_.items.back().second, fhir::Reason::unmapped_code);
  EXPECT_EQ(fhir::unmapped_json(fold_->counters().unmapped).find("131148009"), std::string::npos);
}

}  // namespace
}  // namespace coagwatch::daemon
