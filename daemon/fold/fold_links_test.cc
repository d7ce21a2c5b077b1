// One patient under two keys: Patient.link `replaced-by` and `replaces`.

#include <gmock/gmock.h>

#include <algorithm>
#include <memory>
#include <random>

#include "daemon/fold/command_record.h"
#include "daemon/fold/fold_fixture.h"
#include "daemon/fold/partition_fold.h"
#include "daemon/fold/state_codec.h"
#include "fhir/intake_fixture.h"

namespace coagwatch::daemon {
namespace {

using fhir::ObservationJson;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class FoldLinksTest : public testing::Test {
 protected:
  void apply(const std::string& value, const std::string& key = "k") {
    InputRecord record;
    record.offset = next_++;
    record.time = kNoon;
    record.key = key;
    record.value = value;
    fold_->apply(record, sink_);
  }
  static std::string result_text(const std::string& patient, const std::string& id, const std::string& loinc,
                                 const std::string& value, const std::string& unit, int version = 0,
                                 const std::string& at = "2026-01-02T08:00:00Z") {
    ObservationJson json;
    json.set("id", "\"" + id + "\"").set("effectiveDateTime", "\"" + at + "\"").loinc(loinc).quantity(value, unit);
    json.set("subject", R"({"reference":"Patient/)" + patient + "\"}");
    if (version != 0) json.set("meta", R"({"versionId":")" + std::to_string(version) + "\"}");
    return json.text();
  }
  void platelets(const std::string& patient, const std::string& id, const std::string& value, int version = 0) {
    apply(result_text(patient, id, "777-3", value, "10*9/L", version));
  }
  void fdp(const std::string& patient, const std::string& id, const std::string& value) {
    apply(result_text(patient, id, "30226-5", value, "ug/mL"));
  }
  static std::string patient_text(const std::string& id, int version, const std::string& links) {
    return R"({"resourceType":"Patient","id":")" + id + R"(","meta":{"versionId":")" + std::to_string(version) +
           R"("},"link":[)" + links + "]}";
  }
  static std::string link(const std::string& type, const std::string& other) {
    return R"({"other":{"reference":"Patient/)" + other + R"("},"type":")" + type + R"("})";
  }
  void patient(const std::string& id, int version, const std::string& links) {
    apply(patient_text(id, version, links));
  }
  void commit() {
    fold_->flush(sink_);
    fold_->commit();
  }
  /// The last status of a patient; `none` where it was deleted, empty where there never was one.
  std::string status(const std::string& id) {
    commit();
    const auto found = sink_.statuses.find("Patient/" + id);
    return found == sink_.statuses.end() ? "" : found->second.value.value_or("none");
  }
  /// A correction that says that there is no value.
  void without_value(const std::string& patient, const std::string& id, int version) {
    ObservationJson json;
    json.set("id", "\"" + id + "\"").set("status", R"("corrected")").loinc("777-3");
    json.set("subject", R"({"reference":"Patient/)" + patient + "\"}");
    json.set("meta", R"({"versionId":")" + std::to_string(version) + "\"}");
    apply(json.value("dataAbsentReason", R"({"text":"no specimen"})").text());
  }
  /// People ask for somebody to be forgotten.
  void forget(const std::string& id) {
    const fhir::HeaderMap headers{{{std::string(kCommandHeader), "forget"}}};
    const std::string key = "Patient/" + id;
    InputRecord command;
    command.offset = next_command_++;
    command.time = kNoon;
    command.key = key;
    command.headers = &headers;
    fold_->apply_command(command, sink_);
  }
  std::vector<std::string> alerts() const {
    std::vector<std::string> all;
    for (const Published& alert : sink_.alerts) {
      all.push_back(*alert.key + " " + alert.header("coagwatch-alert") + " " + alert.header("coagwatch-criterion"));
    }
    return all;
  }
  rules::PatientState state(const std::string& id) {
    commit();
    rules::PatientState state;
    EXPECT_FALSE(decode_state(*sink_.states.at("Patient/" + id).value, state));
    return state;
  }
  /// A fold made of what was committed.
  std::unique_ptr<PartitionFold> restored() {
    commit();
    auto fold = std::make_unique<PartitionFold>(settings_);
    for (const auto& [key, state] : sink_.states) EXPECT_EQ(fold->restore(key, state.value), std::nullopt);
    return fold;
  }
  std::uint32_t counted(LinkEvent event) { return fold_->counters().links[static_cast<std::size_t>(event)]; }

  FoldSettings settings_ = test_fold_settings();
  RecordingSink sink_;
  std::unique_ptr<PartitionFold> fold_ = std::make_unique<PartitionFold>(settings_);
  std::int64_t next_ = 0;
  std::int64_t next_command_ = 0;
};

