#include "fhir/intake.h"

#include "fhir/intake_fixture.h"

namespace coagwatch::fhir {
namespace {

// One input for each disposition and reason, in the order in which the checks are made.

TEST_F(IntakeTest, ACompleteObservationIsACandidate) {
  const Item& item = read(ObservationJson());
  EXPECT_EQ(item.disposition, Disposition::candidate);
  EXPECT_EQ(item.reason, Reason::none);
  EXPECT_EQ(item.entry, 0U);
  EXPECT_EQ(item.resource, "Observation/a1");
  EXPECT_EQ(item.patient, "Patient/17");
  EXPECT_EQ(item.text, "");
  EXPECT_TRUE(item.measure_known);
  EXPECT_TRUE(item.value_known);
  EXPECT_EQ(item.change.kind, rules::Change::Kind::result);
  EXPECT_EQ(item.change.source, "Observation/a1");
  EXPECT_EQ(item.change.identity, "Observation/a1");
  EXPECT_EQ(item.change.result.measure, rules::Measure::platelets);
  EXPECT_EQ(describe(item.change.result.value), "45");
  EXPECT_EQ(format_instant(item.change.result.at), "2026-01-02T08:00:00Z");
  EXPECT_EQ(item.change.result.status, rules::ResultStatus::final);
  EXPECT_EQ(item.change.result.unusable, rules::Unusable::none);
  EXPECT_EQ(item.change.result.flags, 0);
  EXPECT_FALSE(item.change.result.issued.known());
}

TEST_F(IntakeTest, TheOrderOfKeysDoesNotMatter) {
  const std::string backwards =
      R"({"valueQuantity":{"unit":"10*9/L","value":45},"effectiveDateTime":"2026-01-02T08:00:00Z",
      "subject":{"reference":"Patient/17"},"code":{"coding":[{"code":"777-3","system":"http://loinc.org"}]},
      "status":"final","id":"a1","resourceType":"Observation"})";
  EXPECT_EQ(outcome(backwards), "candidate");
}

TEST_F(IntakeTest, BytesThatAreNoResource) {
  EXPECT_EQ(outcome(std::string_view()), "ignored/other-resource");
  EXPECT_EQ(outcome(std::string_view("x", 0)), "dead/malformed-json");
  EXPECT_EQ(outcome(std::string_view(" ")), "dead/malformed-json");
  EXPECT_EQ(outcome(std::string_view("\xEF\xBB\xBF")), "dead/malformed-json");
  EXPECT_EQ(outcome(std::string_view("\0\0\0\0\1{}", 7)), "dead/malformed-json");
  EXPECT_EQ(outcome(ObservationJson().text().substr(0, 60)), "dead/malformed-json");
  EXPECT_EQ(outcome(ObservationJson().text() + "{}"), "dead/malformed-json");
  EXPECT_EQ(outcome(ObservationJson().spelled("NaN", "10*9/L")), "dead/malformed-json");
  EXPECT_EQ(outcome(ObservationJson().set("id", "\"\xC3(\"")), "dead/invalid-utf8");
  EXPECT_EQ(outcome("\xEF\xBB\xBF" + ObservationJson().text()), "candidate");
  for (const char* text : {"[]", "1", "null", "{}", R"({"resourceType":7})", R"({"resourceType":""})",
                           R"({"resourceType":null})", R"({"id":"fhir, but of which type?"})"}) {
    EXPECT_EQ(outcome(std::string_view(text)), "dead/not-fhir") << text;
  }
}

TEST_F(IntakeTest, SizeAndDepthHaveLimits) {
  limits_.bytes = ObservationJson().text().size();
  EXPECT_EQ(outcome(ObservationJson()), "candidate");
  EXPECT_EQ(outcome(ObservationJson().text() + " "), "dead/too-large");
  EXPECT_EQ(outcome(std::string(10'000'000, ' ')), "dead/too-large");
}

