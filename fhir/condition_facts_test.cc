#include "fhir/context_fixture.h"

namespace coagwatch::fhir {
namespace {

class ConditionTest : public ContextTest {
 protected:
  static std::string status(const std::string& clinical, const std::string& verification) {
    const auto one = [](const std::string& name, const std::string& system, const std::string& code) {
      return "\"" + name + R"(":)" + coded("http://terminology.hl7.org/CodeSystem/" + system, code) + ",";
    };
    return (clinical.empty() ? "" : one("clinicalStatus", "condition-clinical", clinical)) +
           (verification.empty() ? "" : one("verificationStatus", "condition-ver-status", verification));
  }
  /// Of that code, with members besides.
  static std::string condition(const std::string& code, const std::string& rest,
                               const std::string& statuses = status("active", "confirmed")) {
    return resource("Condition", statuses + rest + "\"code\":" + code);
  }
  static constexpr const char* kOnset = R"("onsetDateTime":"2026-01-02T08:00:00Z",)";
};

TEST_F(ConditionTest, SaysWhatItIsCodedAs) {
  EXPECT_EQ(facts(condition(icd("A41.9"), kOnset)), "sepsis yes 2026-01-02T08:00:00Z..");
  EXPECT_EQ(facts(condition(icd("R57.2"), kOnset)),
            "sepsis yes 2026-01-02T08:00:00Z..; shock yes 2026-01-02T08:00:00Z..");
  EXPECT_EQ(facts(condition(icd("I10"), kOnset)), "");
  const Item& item = read(condition(icd("A41.9"), kOnset + std::string(R"("meta":{"versionId":"3"},)")));
  EXPECT_EQ(item.context.patient, "Patient/17");
  EXPECT_EQ(item.context.source, "Condition/r1");
  EXPECT_EQ(item.context.version.number, 3U);
  EXPECT_TRUE(item.patient.empty()) << "no row of a result";
}

TEST_F(ConditionTest, VerificationStatus) {
  const auto said = [&](const std::string& verification, const std::string& code = "A41.9") {
    return facts(condition(icd(code), kOnset, status("", verification)));
  };
  EXPECT_EQ(said(""), "sepsis yes 2026-01-02T08:00:00Z..");
  EXPECT_EQ(said("confirmed"), "sepsis yes 2026-01-02T08:00:00Z..");
  EXPECT_EQ(said("unconfirmed"), "sepsis unknown 2026-01-02T08:00:00Z..");
  EXPECT_EQ(said("provisional"), "sepsis unknown 2026-01-02T08:00:00Z..");
  EXPECT_EQ(said("differential"), "sepsis unknown 2026-01-02T08:00:00Z..");
  EXPECT_EQ(said("refuted"), "sepsis no 2026-01-02T08:00:00Z..");
  EXPECT_EQ(said("refuted", "A41.0"), "") << "another germ may have caused one";
  EXPECT_EQ(said("refuted", "C95.9"), "leukaemia no 2026-01-02T08:00:00Z..");
  EXPECT_EQ(said("refuted", "C95.0"), "") << "beneath a code that is the fact: not an acute one";
  EXPECT_EQ(said("entered-in-error"), "removal");
  EXPECT_EQ(said("certain"), "") << "not a code of the list";
  EXPECT_EQ(facts(condition(icd("A41.9"), kOnset, R"("verificationStatus":"confirmed",)")), "") << "STU3's form";
  EXPECT_EQ(facts(condition(icd("A41.9"), kOnset, R"("verificationStatus":{"text":"ruled out"},)")), "");
}

TEST_F(ConditionTest, ClinicalStatus) {
  const auto said = [&](const std::string& clinical, const std::string& rest) {
    return facts(condition(icd("A41.9"), kOnset + rest, status(clinical, "confirmed")));
  };
  const std::string end = R"("abatementDateTime":"2026-01-05T10:00:00Z",)";
  const std::string open = "sepsis yes 2026-01-02T08:00:00Z..";
  const std::string closed = "sepsis yes 2026-01-02T08:00:00Z..2026-01-05T10:00:00Z";
  const std::string nobody_knows = "sepsis unknown 2026-01-02T08:00:00Z..";
  for (const char* status : {"active", "recurrence", "relapse"}) {
    EXPECT_EQ(said(status, ""), open) << status;
    EXPECT_EQ(said(status, end), "") << "it contradicts itself";
  }
  for (const char* status : {"inactive", "resolved", "remission"}) {
    EXPECT_EQ(said(status, ""), nobody_knows) << status;
    EXPECT_EQ(said(status, end), closed) << status;
  }
  EXPECT_EQ(said("", ""), open);
  EXPECT_EQ(said("", end), closed);
  EXPECT_EQ(said("", R"("abatementString":"in spring",)"), nobody_knows);
  EXPECT_EQ(said("", R"("abatementAge":{"value":40},)"), nobody_knows);
  EXPECT_EQ(said("", R"("abatementDateTime":"soon",)"), "");
  EXPECT_EQ(said("", R"("abatementDateTime":"2026-01-01",)"), "") << "over before it began";
  EXPECT_EQ(said("", R"("abatementDateTime":"2026-01-05",)"),
            "sepsis yes 2026-01-02T08:00:00Z..2026-01-05T23:59:59.999999Z");
  EXPECT_EQ(said("unheard-of", ""), "");
}

TEST_F(ConditionTest, Onset) {
  const auto said = [&](const std::string& times, const std::string& code = "A41.9") {
    return facts(condition(icd(code), times));
  };
  const std::string recorded = R"("recordedDate":"2026-01-03T09:00:00Z",)";
  const std::string from_record = "sepsis yes 2026-01-03T09:00:00Z..";
  EXPECT_EQ(said(R"("onsetDateTime":"2026-01-02",)" + recorded), "sepsis yes 2026-01-02T00:00:00Z..");
  EXPECT_EQ(said(recorded), from_record);
  EXPECT_EQ(said(R"("onsetString":"last week",)" + recorded), from_record);
  EXPECT_EQ(said(R"("onsetAge":{"value":40},)" + recorded), from_record);
  EXPECT_EQ(said(R"("meta":{"lastUpdated":"2026-01-04T00:00:00Z"},)"), "sepsis yes 2026-01-04T00:00:00Z..")
      << "it says itself that it is going on";
  EXPECT_EQ(facts(condition(icd("A41.9"), R"("meta":{"lastUpdated":"2026-01-04T00:00:00Z"},)", "")), "")
      << "it may be an old story";
  EXPECT_EQ(said(""), "") << "a sepsis lasts 14 days, and nobody knows which";
  EXPECT_EQ(said("", "C50.9"), "solid-tumour yes ..");
  EXPECT_EQ(said(R"("onsetDateTime":"2026-01-02","onsetAge":{"value":40},)"), "");
  EXPECT_EQ(said(R"("onsetDateTime":"yesterday",)" + recorded), "");
  EXPECT_EQ(said(R"("onsetPeriod":{"start":"2026-01-01","end":"2026-01-02T12:00:00Z"},)"),
            "sepsis yes 2026-01-02T12:00:00Z..2026-01-15T00:00:00Z")
      << "some time in between: surely since its end, and for 14 days of its begin";
  EXPECT_EQ(said(R"("onsetPeriod":{"start":"2026-01-05","end":"2026-01-02"},)"), "");
}

TEST_F(ConditionTest, ADateWithoutDayIsNeverMadeMorePrecise) {
  const auto said = [&](const std::string& times, const std::string& code) {
    return facts(condition(icd(code), times));
  };
  EXPECT_EQ(said(R"("onsetDateTime":"2024",)", "C50.9"), "solid-tumour yes 2024-12-31T23:59:59.999999Z..");
  EXPECT_EQ(said(R"("onsetDateTime":"2024-02",)", "C50.9"), "solid-tumour yes 2024-02-29T23:59:59.999999Z..");
  EXPECT_EQ(said(R"("onsetDateTime":"2024-12",)", "C50.9"), "solid-tumour yes 2024-12-31T23:59:59.999999Z..");
  EXPECT_EQ(said(R"("onsetDateTime":"2026-01",)", "A41.9"), "")
      << "from the end of the month to 14 days behind its beginning nothing is left";
  EXPECT_EQ(said(R"("onsetDateTime":"2026-01","recordedDate":"2026-01-10",)", "A41.9"),
            "sepsis yes 2026-01-10T00:00:00Z..2026-01-15T00:00:00Z");
  EXPECT_EQ(said(R"("onsetDateTime":"2026-01","recordedDate":"2026-03-10",)", "A41.9"), "");
}

TEST_F(ConditionTest, LeukaemiaLastsThroughARemission) {
  const std::string onset = R"("onsetDateTime":"2020-05-01","recordedDate":"2020-06-01",)";
  const auto said = [&](const std::string& code, const std::string& clinical, const std::string& rest) {
    return facts(
        condition(coded("http://hl7.org/fhir/sid/icd-10-cm", code), onset + rest, status(clinical, "confirmed")));
  };
  const std::string disease = "leukaemia yes 2020-05-01T00:00:00Z..; ";
  EXPECT_EQ(said("C92.00", "active", ""), disease + "remission no 2020-05-01T00:00:00Z..");
  EXPECT_EQ(said("C92.02", "relapse", ""), disease + "remission no 2020-05-01T00:00:00Z..");
  EXPECT_EQ(said("C92.01", "active", ""), disease + "remission yes 2020-06-01T00:00:00Z..");
  EXPECT_EQ(said("C92.00", "remission", R"("abatementDateTime":"2021-01-01T00:00:00Z",)"),
            disease + "remission yes 2021-01-01T00:00:00Z..");
  EXPECT_EQ(said("C92.00", "remission", ""), disease + "remission yes 2020-06-01T00:00:00Z..");
  EXPECT_EQ(said("C92.00", "resolved", R"("abatementDateTime":"2021-01-01T00:00:00Z",)"),
            "leukaemia yes 2020-05-01T00:00:00Z..2021-01-01T00:00:00Z; remission no 2020-05-01T00:00:00Z..");
  EXPECT_EQ(said("C92.00", "resolved", ""), "leukaemia unknown 2020-05-01T00:00:00Z..");
  EXPECT_EQ(said("C50.911", "remission", ""), "solid-tumour unknown 2020-05-01T00:00:00Z..")
      << "the remission of another tumour says nothing of a leukaemia";
}

TEST_F(ConditionTest, GermanDiagnosesSayHowSureTheyAre) {
  const auto said = [&](const std::string& certainty, const std::string& statuses) {
    return facts(condition(
        R"({"coding":[{"system":"http://fhir.de/CodeSystem/bfarm/icd-10-gm","code":"A41.9","extension":[{"url":)"
        R"("http://fhir.de/StructureDefinition/icd-10-gm-diagnosesicherheit","valueCoding":{"code":")" +
            certainty + R"("}}]}]})",
        kOnset, statuses));
  };
  const std::string at = " 2026-01-02T08:00:00Z..";
  EXPECT_EQ(said("G", ""), "sepsis yes" + at);
  EXPECT_EQ(said("V", ""), "sepsis unknown" + at);
  EXPECT_EQ(said("V", status("active", "confirmed")), "sepsis unknown" + at) << "many systems write confirmed always";
  EXPECT_EQ(said("A", ""), "sepsis no" + at);
  EXPECT_EQ(said("A", status("", "confirmed")), "sepsis unknown" + at) << "it contradicts itself";
  EXPECT_EQ(said("A", status("", "refuted")), "sepsis no" + at);
  EXPECT_EQ(said("Z", ""), "sepsis unknown" + at) << "status post";
  EXPECT_EQ(said("X", ""), "");
}