const std::string kMet = R"("status":"met")";

TEST_F(FoldLinksTest, WhatWasToldUnderTheOldKeyPagesNobodyAgain) {
  platelets("old", "p1", "40");
  fdp("old", "f1", "60");
  ASSERT_THAT(alerts(), ElementsAre("Patient/old onset isth-2001,jaam"));
  ASSERT_EQ(sink_.alerts[0].header("coagwatch-priority"), "interruptive");
  fdp("new", "f0", "60");
  patient("old", 1, link("replaced-by", "new"));
  EXPECT_THAT(alerts(), ElementsAre("Patient/old onset isth-2001,jaam", "Patient/old closure isth-2001,jaam",
                                    "Patient/new onset isth-2001,jaam"));
  EXPECT_EQ(sink_.alerts[2].header("coagwatch-priority"), "passive");
  EXPECT_EQ(state("new").courses.front().marks, rules::kTierSpent);
}

TEST_F(FoldLinksTest, WhatIsRecordedUnderTheOldKeyIsScoredUnderTheNewOne) {
  platelets("old", "p1", "40");
  fdp("new", "f1", "60");
  EXPECT_THAT(alerts(), ElementsAre());
  patient("old", 1, link("replaced-by", "new"));
  EXPECT_THAT(alerts(), ElementsAre("Patient/new onset isth-2001,jaam"));
  EXPECT_THAT(status("new"), AllOf(HasSubstr(kMet), HasSubstr(R"("cause":["Patient/old"])")));
  EXPECT_THAT(status("new"), HasSubstr(R"("flags":["other-record"])"));
  EXPECT_THAT(*sink_.alerts[0].value, HasSubstr("under a former number of the patient"));
  EXPECT_EQ(status("old"), "none");
  EXPECT_EQ(counted(LinkEvent::merged), 1U);
}

TEST_F(FoldLinksTest, TheOneWhoStaysMaySaySo) {
  platelets("old", "p1", "40");
  fdp("new", "f1", "60");
  patient("new", 1, link("replaces", "old"));
  EXPECT_THAT(alerts(), ElementsAre("Patient/new onset isth-2001,jaam"));
  EXPECT_EQ(status("old"), "none");
}

TEST_F(FoldLinksTest, LaterResultsOfTheOldKeyGoToTheNewOne) {
  fdp("new", "f1", "60");
  patient("old", 1, link("replaced-by", "new"));
  const std::size_t before = sink_.items.size();
  platelets("old", "p1", "40", 1);
  EXPECT_EQ(sink_.items[before].first, fhir::Disposition::applied);
  EXPECT_THAT(alerts(), ElementsAre("Patient/new onset isth-2001,jaam"));
  EXPECT_EQ(status("old"), "") << "it never had a status";
  platelets("old", "p1", "240", 2);
  EXPECT_THAT(alerts().back(), "Patient/new retraction isth-2001,jaam");
  platelets("new", "p1", "40", 3);
  EXPECT_THAT(alerts().back(), HasSubstr("Patient/new onset"));
  platelets("old", "p1", "240", 2);
  EXPECT_THAT(status("new"), HasSubstr(kMet)) << "the new key's version is newer";
}

