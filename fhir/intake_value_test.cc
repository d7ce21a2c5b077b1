#include "fhir/intake_fixture.h"

namespace coagwatch::fhir {
namespace {

using IntakeValueTest = IntakeTest;

TEST_F(IntakeValueTest, TheDigitsAsWrittenAreKept) {
  EXPECT_EQ(value(ObservationJson().quantity("1.50", "10*9/L")), "1.50");
  EXPECT_EQ(value(ObservationJson().quantity("45", "10*9/L")), "45");
  EXPECT_EQ(value(ObservationJson().quantity("45.0", "10*9/L")), "45.0");
}

TEST_F(IntakeValueTest, ExponentsAndManyDigits) {
  EXPECT_EQ(value(ObservationJson().quantity("4.5e1", "10*9/L")), "45");
  EXPECT_EQ(value(ObservationJson().quantity("4.5E+01", "10*9/L")), "45");
  EXPECT_EQ(value(ObservationJson().quantity("450e-1", "10*9/L")), "45.0");
  EXPECT_EQ(value(ObservationJson().quantity("0", "10*9/L")), "0");
  // 54 digits: the narrowest interval around it, which lies below the cut-off that a binary number would round to.
  EXPECT_EQ(value(ObservationJson().quantity("49.9999999999999999999999999999999999999999999999999999", "10*9/L")),
            "(49.9999999999999999,50.0000000000000000)");
  EXPECT_EQ(value(ObservationJson().quantity("50." + std::string(200, '0'), "10*9/L")).substr(0, 4), "50.0");
  EXPECT_EQ(value(ObservationJson().quantity(std::string(257, '1'), "10*9/L")), "dead/invalid-value");
  EXPECT_EQ(value(ObservationJson().quantity("1e50", "10*9/L")), "dead/invalid-value");
  EXPECT_EQ(value(ObservationJson().quantity("1e400", "10*9/L")), "dead/invalid-value");
}

TEST_F(IntakeValueTest, Comparators) {
  const auto with = [&](const std::string& comparator) {
    return value(
        ObservationJson().set("valueQuantity", R"({"value":10,"comparator":)" + comparator + R"(,"unit":"10*9/L"})"));
  };
  EXPECT_EQ(with(R"("<")"), "<10");
  EXPECT_EQ(with(R"("<=")"), "<=10");
  EXPECT_EQ(with(R"(">")"), ">10");
  EXPECT_EQ(with(R"(">=")"), ">=10");
  EXPECT_EQ(with("null"), "10");
  EXPECT_EQ(with(R"("ad")"), "dead/invalid-value") << "R5: sufficient to reach this total, no bound of a measurement";
  EXPECT_EQ(with(R"("=")"), "dead/invalid-value");
  EXPECT_EQ(with(R"("")"), "dead/invalid-value");
  EXPECT_EQ(with("1"), "dead/invalid-value");
}

TEST_F(IntakeValueTest, ANumberMustBeAJsonNumber) {
  const auto with = [&](const std::string& number) {
    return value(ObservationJson().set("valueQuantity", R"({"value":)" + number + R"(,"unit":"10*9/L"})"));
  };
  EXPECT_EQ(with(R"("45")"), "dead/invalid-value");
  EXPECT_EQ(with("true"), "dead/invalid-value");
  EXPECT_EQ(with("{}"), "dead/invalid-value");
  EXPECT_EQ(with("[45]"), "dead/invalid-value");
  EXPECT_EQ(with("null"), "ignored/no-value");
  EXPECT_EQ(value(ObservationJson().set("valueQuantity", "45")), "dead/invalid-value");
  EXPECT_EQ(value(ObservationJson().set("valueQuantity", "[]")), "dead/invalid-value");
  EXPECT_EQ(value(ObservationJson().set("valueQuantity", R"({"unit":"10*9/L"})")), "ignored/no-value");
}

TEST_F(IntakeValueTest, NoValueAndSeveral) {
  EXPECT_EQ(value(ObservationJson().remove("valueQuantity")), "ignored/no-value");
  EXPECT_EQ(value(ObservationJson().value("dataAbsentReason", R"({"text":"error"})")), "ignored/no-value");
  EXPECT_EQ(value(ObservationJson().value("valueCodeableConcept", R"({"text":"+"})")), "ignored/no-value");
  EXPECT_EQ(value(ObservationJson().value("valueBoolean", "true")), "ignored/no-value");
  EXPECT_EQ(value(ObservationJson().value("valueRatio", "{}")), "ignored/no-value");
  EXPECT_EQ(value(ObservationJson().value("valueDateTime", R"("2020")")), "ignored/no-value");
  EXPECT_EQ(value(ObservationJson().set("valueString", R"("45")")), "dead/invalid-value");
  EXPECT_EQ(value(ObservationJson().set("dataAbsentReason", R"({"text":"error"})")), "dead/invalid-value");
}

TEST_F(IntakeValueTest, Integers) {
  ObservationJson gcs;
  gcs.loinc("9269-2");
  EXPECT_EQ(value(gcs.value("valueInteger", "14")), "14");
  EXPECT_EQ(value(gcs.value("valueInteger", "14.0")), "dead/invalid-value");
  EXPECT_EQ(value(gcs.value("valueInteger", "1e1")), "dead/invalid-value");
  EXPECT_EQ(value(gcs.value("valueInteger", R"("14")")), "dead/invalid-value");
  EXPECT_EQ(value(gcs.value("valueInteger", "2")), "dead/implausible-value");
  EXPECT_EQ(value(ObservationJson().value("valueInteger", "45")), "dead/unknown-unit");
}

TEST_F(IntakeValueTest, Texts) {
  ObservationJson inr;
  inr.loinc("6301-6");
  const auto with = [&](const std::string& text) { return value(inr.value("valueString", '"' + text + '"')); };
  EXPECT_EQ(with("1.20"), "1.20");
  EXPECT_EQ(with(" 1.2 "), "1.2");
  EXPECT_EQ(with("<5"), "<5");
  EXPECT_EQ(with("> 10.50"), ">10.50");
  EXPECT_EQ(with(">=2"), ">=2");
  EXPECT_EQ(with("GREATER THAN 10"), ">10");
  EXPECT_EQ(with("\uff1c\uff11\uff0e\uff15"), "<1.5");
  EXPECT_EQ(with("\u22645"), "<=5");
  EXPECT_EQ(with("\uff1c5"), "<5");
  EXPECT_EQ(with("5-20"), "[5,20]");
  EXPECT_EQ(with("5 - 20"), "[5,20]");
  EXPECT_EQ(with("5\u201320"), "[5,20]");
  for (const char* text : {"neg", "+", "++", "", "s. Text", "UNK", "clotted"}) {
    EXPECT_EQ(with(text), "ignored/no-value") << text;
  }
  for (const char* text :
       {"1,4", "150>", "<1>5", "1:8", "see note 3", "10E3/uL", "20-5",        "<5-20", "5-",  "1.2.3",
        ".5",  "1 2",  "2+",   "01",  "2020-01-02", "1.2 (H)", "1.2 clotted", "x1",    "--1", "1/8"}) {
    EXPECT_EQ(with(text), "dead/invalid-value") << text;
  }
  EXPECT_EQ(with("-1"), "dead/implausible-value");
  EXPECT_EQ(value(inr.value("valueString", "1.2")), "dead/invalid-value");
}

TEST_F(IntakeValueTest, ATextHasNoUnitUnlessItNamesOne) {
  ObservationJson fdp;
  fdp.loinc("30226-5");
  EXPECT_EQ(value(fdp.value("valueString", R"(">20")")), "dead/unknown-unit");
  EXPECT_EQ(value(fdp.value("valueString", R"(">20 ug/mL")")), ">20");
  EXPECT_EQ(value(fdp.value("valueString", R"("5-20 ug/mL")")), "[5,20]");
  EXPECT_EQ(value(fdp.value("valueString", R"("5 mmol/L")")), "dead/unknown-unit");
  EXPECT_EQ(value(ObservationJson().value("valueString", R"("45 10*9/L")")), "45");
  EXPECT_EQ(value(ObservationJson().value("valueString", R"("0.45 10*5/uL")")), "45");
  EXPECT_EQ(value(ObservationJson().value("valueString", R"("45 H")")), "dead/invalid-value");
}

TEST_F(IntakeValueTest, Ranges) {
  ObservationJson fdp;
  fdp.loinc("30226-5");
  const auto with = [&](const std::string& json) { return value(fdp.value("valueRange", json)); };
  EXPECT_EQ(with(R"({"low":{"value":5,"unit":"ug/mL"},"high":{"value":20,"unit":"ug/mL"}})"), "[5,20]");
  EXPECT_EQ(with(R"({"low":{"value":20,"unit":"ug/mL"}})"), ">=20");
  EXPECT_EQ(with(R"({"high":{"value":5,"unit":"ug/mL"}})"), "<=5");
  EXPECT_EQ(with(R"({"low":{"value":5},"high":{"value":20,"unit":"ug/mL"}})"), "[5,20]");
  EXPECT_EQ(with(R"({"low":{"value":5,"unit":"ng/mL"},"high":{"value":20,"unit":"ug/mL"}})"), "dead/unknown-unit");
  EXPECT_EQ(with(R"({"low":{"value":20,"unit":"ug/mL"},"high":{"value":5}})"), "dead/invalid-value");
  EXPECT_EQ(with(R"({"low":{"value":20,"unit":"ug/mL"},"high":{"value":19.99999999999999999999}})"),
            "dead/invalid-value");
  EXPECT_EQ(with(R"({"low":{"value":5,"comparator":"<","unit":"ug/mL"}})"), "dead/invalid-value");
  EXPECT_EQ(with(R"({"low":{"value":"5","unit":"ug/mL"}})"), "dead/invalid-value");
  EXPECT_EQ(with("{}"), "ignored/no-value");
  EXPECT_EQ(with("[5,20]"), "dead/invalid-value");
}

TEST_F(IntakeValueTest, ACountTooSmallForItsUnitIsNotBelieved) {
  struct Case {
    const char* code;
    const char* number;
    const char* unit;
    const char* outcome;
  };
  constexpr const char* kPlatelets = "777-3";
  constexpr const char* kWbc = "6690-2";
  constexpr const char* kRbc = "789-8";
  constexpr const char* kRefused = "dead/implausible-value";
  for (const Case& c :
       {// What is finer than the canonical unit, with a number that would be usual in that.
        Case{kPlatelets, "250", "/uL", kRefused}, Case{kPlatelets, "999.999", "/uL", kRefused},
        Case{kPlatelets, "1000", "/uL", "1"}, Case{kPlatelets, "250000", "/uL", "250"},
        Case{kPlatelets, "0", "/uL", "0"}, Case{kPlatelets, "250", "{plt}/L", kRefused},
        Case{kPlatelets, "250", "/L", kRefused}, Case{kPlatelets, "250000000000", "/L", "250"},
        Case{kPlatelets, "250", "10*6/L", kRefused}, Case{kPlatelets, "250", "10*3/mL", kRefused},
        // In the canonical unit and in coarser ones the number is what it says, down to a cell in a microlitre.
        Case{kPlatelets, "1", "10*9/L", "1"}, Case{kPlatelets, "0.6", "10*9/L", "0.6"},
        Case{kPlatelets, "5", "K/uL", "5"}, Case{kPlatelets, "0.1", "10*4/uL", "1"},
        Case{kPlatelets, "0.001", "10*9/L", "0.001"}, Case{kPlatelets, "0.00099", "10*9/L", kRefused},
        Case{kPlatelets, "0", "10*9/L", "0"},
        // Leukocytes after chemotherapy are few in truth.
        Case{kWbc, "100", "/uL", "0.1"}, Case{kWbc, "10", "/uL", "0.01"}, Case{kWbc, "9.9", "/uL", kRefused},
        Case{kWbc, "1", "10*2/uL", "0.1"}, Case{kWbc, "0.1", "10*9/L", "0.1"}, Case{kWbc, "0.01", "K/uL", "0.01"},
        Case{kWbc, "6.5", "10*6/L", kRefused}, Case{kWbc, "6500", "10*6/L", "6.5"}, Case{kRbc, "4.5", "/uL", kRefused},
        Case{kRbc, "4500000", "/uL", "4.5"}, Case{kRbc, "450", "10*4/uL", "4.5"},
        Case{kRbc, "4.5", "10*9/L", kRefused}}) {
    EXPECT_EQ(value(ObservationJson().loinc(c.code).quantity(c.number, c.unit)), c.outcome) << c.number << c.unit;
  }
  const auto text = [&](const std::string& written) {
    return value(ObservationJson().value("valueString", R"(")" + written + R"(")"));
  };
  EXPECT_EQ(text("<1000 /uL"), "<1");
  EXPECT_EQ(text("<250 /uL"), kRefused);
  EXPECT_EQ(text(">250 /uL"), kRefused);
  EXPECT_EQ(text("0-250 /uL"), kRefused);
  EXPECT_EQ(text("0-5000 /uL"), "[0,5]");
  EXPECT_EQ(text("<1 10*9/L"), "<1");
  // A unit where the number should be, whose exponent became one.
  EXPECT_EQ(text("10 9/L"), "dead/invalid-value");
  EXPECT_EQ(text("10*9/L"), "dead/invalid-value");
  EXPECT_EQ(text("103/uL"), kRefused);
}

TEST_F(IntakeValueTest, UnitsByCodeOrText) {
  const auto with = [&](const std::string& members) {
    return value(ObservationJson().set("valueQuantity", R"({"value":45,)" + members + "}"));
  };
  const std::string ucum = R"("system":"http://unitsofmeasure.org",)";
  EXPECT_EQ(with(R"("unit":"K/uL")"), "45");
  EXPECT_EQ(with(ucum + R"("code":"10*9/L")"), "45");
  EXPECT_EQ(with(ucum + R"("unit":"Giga/l")"), "45");
  EXPECT_EQ(with(R"("code":"10*9/L")"), "45");
  EXPECT_EQ(with(R"("system":"urn:local","code":"K/uL")"), "45");
  EXPECT_EQ(with(R"("system":"urn:local","code":"4711","unit":"K/uL")"), "45");
  EXPECT_EQ(with(ucum + R"("code":"10*9/L","unit":"x10*9/L")"), "45");
  EXPECT_EQ(with(ucum + R"("code":"10*9/L","unit":"Thrombozyten")"), "45");
  // Contradictions of factor, of dimension, and of a UCUM code that is not known.
  EXPECT_EQ(with(ucum + R"("code":"10*9/L","unit":"/uL")"), "dead/unknown-unit");
  EXPECT_EQ(with(ucum + R"("code":"10*9/L","unit":"mg/L")"), "dead/unknown-unit");
  EXPECT_EQ(with(ucum + R"("code":"10*9/L","unit":"10 6/L")"), "dead/unknown-unit");
  EXPECT_EQ(with(ucum + R"("code":"10*9/L","unit":"per nanolitre")"), "dead/unknown-unit");
  EXPECT_EQ(with(ucum + R"("code":"g/L","unit":"10*9/L")"), "dead/unknown-unit");
  EXPECT_EQ(with(R"("code":"g/L","unit":"10*9/L")"), "dead/unknown-unit");
  EXPECT_EQ(with(R"("unit":"10")"), "dead/unknown-unit");
  EXPECT_EQ(with(R"("unit":"")"), "dead/unknown-unit");
  EXPECT_EQ(with(R"("unit":"furlongs")"), "dead/unknown-unit");
  EXPECT_EQ(with(R"("unit":7)"), "dead/unknown-unit");
  EXPECT_EQ(read(ObservationJson().spelled("45", "furlongs")).text, "unit: not known, for platelets");
  for (const char* unit : {R"("code":"10*9/L","unit":"/uL")", R"("code":"10*9/L","unit":"per nanolitre")",
                           R"("code":"g/L","unit":"10*9/L")"}) {
    EXPECT_EQ(with(unit), "dead/unknown-unit");
    EXPECT_EQ(read(ObservationJson().set("valueQuantity", R"({"value":45,)" + std::string(unit) + "}")).text,
              "unit: code and unit contradict each other, for platelets");
  }
}

TEST_F(IntakeValueTest, TheSitesMapMayGiveTheUnit) {
  ASSERT_TRUE(terminology_
                  .add_concept_map(R"({"resourceType":"ConceptMap","group":[{"source":"urn:lab",
      "target":"urn:coagwatch:CodeSystem:measures","element":[
      {"code":"PLT","target":[{"code":"platelets","equivalence":"equal",
        "product":[{"property":"urn:coagwatch:property:unit","value":"10*4/uL"}]}]},
      {"code":"DD","target":[{"code":"d-dimer","equivalence":"equal",
        "product":[{"property":"urn:coagwatch:property:unit","value":"ng/mL{DDU}"}]}]}]}]})")
                  .empty());
  const auto of = [](const char* codings) {
    return ObservationJson().set("code", R"({"coding":[)" + std::string(codings) + "]}");
  };
  constexpr const char* kPlt = R"({"system":"urn:lab","code":"PLT"})";
  EXPECT_EQ(value(of(kPlt).spelled("4.5", "")), "45");
  EXPECT_EQ(value(of(kPlt).spelled("4.5", "10")), "45") << "the bare 10";
  EXPECT_EQ(value(of(kPlt).value("valueString", R"("<2")")), "<20");
  EXPECT_EQ(value(of(kPlt).value("valueInteger", "5")), "50");
  EXPECT_EQ(value(of(kPlt).spelled("45", "10*9/L")), "45") << "a unit of its own";
  EXPECT_EQ(outcome(of(kPlt).spelled("45", "furlongs")), "dead/unknown-unit");
  EXPECT_EQ(value(ObservationJson().spelled("45", "")), "dead/unknown-unit") << "another code";
  EXPECT_EQ(value(of(R"({"system":"urn:lab","code":"DD"})").spelled("240", "")), "0.48");
  // Whichever coding comes first.
  constexpr const char* kLoinc = R"({"system":"http://loinc.org","code":"777-3"})";
  EXPECT_EQ(value(of((std::string(kLoinc) + "," + kPlt).c_str()).spelled("4.5", "")), "45");
  EXPECT_EQ(value(of((std::string(kPlt) + "," + kLoinc).c_str()).spelled("4.5", "")), "45");
}

