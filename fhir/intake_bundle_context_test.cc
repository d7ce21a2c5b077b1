// What the entries of a Bundle say about each other: specimens, reports, versions, deletions, and what contradicts
// itself.

#include <gmock/gmock.h>

#include "fhir/intake_fixture.h"

namespace coagwatch::fhir {
namespace {

using testing::ElementsAre;

constexpr const char* kUrn = "urn:uuid:6f1c2b9e-1d3c-4d5a-9a55-0b5a3c8f2a01";

class IntakeBundleContextTest : public IntakeTest {
 protected:
  /// `0 Observation/a1 Patient/17 candidate` for each row.
  std::vector<std::string> rows(std::string record) {
    record_ = std::move(record);
    items_ = read_all(record_);
    std::vector<std::string> all;
    for (const Item& item : items_) {
      std::string text = std::to_string(item.entry) + " ";
      text.append(item.resource).append(" ").append(item.patient).append(" ");
      text.append(disposition_name(item.disposition));
      if (item.reason != Reason::none) text.append("/").append(reason_name(item.reason));
      all.push_back(std::move(text));
    }
    return all;
  }
  static std::string bundle(const std::vector<std::string>& entries, const std::string& members = "") {
    std::string text = R"({"resourceType":"Bundle")" + members + R"(,"entry":[)";
    for (std::size_t i = 0; i < entries.size(); ++i) text.append(i == 0 ? "" : ",").append(entries[i]);
    return text + "]}";
  }
  static std::string entry(const std::string& resource, const std::string& members = "") {
    return R"({"resource":)" + resource + members + "}";
  }
  static std::string named(const std::string& url, const std::string& resource) {
    return entry(resource, R"(,"fullUrl":")" + url + R"(")");
  }
  /// When the first Observation, which has no time of its own, was collected.
  std::string time_beside(const std::vector<std::string>& entries, ObservationJson observation = ObservationJson()) {
    std::vector<std::string> all = {
        named("urn:uuid:o", observation.remove("effectiveDateTime").set("issued", R"("2026-01-02T09:00:00Z")").text())};
    all.insert(all.end(), entries.begin(), entries.end());
    const auto texts = rows(bundle(all));
    return items_[0].change.result.at.known() ? format_instant(items_[0].change.result.at) : texts[0];
  }