TEST_F(IntakeTest, DepthHasALimit) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_EQ(outcome(ObservationJson().set("extension", nested(63))), "candidate");
  EXPECT_EQ(outcome(ObservationJson().set("extension", nested(64))), "dead/too-deep");
  EXPECT_EQ(outcome(nested(10'000)), "dead/too-deep");
}

TEST_F(IntakeTest, DuplicateKeysOfWhatIsRead) {
  EXPECT_EQ(outcome(ObservationJson().repeat("status", R"("final")")), "dead/duplicate-key");
  EXPECT_EQ(read(ObservationJson().repeat("status", R"("amended")")).text, "status: stands twice in one object");
  EXPECT_EQ(outcome(ObservationJson().set("valueQuantity", R"({"value":1,"value":2,"unit":"K/uL"})")),
            "dead/duplicate-key");
  EXPECT_EQ(outcome(ObservationJson().repeat("note", "[]").repeat("note", "[]")), "candidate");
  EXPECT_EQ(outcome(std::string_view(R"({"resourceType":"Patient","id":"1","id":"2"})")), "ignored/other-resource");
  EXPECT_EQ(outcome(std::string_view(R"({"resourceType":"Patient","resourceType":"Observation"})")),
            "dead/duplicate-key");
}

TEST_F(IntakeTest, OtherResources) {
  for (const char* type : {"Patient", "Bundle", "DiagnosticReport", "Flag", "observation"}) {
    const ObservationJson other = ObservationJson().set("resourceType", '"' + std::string(type) + '"');
    EXPECT_EQ(outcome(other), "ignored/other-resource");
    EXPECT_EQ(read(other).resource, std::string(type) + "/a1");
  }
}

TEST_F(IntakeTest, OwnOutput) {
  ObservationJson own;
  own.set("meta",
          R"({"tag":[{"system":"x","code":"y"},{"system":"urn:coagwatch:CodeSystem:producer","code":"coagwatch"}]})");
  EXPECT_EQ(outcome(own), "ignored/own-output");
  own.set("meta", R"({"tag":[{"system":"urn:other:CodeSystem:producer","code":"coagwatch"}]})");
  EXPECT_EQ(outcome(own), "candidate");
  EXPECT_EQ(outcome(ObservationJson().set(
                "code", R"({"coding":[{"system":"urn:coagwatch:CodeSystem:criteria","code":"isth-2001"}]})")),
            "ignored/own-output");
}

TEST_F(IntakeTest, Codes) {
  EXPECT_EQ(outcome(ObservationJson().remove("code")), "dead/no-code");
  EXPECT_EQ(outcome(ObservationJson().set("code", "{}")), "dead/no-code");
  EXPECT_EQ(outcome(ObservationJson().set("code", R"({"coding":[]})")), "dead/no-code");
  EXPECT_EQ(outcome(ObservationJson().set("code", R"({"coding":[{"system":"http://loinc.org"}]})")), "dead/no-code");
  EXPECT_EQ(outcome(ObservationJson().set("code", R"("777-3")")), "dead/no-code");
  EXPECT_EQ(outcome(ObservationJson().set("code", R"({"text":"Platelets"})")), "ignored/unmapped-code");
  EXPECT_EQ(outcome(ObservationJson().loinc("5901-4")), "ignored/unmapped-code");
  const Item& item = read(ObservationJson().loinc("3243-3"));
  EXPECT_EQ(item.reason, Reason::unmapped_code);
  EXPECT_EQ(item.code, "http://loinc.org|3243-3");
  EXPECT_FALSE(item.measure_known);
}

TEST_F(IntakeTest, TheCodeOfAnUnmappedResultIsBounded) {
  const Item& item =
      read(ObservationJson().loinc(std::string(100, 'x') + "\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9"));
  EXPECT_LE(item.code.size(), 128U);
  EXPECT_GE(item.code.size(), 127U);
  EXPECT_EQ(static_cast<unsigned char>(item.code.back()), 0xA9U) << "cut inside a character";
}

TEST_F(IntakeTest, CategoriesDecideWhatAnUnmappedCodeIs) {
  ObservationJson unmapped;
  unmapped.loinc("29463-7");
  const auto with = [&](const std::string& category) { return outcome(unmapped.set("category", category)); };
  EXPECT_EQ(with(R"([{"coding":[{"code":"vital-signs"}]}])"), "ignored/not-a-laboratory-result");
  EXPECT_EQ(with(R"([{"text":"Vital Signs"}])"), "ignored/not-a-laboratory-result");
  EXPECT_EQ(with(R"([{"coding":[{"code":"vital-signs"}]},{"coding":[{"code":"laboratory"}]}])"),
            "ignored/unmapped-code");
  EXPECT_EQ(with(R"([{"coding":[{"system":"http://loinc.org","code":"26436-6"}]}])"), "ignored/unmapped-code");
  EXPECT_EQ(with(R"([{"text":"Laboratory"}])"), "ignored/unmapped-code");
  EXPECT_EQ(with("[]"), "ignored/unmapped-code");
  EXPECT_EQ(outcome(ObservationJson().set("category", R"([{"coding":[{"code":"vital-signs"}]}])")), "candidate");
}

TEST_F(IntakeTest, SeveralCodingsMustAgree) {
  const auto with = [&](const std::string& a, const std::string& b) {
    return outcome(ObservationJson().set("code", R"({"coding":[{"system":"http://loinc.org","code":")" + a +
                                                     R"("},{"system":"http://loinc.org","code":")" + b + R"("}]})"));
  };
  EXPECT_EQ(with("777-3", "26515-7"), "candidate");
  EXPECT_EQ(with("xyz", "777-3"), "candidate");
  EXPECT_EQ(with("777-3", "6690-2"), "ignored/unmapped-code");
  // Of two methods the lesser is believed.
  const Item& item = read(ObservationJson()
                              .set("code", R"({"coding":[{"system":"http://loinc.org","code":"3255-7"},
      {"system":"http://loinc.org","code":"48664-7"}]})")
                              .quantity("2", "g/L"));
  EXPECT_EQ(item.change.result.method_rank, terminology_.find("http://loinc.org", "48664-7")->method_rank);
}

TEST_F(IntakeTest, OlderVersionsOfFhir) {
  for (const char* field :
       {"appliesDateTime", "appliesPeriod", "reliability", "comments", "related", "comment", "context"}) {
    EXPECT_EQ(outcome(ObservationJson().set(field, R"("x")")), "dead/unsupported-fhir-version") << field;
    EXPECT_EQ(outcome(ObservationJson().set(field, R"([{"x":1}])")), "dead/unsupported-fhir-version") << field;
  }
  EXPECT_EQ(outcome(ObservationJson().set("comment", "null")), "candidate");
}

TEST_F(IntakeTest, Statuses) {
  const auto with = [&](const std::string& status) {
    return outcome(ObservationJson().set("status", '"' + status + '"'));
  };
  EXPECT_EQ(with("final"), "candidate");
  EXPECT_EQ(with("preliminary"), "candidate");
  EXPECT_EQ(read(ObservationJson().set("status", R"("preliminary")")).change.result.status,
            rules::ResultStatus::preliminary);
  EXPECT_EQ(with("amended"), "candidate");
  EXPECT_EQ(with("corrected"), "candidate");
  EXPECT_EQ(with("registered"), "ignored/registered");
  EXPECT_EQ(with("unknown"), "unusable/status-unknown");
  EXPECT_EQ(with("appended"), "dead/invalid-status");
  EXPECT_EQ(with("Final"), "dead/invalid-status");
  EXPECT_EQ(with(""), "dead/invalid-status");
  EXPECT_EQ(outcome(ObservationJson().remove("status")), "dead/invalid-status");
  EXPECT_EQ(outcome(ObservationJson().set("status", "null")), "dead/invalid-status");
  EXPECT_EQ(outcome(ObservationJson().set("status", "1")), "dead/invalid-status");
}

TEST_F(IntakeTest, WhatIsUnusableIsStillReadAsEvidence) {
  const Item& item = read(ObservationJson().set("status", R"("unknown")"));
  EXPECT_EQ(item.patient, "Patient/17");
  EXPECT_EQ(item.change.result.unusable, rules::Unusable::status_unknown);
  EXPECT_TRUE(item.value_known);
  EXPECT_TRUE(item.change.result.at.known());
  EXPECT_EQ(item.change.identity, "Observation/a1");

  const Item& without_value = read(ObservationJson().set("status", R"("unknown")").remove("valueQuantity"));
  EXPECT_EQ(without_value.disposition, Disposition::unusable);
  EXPECT_FALSE(without_value.value_known);
  EXPECT_TRUE(without_value.change.result.at.known());
  EXPECT_EQ(describe(without_value.change.result.value), "anything");
}

TEST_F(IntakeTest, Modifiers) {
  EXPECT_EQ(outcome(ObservationJson().set("implicitRules", R"("urn:rules")")), "dead/modifier-extension");
  EXPECT_EQ(outcome(ObservationJson().set("modifierExtension", R"([{"url":"urn:x","valueBoolean":true}])")),
            "dead/modifier-extension");
  EXPECT_EQ(outcome(ObservationJson().set("modifierExtension", R"({"url":"urn:x"})")), "dead/modifier-extension");
  EXPECT_EQ(outcome(ObservationJson().set("modifierExtension", "[]")), "candidate");
  EXPECT_EQ(outcome(ObservationJson().set("extension", R"([{"url":"urn:x","valueBoolean":true}])")), "candidate");
}

TEST_F(IntakeTest, HaemolysisAsTheGermanModuleSaysIt) {
  const auto extension = [](const std::string& code) {
    return R"([{"url":"https://www.medizininformatik-initiative.de/fhir/core/modul-labor/StructureDefinition/)"
           R"(InterpretationsbeeinflussendeEigenschaft","valueCoding":{"system":"http://snomed.info/sct","code":")" +
           code + R"("}}])";
  };
  ObservationJson fibrinogen;
  fibrinogen.loinc("3255-7").quantity("2.0", "g/L").set("modifierExtension", extension("118128002"));
  EXPECT_EQ(outcome(fibrinogen), "unusable/haemolysed");
  EXPECT_EQ(outcome(ObservationJson().set("modifierExtension", extension("118128002"))), "candidate");
  EXPECT_EQ(outcome(fibrinogen.set("modifierExtension", extension("118127007"))), "candidate");
  EXPECT_EQ(outcome(fibrinogen.set("modifierExtension", extension("118129005"))), "candidate");
  EXPECT_EQ(outcome(fibrinogen.set("modifierExtension", extension("1"))), "dead/modifier-extension");
}