TEST_F(IntakeValueTest, WithoutAUnitNothingDecidesBetweenTwoReadings) {
  ASSERT_TRUE(terminology_
                  .add_concept_map(R"({"resourceType":"ConceptMap","group":[{"source":"urn:lab",
      "target":"urn:coagwatch:CodeSystem:measures","element":[{"code":"Q","target":[
        {"code":"pt-ratio","equivalence":"narrower"},{"code":"pt-activity","equivalence":"narrower"}]}]}]})")
                  .empty());
  ObservationJson quick;
  quick.set("code", R"({"coding":[{"system":"urn:lab","code":"Q"}]})");
  EXPECT_EQ(outcome(quick.spelled("20", "")), "dead/unknown-unit");
  EXPECT_EQ(value(quick.spelled("20", "%")), "20");
  EXPECT_EQ(measure(quick), "pt-activity");
  EXPECT_EQ(value(quick.spelled("1.2", "ratio")), "1.2");
  EXPECT_EQ(measure(quick), "pt-ratio");
}

TEST_F(IntakeValueTest, OnlySomeMeasuresMayLackAUnit) {
  const auto with = [&](const std::string& code, const std::string& number) {
    return value(ObservationJson().loinc(code).spelled(number, ""));
  };
  EXPECT_EQ(with("6301-6", "1.4"), "1.4");
  EXPECT_EQ(with("9269-2", "15"), "15");
  EXPECT_EQ(with("96790-1", "7"), "7");
  EXPECT_EQ(with("96824-8", "4"), "4");
  EXPECT_EQ(with("3150-0", "0.4"), "0.4");
  EXPECT_EQ(with("3150-0", "40"), "0.4");
  EXPECT_EQ(with("3150-0", "1"), "1");
  EXPECT_EQ(with("3150-0", "1.01"), "dead/implausible-value");
  for (const char* code : {"777-3", "5902-2", "5894-1", "3255-7", "48065-7", "8867-4", "8310-5", "2708-6"}) {
    EXPECT_EQ(with(code, "40"), "dead/unknown-unit") << code;
  }
  EXPECT_EQ(value(ObservationJson().loinc("3150-0").value("valueString", R"("0.5-40")")), "dead/unknown-unit");
  EXPECT_EQ(value(ObservationJson().loinc("3150-0").quantity("40", "1")), "dead/implausible-value");
  EXPECT_EQ(value(ObservationJson().loinc("6301-6").quantity("1.4", "min")), "dead/unknown-unit");
}

