#include "fhir/intake_fixture.h"

namespace coagwatch::fhir {
namespace {

class IntakeIdentityTest : public IntakeTest {
 protected:
  /// The patient key, or the outcome.
  std::string patient(const std::string& subject, const std::string& contained = "[]") {
    const ObservationJson observation = ObservationJson().set("subject", subject).set("contained", contained);
    const std::string key(read(observation).patient);
    return key.empty() ? outcome(observation) : key;
  }
  std::string referring_to(const std::string& reference) { return patient(R"({"reference":")" + reference + "\"}"); }
  std::string identity(const ObservationJson& observation) { return std::string(read(observation).change.identity); }
};

TEST_F(IntakeIdentityTest, LiteralReferencesLoseBaseAndVersion) {
  EXPECT_EQ(referring_to("Patient/17"), "Patient/17");
  EXPECT_EQ(referring_to("http://x.org/fhir/Patient/17"), "Patient/17");
  EXPECT_EQ(referring_to("http://x.org/fhir/Patient/17/_history/2"), "Patient/17");
  EXPECT_EQ(referring_to("Patient/17/_history/2"), "Patient/17");
  EXPECT_EQ(referring_to("/Patient/17"), "Patient/17");
  EXPECT_EQ(referring_to("urn:uuid:6f1c2b9e-1d3c-4d5a-9a55-0b5a3c8f2a01"),
            "urn:uuid:6f1c2b9e-1d3c-4d5a-9a55-0b5a3c8f2a01");
  EXPECT_EQ(referring_to("Patient/\\u00e9"), "Patient/\u00e9");
}

TEST_F(IntakeIdentityTest, ReferencesThatCannotBeResolved) {
  for (const char* reference : {"17", "/17", "patient/17", "Patient/", "Patient/1 7", "Patient/17#x", "Patient/a|b",
                                "http://x.org/patients/17", "#p1", "#", " "}) {
    EXPECT_EQ(referring_to(reference), "dead/unresolved-reference") << reference;
  }
}

TEST_F(IntakeIdentityTest, OtherSubjects) {
  EXPECT_EQ(referring_to("Group/17"), "ignored/other-subject");
  EXPECT_EQ(referring_to("http://x.org/Device/17"), "ignored/other-subject");
  EXPECT_EQ(patient(R"({"reference":"urn:uuid:1","type":"Location"})"), "ignored/other-subject");
  EXPECT_EQ(patient(R"({"type":"Group","identifier":{"value":"1"}})"), "ignored/other-subject");
  EXPECT_EQ(patient(R"({"type":"http://hl7.org/fhir/StructureDefinition/Patient","identifier":{"value":"1"}})"), "|1");
}

TEST_F(IntakeIdentityTest, IdentifiersStandInForAReference) {
  EXPECT_EQ(patient(R"({"identifier":{"system":"urn:mrn","value":"4711"}})"), "urn:mrn|4711");
  EXPECT_EQ(patient(R"({"identifier":{"value":"4711"}})"), "|4711");
  EXPECT_EQ(patient(R"({"reference":"Patient/17","identifier":{"system":"urn:mrn","value":"4711"}})"), "Patient/17");
  EXPECT_EQ(patient(R"({"identifier":{"system":"a|b","value":"c"}})"), "dead/no-subject");
  EXPECT_EQ(patient(R"({"identifier":{"system":"urn:mrn"}})"), "dead/no-subject");
}

TEST_F(IntakeIdentityTest, NoSubject) {
  EXPECT_EQ(outcome(ObservationJson().remove("subject")), "dead/no-subject");
  EXPECT_EQ(patient("null"), "dead/no-subject");
  EXPECT_EQ(patient("{}"), "dead/no-subject");
  EXPECT_EQ(patient(R"("Patient/17")"), "dead/no-subject");
  EXPECT_EQ(patient(R"([{"reference":"Patient/17"}])"), "dead/no-subject");
  EXPECT_EQ(patient(R"({"display":"Somebody"})"), "dead/no-subject");
  EXPECT_EQ(patient(R"({"reference":17})"), "dead/no-subject");
  EXPECT_EQ(referring_to("Patient/" + std::string(504, '1')), "Patient/" + std::string(504, '1'));
  EXPECT_EQ(referring_to("Patient/" + std::string(505, '1')), "dead/no-subject");
}

TEST_F(IntakeIdentityTest, ContainedPatients) {
  const std::string reference = R"({"reference":"#p1"})";
  const auto with = [&](const std::string& members) {
    return patient(reference, R"([{"resourceType":"Organization","id":"o"},{"id":"p1",)" + members + "}]");
  };
  EXPECT_EQ(with(R"("resourceType":"Patient","identifier":[{"system":"s","value":"1"}])"), "s|1");
  EXPECT_EQ(with(R"("resourceType":"Patient","identifier":[{"system":"s"},{"value":"1"}])"), "|1");
  EXPECT_EQ(with(R"("resourceType":"Patient")"), "dead/ambiguous-subject");
  EXPECT_EQ(with(R"("resourceType":"Patient","identifier":[{"value":"1"},{"value":"2"}])"), "dead/ambiguous-subject");
  EXPECT_EQ(with(R"("resourceType":"Group","identifier":[{"value":"1"}])"), "ignored/other-subject");
}

TEST_F(IntakeIdentityTest, TheIdGoesBeforeIdentifiers) {
  ObservationJson observation;
  observation.set("identifier", R"([{"system":"urn:lab","value":"9"}])");
  EXPECT_EQ(identity(observation), "Observation/a1");
  observation.remove("id");
  EXPECT_EQ(identity(observation), "urn:lab|9\x1eplatelets");
  EXPECT_EQ(read(observation).resource, "");
  EXPECT_EQ(identity(observation.set("identifier", R"([{"system":"urn:lab"},{"value":"9"}])")), "|9\x1eplatelets");
  // What could be taken for another identity is none.
  EXPECT_EQ(identity(observation.set("id", R"("a|b")")), "|9\x1eplatelets");
  EXPECT_EQ(identity(observation.set("id", "7")), "|9\x1eplatelets");
  EXPECT_EQ(identity(observation.set("id", R"("")")), "|9\x1eplatelets");
}

TEST_F(IntakeIdentityTest, ResultsThatShareAnIdentifierAreToldApartByTheirMeasure) {
  ObservationJson observation;
  observation.remove("id").set("identifier", R"([{"system":"urn:lab","value":"9"}])");
  EXPECT_EQ(identity(observation.loinc("3255-7").quantity("1.1", "g/L")),
            "urn:lab|9\x1e"
            "fibrinogen");
  observation.set("status", R"("entered-in-error")");
  EXPECT_EQ(identity(observation),
            "urn:lab|9\x1e"
            "fibrinogen");
  EXPECT_EQ(identity(observation.remove("code")), "urn:lab|9") << "all of them";
}

TEST_F(IntakeIdentityTest, AnEntryWithoutIdHasThatOfItsUrl) {
  const auto of = [&](const std::string& url, const ObservationJson& observation) {
    const std::string bundle =
        R"({"resourceType":"Bundle","entry":[{"fullUrl":")" + url + R"(","resource":)" + observation.text() + "}]}";
    return std::string(read_all(bundle)[0].change.identity);
  };
  const ObservationJson without_id = ObservationJson().remove("id");
  EXPECT_EQ(of("https://h.example/fhir/Observation/r1", without_id), "Observation/r1");
  EXPECT_EQ(of("https://h.example/fhir/Observation/r1/_history/2", without_id), "Observation/r1");
  EXPECT_EQ(of("https://h.example/fhir/Observation/r1", ObservationJson()), "Observation/a1");
  EXPECT_EQ(of("urn:uuid:1", without_id), "=platelets|2026-01-02T08:00:00Z|");
  EXPECT_EQ(of("https://h.example/fhir/Patient/r1", without_id), "=platelets|2026-01-02T08:00:00Z|");
  EXPECT_EQ(of("Observation/1", without_id), "=platelets|2026-01-02T08:00:00Z|") << "a name in that Bundle only";
  EXPECT_EQ(of(R"(https://h.example/fhir/Observation/1","request":{"method":"POST"},"x":")", without_id),
            "=platelets|2026-01-02T08:00:00Z|")
      << "the server will give it another id";
  EXPECT_EQ(
      read_all(R"({"resourceType":"Bundle","entry":[{"fullUrl":"https://h.example/fhir/Observation/r1/_history/2",)"
               R"("resource":)" +
               without_id.text() + "}]}")[0]
          .change.version.number,
      2U);
}

TEST_F(IntakeIdentityTest, WithoutEitherItIsComposed) {
  ObservationJson observation;
  observation.remove("id");
  EXPECT_EQ(identity(observation), "=platelets|2026-01-02T08:00:00Z|");
  EXPECT_EQ(identity(observation.set("specimen", R"({"reference":"Specimen/4"})")),
            "=platelets|2026-01-02T08:00:00Z|Specimen/4");
  EXPECT_EQ(identity(observation.set("identifier", R"([{"system":"=platelets","value":"1"}])")),
            "=platelets|2026-01-02T08:00:00Z|Specimen/4");
}

TEST_F(IntakeIdentityTest, Versions) {
  const auto version = [&](const std::string& meta) {
    return read(ObservationJson().set("meta", meta)).change.version;
  };
  EXPECT_EQ(version(R"({"versionId":"12"})").number, 12U);
  EXPECT_FALSE(version(R"({"versionId":"08rPCca58c"})").number);
  EXPECT_FALSE(version(R"({"versionId":12})").number);
  EXPECT_FALSE(version(R"({"versionId":"-1"})").number);
  EXPECT_FALSE(version(R"({"versionId":"99999999999999999999999"})").number);
  EXPECT_EQ(format_instant(version(R"({"lastUpdated":"2026-01-02T09:00:00.123Z"})").last_updated),
            "2026-01-02T09:00:00.123Z");
  EXPECT_FALSE(version(R"({"lastUpdated":"2026-01-02"})").last_updated.known());
  EXPECT_FALSE(version("{}").last_updated.known());
}

TEST_F(IntakeIdentityTest, RetractionsActWhateverElseIsWrong) {
  ObservationJson retraction;
  retraction.set("status", R"("entered-in-error")");
  const Item& item = read(retraction);
  EXPECT_EQ(item.disposition, Disposition::candidate);
  EXPECT_EQ(item.change.kind, rules::Change::Kind::retraction);
  EXPECT_EQ(item.change.identity, "Observation/a1");
  EXPECT_EQ(item.patient, "Patient/17");
  EXPECT_TRUE(item.change.result.at.known());

  ObservationJson bare;
  bare.set("status", R"("cancelled")").remove("code").remove("valueQuantity").remove("effectiveDateTime");
  bare.set("modifierExtension", R"([{"url":"x"}])").set("comments", R"("x")");
  const Item& bare_item = read(bare);
  EXPECT_EQ(bare_item.disposition, Disposition::candidate);
  EXPECT_EQ(bare_item.change.kind, rules::Change::Kind::retraction);
  EXPECT_FALSE(bare_item.measure_known);
}

TEST_F(IntakeIdentityTest, ANulIsNoPartOfAKey) {
  const auto subject = [&](const std::string& identifier) {
    return outcome(ObservationJson().set("subject", R"({"identifier":)" + identifier + "}"));
  };
  EXPECT_EQ(subject(R"({"system":"urn:mrn","value":"9"})"), "candidate");
  EXPECT_EQ(subject(R"({"system":"\u0000","value":"9"})"), "dead/no-subject");
  EXPECT_EQ(subject(R"({"system":"urn:mrn","value":"\u00009"})"), "dead/no-subject");
}

TEST_F(IntakeIdentityTest, ARetractionNeedsAPatientAndAnIdentity) {
  ObservationJson retraction;
  retraction.set("status", R"("entered-in-error")");
  // With an identity of its own it concerns the one who holds it, and else is what its subject is.
  const auto otherwise = [&](const ObservationJson& json) {
    const Item& item = read(json);
    EXPECT_EQ(item.disposition, Disposition::candidate);
    EXPECT_TRUE(item.deletion);
    return item.otherwise ? item.otherwise->reason : Reason::none;
  };
  EXPECT_EQ(otherwise(ObservationJson(retraction).remove("subject")), Reason::no_subject);
  EXPECT_EQ(otherwise(ObservationJson(retraction).set("subject", R"({"reference":"Group/1"})")), Reason::other_subject);
  retraction.remove("id");
  EXPECT_EQ(outcome(ObservationJson(retraction).remove("subject")), "dead/no-subject");
  EXPECT_EQ(identity(retraction), "=platelets|2026-01-02T08:00:00Z|");
  EXPECT_EQ(read(retraction).change.kind, rules::Change::Kind::retraction);
  EXPECT_EQ(outcome(ObservationJson(retraction).remove("effectiveDateTime")), "dead/no-time");
  EXPECT_EQ(outcome(ObservationJson(retraction).loinc("1-1")), "ignored/unmapped-code");
}

TEST_F(IntakeIdentityTest, CollectionTimes) {
  const auto with = [&](const std::string& name, const std::string& json) {
    return at(ObservationJson().remove("effectiveDateTime").set(name, json));
  };
  EXPECT_EQ(with("effectiveDateTime", R"("2020-01-10T19:45:00+08:00")"), "2020-01-10T11:45:00Z");
  EXPECT_EQ(with("effectiveInstant", R"("2026-01-02T08:00:00.5Z")"), "2026-01-02T08:00:00.5Z");
  EXPECT_EQ(with("effectiveInstant", R"("2026-01-02")"), "dead/invalid-time");
  EXPECT_EQ(with("effectivePeriod", R"({"start":"2026-01-02T08:00:00Z","end":"2026-01-02T09:00:00Z"})"),
            "2026-01-02T09:00:00Z");
  EXPECT_EQ(with("effectivePeriod", R"({"start":"2026-01-02T08:00:00Z"})"), "2026-01-02T08:00:00Z");
  EXPECT_EQ(with("effectivePeriod", R"({"start":"2026-01-02T10:00:00Z","end":"2026-01-02T09:00:00Z"})"),
            "dead/invalid-time");
  EXPECT_EQ(with("effectivePeriod", R"({"start":"2026-01-02T08:00:00Z","end":"later"})"), "dead/invalid-time");
  EXPECT_EQ(with("effectivePeriod", "{}"), "dead/no-time");
  EXPECT_EQ(with("effectivePeriod", R"("2026")"), "dead/invalid-time");
  EXPECT_EQ(with("effectiveTiming", R"({"event":["2026-01-02T08:00:00Z","2026-01-02T07:00:00Z"]})"),
            "2026-01-02T08:00:00Z");
  EXPECT_EQ(with("effectiveTiming", R"({"repeat":{}})"), "dead/no-time");
  EXPECT_EQ(with("effectiveTiming", R"({"event":["soon"]})"), "dead/invalid-time");
  EXPECT_EQ(at(ObservationJson().set("effectiveInstant", R"("2026-01-02T08:00:00Z")")), "dead/invalid-time");
  for (const char* text :
       {R"("2026")", R"("2026-01")", R"("2026-02-30")", R"("02.01.2026")", R"("")", "1767340800", "{}"}) {
    EXPECT_EQ(with("effectiveDateTime", text), "dead/invalid-time") << text;
  }
}

TEST_F(IntakeIdentityTest, ADateAloneIsMarked) {
  const Item& item = read(ObservationJson().set("effectiveDateTime", R"("2026-01-02")"));
  EXPECT_EQ(format_instant(item.change.result.at), "2026-01-02T00:00:00Z");
  EXPECT_EQ(item.change.result.flags, rules::kFlagDateOnly);
}

TEST_F(IntakeIdentityTest, DatesAndTimesWithoutZoneAreTheSites) {
  zone_ = TimeZone::named("Europe/Berlin").value();
  const auto with = [&](const char* text) {
    return at(ObservationJson().set("effectiveDateTime", "\"" + std::string(text) + "\""));
  };
  EXPECT_EQ(with("2026-01-02"), "2026-01-01T23:00:00Z");
  EXPECT_EQ(with("2026-07-02"), "2026-07-01T22:00:00Z");
  EXPECT_EQ(with("2026-01-02T08:00:00"), "2026-01-02T07:00:00Z");
  EXPECT_EQ(with("2026-07-02T08:00:00"), "2026-07-02T06:00:00Z");
  EXPECT_EQ(with("2026-07-02T08:00:00Z"), "2026-07-02T08:00:00Z");
  EXPECT_EQ(with("2026-03-29T01:59:59"), "2026-03-29T00:59:59Z");
  EXPECT_EQ(with("2026-03-29T02:00:00"), "dead/invalid-time");
  EXPECT_EQ(with("2026-03-29T02:00:00+01:00"), "2026-03-29T01:00:00Z");
  EXPECT_EQ(with("2026-03-29T03:00:00"), "2026-03-29T01:00:00Z");
  EXPECT_EQ(with("2026-10-25T01:59:59"), "2026-10-24T23:59:59Z");
  EXPECT_EQ(with("2026-10-25T02:00:00"), "dead/invalid-time");
  EXPECT_EQ(with("2026-10-25T02:00:00+02:00"), "2026-10-25T00:00:00Z");
  EXPECT_EQ(with("2026-10-25T03:00:00"), "2026-10-25T02:00:00Z");
}

TEST_F(IntakeIdentityTest, WhatTheSitesClocksDoNotTellIsNamed) {
  zone_ = TimeZone::named("Europe/Berlin").value();
  const auto text = [&](const char* time) {
    return read(ObservationJson().set("effectiveDateTime", "\"" + std::string(time) + "\"")).text;
  };
  EXPECT_EQ(text("2026-03-29T02:30:00"),
            "a time without zone that the site's clocks skip (site.time-zone); expected a zone");
  EXPECT_EQ(text("2026-10-25T02:30:00"),
            "a time without zone in the hour that the site's clocks repeat (site.time-zone); expected a zone");
  EXPECT_EQ(text("2026-10-25T02:30"), "effectiveDateTime: expected a date or dateTime");
}

TEST_F(IntakeIdentityTest, AnAssumedZoneIsMarked) {
  const auto flags = [&](const std::string& name, const std::string& json) {
    return read(ObservationJson().remove("effectiveDateTime").set(name, json)).change.result.flags;
  };
  EXPECT_EQ(flags("effectiveDateTime", R"("2026-01-02T08:00:00Z")"), 0);
  EXPECT_EQ(flags("effectiveDateTime", R"("2026-01-02T08:00:00")"), rules::kFlagZoneAssumed);
  EXPECT_EQ(flags("effectiveInstant", R"("2026-01-02T08:00:00")"), rules::kFlagZoneAssumed);
  EXPECT_EQ(flags("issued", R"("2026-01-02T08:00:00")"), rules::kFlagZoneAssumed | rules::kFlagTimeFromIssued);
  EXPECT_EQ(flags("effectiveTiming", R"({"event":["2026-01-02T08:00:00"]})"), rules::kFlagZoneAssumed);
  // The end counts; its start says nothing then.
  EXPECT_EQ(flags("effectivePeriod", R"({"start":"2026-01-02T08:00:00","end":"2026-01-02T09:00:00Z"})"), 0);
  EXPECT_EQ(flags("effectivePeriod", R"({"start":"2026-01-02T08:00:00"})"), rules::kFlagZoneAssumed);
}

TEST_F(IntakeIdentityTest, ADateAsEndOfAPeriodMeansAllOfThatDay) {
  zone_ = TimeZone::named("Europe/Berlin").value();
  const auto with = [&](const std::string& start, const std::string& end) {
    return at(ObservationJson()
                  .remove("effectiveDateTime")
                  .set("effectivePeriod", R"({"start":")" + start + R"(","end":")" + end + R"("})"));
  };
  EXPECT_EQ(with("2026-10-25", "2026-10-25"), "2026-10-24T22:00:00Z");
  EXPECT_EQ(with("2026-10-25T22:59:59Z", "2026-10-25"), "2026-10-24T22:00:00Z");
  EXPECT_EQ(with("2026-10-25T23:00:00Z", "2026-10-25"), "dead/invalid-time");
  EXPECT_EQ(with("2026-10-25T08:00:00Z", "2026-10-25T08:00:00Z"), "2026-10-25T08:00:00Z");
  EXPECT_EQ(with("2026-10-25T08:00:00.000001Z", "2026-10-25T08:00:00Z"), "dead/invalid-time");
  // No start is better than one that is not known.
  EXPECT_EQ(with("2026-10-25T02:30:00", "2026-10-25T01:30:00Z"), "2026-10-25T01:30:00Z");
  EXPECT_EQ(with("2026-10-25T00:30:00Z", "2026-10-25T02:30:00"), "dead/invalid-time");
  EXPECT_EQ(with("2026-10-25T00:30:00Z", "2026-10"), "dead/invalid-time");
}

TEST_F(IntakeIdentityTest, LastUpdatedWithoutZoneIsTheSites) {
  zone_ = TimeZone::named("Europe/Berlin").value();
  const auto updated = [&](const std::string& text) {
    return read(ObservationJson().set("meta", R"({"lastUpdated":")" + text + R"("})")).change.version.last_updated;
  };
  EXPECT_EQ(updated("2026-07-02T08:00:00"), parse_datetime("2026-07-02T06:00:00Z", {})->time);
  EXPECT_FALSE(updated("2026-10-25T02:30:00").known());
}

TEST_F(IntakeIdentityTest, WithoutACollectionTimeIssuedStandsIn) {
  ObservationJson observation;
  observation.remove("effectiveDateTime");
  EXPECT_EQ(at(observation), "dead/no-time");
  observation.set("issued", R"("2026-01-02T09:00:00Z")");
  const Item& item = read(observation);
  EXPECT_EQ(format_instant(item.change.result.at), "2026-01-02T09:00:00Z");
  EXPECT_EQ(item.change.result.flags, rules::kFlagTimeFromIssued);
  EXPECT_EQ(at(ObservationJson(observation).set("issued", R"("2026-01-02")")), "dead/invalid-time");
  // The contained specimen knows better.
  observation.set("specimen", R"({"reference":"#s"})");
  observation.set(
      "contained",
      R"([{"resourceType":"Specimen","id":"s","collection":{"collectedDateTime":"2026-01-02T07:00:00Z"}}])");
  EXPECT_EQ(at(observation), "2026-01-02T07:00:00Z");
  EXPECT_EQ(read(observation).change.result.flags, 0);
  EXPECT_TRUE(read(observation).change.result.issued.known());
}

TEST_F(IntakeIdentityTest, TheFutureBeginsAnHourAfterTheRecord) {
  context_.time = parse_datetime("2026-01-02T07:00:00Z", {})->time;
  EXPECT_EQ(outcome(ObservationJson()), "candidate");
  context_.time = {context_.time.micros - 1};
  EXPECT_EQ(outcome(ObservationJson()), "dead/invalid-time");
  context_.time = rules::Timestamp::none();
  EXPECT_EQ(outcome(ObservationJson().set("effectiveDateTime", R"("2176-01-02T08:00:00Z")")), "candidate");
}

}  // namespace
}  // namespace coagwatch::fhir