TEST_F(ConditionTest, SeveralCodingsSayTheSame) {
  const std::string both = R"({"coding":[{"system":"http://hl7.org/fhir/sid/icd-10","code":"A41.0"},
      {"system":"http://snomed.info/sct","code":"91302008"},{"system":"urn:local","code":"SEP"}],"text":"Sepsis"})";
  EXPECT_EQ(facts(condition(both, kOnset)), "sepsis yes 2026-01-02T08:00:00Z..");
  EXPECT_EQ(facts(condition(both, kOnset, status("", "refuted"))), "") << "the narrower code tells what was refuted";
  EXPECT_EQ(facts(condition(R"({"text":"Sepsis"})", kOnset)), "");
  EXPECT_EQ(facts(resource("Condition", R"("onsetDateTime":"2026-01-02")")), "");
}

TEST_F(ConditionTest, WhatItDoesNotUnderstandSaysNothingAndIsNamed) {
  const auto text = [&](const std::string& json) { return read(json).text; };
  EXPECT_EQ(text(condition(icd("A41.9"), kOnset)), "");
  EXPECT_EQ(text(condition(icd("I10"), kOnset)), "code: in no fact table");
  EXPECT_EQ(text(condition(icd("A41.9"), kOnset, status("", "sure"))), "verificationStatus: not understood");
  EXPECT_EQ(text(condition(icd("A41.9"), kOnset, status("gone", ""))), "clinicalStatus: not understood");
  EXPECT_EQ(text(condition(icd("A41.9"), "")), "onset[x], recordedDate: no usable time");
  const std::string modified = condition(icd("A41.9"), kOnset + std::string(R"("modifierExtension":[{"url":"x"}],)"));
  EXPECT_EQ(text(modified), "modifierExtension, implicitRules: not understood");
  EXPECT_EQ(facts(modified), "");
  const std::string twice = condition(icd("A41.9"), kOnset + std::string(kOnset));
  EXPECT_EQ(text(twice), "a key stands twice in one object");
  EXPECT_EQ(facts(twice), "");
}