TEST_F(IntakeValueTest, TheUnitTellsActivityFromRatio) {
  ObservationJson pt;
  pt.loinc("5894-1");
  EXPECT_EQ(measure(pt.quantity("70", "%")), "pt-activity");
  EXPECT_EQ(value(pt), "70");
  EXPECT_EQ(measure(pt.quantity("1.25", "{ratio}")), "pt-ratio");
  EXPECT_EQ(value(pt), "1.25");
  EXPECT_EQ(measure(pt.quantity("1.25", "1")), "pt-ratio");
  EXPECT_EQ(value(pt.quantity("13", "s")), "dead/unknown-unit");
  EXPECT_EQ(
      value(pt.set("valueQuantity", R"({"value":70,"system":"http://unitsofmeasure.org","code":"1","unit":"%"})")),
      "dead/unknown-unit");
}

TEST_F(IntakeValueTest, ConversionsAreExact) {
  const auto with = [&](const std::string& code, const std::string& number, const std::string& unit) {
    return value(ObservationJson().loinc(code).spelled(number, unit));
  };
  EXPECT_EQ(with("1975-2", "2.0", "mg/dL"), "34.2");
  EXPECT_EQ(with("2160-0", "1.2", "mg/dL"), "106.08");
  EXPECT_EQ(with("3255-7", "100", "mg/dL"), "1");
  EXPECT_EQ(with("3255-7", "99.9", "mg/dL"), "0.999");
  EXPECT_EQ(with("1751-7", "3.5", "g/dL"), "35");
  EXPECT_EQ(with("777-3", "4.5", "10*4/uL"), "45");
  EXPECT_EQ(with("2703-7", "8", "kPa"), "60.00496");
  EXPECT_EQ(with("8310-5", "100.4", "[degF]"), "38");
  EXPECT_EQ(with("8310-5", "96.8", "°F"), "36");
  EXPECT_EQ(with("8310-5", "100.3", "°F"), "(37.944444,37.944445)");
  EXPECT_EQ(with("8310-5", "300", "°F"), "dead/implausible-value");
}

TEST_F(IntakeValueTest, PlausibleLimitsAreInclusive) {
  const auto with = [&](const std::string& number) { return outcome(ObservationJson().quantity(number, "10*9/L")); };
  EXPECT_EQ(with("0"), "candidate");
  EXPECT_EQ(with("-1"), "dead/implausible-value");
  EXPECT_EQ(with("-0.001"), "dead/implausible-value");
  EXPECT_EQ(with("3000"), "candidate");
  EXPECT_EQ(with("3000.1"), "dead/implausible-value");
  EXPECT_EQ(with("3000." + std::string(60, '0') + "1"), "dead/implausible-value");
  const auto bound = [&](const std::string& comparator, const std::string& number) {
    return outcome(ObservationJson().set(
        "valueQuantity", R"({"value":)" + number + R"(,"comparator":")" + comparator + R"(","unit":"10*9/L"})"));
  };
  EXPECT_EQ(bound("<", "10"), "candidate");
  EXPECT_EQ(bound("<", "0"), "dead/implausible-value");
  EXPECT_EQ(bound("<=", "0"), "candidate");
  EXPECT_EQ(bound(">", "2999"), "candidate");
  EXPECT_EQ(bound(">", "3000"), "dead/implausible-value");
  EXPECT_EQ(bound(">=", "3000"), "candidate");
  EXPECT_EQ(bound("<", "3001"), "dead/implausible-value");
  EXPECT_EQ(bound(">", "-1"), "dead/implausible-value");
}

TEST_F(IntakeValueTest, UpperLimits) {
  ObservationJson pt;
  pt.loinc("5902-2").quantity("15.2", "s");
  const auto with = [&](const std::string& ranges) { return upper_limit(pt.set("referenceRange", ranges)); };
  EXPECT_EQ(upper_limit(pt), "none");
  EXPECT_EQ(with(R"([{"low":{"value":11},"high":{"value":14.50}}])"), "14.50");
  EXPECT_EQ(with(R"([{"high":{"value":14.5,"unit":"sec"}}])"), "14.5");
  EXPECT_EQ(with(R"([{"high":{"value":14.5,"unit":"min"}}])"), "none");
  EXPECT_EQ(with(R"([{"low":{"value":11}}])"), "none");
  EXPECT_EQ(with(R"([{"text":"11-14.5"}])"), "14.5");
  EXPECT_EQ(with(R"([{"text":"< 14.5"}])"), "14.5");
  EXPECT_EQ(with(R"([{"text":"- <14.5"}])"), "14.5");
  EXPECT_EQ(with(R"([{"text":"> 14.5"}])"), "none");
  EXPECT_EQ(with(R"([{"text":"normal"}])"), "none");
  EXPECT_EQ(with(R"([{"text":"14.5"}])"), "none");
  EXPECT_EQ(with(R"([{"high":{"value":"14.5"}}])"), "none");
  EXPECT_EQ(with(R"([{"high":{"value":0}}])"), "none");
  // Only what is normal, and for everybody before for some; none where two differ.
  EXPECT_EQ(with(R"([{"type":{"coding":[{"code":"therapeutic"}]},"high":{"value":30}},{"high":{"value":14.5}}])"),
            "14.5");
  EXPECT_EQ(with(R"([{"type":{"coding":[{"code":"normal"}]},"high":{"value":14.5}}])"), "14.5");
  EXPECT_EQ(with(R"([{"appliesTo":[{"text":"pregnant"}],"high":{"value":13}},{"high":{"value":14.5}}])"), "14.5");
  EXPECT_EQ(with(R"([{"high":{"value":13}},{"high":{"value":14.5}}])"), "none");
  EXPECT_EQ(with(R"([{"high":{"value":14.5}},{"high":{"value":14.50}}])"), "14.5");
  EXPECT_EQ(with(R"([{"modifierExtension":[{"url":"x"}],"high":{"value":14.5}}])"), "none");
}

TEST_F(IntakeValueTest, ALimitIsConvertedWithItsOwnUnit) {
  ObservationJson fibrinogen;
  fibrinogen.loinc("3255-7").quantity("1.5", "g/L");
  EXPECT_EQ(upper_limit(fibrinogen.set("referenceRange", R"([{"high":{"value":400,"unit":"mg/dL"}}])")), "4");
  EXPECT_EQ(upper_limit(fibrinogen.set("referenceRange", R"([{"high":{"value":4.0}}])")), "4.0");
}

TEST_F(IntakeValueTest, MultiplesOfTheUpperLimit) {
  ObservationJson tat;
  tat.loinc("14182-0").quantity("9", "ug/L");
  EXPECT_EQ(value(tat), "ignored/no-value");
  EXPECT_EQ(read(tat).text, "referenceRange: without an upper limit there is no multiple, for tat-uln");
  EXPECT_EQ(value(tat.set("referenceRange", R"([{"high":{"value":3}}])")), "3");
  EXPECT_EQ(upper_limit(tat), "none");
  EXPECT_EQ(value(tat.set("referenceRange", R"([{"high":{"value":4}}])")), "2.25");
  EXPECT_EQ(value(tat.set("referenceRange", R"([{"high":{"value":7}}])")), "(1.285714,1.285715)");
}

TEST_F(IntakeValueTest, ALimitThatNoAssayHasMakesNoMultiple) {
  const auto of = [&](const char* loinc, const char* unit, const char* high) {
    ObservationJson marker;
    marker.loinc(loinc).quantity("9", unit);
    return value(marker.set("referenceRange", R"([{"high":{"value":)" + std::string(high) + "}}]"));
  };
  for (const char* high : {"999999", "41", "0.29", "0", "-4"}) {
    EXPECT_EQ(of("14182-0", "ug/L", high), "ignored/no-value") << high;
  }
  EXPECT_EQ(of("14182-0", "ug/L", "40"), "0.225");
  EXPECT_EQ(of("14182-0", "ug/L", "0.3"), "30");
}

TEST_F(IntakeValueTest, TheSitesLimitStandsInForMultiples) {
  site_.upper_limits[rules::index(rules::Measure::tat_uln)] = rules::Decimal::of(3);
  ObservationJson tat;
  tat.loinc("14182-0").quantity("9", "ug/L");
  EXPECT_EQ(value(tat), "3");
  EXPECT_EQ(value(tat.set("referenceRange", R"([{"high":{"value":4.5}}])")), "2");
}

TEST_F(IntakeValueTest, AnInrIsNoRatio) {
  ObservationJson ratio;
  ratio.loinc("5894-1");
  EXPECT_EQ(outcome(ratio.set("valueQuantity", R"({"value":1.9,"unit":"INR"})")), "dead/unknown-unit");
  EXPECT_EQ(outcome(ratio.quantity("1.9", "{INR}")), "dead/unknown-unit");
  EXPECT_EQ(value(ratio.quantity("1.9", "{ratio}")), "1.9");
  EXPECT_EQ(value(ObservationJson().loinc("6301-6").quantity("1.9", "{INR}")), "1.9");
}

}  // namespace
}  // namespace coagwatch::fhir
