// Shapes of values beside the plain Quantity: ratios, primitive extensions, extensions of Quantity, types that hold no
// number.

#include "fhir/intake_fixture.h"

namespace coagwatch::fhir {
namespace {

using IntakeValueShapesTest = IntakeTest;

constexpr const char* kAbsent =
    R"({"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"}]})";

TEST_F(IntakeValueShapesTest, ARatioToOneIsItsNumerator) {
  ObservationJson fdp;
  fdp.loinc("30226-5");
  const auto with = [&](const std::string& numerator, const std::string& denominator) {
    return value(
        fdp.value("valueRatio", R"({"numerator":{)" + numerator + R"(},"denominator":{)" + denominator + "}}"));
  };
  const std::string ucum = R"("system":"http://unitsofmeasure.org",)";
  EXPECT_EQ(with(ucum + R"("value":15,"code":"mg")", ucum + R"("value":1,"code":"L")"), "15");
  EXPECT_EQ(with(ucum + R"("value":15,"code":"mg")", ucum + R"("value":1.0,"code":"dL")"), "150");
  EXPECT_EQ(with(R"("value":15,"unit":"mg")", R"("value":1,"unit":"L")"), "15");
  EXPECT_EQ(with(R"("value":15,"unit":"mg/L")", R"("value":1)"), "15");
  EXPECT_EQ(with(R"("value":15,"comparator":"<","unit":"mg/L")", R"("value":1)"), "<15");
  EXPECT_EQ(with(R"("value":15,"unit":"mg")", R"("value":1)"), "dead/unknown-unit");
  EXPECT_EQ(with(R"("value":15)", R"("value":1)"), "dead/unknown-unit");
  EXPECT_EQ(with(R"("value":15,"unit":"mg")", R"("value":1,"code":"L")"), "dead/unknown-unit");
  EXPECT_EQ(with(R"("value":15,"unit":"mg")", R"("value":1,"unit":"g/L")"), "dead/unknown-unit");
  EXPECT_EQ(with(R"("value":"15","unit":"mg/L")", R"("value":1)"), "dead/invalid-value");
  EXPECT_EQ(with(R"("value":15,"unit":"mg/L")", R"("value":"1")"), "dead/invalid-value");
  // A titre, an amount in a day, a bound of the denominator.
  EXPECT_EQ(with(R"("value":1)", R"("value":8)"), "ignored/no-value");
  EXPECT_EQ(with(R"("value":15,"unit":"mg")", R"("value":24,"unit":"h")"), "ignored/no-value");
  EXPECT_EQ(with(R"("value":15,"unit":"mg")", R"("value":1,"comparator":"<","unit":"L")"), "ignored/no-value");
  EXPECT_EQ(with(R"("value":15,"unit":"mg")", R"("unit":"L")"), "ignored/no-value");
  EXPECT_EQ(value(fdp.value("valueRatio", "[]")), "dead/invalid-value");
  EXPECT_EQ(value(fdp.value("valueRatio", R"({"numerator":5})")), "dead/invalid-value");
  // Nothing of it stays for the next one.
  EXPECT_EQ(value(fdp.remove("valueRatio").quantity("7", "mg/L")), "7");
}

TEST_F(IntakeValueShapesTest, ARatioOfTheSameUnitsIsAPtRatio) {
  ObservationJson pt;
  pt.loinc("5894-1");
  const auto with = [&](const std::string& numerator, const std::string& denominator) {
    return value(pt.value("valueRatio", R"({"numerator":{)" + numerator + R"(},"denominator":{)" + denominator + "}}"));
  };
  EXPECT_EQ(with(R"("value":18,"unit":"s")", R"("value":12,"unit":"s")"), "1.5");
  EXPECT_EQ(measure(pt), "pt-ratio");
  EXPECT_EQ(with(R"("value":18)", R"("value":12)"), "1.5");
  EXPECT_EQ(with(R"("value":20,"unit":"s")", R"("value":12,"unit":"s")"), "dead/invalid-value") << "1.666…";
  EXPECT_EQ(with(R"("value":18,"unit":"s")", R"("value":12)"), "dead/unknown-unit");
  EXPECT_EQ(with(R"("value":18,"comparator":">","unit":"s")", R"("value":12,"unit":"s")"), "dead/invalid-value");
  EXPECT_EQ(with(R"("value":18)", R"("value":0)"), "dead/invalid-value");
  EXPECT_EQ(with(R"("value":18)", R"("value":-12)"), "dead/invalid-value");

  // An INR is no quotient of times: the thromboplastin's exponent is missing.
  pt.loinc("6301-6");
  EXPECT_EQ(with(R"("value":18,"unit":"s")", R"("value":12,"unit":"s")"), "dead/unknown-unit");
  EXPECT_EQ(with(R"("value":1.2)", R"("value":1)"), "1.2");
  EXPECT_EQ(with(R"("value":24)", R"("value":20)"), "1.2");
}

TEST_F(IntakeValueShapesTest, AnExtensionInThePlaceOfAPrimitiveIsNoPrimitive) {
  EXPECT_EQ(
      value(ObservationJson().set("valueQuantity", std::string(R"({"_value":)") + kAbsent + R"(,"unit":"10*9/L"})")),
      "ignored/no-value");
  EXPECT_EQ(value(ObservationJson().set("valueQuantity", std::string(R"({"value":null,"_value":)") + kAbsent + "}")),
            "ignored/no-value");
  EXPECT_EQ(value(ObservationJson().value("_valueString", kAbsent)), "ignored/no-value");
  EXPECT_EQ(value(ObservationJson().value("valueString", "null").set("_valueString", kAbsent)), "ignored/no-value");
  EXPECT_EQ(value(ObservationJson().value("_valueInteger", kAbsent)), "ignored/no-value");
  EXPECT_EQ(outcome(ObservationJson().remove("status").set("_status", kAbsent)), "dead/invalid-status");
  EXPECT_EQ(outcome(ObservationJson().remove("effectiveDateTime").set("_effectiveDateTime", kAbsent)), "dead/no-time");
  EXPECT_EQ(at(ObservationJson()
                   .remove("effectiveDateTime")
                   .set("_effectiveDateTime", kAbsent)
                   .set("issued", R"("2026-01-02T09:00:00Z")")
                   .set("_issued", kAbsent)),
            "2026-01-02T09:00:00Z");
  EXPECT_EQ(outcome(ObservationJson().remove("effectiveDateTime").set("_issued", kAbsent)), "dead/no-time");
}

TEST_F(IntakeValueShapesTest, AnExtensionBesideAPrimitiveChangesNothing) {
  EXPECT_EQ(
      value(ObservationJson().set(
          "valueQuantity",
          R"({"value":45,"_value":{"extension":[{"url":)"
          R"("http://hl7.org/fhir/StructureDefinition/quantity-precision","valueInteger":1}]},"unit":"10*9/L"})")),
      "45");
  EXPECT_EQ(outcome(ObservationJson().set("_status", R"({"id":"x"})")), "candidate");
  EXPECT_EQ(outcome(ObservationJson().set("_effectiveDateTime", R"({"extension":[]})")), "candidate");
  // Of a list null stands for what has none.
  EXPECT_EQ(at(ObservationJson()
                   .remove("effectiveDateTime")
                   .set("effectiveTiming", R"({"event":[null,"2026-01-02T08:30:00Z"],"_event":[{"id":"x"},null]})")),
            "2026-01-02T08:30:00Z");
}

TEST_F(IntakeValueShapesTest, ASecondUnitInAnExtensionIsNotRead) {
  EXPECT_EQ(value(ObservationJson().set(
                "valueQuantity",
                R"({"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/extension-quantity-translation",)"
                R"("valueQuantity":{"value":45000,"unit":"/uL"}}],"value":45,"unit":"10*9/L"})")),
            "45");
}

TEST_F(IntakeValueShapesTest, TypesWithoutANumber) {
  for (const auto& [name, json] : std::initializer_list<std::pair<const char*, const char*>>{
           {"valueCodeableConcept", R"({"coding":[{"system":"http://snomed.info/sct","code":"260348001"}]})"},
           {"valueCodeableConcept", R"({"text":"5-20 ug/mL"})"},
           {"valueCodeableConcept", "7"},
           {"valueBoolean", "true"},
           {"valueSampledData", R"({"origin":{"value":2},"period":1,"dimensions":1,"data":"2 4"})"},
           {"valueTime", R"("08:00:00")"},
           {"valueDateTime", R"("2026-01-02")"},
           {"valuePeriod", "{}"},
           {"valueAttachment", "{}"},
           {"valueReference", R"({"reference":"Observation/2"})"}}) {
    EXPECT_EQ(value(ObservationJson().loinc("30226-5").value(name, json)), "ignored/no-value") << name;
  }
}

TEST_F(IntakeValueShapesTest, TheDecimalCommaOfASite) {
  const auto text = [&](const std::string& written) {
    return value(ObservationJson().loinc("3255-7").value("valueString", '"' + written + '"'));
  };
  EXPECT_EQ(text("1,4 g/L"), "dead/invalid-value");
  EXPECT_EQ(text("1.234 g/L"), "1.234");
}

TEST_F(IntakeValueShapesTest, TheDecimalCommaOfAnotherSite) {
  site_.decimal_comma = true;
  const auto text = [&](const std::string& written) {
    return value(ObservationJson().loinc("3255-7").value("valueString", '"' + written + '"'));
  };
  EXPECT_EQ(text("1,4 g/L"), "1.4");
  EXPECT_EQ(text("<0,5 g/L"), "<0.5");
  EXPECT_EQ(text("1.234 g/L"), "dead/invalid-value");
  EXPECT_EQ(text("1.234,5 mg/dL"), "dead/invalid-value");
  EXPECT_EQ(value(ObservationJson().loinc("3255-7").quantity("1.234", "g/L")), "1.234") << "JSON's point is decimal";
  EXPECT_EQ(
      upper_limit(
          ObservationJson().loinc("3255-7").quantity("1.5", "g/L").set("referenceRange", R"([{"text":"1,8 - 3,5"}])")),
      "3.5");
}

}  // namespace
}  // namespace coagwatch::fhir