TEST_F(ConditionTest, SubjectsAreReadAsOfResults) {
  const auto of = [&](const std::string& subject) {
    const Item& item = read(R"({"resourceType":"Condition","id":"r1","subject":)" + subject + "," + kOnset +
                            "\"code\":" + icd("A41.9") + R"(,"contained":[{"resourceType":"Patient","id":"p",
                            "identifier":[{"system":"urn:mrn","value":"4711"}]}]})");
    return item.context.kind == ContextFacts::Kind::nothing ? item.text : std::string(item.context.patient);
  };
  EXPECT_EQ(of(R"({"reference":"https://x.example/fhir/Patient/17/_history/2"})"), "Patient/17");
  EXPECT_EQ(of(R"({"identifier":{"system":"urn:mrn","value":"4711"}})"), "urn:mrn|4711");
  EXPECT_EQ(of(R"({"reference":"#p"})"), "urn:mrn|4711");
  EXPECT_EQ(of(R"({"reference":"#q"})"), "subject.reference: no contained resource has this id");
  EXPECT_EQ(of(R"({"reference":"Group/1"})"), "subject.reference: not a Patient");
  EXPECT_EQ(of("[]"), "subject: expected a Reference");
  EXPECT_EQ(of("{}"), "subject: expected a reference or an identifier");
}

TEST_F(ConditionTest, WithoutIdItIsKnownByIdentifierOrByWhatItSays) {
  const auto source = [&](const std::string& members) {
    return std::string(read(R"({"resourceType":"Condition","subject":{"reference":"Patient/17"},)" + members + kOnset +
                            "\"code\":" + icd("A41.9") + "}")
                           .context.source);
  };
  EXPECT_EQ(source(R"("identifier":[{"system":"urn:dx","value":"9"}],)"), "Condition?urn:dx|9");
  EXPECT_EQ(facts(R"({"resourceType":"Condition","subject":{"reference":"Patient/17"},"identifier":[{"system":"urn:dx",
      "value":")" +
                  std::string(300, '9') + "\"}]," + kOnset + "\"code\":" + icd("A41.9") + "}"),
            "nothing")
      << "kept with a patient's facts, many of them";
  EXPECT_EQ(source(""), "Condition=|sepsis=yes 2026-01-02T08:00:00Z ");
  EXPECT_EQ(source(status("", "refuted")), "Condition=|sepsis=no 2026-01-02T08:00:00Z ");
  EXPECT_EQ(facts(R"({"resourceType":"Condition","subject":{"reference":"Patient/17"},)" +
                  status("", "entered-in-error") + kOnset + "\"code\":" + icd("A41.9") + "}"),
            "nothing")
      << "nobody knows which";
}

}  // namespace
}  // namespace coagwatch::fhir