TEST_F(FoldLinksTest, AlertsOfTheOldKeyAreClosed) {
  fdp("new", "f0", "5");
  platelets("old", "p1", "40");
  fdp("old", "f1", "60");
  patient("old", 1, link("replaced-by", "new"));
  EXPECT_THAT(alerts(), ElementsAre("Patient/old onset isth-2001,jaam", "Patient/old closure isth-2001,jaam",
                                    "Patient/new onset isth-2001,jaam"));
  EXPECT_THAT(*sink_.alerts[1].value, HasSubstr(R"("status":"inactive")"));
  EXPECT_EQ(sink_.alerts[1].header("coagwatch-priority"), "passive");
}

TEST_F(FoldLinksTest, AMergeCanBeUndone) {
  platelets("old", "p1", "40");
  fdp("new", "f1", "60");
  patient("old", 1, link("replaced-by", "new"));
  fdp("old", "f2", "70");
  patient("old", 2, "");
  EXPECT_THAT(alerts(), ElementsAre("Patient/new onset isth-2001,jaam", "Patient/new retraction isth-2001,jaam",
                                    "Patient/old onset isth-2001,jaam"));
  EXPECT_THAT(status("new"), Not(HasSubstr(R"("platelets":{)")));
  EXPECT_EQ(state("new").results.size(), 1U);
  EXPECT_EQ(state("old").results.size(), 2U);
  EXPECT_EQ(counted(LinkEvent::undone), 1U);
  patient("old", 1, link("replaced-by", "new"));
  EXPECT_EQ(state("new").results.size(), 1U) << "an old version again";
}

TEST_F(FoldLinksTest, ItStandsAsLongAsOneOfTheTwoSaysSo) {
  platelets("old", "p1", "40");
  fdp("new", "f1", "60");
  patient("old", 1, link("replaced-by", "new"));
  patient("new", 1, link("replaces", "old"));
  patient("old", 2, "");
  EXPECT_EQ(status("old"), "none");
  patient("new", 2, "");
  EXPECT_THAT(status("old"), HasSubstr(R"("patient":"Patient/old")"));
}

TEST_F(FoldLinksTest, OtherLinksAreNotMerges) {
  platelets("old", "p1", "40");
  fdp("new", "f1", "60");
  patient("old", 1, link("seealso", "new") + "," + link("refer", "new"));
  EXPECT_THAT(alerts(), ElementsAre());
  EXPECT_EQ(counted(LinkEvent::merged), 0U);
}

TEST_F(FoldLinksTest, OneWhoIsNotKnownHereIsAwaited) {
  platelets("old", "p1", "40");
  patient("old", 1, link("replaced-by", "new"));
  EXPECT_THAT(status("old"), HasSubstr(R"("merge-pending":"Patient/new")"));
  EXPECT_EQ(sink_.states.contains("Patient/new"), false) << "another partition may hold him";
  EXPECT_EQ(counted(LinkEvent::waiting), 1U);
  fold_ = restored();
  fdp("new", "f1", "60");
  EXPECT_THAT(alerts(), ElementsAre("Patient/new onset isth-2001,jaam"));
  EXPECT_EQ(status("old"), "none");
  EXPECT_THAT(status("new"), Not(HasSubstr("merge-pending")));
}

TEST_F(FoldLinksTest, OfAReplacedRecordThatIsNotKnownHereNothingIsPublished) {
  fdp("new", "f1", "60");
  patient("new", 1, link("replaces", "old"));
  EXPECT_EQ(status("old"), "") << "another partition may have published one";
  platelets("old", "p1", "40");
  EXPECT_THAT(alerts(), ElementsAre("Patient/new onset isth-2001,jaam"));
  EXPECT_EQ(status("old"), "");
}

