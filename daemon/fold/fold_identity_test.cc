// Results that some records know by an id and others by an identifier, and what of them is taken back.

#include <gmock/gmock.h>

#include <algorithm>
#include <memory>

#include "daemon/fold/fold_fixture.h"
#include "daemon/fold/partition_fold.h"
#include "daemon/fold/state_codec.h"
#include "fhir/intake_fixture.h"

namespace coagwatch::daemon {
namespace {

using fhir::Disposition;
using fhir::ObservationJson;
using fhir::Reason;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kReplaces = "http://hl7.org/fhir/StructureDefinition/observation-replaces";

class LastItem : public RecordingSink {
 public:
  void item(const InputRecord& record, const fhir::Item& item) override {
    RecordingSink::item(record, item);
    text = item.text;
  }
  std::string text;
};

class FoldIdentityTest : public testing::Test {
 protected:
  Disposition apply(const std::string& value) {
    InputRecord record;
    record.offset = next_++;
    record.time = kNoon;
    record.key = "k";
    record.value = value;
    fold_->apply(record, sink_);
    return sink_.items.back().first;
  }
  Disposition apply(const ObservationJson& json) { return apply(json.text()); }
  /// A platelet count; empty: without that.
  static ObservationJson count(const std::string& id, const std::string& identifier, const std::string& value = "45",
                               int version = 0) {
    ObservationJson json;
    json.quantity(value, "10*9/L").remove("id");
    if (!id.empty()) json.set("id", '"' + id + '"');
    if (!identifier.empty()) json.set("identifier", R"([{"system":"urn:lab","value":")" + identifier + R"("}])");
    if (version != 0) json.set("meta", R"({"versionId":")" + std::to_string(version) + R"("})");
    return json;
  }
  static ObservationJson in_error(ObservationJson json) { return json.set("status", R"("entered-in-error")"); }
  static ObservationJson replacing(const std::string& reference) {
    return count("new", "", "150")
        .set("extension", std::string(R"([{"url":")") + kReplaces + R"(","valueReference":)" + reference + "}]");
  }
  static std::string entry(const std::string& members) {
    return R"({"resourceType":"Bundle","type":"collection","entry":[{)" + members + "}]}";
  }
  static std::string deletion(const std::string& url) {
    return entry(R"("request":{"method":"DELETE","url":")" + url + R"("})");
  }
  /// Values in force.
  std::vector<std::string> in_force() {
    fold_->flush(sink_);
    fold_->commit();
    std::vector<std::string> all;
    for (const auto& [key, published] : sink_.states) {
      rules::PatientState state;
      EXPECT_FALSE(decode_state(*published.value, state));
      for (const rules::StoredResult& stored : state.results) all.push_back(stored.lab.value.high.to_string());
    }
    return all;
  }
  void restart() {
    in_force();
    fold_ = std::make_unique<PartitionFold>(settings_);
    for (const auto& [key, state] : sink_.states) EXPECT_EQ(fold_->restore(key, state.value), std::nullopt);
  }
  void begin_anew() {
    fold_ = std::make_unique<PartitionFold>(settings_);
    sink_ = LastItem();
    next_ = 0;
  }

  FoldSettings settings_ = test_fold_settings();
  LastItem sink_;
  std::unique_ptr<PartitionFold> fold_ = std::make_unique<PartitionFold>(settings_);
  std::int64_t next_ = 0;
};

TEST_F(FoldIdentityTest, ARetractionByAnIdentifierReachesTheResultThatHasAnId) {
  apply(count("d1", "d1"));
  EXPECT_EQ(apply(in_error(count("", "d1"))), Disposition::retracted);
  EXPECT_THAT(in_force(), IsEmpty());
}

TEST_F(FoldIdentityTest, ARetractionByAnIdReachesTheResultThatHasNone) {
  apply(count("", "d1"));
  EXPECT_EQ(apply(in_error(count("zz", "d1"))), Disposition::retracted);
  EXPECT_THAT(in_force(), IsEmpty());
}

TEST_F(FoldIdentityTest, ARetractionOfAnotherAnalyteOfTheAccessionNumberIsNone) {
  apply(count("", "d1"));
  apply(in_error(count("zz", "d1").loinc("3040-3")));
  EXPECT_THAT(in_force(), ElementsAre("45"));
  apply(in_error(count("zz", "d1").remove("code")));
  EXPECT_THAT(in_force(), IsEmpty()) << "it does not say of which";
}

TEST_F(FoldIdentityTest, EachOfThemIsRememberedAfterARestart) {
  for (const bool first : {true, false}) {
    begin_anew();
    apply(in_error(first ? count("", "d1") : count("d1", "d1")));
    restart();
    EXPECT_EQ(apply(first ? count("d1", "d1") : count("", "d1")), Disposition::superseded);
    EXPECT_THAT(in_force(), IsEmpty());
  }
}

TEST_F(FoldIdentityTest, AnyOrderOfThreeVersionsLeadsToTheSame) {
  std::vector<std::string> records = {count("", "d", "20", 1).text(), count("d", "d", "30", 2).text(),
                                      in_error(count("d", "d", "30", 3)).text()};
  std::ranges::sort(records);
  do {
    begin_anew();
    for (const std::string& record : records) {
      apply(record);
      restart();
    }
    EXPECT_THAT(in_force(), IsEmpty());
  } while (std::ranges::next_permutation(records).found);
}

TEST_F(FoldIdentityTest, AnEntryWithoutIdHasThatOfItsUrl) {
  apply(count("r1", ""));
  EXPECT_EQ(
      apply(entry(R"("fullUrl":"https://h.example/fhir/Observation/r1","resource":)" + in_error(count("", "")).text())),
      Disposition::retracted);
  EXPECT_THAT(in_force(), IsEmpty());
}

TEST_F(FoldIdentityTest, OfSeveralThatShareTheIdentifierNoneIsTakenBack) {
  apply(count("d1", "d"));
  apply(count("d2", "d", "46"));
  EXPECT_EQ(apply(in_error(count("", "d"))), Disposition::ignored);
  EXPECT_EQ(sink_.items.back().second, Reason::other_resource);
  EXPECT_EQ(sink_.text, "identifier: several results have it, and none of them was taken back");
  EXPECT_THAT(in_force(), ElementsAre("45", "46"));
}

TEST_F(FoldIdentityTest, ARetractionByAnIdentifierWithoutSubjectFindsTheOneWhoHoldsIt) {
  apply(count("d1", "d1"));
  EXPECT_EQ(apply(in_error(count("", "d1")).remove("subject")), Disposition::retracted);
  EXPECT_THAT(in_force(), IsEmpty());
}

TEST_F(FoldIdentityTest, ADeletionByAnIdentifierActsWhereOneResultIsMeant) {
  for (const char* const id : {"d1", ""}) {
    begin_anew();
    EXPECT_EQ(apply(deletion("Observation?identifier=urn:lab|d1")), Disposition::ignored) << "nobody holds it";
    apply(count(id, "d1"));
    EXPECT_EQ(apply(deletion("https://h.example/fhir/Observation?identifier=urn:lab%7Cd1")), Disposition::retracted);
    EXPECT_THAT(in_force(), IsEmpty());
    EXPECT_EQ(apply(count(id, "d1")), Disposition::superseded);
  }
}

TEST_F(FoldIdentityTest, ADeletionByAnIdentifierOfSeveralIsIgnored) {
  apply(count("d1", "d1"));
  apply(count("", "d1").loinc("30226-5").quantity("60", "ug/mL"));
  EXPECT_EQ(apply(deletion("Observation?identifier=urn:lab|d1")), Disposition::ignored);
  EXPECT_EQ(sink_.text, "a deletion by an identifier that several results have");
  EXPECT_EQ(in_force().size(), 2U);
  begin_anew();
  apply(count("d1", "d1"));
  apply(count("d2", "d1").set("subject", R"({"reference":"Patient/18"})"));
  EXPECT_EQ(apply(deletion("Observation?identifier=urn:lab|d1")), Disposition::ignored) << "of two patients";
  EXPECT_EQ(apply(deletion("Observation?identifier=urn:lab|d1&code=777-3")), Disposition::ignored);
  EXPECT_EQ(in_force().size(), 2U);
}

TEST_F(FoldIdentityTest, WhatACorrectionReplacesMayBeNamedByAnIdentifier) {
  for (const char* const id : {"o1", ""}) {
    for (const char* const reference : {R"({"identifier":{"system":"urn:lab","value":"o1"}})",
                                        R"({"reference":"Observation?identifier=urn:lab|o1"})"}) {
      begin_anew();
      apply(count(id, "o1"));
      EXPECT_EQ(apply(replacing(reference)), Disposition::applied);
      EXPECT_EQ(sink_.text, "");
      EXPECT_THAT(in_force(), ElementsAre("150"));
      begin_anew();
      apply(replacing(reference));
      EXPECT_EQ(apply(count(id, "o1")), Disposition::superseded) << "it comes later";
    }
  }
}

TEST_F(FoldIdentityTest, ItMayBeAnotherEntryOfTheBundle) {
  const std::string correction = replacing(R"({"reference":"urn:uuid:c3"})").text();
  for (const bool by_url : {false, true}) {
    begin_anew();
    apply(count("o1", ""));
    const std::string url = by_url ? "https://h.example/fhir/Observation/o1" : "urn:uuid:c3";
    const std::string text = by_url ? replacing(R"({"reference":")" + url + R"("})").text() : correction;
    apply(entry(R"("fullUrl":")" + url + R"(","resource":)" + count(by_url ? "" : "o1", "").text() +
                R"(},{"resource":)" + text));
    EXPECT_THAT(in_force(), ElementsAre("150"));
  }
}

TEST_F(FoldIdentityTest, WhatCannotBeFoundIsSaid) {
  apply(count("o1", "o1"));
  EXPECT_EQ(apply(replacing(R"({"reference":"urn:uuid:c3"})")), Disposition::applied);
  EXPECT_EQ(sink_.text, "extension observation-replaces: names no Observation that can be known");
  apply(count("o2", "o1", "46"));
  EXPECT_EQ(apply(replacing(R"({"identifier":{"system":"urn:lab","value":"o1"}})").set("id", R"("n2")")),
            Disposition::duplicate);
  EXPECT_EQ(sink_.text, "replaces an identifier that several results have: none was taken back");
  EXPECT_THAT(in_force(), ElementsAre("45", "150", "46", "150"));
}

// Laboratories give a correction the number of what it corrects.
TEST_F(FoldIdentityTest, ACorrectionWithTheIdentifierOfWhatItReplacesStays) {
  const std::string reference = R"({"identifier":{"system":"urn:lab","value":"o1"}})";
  const ObservationJson correction = replacing(reference).set("identifier", R"([{"system":"urn:lab","value":"o1"}])");
  apply(count("o1", "o1"));
  EXPECT_EQ(apply(correction), Disposition::applied);
  EXPECT_THAT(in_force(), ElementsAre("150"));
  EXPECT_EQ(apply(correction), Disposition::duplicate);
  EXPECT_THAT(in_force(), ElementsAre("150"));
  EXPECT_EQ(apply(count("o1", "o1")), Disposition::superseded);
}

TEST_F(FoldIdentityTest, AVersionAboutSomebodyElseIsRemembered) {
  const std::string first = count("v", "", "20", 1).text();
  const std::string second = count("v", "", "20", 2).set("focus", R"([{"reference":"Patient/donor"}])").text();
  for (const bool in_order : {true, false}) {
    begin_anew();
    const Disposition early = apply(in_order ? first : second);
    const Disposition late = apply(in_order ? second : first);
    EXPECT_EQ(in_order ? late : early, Disposition::ignored);
    EXPECT_EQ(in_order ? early : late, in_order ? Disposition::applied : Disposition::superseded);
    EXPECT_THAT(in_force(), IsEmpty());
  }
}

TEST_F(FoldIdentityTest, AReportTakenBackKeepsAwayWhatItContained) {
  const std::string report = R"({"resourceType":"DiagnosticReport","id":"7","subject":{"reference":"Patient/17"},)";
  const std::string first =
      report + R"("meta":{"versionId":"1"},"status":"final","contained":[)" + count("plt", "", "20").text() + "]}";
  const std::string second = report + R"("meta":{"versionId":"2"},"status":"entered-in-error"})";
  apply(first);
  apply(second);
  EXPECT_THAT(in_force(), IsEmpty());
  begin_anew();
  apply(second);
  restart();
  EXPECT_EQ(apply(first), Disposition::superseded);
  EXPECT_THAT(in_force(), IsEmpty());
}

}  // namespace
}  // namespace coagwatch::daemon