  std::string record_;
  std::span<Item> items_;
};

TEST_F(IntakeBundleContextTest, ASpecimenTellsWhenItWasCollected) {
  const std::string specimen = R"({"resourceType":"Specimen","id":"s",)"
                               R"("collection":{"collectedDateTime":"2026-01-02T07:00:00Z"}})";
  const auto refers = [](const std::string& to) {
    return ObservationJson().set("specimen", R"({"reference":")" + to + R"("})");
  };
  EXPECT_EQ(time_beside({named(kUrn, specimen)}, refers(kUrn)), "2026-01-02T07:00:00Z");
  EXPECT_EQ(time_beside({entry(specimen)}, refers("Specimen/s")), "2026-01-02T07:00:00Z");
  EXPECT_EQ(time_beside({entry(specimen)}, refers("Specimen/s/_history/1")), "2026-01-02T07:00:00Z");
  EXPECT_EQ(time_beside({named("https://kh.de/Specimen/s", specimen)}, refers("https://kh.de/Specimen/s")),
            "2026-01-02T07:00:00Z");
  EXPECT_EQ(time_beside({entry(specimen)}, refers("Specimen/t")), "2026-01-02T09:00:00Z") << "issued";
  EXPECT_EQ(time_beside({entry(specimen), entry(specimen)}, refers("Specimen/s")), "2026-01-02T09:00:00Z")
      << "nobody knows which";
  EXPECT_EQ(time_beside({entry(R"({"resourceType":"Device","id":"s"})")}, refers("Device/s")), "2026-01-02T09:00:00Z");
  const std::string twice = R"({"resourceType":"Specimen","id":"s","collection":{},)"
                            R"("collection":{"collectedDateTime":"2026-01-02T07:00:00Z"}})";
  EXPECT_EQ(time_beside({entry(twice)}, refers("Specimen/s")), "2026-01-02T09:00:00Z") << "it cannot be read";
}

TEST_F(IntakeBundleContextTest, ASpecimenTellsWhatItIs) {
  const auto gas = [&](const std::string& type) {
    const std::string specimen =
        R"({"resourceType":"Specimen","id":"s","type":{"coding":[{"code":")" + type + R"("}]}})";
    ObservationJson observation;
    observation.loinc("11556-8").quantity("80", "mm[Hg]").set("specimen", R"({"reference":"Specimen/s"})");
    return rows(bundle({entry(observation.text()), entry(specimen)})).front();
  };
  EXPECT_EQ(gas("122552005"), "0 Observation/a1 Patient/17 candidate");
  EXPECT_EQ(gas("122555007"), "0 Observation/a1 Patient/17 ignored/specimen");
  EXPECT_EQ(gas("UR"), "0 Observation/a1 Patient/17 ignored/specimen");
}

TEST_F(IntakeBundleContextTest, AReportTellsWhenItsResultsWereCollected) {
  const auto report = [](const std::string& result, const std::string& time) {
    return entry(R"({"resourceType":"DiagnosticReport","result":[{"reference":"Observation/x"},{"reference":")" +
                 result + R"("}],"effectiveDateTime":")" + time + R"("})");
  };
  EXPECT_EQ(time_beside({report("urn:uuid:o", "2026-01-02T06:00:00Z")}), "2026-01-02T06:00:00Z");
  EXPECT_EQ(time_beside({report("Observation/a1", "2026-01-02T06:00:00Z")}), "2026-01-02T06:00:00Z");
  EXPECT_EQ(time_beside({report("Observation/b", "2026-01-02T06:00:00Z")}), "2026-01-02T09:00:00Z") << "of another";
  EXPECT_EQ(time_beside({report("urn:uuid:o", "2026-01-02T06:00:00Z"), report("urn:uuid:o", "2026-01-02T06:00:00Z")}),
            "2026-01-02T06:00:00Z");
  EXPECT_EQ(time_beside({report("urn:uuid:o", "2026-01-02T06:00:00Z"), report("urn:uuid:o", "2026-01-02T06:30:00Z")}),
            "0 Observation/a1 Patient/17 dead/no-time")
      << "nobody knows which";
  EXPECT_EQ(time_beside({report("urn:uuid:o", "2026")}), "0 Observation/a1 Patient/17 dead/invalid-time");
  const std::string specimen = R"({"resourceType":"Specimen","id":"s",)"
                               R"("collection":{"collectedDateTime":"2026-01-02T07:00:00Z"}})";
  EXPECT_EQ(time_beside({report("urn:uuid:o", "2026-01-02T06:00:00Z"), entry(specimen)},
                        ObservationJson().set("specimen", R"({"reference":"Specimen/s"})")),
            "2026-01-02T07:00:00Z")
      << "its specimen goes before";
}

// HL7's example "ghp": a report names panels, and these their members, which have no time.
TEST_F(IntakeBundleContextTest, AReportTellsTheTimeOfAPanelsMembers) {
  const auto refers = [](const std::string& list, const std::string& to, const std::string& time) {
    return R"(,")" + list + R"(":[{"reference":")" + to + R"("}])" +
           (time.empty() ? "" : R"(,"effectiveDateTime":")" + time + R"(")") + "}";
  };
  const auto report = [&](const std::string& result) {
    return entry(R"({"resourceType":"DiagnosticReport")" + refers("result", result, "2026-01-02T06:00:00Z"));
  };
  const auto panel = [&](const std::string& id, const std::string& member, const std::string& time = "") {
    return entry(R"({"resourceType":"Observation","id":")" + id + R"(")" + refers("hasMember", member, time));
  };
  const std::string of_issued = "2026-01-02T09:00:00Z";
  EXPECT_EQ(time_beside({panel("p", "Observation/a1"), report("Observation/p")}), "2026-01-02T06:00:00Z");
  EXPECT_EQ(time_beside({panel("p", "urn:uuid:o", "2026-01-02T07:00:00+01:00"), report("Observation/p")}),
            "2026-01-02T06:00:00Z");
  EXPECT_EQ(time_beside({panel("q", "Observation/p"), panel("p", "Observation/a1"), report("Observation/q")}),
            "2026-01-02T06:00:00Z")
      << "a panel in a panel";
  EXPECT_EQ(time_beside({panel("p", "Observation/a1", "2026-01-02T06:30:00Z"), report("Observation/p")}),
            "0 Observation/a1 Patient/17 dead/no-time")
      << "report and panel differ";
  EXPECT_EQ(time_beside({panel("p", "Observation/a1"), report("Observation/q")}), of_issued) << "of another panel";
  EXPECT_EQ(time_beside({panel("p", "Observation/a1", "2026-01-02T06:30:00Z")}), of_issued) << "no report";
  EXPECT_EQ(time_beside({panel("p", "Observation/q"), panel("q", "Observation/p"), report("Observation/p")}), of_issued)
      << "panels in a circle, and another result";
}