TEST_F(FoldLinksTest, ChainsAreFollowedAndCirclesRefused) {
  platelets("a", "p1", "40");
  fdp("b", "f1", "60");
  platelets("c", "p9", "250");
  patient("b", 1, link("replaced-by", "c"));
  patient("a", 1, link("replaced-by", "b"));
  EXPECT_EQ(state("c").results.size(), 3U);
  EXPECT_EQ(status("a"), "none");
  EXPECT_EQ(status("b"), "none");
  patient("c", 1, link("replaced-by", "a"));
  EXPECT_GE(counted(LinkEvent::refused), 1U);
  for (const char* id : {"a", "b", "c"}) EXPECT_EQ(state(id).results.size(), 1U) << id;
  patient("c", 2, "");
  EXPECT_EQ(state("c").results.size(), 3U) << "the circle is broken";
  patient("b", 2, "");
  EXPECT_EQ(state("c").results.size(), 1U);
  EXPECT_EQ(state("b").results.size(), 2U) << "with that of a";
  EXPECT_THAT(status("b"), HasSubstr(kMet));
}

TEST_F(FoldLinksTest, InACircleNobodyIsMergedWhicheverLinkCameLast) {
  for (const bool first : {true, false}) {
    fold_ = std::make_unique<PartitionFold>(settings_);
    sink_ = RecordingSink();
    next_ = 0;
    platelets("a", "p1", "40");
    fdp("b", "f1", "60");
    patient(first ? "a" : "b", 1, link("replaced-by", first ? "b" : "a"));
    patient(first ? "b" : "a", 1, link("replaced-by", first ? "a" : "b"));
    EXPECT_EQ(state("a").results.size(), 1U);
    EXPECT_EQ(state("b").results.size(), 1U);
    EXPECT_THAT(status("a"), HasSubstr(R"("patient":"Patient/a")"));
    EXPECT_THAT(status("b"), HasSubstr(R"("patient":"Patient/b")"));
    patient("b", 2, "");
    EXPECT_EQ(state("b").results.size(), 2U) << "the circle is broken";
    EXPECT_EQ(status("a"), "none");
  }
}

// Whoever sends such a chain does not mean one person.
TEST_F(FoldLinksTest, AChainOfTooManyMergesNobody) {
  constexpr int kRecords = static_cast<int>(kMostRecordsOfAPerson) + 1;
  std::vector<int> order;
  for (int i = 0; i + 1 < kRecords; ++i) order.push_back(i);
  std::mt19937 random(11);
  for (int round = 0; round < 6; ++round) {
    fold_ = std::make_unique<PartitionFold>(settings_);
    sink_ = RecordingSink();
    next_ = 0;
    for (int i = 0; i < kRecords; ++i) platelets("m" + std::to_string(i), "p" + std::to_string(i), "40");
    for (const int i : order) patient("m" + std::to_string(i), 1, link("replaced-by", "m" + std::to_string(i + 1)));
    for (int i = 0; i < kRecords; ++i)
      EXPECT_EQ(state("m" + std::to_string(i)).results.size(), 1U) << round << " " << i;
    EXPECT_THAT(status("m0"), HasSubstr(R"("merge-pending":"Patient/m1")"));
    // One less, and all are one; which end it is that is left out.
    const int cut = round % 2 == 0 ? 0 : kRecords - 2;
    patient("m" + std::to_string(cut), 2, "");
    const std::string last = "m" + std::to_string(round % 2 == 0 ? kRecords - 1 : kRecords - 2);
    EXPECT_EQ(state(last).results.size(), kMostRecordsOfAPerson) << round;
    patient("m" + std::to_string(cut), 3, link("replaced-by", "m" + std::to_string(cut + 1)));
    EXPECT_EQ(state(last).results.size(), 1U) << round;
    std::ranges::shuffle(order, random);
  }
}