TEST_F(IntakeTest, Specimens) {
  ObservationJson gas;
  gas.loinc("11556-8").quantity("90", "mm[Hg]");
  EXPECT_EQ(outcome(gas), "ignored/specimen");
  gas.set("specimen", R"({"reference":"#s"})");
  const auto contained = [](const std::string& members) {
    return R"([{"resourceType":"Specimen","id":"s",)" + members + "}]";
  };
  EXPECT_EQ(outcome(gas.set("contained", contained(R"("type":{"coding":[{"code":"122552005"}]})"))), "candidate");
  EXPECT_EQ(outcome(gas.set("contained", contained(R"("type":{"coding":[{"code":"122555007"}]})"))),
            "ignored/specimen");

  ObservationJson platelets;
  platelets.set("specimen", R"({"reference":"#s"})");
  platelets.set("contained", contained(R"("condition":[{"coding":[{"code":"CLOT"}]}])"));
  EXPECT_EQ(outcome(platelets), "unusable/clotted-specimen");
  EXPECT_EQ(outcome(platelets.loinc("1751-7").quantity("30", "g/L")), "candidate");
  EXPECT_EQ(outcome(platelets.set("contained", contained(R"("type":{"coding":[{"code":"122575003"}]})"))),
            "ignored/specimen");
}

TEST_F(IntakeTest, Focus) {
  EXPECT_EQ(outcome(ObservationJson().set("focus", R"([{"reference":"Patient/fetus"}])")), "ignored/focus");
  EXPECT_EQ(outcome(ObservationJson().set("focus", "[]")), "candidate");
}

TEST_F(IntakeTest, TheFirstCheckThatSpeaksDecides) {
  ObservationJson all_wrong;
  all_wrong.set("valueQuantity", R"({"value":"45"})").set("effectiveDateTime", R"("soon")");
  EXPECT_EQ(outcome(all_wrong), "dead/invalid-value");
  EXPECT_EQ(outcome(all_wrong.remove("subject")), "dead/no-subject");
  EXPECT_EQ(outcome(all_wrong.set("focus", "[{}]")), "ignored/focus");
  EXPECT_EQ(outcome(all_wrong.set("implicitRules", R"("x")")), "dead/modifier-extension");
  EXPECT_EQ(outcome(all_wrong.set("status", R"("x")")), "dead/invalid-status");
  EXPECT_EQ(outcome(all_wrong.set("comments", R"("x")")), "dead/unsupported-fhir-version");
  EXPECT_EQ(outcome(all_wrong.loinc("1-1")), "ignored/unmapped-code");
}

TEST_F(IntakeTest, ADeadResultKeepsWhatIsKnownOfIt) {
  const Item& item = read(ObservationJson().quantity("-1", "10*9/L"));
  EXPECT_EQ(item.disposition, Disposition::dead);
  EXPECT_EQ(item.resource, "Observation/a1");
  EXPECT_EQ(item.patient, "Patient/17");
  EXPECT_EQ(item.change.identity, "Observation/a1");
  EXPECT_TRUE(item.measure_known);
  EXPECT_FALSE(item.value_known);
  EXPECT_TRUE(item.change.result.at.known());
  EXPECT_EQ(item.text, "value: outside what is possible for platelets");
}

TEST_F(IntakeTest, NoTextCarriesWhatTheInputSays) {
  const std::string secret = "Geheimnis";
  for (const char* field : {"status", "subject", "effectiveDateTime", "valueQuantity", "code"}) {
    const Item& item = read(ObservationJson().set(field, '"' + secret + '"'));
    EXPECT_EQ(item.disposition, Disposition::dead) << field;
    EXPECT_FALSE(item.text.empty()) << field;
    EXPECT_EQ(item.text.find(secret), std::string::npos) << field;
  }
}

TEST(Names, AreThoseOfTheInterface) {
  EXPECT_EQ(disposition_name(Disposition::unusable), "unusable");
  EXPECT_EQ(disposition_name(Disposition::dead), "dead");
  EXPECT_EQ(reason_name(Reason::none), "");
  EXPECT_EQ(reason_name(Reason::invalid_utf8), "invalid-utf8");
  EXPECT_EQ(reason_name(Reason::modifier_extension), "modifier-extension");
  EXPECT_EQ(reason_name(Reason::other_resource), "other-resource");
  EXPECT_EQ(reason_name(Reason::specimen), "specimen");
  EXPECT_EQ(reason_name(Reason::d_dimer_flavour), "d-dimer-flavour");
  EXPECT_EQ(reason_name(Reason::preliminary), "preliminary");
}

}  // namespace
}  // namespace coagwatch::fhir