TEST_F(IntakeBundleContextTest, AnEntrysAnswerTellsTheVersion) {
  const std::string response = R"(,"response":{"etag":"W/\"7\"","lastModified":"2026-01-02T10:00:00Z"})";
  rows(bundle({entry(ObservationJson().text(), response),
               entry(ObservationJson().set("meta", R"({"versionId":"3"})").text(), response)}));
  EXPECT_EQ(items_[0].change.version.number, 7U);
  EXPECT_EQ(format_instant(items_[0].change.version.last_updated), "2026-01-02T10:00:00Z");
  EXPECT_EQ(items_[1].change.version.number, 3U) << "the resource's own goes before";
  EXPECT_EQ(items_[1].last.version.number, 3U);
}

TEST_F(IntakeBundleContextTest, DeletionsNameWhatIsDeleted) {
  const auto deletion = [](const std::string& url, const std::string& more = "") {
    return R"({"request":{"method":"DELETE","url":")" + url + R"("})" + more + "}";
  };
  EXPECT_THAT(rows(bundle({deletion("Observation/a1"), deletion("https://kh.de/fhir/Observation/a2/_history/4"),
                           deletion("Patient/1"), deletion("Observation?identifier=s|1"), deletion("Observation"),
                           deletion("Observation/"), deletion("XObservation/a1")})),
              ElementsAre("0 Observation/a1  candidate", "1 Observation/a2  candidate", "2   ignored/other-resource",
                          "3   candidate", "4   ignored/other-resource", "5   ignored/other-resource",
                          "6   ignored/other-resource"));
  EXPECT_TRUE(items_[0].deletion);
  EXPECT_EQ(items_[0].change.kind, rules::Change::Kind::retraction);
  EXPECT_EQ(items_[0].change.identity, "Observation/a1");
  EXPECT_EQ(items_[1].change.version.number, 4U);
  EXPECT_FALSE(items_[2].deletion);
  EXPECT_EQ(items_[3].change.identity, "s|1");
  EXPECT_NE(items_[3].change.fingerprint, 0U);
  rows(bundle({deletion("Observation/a1", R"(,"response":{"etag":"W/\"5\""})")}));
  EXPECT_EQ(items_[0].change.version.number, 5U);
}

TEST_F(IntakeBundleContextTest, ADeletionWithAResourceIsADeletion) {
  EXPECT_THAT(
      rows(bundle({entry(ObservationJson().text(), R"(,"request":{"method":"DELETE","url":"Observation/a1"})")})),
      ElementsAre("0 Observation/a1  candidate"));
  EXPECT_TRUE(items_[0].deletion);
}

TEST_F(IntakeBundleContextTest, ATombstonesKeyNamesWhatIsDeleted) {
  const auto tombstone = [&](const std::string& key) {
    context_.key = key;
    items_ = read_all(std::string_view());
    EXPECT_EQ(items_.size(), 1U);
    return items_[0].deletion ? std::string(items_[0].change.identity) : std::string(reason_name(items_[0].reason));
  };
  EXPECT_EQ(tombstone("Observation/a1"), "Observation/a1");
  EXPECT_EQ(tombstone("https://kh.de/fhir/Observation/a1"), "Observation/a1");
  EXPECT_EQ(tombstone("Patient/17"), "other-resource");
  EXPECT_EQ(tombstone("Observation/\x80"), "other-resource") << "no text";
  EXPECT_EQ(tombstone(""), "other-resource");
}

TEST_F(IntakeBundleContextTest, WhatIsNoEntryIsDeadInItsPlace) {
  EXPECT_THAT(rows(bundle({"null", "5", R"("x")", "[{}]", entry(ObservationJson().text()), R"({"resource":[{}]})",
                           R"({"resource":"x"})"})),
              ElementsAre("0   dead/not-fhir", "1   dead/not-fhir", "2   dead/not-fhir", "3   dead/not-fhir",
                          "4 Observation/a1 Patient/17 candidate", "5   dead/not-fhir", "6   dead/not-fhir"));
  EXPECT_THAT(rows(R"({"resourceType":"Bundle","entry":{"resource":{}}})"), ElementsAre("0   dead/not-fhir"));
  const std::string inner = R"({"resourceType":"Bundle","entry":7})";
  EXPECT_THAT(rows(bundle({entry(inner), entry(ObservationJson().text())})),
              ElementsAre("0   dead/not-fhir", "1 Observation/a1 Patient/17 candidate"));
}

TEST_F(IntakeBundleContextTest, RulesThatAreNotUnderstoodRefuse) {
  EXPECT_THAT(rows(bundle({entry(ObservationJson().text())}, R"(,"implicitRules":"http://x")")),
              ElementsAre("0   dead/modifier-extension"));
  EXPECT_THAT(rows(bundle({entry(ObservationJson().text(), R"(,"modifierExtension":[{"url":"http://x"}])"),
                           entry(ObservationJson().set("id", R"("b")").text())})),
              ElementsAre("0   dead/modifier-extension", "1 Observation/b Patient/17 candidate"));
}

TEST_F(IntakeBundleContextTest, AKeyThatStandsTwiceDecidesNothing) {
  const std::string observation =
      entry(ObservationJson().set("subject", R"({"reference":")" + std::string(kUrn) + R"("})").text());
  const auto subject = [&](const std::string& patient_entry) { return rows(bundle({observation, patient_entry})); };
  const std::string url = R"(,"fullUrl":")" + std::string(kUrn) + R"(")";
  const std::string patient = R"({"resourceType":"Patient","id":"A"})";
  EXPECT_THAT(subject(entry(patient, url)),
              ElementsAre("0 Observation/a1 Patient/A candidate", "1 Patient/A  ignored/other-resource"));
  EXPECT_THAT(subject(entry(R"({"resourceType":"Patient","id":"A","id":"B"})", url)),
              ElementsAre("0 Observation/a1  dead/ambiguous-subject", "1 Patient/B  ignored/other-resource"));
  EXPECT_THAT(subject(entry(patient, R"(,"fullUrl":"urn:uuid:2")" + url)),
              ElementsAre("0 Observation/a1  dead/ambiguous-subject", "1   dead/duplicate-key"));
  EXPECT_THAT(subject(entry(patient, url + R"(,"request":{"method":"PUT","url":"Patient/A","url":"Patient/B"})")),
              ElementsAre("0 Observation/a1  dead/ambiguous-subject", "1   dead/duplicate-key"));
  EXPECT_THAT(
      subject(entry(R"({"resourceType":"Patient","identifier":[{"system":"s","value":"1","value":"2"}]})", url)),
      ElementsAre("0 Observation/a1  dead/ambiguous-subject", "1   ignored/other-resource"));
}

TEST_F(IntakeBundleContextTest, APatientIsWhoItIsWrittenTo) {
  const std::string observation =
      entry(ObservationJson().set("subject", R"({"reference":")" + std::string(kUrn) + R"("})").text());
  const auto subject = [&](const std::string& request, const std::string& id = R"(,"id":"tmp")") {
    rows(bundle({observation, entry(R"({"resourceType":"Patient")" + id + "}",
                                    R"(,"fullUrl":")" + std::string(kUrn) + R"(","request":)" + request)}));
    return std::string(items_[0].patient) + std::string(reason_name(items_[0].reason));
  };
  EXPECT_EQ(subject(R"({"method":"PUT","url":"https://kh.de/fhir/Patient/17"})"), "Patient/17");
  EXPECT_EQ(subject(R"({"method":"POST","url":"Patient","ifNoneExist":"identifier=s|1"})"), "s|1");
  EXPECT_EQ(subject(R"({"method":"POST","url":"Patient","ifNoneExist":"name=x"})"), "unresolved-reference");
  EXPECT_EQ(subject(R"({"method":"POST","url":"Patient"})"), "Patient/tmp");
}

TEST_F(IntakeBundleContextTest, ASubjectThatContradictsItselfIsNobody) {
  const auto subject = [&](const std::string& json) { return outcome(ObservationJson().set("subject", json)); };
  EXPECT_EQ(subject(R"({"reference":"Patient/1","type":"Device"})"), "dead/ambiguous-subject");
  EXPECT_EQ(subject(R"({"reference":"Patient/1","type":"Patient"})"), "candidate");
  EXPECT_EQ(subject(R"({"reference":"Patient/1/Patient/2"})"), "dead/unresolved-reference");
  EXPECT_EQ(subject(R"({"reference":"https://kh.de/fhir/Patient/2"})"), "candidate");
  EXPECT_EQ(subject(R"({"reference":"fhir/Patient/2"})"), "candidate");
  EXPECT_EQ(subject(R"({"reference":"/Patient/2"})"), "candidate");
  EXPECT_EQ(subject(R"({"reference":"urn:"})"), "dead/unresolved-reference");
  EXPECT_EQ(subject(R"({"reference":"urn:uuid:"})"), "dead/unresolved-reference");
  EXPECT_EQ(subject(R"({"reference":"urn:uuid:x"})"), "candidate");
}

}  // namespace
}  // namespace coagwatch::fhir
