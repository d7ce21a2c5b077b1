// One resource, several results: components, and Observations inside of others.

#include <gmock/gmock.h>

#include "fhir/intake_fixture.h"

namespace coagwatch::fhir {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kPlatelets = R"({"code":{"coding":[{"system":"http://loinc.org","code":"777-3"}]},)"
                                   R"("valueQuantity":{"value":45,"unit":"10*9/L"}})";
constexpr const char* kFdp = R"({"code":{"coding":[{"system":"http://loinc.org","code":"30226-5"}]},)"
                             R"("valueQuantity":{"value":60,"unit":"ug/mL"},"referenceRange":[{"high":{"value":5}}]})";

class IntakePartsTest : public IntakeTest {
 protected:
  /// `Observation/a1 Patient/17 platelets candidate` for each row.
  std::vector<std::string> rows(const std::string& record) {
    record_ = record;
    items_ = read_all(record_);
    std::vector<std::string> all;
    for (const Item& item : items_) {
      std::string text(item.resource);
      text.append(" ").append(item.patient).append(" ");
      if (item.measure_known) text.append(rules::measure_info(item.change.result.measure).name).append(" ");
      text.append(disposition_name(item.disposition));
      if (item.reason != Reason::none) text.append("/").append(reason_name(item.reason));
      all.push_back(std::move(text));
    }
    return all;
  }
  /// A panel without a value of its own.
  static ObservationJson panel(const std::vector<std::string>& components) {
    std::string list = "[";
    for (const std::string& component : components) list.append(list.size() > 1 ? "," : "").append(component);
    return ObservationJson().loinc("55284-4").remove("valueQuantity").set("component", list + "]");
  }
  /// The identity with `~` for the separator.
  [[nodiscard]] std::string identity(std::size_t i) const {
    std::string text(items_[i].change.identity);
    std::ranges::replace(text, rules::kPartSeparator, '~');
    return text;
  }
  static std::string report(const std::string& members) {
    return R"({"resourceType":"DiagnosticReport","id":"r","status":"final","subject":{"reference":"Patient/17"})" +
           members + "}";
  }

