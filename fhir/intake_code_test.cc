#include <gtest/gtest.h>

#include "fhir/intake_fixture.h"

namespace coagwatch::fhir {
namespace {

/// A code and the text that stands with it.
class IntakeCodeTest : public IntakeTest {
 protected:
  static ObservationJson shown(const std::string& loinc, const std::string& display, const std::string& text = "") {
    return ObservationJson().set("code", R"({"coding":[{"system":"http://loinc.org","code":")" + loinc +
                                             R"(","display":")" + display + "\"}]" +
                                             (text.empty() ? "" : R"(,"text":")" + text + "\"") + "}");
  }
};

// As seen in published resources.
TEST_F(IntakeCodeTest, ACodeThatItsTextContradictsIsRefused) {
  EXPECT_EQ(outcome(shown("48065-7", "C-Reactive Protein (CRP)").quantity("0.8", "mg/L")), "ignored/unmapped-code");
  const Item& item = read(shown("48065-7", "C-Reactive Protein (CRP)").quantity("0.8", "mg/L"));
  EXPECT_EQ(item.text, "code: its text names another analyte");
  EXPECT_EQ(item.code, "http://loinc.org|48065-7");
  EXPECT_FALSE(item.measure_known);
  EXPECT_EQ(outcome(shown("14933-6", "Prothrombin time (PT)").quantity("12", "s")), "ignored/unmapped-code");
  EXPECT_EQ(outcome(shown("5895-7", "PTT").quantity("30", "s")), "ignored/unmapped-code");
  EXPECT_EQ(outcome(shown("5902-2", "Prothrombin time (PT)", "PT Control").quantity("12", "s")),
            "ignored/unmapped-code");
  EXPECT_EQ(outcome(shown("2160-0", "Creatinine", "Kreatinin im Urin").quantity("80", "mg/dL")),
            "ignored/unmapped-code");
}

TEST_F(IntakeCodeTest, WhatIsNotMappedIsListedWithAName) {
  const auto name = [&](const std::string& code) {
    return std::string(read(ObservationJson().set("code", code)).display);
  };
  EXPECT_EQ(name(R"({"coding":[{"code":"1"},{"code":"2","display":"Natrium"}],"text":"Na"})"), "Natrium");
  EXPECT_EQ(name(R"({"coding":[{"code":"1","display":7}],"text":"Na"})"), "Na");
  EXPECT_EQ(name(R"({"text":"Blutbild"})"), "Blutbild");
  EXPECT_EQ(name(R"({"coding":[{"code":"1"}]})"), "");
  // Cut between characters.
  EXPECT_EQ(name(R"({"text":"a)" + std::string(200, '\xc3') + "\"}"), "");
  std::string long_name = "a";
  for (int i = 0; i < 100; ++i) long_name += "ä";
  EXPECT_EQ(name(R"({"text":")" + long_name + "\"}"), long_name.substr(0, 127));
}

// Each entry is read into the same buffer: what is kept of one must not change with the next.
TEST_F(IntakeCodeTest, NamesOfABundlesEntriesStay) {
  const auto entry = [](const std::string& name) {
    return R"({"resource":{"resourceType":"Observation","status":"final","code":{"text":")" + name + "\"}}}";
  };
  const auto items = read_all(R"({"resourceType":"Bundle","type":"batch","entry":[)" + entry("Natrium") + "," +
                              entry("Ein viel laengerer Name als der erste") + "]}");
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0].display, "Natrium");
  EXPECT_EQ(items[1].display, "Ein viel laengerer Name als der erste");
  EXPECT_EQ(items[0].code_problem, "");
}

TEST_F(IntakeCodeTest, APartOfAnObservationIsNoContradiction) {
  const auto items = read_all(
      R"({"resourceType":"Observation","id":"bp","status":"final","subject":{"reference":"Patient/1"},)"
      R"("effectiveDateTime":"2026-01-02T08:00:00Z","code":{"text":"Blood pressure"},"component":[)"
      R"({"code":{"text":"Systolic"}},{"code":{"coding":[{"system":"http://loinc.org","code":"8478-0","display":"CRP"}]}}]})");
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0].code_problem, "");
  EXPECT_EQ(items[1].code_problem, "code: its text names another analyte");
}

TEST_F(IntakeCodeTest, TheDisplayOfEveryCodingIsHeard) {
  const std::string two = R"({"coding":[{"system":"urn:lab","code":"17","display":"CRP"},
    {"system":"http://loinc.org","code":"48065-7"}]})";
  EXPECT_EQ(outcome(ObservationJson().set("code", two).quantity("0.8", "mg/L")), "ignored/unmapped-code");
}

TEST_F(IntakeCodeTest, WhatFitsOrSaysNothingIsTaken) {
  EXPECT_EQ(outcome(shown("777-3", "Platelets [#/\u200bvolume] in Blood by Automated count", "Thrombozyten")),
            "candidate");
  EXPECT_EQ(outcome(shown("777-3", "Coagulation Panel", "Labor 7")), "candidate");
  EXPECT_EQ(outcome(shown("6301-6", "INR in Blood").quantity("1.2", "{INR}")), "candidate");
  EXPECT_EQ(outcome(shown("5894-1", "Quick").quantity("62", "%")), "candidate");
}

// The verdict of a text belongs to a measure: the same text may fit another code.
TEST_F(IntakeCodeTest, RememberedTextsAreJudgedForEachCode) {
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(outcome(shown("777-3", "Platelets")), "candidate");
    EXPECT_EQ(outcome(shown("6690-2", "Platelets")), "ignored/unmapped-code");
    EXPECT_EQ(outcome(shown("6690-2", "WBC")), "candidate");
  }
  // More texts than are remembered.
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 3'000; ++i) {
      const std::string number = std::to_string(i);
      ASSERT_EQ(outcome(shown("777-3", "Station " + number + " Platelets, routine")), "candidate") << i;
      ASSERT_EQ(outcome(shown("777-3", "Station " + number + " Leukocyte, routine")), "ignored/unmapped-code") << i;
    }
  }
}

TEST_F(IntakeCodeTest, ASiteMayKnowBetter) {
  const std::string map = R"({"resourceType":"ConceptMap","group":[{"source":"urn:lab",
    "target":"urn:coagwatch:CodeSystem:measures","element":[{"code":"17","target":[{"code":"fibrinogen",
    "equivalence":"equal","dependsOn":[{"property":"urn:coagwatch:property:text","value":"any"}]}]},
    {"code":"18","target":[{"code":"fibrinogen","equivalence":"equal"}]}]}]})";
  ASSERT_TRUE(terminology_.add_concept_map(map).empty());
  const auto local = [](const std::string& code) {
    return ObservationJson()
        .set("code", R"({"coding":[{"system":"urn:lab","code":")" + code + R"(","display":"Thrombinzeit"}]})")
        .quantity("2.1", "g/L");
  };
  EXPECT_EQ(outcome(local("17")), "candidate");
  EXPECT_EQ(outcome(local("18")), "ignored/unmapped-code");
}

// By identity, whatever its text says.
TEST_F(IntakeCodeTest, ARetractionIsTakenAllTheSame) {
  EXPECT_EQ(outcome(shown("48065-7", "CRP").set("status", R"("entered-in-error")")), "candidate");
}

}  // namespace
}  // namespace coagwatch::fhir