TEST_F(FoldLinksTest, ManyRecordsOfOnePatientAreNoChain) {
  constexpr std::size_t kMany = 40;
  fdp("new", "f1", "60");
  for (std::size_t i = 0; i < kMany; ++i) {
    const std::string id = "old" + std::to_string(i);
    platelets(id, "p" + std::to_string(i), "40");
    patient(id, 1, link("replaced-by", "new"));
  }
  EXPECT_EQ(state("new").results.size(), kMany + 1);
}

TEST_F(FoldLinksTest, StatementsThatContradictEachOtherMergeNothing) {
  platelets("old", "p1", "40");
  fdp("new", "f1", "60");
  fdp("other", "f2", "60");
  patient("old", 1, link("replaced-by", "new"));
  patient("other", 1, link("replaces", "old"));
  EXPECT_THAT(status("old"), HasSubstr(R"("patient":"Patient/old")"));
  EXPECT_EQ(state("new").results.size(), 1U);
  EXPECT_EQ(state("other").results.size(), 1U);
  EXPECT_EQ(counted(LinkEvent::refused), 1U);
}

TEST_F(FoldLinksTest, FactsOfTheOldKeyHoldForTheNewOne) {
  const std::string leukaemia =
      R"({"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/old"},"onsetDateTime":"2020-01-01",)"
      R"("verificationStatus":{"coding":[{"code":"confirmed"}]},"code":{"coding":[)"
      R"({"system":"http://hl7.org/fhir/sid/icd-10","code":"C95.9"}]}})";
  apply(leukaemia);
  apply(R"({"resourceType":"Patient","id":"old","birthDate":"2020-01-01"})");
  platelets("new", "p1", "40");
  fdp("new", "f1", "60");
  EXPECT_THAT(alerts(), ElementsAre("Patient/new onset isth-2001,jaam"));
  patient("new", 1, link("replaces", "old"));
  EXPECT_THAT(alerts().back(), "Patient/new retraction jaam,jmhw") << "but his birth date does not";
  apply(R"({"resourceType":"Bundle","type":"history","entry":[{"request":{"method":"DELETE","url":"Condition/c1"}}]})");
  EXPECT_THAT(alerts().back(), HasSubstr("jaam"));
  patient("new", 2, "");
  EXPECT_TRUE(state("new").fact_sources.size() == 1) << "his own resource";
}

TEST_F(FoldLinksTest, ADeletionFindsTheOneWhoHoldsItAtFirstHand) {
  platelets("old", "p1", "40");
  fdp("new", "f1", "60");
  patient("old", 1, link("replaced-by", "new"));
  const std::string deletion =
      R"({"resourceType":"Bundle","type":"history","entry":[{"request":{"method":"DELETE","url":"Observation/p1"}}]})";
  apply(deletion);
  EXPECT_EQ(sink_.items.back().first, fhir::Disposition::retracted);
  EXPECT_THAT(alerts().back(), "Patient/new retraction isth-2001,jaam");
  apply(deletion);
  EXPECT_EQ(sink_.items.back().first, fhir::Disposition::duplicate);
  platelets("old", "p1", "40");
  EXPECT_EQ(sink_.items.back().first, fhir::Disposition::superseded);
}

TEST_F(FoldLinksTest, ADeletionTakesBackWhatManyKeysOfOnePersonHold) {
  for (int i = 0; i < 6; ++i) platelets("old" + std::to_string(i), "p1", "40");
  fdp("new", "f1", "60");
  for (int i = 0; i < 6; ++i) patient("old" + std::to_string(i), 1, link("replaced-by", "new"));
  commit();
  apply(
      R"({"resourceType":"Bundle","type":"history","entry":[{"request":{"method":"DELETE","url":"Observation/p1"}}]})");
  EXPECT_EQ(sink_.items.back().first, fhir::Disposition::retracted);
  commit();
  for (int i = 0; i < 6; ++i) EXPECT_TRUE(state("old" + std::to_string(i)).results.empty()) << i;
  EXPECT_EQ(state("new").results.size(), 1U);
}