  std::string record_;
  std::span<Item> items_;
};

TEST_F(IntakePartsTest, EachComponentIsAResult) {
  EXPECT_THAT(rows(panel({kPlatelets, kFdp}).text()),
              ElementsAre("Observation/a1 Patient/17 platelets candidate", "Observation/a1 Patient/17 fdp candidate"));
  EXPECT_EQ(describe(items_[0].change.result.value), "45");
  EXPECT_EQ(describe(items_[1].change.result.value), "60");
  EXPECT_EQ(items_[1].change.result.upper_limit->to_string(), "5") << "its own range";
  EXPECT_FALSE(items_[0].change.result.upper_limit);
  EXPECT_EQ(identity(0), "Observation/a1~platelets");
  EXPECT_EQ(identity(1), "Observation/a1~fdp");
  EXPECT_EQ(items_[0].last.identity, "");
  EXPECT_EQ(items_[1].last.identity, "Observation/a1");
  EXPECT_EQ(items_[1].last.patient, "Patient/17");
}

TEST_F(IntakePartsTest, TheObservationIsAResultToo) {
  EXPECT_THAT(rows(ObservationJson().set("component", "[" + std::string(kFdp) + "]").text()),
              ElementsAre("Observation/a1 Patient/17 platelets candidate", "Observation/a1 Patient/17 fdp candidate"));
  EXPECT_EQ(identity(0), "Observation/a1~platelets");
}

TEST_F(IntakePartsTest, BloodPressurePanelsGiveTheMeanOnly) {
  const auto pressure = [](const std::string& code, const std::string& value) {
    return R"({"code":{"coding":[{"system":"http://loinc.org","code":")" + code + R"("}]},"valueQuantity":{"value":)" +
           value + R"(,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}})";
  };
  const std::string vital_signs =
      R"([{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}])";
  EXPECT_THAT(rows(panel({pressure("8480-6", "120"), pressure("8462-4", "80"), pressure("8478-0", "93")})
                       .loinc("85354-9")
                       .set("category", vital_signs)
                       .text()),
              ElementsAre("Observation/a1 Patient/17 ignored/not-a-laboratory-result",
                          "Observation/a1 Patient/17 ignored/not-a-laboratory-result",
                          "Observation/a1 Patient/17 map candidate"))
      << "the category is the Observation's";
}

TEST_F(IntakePartsTest, ABadComponentIsDeadByItself) {
  const std::string unknown_unit = R"({"code":{"coding":[{"system":"http://loinc.org","code":"3255-7"}]},)"
                                   R"("valueQuantity":{"value":2,"unit":"furlong"}})";
  const std::string absent = R"({"code":{"coding":[{"system":"http://loinc.org","code":"6301-6"}]},)"
                             R"("dataAbsentReason":{"coding":[{"code":"not-performed"}]}})";
  const std::string modified = R"({"modifierExtension":[{"url":"x"}],)" + std::string(kFdp).substr(1);
  EXPECT_THAT(
      rows(panel({unknown_unit, kPlatelets, absent, R"({"valueInteger":1})", modified}).text()),
      ElementsAre("Observation/a1 Patient/17 fibrinogen dead/unknown-unit",
                  "Observation/a1 Patient/17 platelets candidate", "Observation/a1 Patient/17 inr ignored/no-value",
                  "Observation/a1 Patient/17 dead/no-code", "Observation/a1 Patient/17 fdp dead/modifier-extension"));
  EXPECT_THAT(items_[0].text, HasSubstr("component[0]: "));
  EXPECT_THAT(items_[3].text, HasSubstr("component[3]: "));
  rows(panel({kPlatelets, R"({"code":{"coding":[{"system":"x","code":"1"}]}})"}).text());
  EXPECT_EQ(items_[1].text, "component[1]") << "there is no more to say";
}

TEST_F(IntakePartsTest, WhatIsWrongWithTheWholeIsWrongWithEachPart) {
  EXPECT_THAT(rows(panel({kPlatelets, kFdp}).remove("subject").text()),
              ElementsAre("Observation/a1  platelets dead/no-subject", "Observation/a1  fdp dead/no-subject"));
  EXPECT_THAT(rows(panel({kPlatelets, kFdp}).set("status", R"("registered")").text()),
              ElementsAre("Observation/a1 Patient/17 platelets ignored/registered",
                          "Observation/a1 Patient/17 fdp ignored/registered"));
}

TEST_F(IntakePartsTest, RepeatedResultsAreNumbered) {
  rows(panel({kPlatelets, kFdp, kPlatelets}).text());
  EXPECT_EQ(identity(0), "Observation/a1~platelets");
  EXPECT_EQ(identity(2), "Observation/a1~platelets/1");
  rows(panel({kPlatelets, kPlatelets}).remove("id").text());
  EXPECT_EQ(identity(0), "=platelets|2026-01-02T08:00:00Z|");
  EXPECT_EQ(identity(1), "=platelets/1|2026-01-02T08:00:00Z|");
}

TEST_F(IntakePartsTest, ARetractionIsOfTheWhole) {
  rows(panel({kPlatelets, kFdp}).set("status", R"("entered-in-error")").text());
  ASSERT_EQ(items_.size(), 2U);
  EXPECT_EQ(identity(0), "Observation/a1");
  EXPECT_EQ(items_[0].change.kind, rules::Change::Kind::retraction);
  EXPECT_FALSE(items_[0].shares_fate);
  EXPECT_TRUE(items_[1].shares_fate);
  EXPECT_EQ(items_[1].last.identity, "") << "nothing is left to withdraw";
}

TEST_F(IntakePartsTest, WithoutAnIdentityEachPartIsRetractedByItself) {
  rows(panel({kPlatelets, kFdp}).remove("id").set("status", R"("entered-in-error")").text());
  ASSERT_EQ(items_.size(), 2U);
  EXPECT_EQ(identity(0), "=platelets|2026-01-02T08:00:00Z|");
  EXPECT_EQ(identity(1), "=fdp|2026-01-02T08:00:00Z|");
  EXPECT_FALSE(items_[1].shares_fate);
}

TEST_F(IntakePartsTest, WhatIsNoListOfComponentsIsNotFhir) {
  for (const char* wrong : {"{}", "5", R"("x")", "[5]", R"([{"code":{}},7])", R"([7,{"code":{}}])", "[[]]"}) {
    EXPECT_EQ(outcome(ObservationJson().set("component", wrong)), "dead/not-fhir") << wrong;
    // A retraction is one, whatever else is wrong.
    const auto gone = ObservationJson().set("component", wrong).set("status", R"("entered-in-error")").text();
    EXPECT_THAT(rows(gone), ElementsAre("Observation/a1 Patient/17 platelets candidate")) << wrong;
    EXPECT_EQ(items_[0].change.kind, rules::Change::Kind::retraction) << wrong;
  }
  EXPECT_EQ(outcome(ObservationJson().set("component", "[]")), "candidate");
  EXPECT_EQ(outcome(ObservationJson().set("component", "null")), "candidate");
  EXPECT_EQ(outcome(panel({R"({"code":{},"code":{}})"})), "dead/duplicate-key");
}

TEST_F(IntakePartsTest, MoreComponentsThanAllowedAreTooLarge) {
  limits_.entries = 2;
  EXPECT_EQ(rows(panel({kPlatelets, kFdp}).text()).size(), 2U);
  EXPECT_THAT(rows(panel({kPlatelets, kFdp, kFdp}).text()), ElementsAre("  dead/too-large"));
}

TEST_F(IntakePartsTest, AnIdentifierThatHoldsTheSeparatorIsNone) {
  rows(ObservationJson()
           .remove("id")
           .set("identifier", R"([{"system":"s","value":"a\u001fb"},{"system":"s","value":"c"}])")
           .text());
  EXPECT_EQ(identity(0), "s|c\x1eplatelets");
}

TEST_F(IntakePartsTest, AReportsContainedObservationsAreResults) {
  const std::string plt = ObservationJson().set("id", R"("plt")").text();
  const std::string fdp = ObservationJson().set("id", R"("f")").loinc("30226-5").quantity("60", "ug/mL").text();
  EXPECT_THAT(
      rows(report(R"(,"contained":[)" + plt + R"(,{"resourceType":"Specimen","id":"s"},)" + fdp + "]")),
      ElementsAre("DiagnosticReport/r  ignored/other-resource", "DiagnosticReport/r#plt Patient/17 platelets candidate",
                  "DiagnosticReport/r#f Patient/17 fdp candidate"));
  EXPECT_EQ(identity(1), "DiagnosticReport/r~#plt");
  EXPECT_EQ(items_[2].last.identity, "DiagnosticReport/r");
  EXPECT_EQ(items_[2].last.patient, "Patient/17");
}

TEST_F(IntakePartsTest, AContainedObservationHasComponentsToo) {
  EXPECT_THAT(rows(ObservationJson()
                       .loinc("58410-2")
                       .remove("valueQuantity")
                       .set("contained", "[" + panel({kPlatelets}).set("id", R"("p")").text() + "]")
                       .text()),
              ElementsAre("Observation/a1 Patient/17 ignored/unmapped-code",
                          "Observation/a1#p Patient/17 platelets candidate"));
  EXPECT_EQ(identity(1), "Observation/a1~#p~platelets");
}

TEST_F(IntakePartsTest, WhatIsContainedRefersToItsNeighbours) {
  const std::string neighbours =
      R"({"resourceType":"Patient","id":"pat","identifier":[{"system":"s","value":"1"}]},)"
      R"({"resourceType":"Specimen","id":"sp","collection":{"collectedDateTime":"2026-01-02T07:00:00Z"}},)";
  const std::string plt = ObservationJson()
                              .set("id", R"("plt")")
                              .set("subject", R"({"reference":"#pat"})")
                              .set("specimen", R"({"reference":"#sp"})")
                              .remove("effectiveDateTime")
                              .text();
  EXPECT_THAT(
      rows(report(R"(,"contained":[)" + neighbours + plt + "]")),
      ElementsAre("DiagnosticReport/r  ignored/other-resource", "DiagnosticReport/r#plt s|1 platelets candidate"));
  EXPECT_EQ(format_instant(items_[1].change.result.at), "2026-01-02T07:00:00Z");
}

TEST_F(IntakePartsTest, AReportTellsWhenItsResultsWereCollected) {
  const std::string plt = ObservationJson()
                              .set("id", R"("plt")")
                              .remove("effectiveDateTime")
                              .set("issued", R"("2026-01-02T09:00:00Z")")
                              .text();
  rows(report(R"(,"effectiveDateTime":"2026-01-02T06:00:00Z","contained":[)" + plt + "]"));
  EXPECT_EQ(format_instant(items_[1].change.result.at), "2026-01-02T06:00:00Z") << "before issued";
  rows(report(R"(,"contained":[)" + plt + "]"));
  EXPECT_EQ(format_instant(items_[1].change.result.at), "2026-01-02T09:00:00Z");
}

TEST_F(IntakePartsTest, WhatARetractedReportContainsIsRetracted) {
  const std::string plt = ObservationJson().set("id", R"("plt")").text();
  rows(R"({"resourceType":"DiagnosticReport","id":"r","status":"entered-in-error","contained":[)" + plt + "]}");
  EXPECT_EQ(items_[1].change.kind, rules::Change::Kind::retraction);
  EXPECT_EQ(identity(1), "DiagnosticReport/r~#plt");
}

TEST_F(IntakePartsTest, AContainedObservationWithoutAnIdHasItsIdentifier) {
  const std::string plt = ObservationJson().remove("id").set("identifier", R"([{"system":"s","value":"9"}])").text();
  rows(report(R"(,"contained":[)" + plt + "]"));
  EXPECT_EQ(identity(1), "s|9\x1eplatelets");
  EXPECT_EQ(items_[1].resource, "DiagnosticReport/r#");
}

TEST_F(IntakePartsTest, ABadContainedObservationIsDeadByItself) {
  const std::string good = ObservationJson().set("id", R"("good")").text();
  const std::string bad = ObservationJson().set("id", R"("bad")").repeat("status", R"("final")").text();
  const std::string lost = ObservationJson().set("id", R"("lost")").remove("subject").text();
  EXPECT_THAT(rows(report(R"(,"contained":[)" + bad + "," + lost + "," + good + "]")),
              ElementsAre("DiagnosticReport/r  ignored/other-resource", "  dead/duplicate-key",
                          "DiagnosticReport/r#lost  platelets dead/no-subject",
                          "DiagnosticReport/r#good Patient/17 platelets candidate"));
}

TEST_F(IntakePartsTest, AReportWithoutResultsMayFollowOneThatHadSome) {
  EXPECT_THAT(rows(report("")), ElementsAre("DiagnosticReport/r  ignored/other-resource"));
  EXPECT_EQ(items_[0].last.identity, "DiagnosticReport/r");
}

TEST_F(IntakePartsTest, ContainedResourcesOfOneNameAreAmbiguous) {
  const std::string two = R"([{"resourceType":"Patient","id":"p","identifier":[{"system":"s","value":"1"}]},)"
                          R"({"resourceType":"Patient","id":"p","identifier":[{"system":"s","value":"2"}]}])";
  EXPECT_EQ(outcome(ObservationJson().set("contained", two).set("subject", R"({"reference":"#p"})")),
            "dead/ambiguous-subject");
}

}  // namespace
}  // namespace coagwatch::fhir