TEST_F(FoldLinksTest, AnAbortTakesAMergeBack) {
  platelets("old", "p1", "40");
  fdp("new", "f1", "60");
  commit();
  patient("old", 1, link("replaced-by", "new"));
  fold_->rollback();
  fdp("old", "f2", "70");
  EXPECT_THAT(alerts().back(), "Patient/old onset isth-2001,jaam");
}

// Whatever order results and links arrive in, the same is left.
TEST_F(FoldLinksTest, AnyOrderOfArrivalLeadsToTheSameState) {
  std::vector<std::string> records = {
      result_text("old", "p1", "777-3", "40", "10*9/L", 1),
      result_text("old", "p1", "777-3", "45", "10*9/L", 2),
      result_text("new", "p1", "777-3", "48", "10*9/L", 3),
      result_text("old", "p2", "777-3", "90", "10*9/L", 1, "2026-01-02T09:00:00Z"),
      result_text("new", "f1", "30226-5", "60", "ug/mL", 1),
      result_text("new", "f2", "30226-5", "50", "ug/mL", 1, "2026-01-02T09:30:00Z"),
      patient_text("old", 1, ""),
      patient_text("old", 2, link("replaced-by", "new")),
  };
  const auto left = [&]() {
    fold_ = std::make_unique<PartitionFold>(settings_);
    sink_ = RecordingSink();
    next_ = 0;
    for (const std::string& record : records) apply(record);
    const rules::PatientState of_new = state("new");
    std::vector<std::string> all;
    for (const rules::StoredResult& stored : of_new.results) {
      std::string text(of_new.view(stored.identity));
      text.append(" ").append(stored.lab.value.high.to_string());
      all.push_back(text + ((stored.lab.flags & rules::kFlagAdopted) != 0 ? " adopted" : ""));
    }
    std::sort(all.begin(), all.end());
    return all;
  };
  const std::vector<std::string> expected = left();
  EXPECT_THAT(expected,
              ElementsAre("Observation/f1 60", "Observation/f2 50", "Observation/p1 48", "Observation/p2 90 adopted"));
  std::mt19937 random(7);
  for (int i = 0; i < 200; ++i) {
    std::shuffle(records.begin(), records.end(), random);
    EXPECT_EQ(left(), expected) << i;
    EXPECT_EQ(status("old"), "none") << i;
  }
}

/// Found by the simulation: his status was that of an earlier moment, or of whoever had been in his place.
TEST_F(FoldLinksTest, WhoHasNothingLeftIsShownSoWhenLinksAreSettledInOneTransaction) {
  patient("old", 1, link("replaced-by", "new"));
  commit();
  platelets("old", "p1", "45", 1);
  without_value("old", "p1", 2);
  forget("new");
  EXPECT_THAT(status("old"), HasSubstr(R"("measures":{})"));
}

TEST_F(FoldLinksTest, WhoHasNothingLeftIsNotShownAsSomebodyOfTheTransactionBefore) {
  patient("old", 1, link("replaced-by", "new"));
  platelets("old", "p1", "45", 1);
  commit();
  platelets("another", "p2", "77", 1);
  platelets("another", "p2", "78", 2);
  commit();
  without_value("old", "p1", 2);
  forget("new");
  EXPECT_THAT(status("old"), HasSubstr(R"("measures":{})"));
}

TEST_F(FoldLinksTest, ARestoreKnowsWhoIsWho) {
  platelets("old", "p1", "40");
  fdp("new", "f1", "5");
  patient("old", 1, link("replaced-by", "new"));
  fold_ = restored();
  apply(result_text("old", "f3", "30226-5", "60", "ug/mL", 0, "2026-01-02T09:00:00Z"));
  EXPECT_THAT(alerts(), ElementsAre("Patient/new onset isth-2001,jaam"));
}

}  // namespace
}  // namespace coagwatch::daemon
