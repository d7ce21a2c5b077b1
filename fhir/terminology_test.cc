#include "fhir/terminology.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace coagwatch::fhir {
namespace {

using rules::Measure;

constexpr std::string_view kLoinc = "http://loinc.org";

class TerminologyTest : public ::testing::Test {
 protected:
  std::string measure(std::string_view code) const {
    const CodeMeaning* meaning = terminology_.find(kLoinc, code);
    return meaning == nullptr ? "none" : std::string(rules::measure_info(meaning->measure).name);
  }
  /// The conversion of a unit as text, `none` if it is not known.
  std::string factor(Measure of, std::string_view unit) const {
    const auto conversion = terminology_.unit(of, unit);
    if (!conversion) return "none";
    std::string text = conversion->factor.to_string();
    if (conversion->divisor != rules::Decimal::of(1)) text += "/" + conversion->divisor.to_string();
    if (!conversion->offset.is_zero()) text += " after " + conversion->offset.to_string();
    return text;
  }

  Terminology terminology_;
};

TEST_F(TerminologyTest, EveryMeasureThatIsReadHasACode) {
  // No code system that is read by default has one for SIRS.
  const std::set<std::string_view> without = {"sirs"};
  const std::string text = terminology_.canonical_text();
  const std::string codes = text.substr(0, text.find("\nunit "));
  for (std::size_t i = 0; i < rules::kMeasureCount; ++i) {
    const rules::MeasureInfo& info = rules::measure_info(static_cast<Measure>(i));
    if (info.derived_only || without.contains(info.name)) continue;
    EXPECT_NE(codes.find(" " + std::string(info.name) + " "), std::string::npos) << info.name;
  }
}

TEST_F(TerminologyTest, ClumpsOfPlateletsAreNoMeasure) {
  ASSERT_NE(terminology_.find("http://loinc.org", "7796-6"), nullptr);
  EXPECT_TRUE(terminology_.find("http://loinc.org", "7796-6")->platelet_clumps);
  EXPECT_FALSE(terminology_.find("http://loinc.org", "777-3")->platelet_clumps);
}

TEST_F(TerminologyTest, FlavourRankAndAlternativeComeWithTheCode) {
  EXPECT_EQ(terminology_.find(kLoinc, "48065-7")->flavour, DDimerFlavour::feu);
  EXPECT_EQ(terminology_.find(kLoinc, "48066-5")->flavour, DDimerFlavour::ddu);
  EXPECT_EQ(terminology_.find(kLoinc, "30240-6")->flavour, DDimerFlavour::unknown);
  EXPECT_GT(terminology_.find(kLoinc, "3255-7")->method_rank, terminology_.find(kLoinc, "48664-7")->method_rank);
  EXPECT_GT(terminology_.find(kLoinc, "777-3")->method_rank, terminology_.find(kLoinc, "49497-1")->method_rank);
  EXPECT_EQ(terminology_.find(kLoinc, "5894-1")->alternative, Measure::pt_ratio);
  EXPECT_FALSE(terminology_.find(kLoinc, "777-3")->alternative);
  EXPECT_TRUE(terminology_.find(kLoinc, "11556-8")->needs_arterial_specimen);
  EXPECT_FALSE(terminology_.find(kLoinc, "2703-7")->needs_arterial_specimen);
}

TEST_F(TerminologyTest, ASitesMapGoesFirstAndMayTakeACodeAway) {
  const auto problems = terminology_.add_concept_map(R"({"resourceType":"ConceptMap","status":"active","group":[
    {"source":"urn:lab","target":"urn:coagwatch:CodeSystem:measures","element":[
      {"code":"FIBC","target":[{"code":"fibrinogen","equivalence":"equivalent",
        "product":[{"property":"urn:coagwatch:property:method-rank","value":"7"}]}]}]},
    {"target":"urn:coagwatch:CodeSystem:measures","element":[
      {"code":"QUI","target":[{"code":"pt-activity","equivalence":"equivalent"}]}]},
    {"source":"http://loinc.org","target":"urn:coagwatch:CodeSystem:measures","element":[
      {"code":"5902-2","target":[{"equivalence":"unmatched"}]},
      {"code":"777-3","target":[{"code":"wbc","equivalence":"equivalent"}]}]}]})");
  ASSERT_TRUE(problems.empty());
  ASSERT_NE(terminology_.find("urn:lab", "FIBC"), nullptr);
  EXPECT_EQ(terminology_.find("urn:lab", "FIBC")->method_rank, 7);
  ASSERT_NE(terminology_.find("", "QUI"), nullptr);
  EXPECT_EQ(terminology_.find("", "QUI")->measure, Measure::pt_activity);
  EXPECT_EQ(measure("5902-2"), "none");
  EXPECT_EQ(measure("777-3"), "wbc");
}

TEST_F(TerminologyTest, ASystemHoldsUnderAllItsNames) {
  constexpr std::string_view kOid = "urn:oid:2.16.840.1.113883.6.1";
  ASSERT_NE(terminology_.find(kOid, "777-3"), nullptr);
  EXPECT_EQ(terminology_.find(kOid, "5901-4"), nullptr);
  EXPECT_NE(terminology_.find("urn:oid:2.16.840.1.113883.6.96", "1187491009"), nullptr);
  EXPECT_EQ(terminology_.find("urn:oid:2.16.840.1.113883.6.96", "777-3"), nullptr);
  for (const char* name : {"http://loinc.org|2.77", "2.16.840.1.113883.6.1", "LN", "urn:oid:2.16.840.1.113883.6.1|2"}) {
    EXPECT_NE(terminology_.find(name, "777-3"), nullptr) << name;
  }
  for (const char* name : {"http://loinc.org2.77", "|http://loinc.org", "|", "http://snomed.info/sct|1"}) {
    EXPECT_EQ(terminology_.find(name, "777-3"), nullptr) << name;
  }
  // Whichever name a site's map uses.
  ASSERT_TRUE(terminology_
                  .add_concept_map(R"({"resourceType":"ConceptMap","group":[{"source":"urn:oid:2.16.840.1.113883.6.1",
    "target":"urn:coagwatch:CodeSystem:measures","element":[{"code":"777-3","target":[{"equivalence":"unmatched"}]}]}]})")
                  .empty());
  EXPECT_EQ(measure("777-3"), "none");
  EXPECT_EQ(terminology_.find(kOid, "777-3"), nullptr);
}

TEST_F(TerminologyTest, CanonicalTextTellsMapsApart) {
  const std::string before = terminology_.canonical_text();
  EXPECT_EQ(Terminology().canonical_text(), before);
  EXPECT_NE(before.find("code http://loinc.org|777-3 platelets 3\n"), std::string::npos);
  EXPECT_NE(before.find("code http://loinc.org|5894-1 pt-activity 2 or pt-ratio\n"), std::string::npos);
  EXPECT_NE(before.find("unit fibrinogen amg/dl 0.01\n"), std::string::npos);
  EXPECT_NE(before.find("base bilirubin mg/dL 17.1\n"), std::string::npos);
  EXPECT_NE(before.find("unit temperature e[degF] 5 / 9 after -32\n"), std::string::npos);
  EXPECT_NE(before.find("ucum min 1^1 60/1 0 0\n"), std::string::npos);
  terminology_.add_concept_map(R"({"resourceType":"ConceptMap","group":[{"source":"s",
    "target":"urn:coagwatch:CodeSystem:measures","element":[{"code":"x","target":[{"code":"inr","equivalence":"equal"}]}]}]})");
  EXPECT_NE(terminology_.canonical_text(), before);
}

TEST_F(TerminologyTest, RealSpellingsOfCellCounts) {
  for (const char* unit :
       {"10*9/L", "10*3/uL",  "K/uL",    "K/MM3",    "K/CMM",     "10E3/mcL",  "K/cmm",          "th/uL",
        "TH/uL",  "k/mm cu",  "THOU/UL", "x10 3/uL", "THS/uL",    "thou/cumm", "k/uL",           "10*9/l",
        "K/mcL",  "x10 (3)",  "K/mm3",   "10(3)mcL", "10(3)/mcL", "th/cumm",   "x10(3)/mcL",     "TH/cmm",
        "X 10 3", "K/ul",     "x10*9/L", "10*3/mm3", "Giga/l",    "G/l",       "Gpt/l",          "Tsd/µl",
        "Tsd/μl", "x10^3/µl", "×10³/µL", "10⁹/L",    "x10E3",     "10^3/mm^3", "10*3/uL{cells}", " 10*9/L "}) {
    EXPECT_EQ(factor(Measure::platelets, unit), "1") << unit;
    EXPECT_EQ(factor(Measure::wbc, unit), "1") << unit;
  }
  EXPECT_EQ(factor(Measure::platelets, "/uL"), "0.001");
  EXPECT_EQ(factor(Measure::platelets, "{cells}/uL"), "0.001");
  EXPECT_EQ(factor(Measure::platelets, "cells/mcL"), "0.001");
  EXPECT_EQ(factor(Measure::platelets, "/mm³"), "0.001");
  EXPECT_EQ(factor(Measure::platelets, "10*6/L"), "0.001");
  EXPECT_EQ(factor(Measure::platelets, "10*4/uL"), "10");
  EXPECT_EQ(factor(Measure::platelets, "×10*4/μL"), "10");
  EXPECT_EQ(factor(Measure::wbc, "10*2/uL"), "0.1");
  EXPECT_EQ(factor(Measure::platelets, "10*6/uL"), "1000");
}

TEST_F(TerminologyTest, WhatNamesNoScaleOrAnotherDimensionIsUnknown) {
  for (const char* unit : {"10", "", " ", "g/L", "g/l", "mg/dL", "UNK", "1", "%", "109/L", "{cells}", "x10", "K"}) {
    EXPECT_EQ(factor(Measure::platelets, unit), "none") << unit;
  }
  EXPECT_EQ(factor(Measure::inr, "min"), "none");
  EXPECT_EQ(factor(Measure::pt_seconds, "min"), "none");
  EXPECT_EQ(factor(Measure::pt_seconds, "%"), "none");
  EXPECT_EQ(factor(Measure::fio2, "lpm"), "none");
  EXPECT_EQ(factor(Measure::platelets, "10*9/L{"), "none");
  EXPECT_EQ(factor(Measure::platelets, "10*9/L}"), "none");
  EXPECT_EQ(factor(Measure::platelets, std::string(500, 'K')), "none");
  EXPECT_EQ(factor(Measure::platelets, std::string(100'000, '{')), "none");
}

TEST_F(TerminologyTest, RealSpellingsOfOtherTests) {
  for (const char* unit : {"s", "sec", "Sec", "SEC", "Secs", "second(s)", "SECONDS", "Seconds", "seconds", "sec."}) {
    EXPECT_EQ(factor(Measure::pt_seconds, unit), "1") << unit;
    EXPECT_EQ(factor(Measure::aptt, unit), "1") << unit;
  }
  for (const char* unit : {"1", "ratio", "Ratio", "{INR}", "{ratio}", "UNK", "INR"}) {
    EXPECT_EQ(factor(Measure::inr, unit), "1") << unit;
  }
  for (const char* unit : {"mm Hg", "mmHg", "MMHG", "mm(hg)", "mm/hg", "mm[Hg]", "mmHG"}) {
    EXPECT_EQ(factor(Measure::pao2, unit), "1") << unit;
    EXPECT_EQ(factor(Measure::map, unit), "1") << unit;
  }
  EXPECT_EQ(factor(Measure::pao2, "kPa"), "7.50062");
  EXPECT_EQ(factor(Measure::pt_activity, "%{activity}"), "1");
  EXPECT_EQ(factor(Measure::albumin, "GM/DL"), "10");
  EXPECT_EQ(factor(Measure::albumin, "g/L"), "1");
  EXPECT_EQ(factor(Measure::haemoglobin, "g/dl"), "10");
  EXPECT_EQ(factor(Measure::lactate, "MMOL/L"), "1");
  EXPECT_EQ(factor(Measure::fio2, "%"), "0.01");
  EXPECT_EQ(factor(Measure::heart_rate, "{beats}/min"), "1");
  EXPECT_EQ(factor(Measure::heart_rate, "beats/minute"), "1");
  EXPECT_EQ(factor(Measure::respiratory_rate, "breaths per minute"), "1");
  EXPECT_EQ(factor(Measure::temperature, "degrees C"), "1");
  EXPECT_EQ(factor(Measure::temperature, "°C"), "1");
  EXPECT_EQ(factor(Measure::temperature, "[degF]"), "5/9 after -32");
  EXPECT_EQ(factor(Measure::gcs, "{score}"), "1");
  EXPECT_EQ(factor(Measure::urine_output, "mL/(24.h)"), "1");
  EXPECT_EQ(factor(Measure::urine_output, "mL"), "none");
}

TEST_F(TerminologyTest, ConversionFactorsAreTheExactOnes) {
  EXPECT_EQ(factor(Measure::bilirubin, "mg/dL"), "17.1");
  EXPECT_EQ(factor(Measure::creatinine, "mg/dL"), "88.4");
  EXPECT_EQ(factor(Measure::lactate, "mg/dL"), "0.111");
  EXPECT_EQ(factor(Measure::fibrinogen, "umol/L"), "0.34");
  EXPECT_EQ(factor(Measure::fibrinogen, "mg/dL"), "0.01");
  EXPECT_EQ(factor(Measure::crp, "nmol/L"), "0.105");
  EXPECT_EQ(factor(Measure::crp, "mg/dL"), "10");
  EXPECT_EQ(factor(Measure::d_dimer, "ng/mL"), "0.001");
  EXPECT_EQ(factor(Measure::fdp, "ug/mL"), "1");
}

TEST_F(TerminologyTest, TheDDimersFlavourMayFollowAnyTerm) {
  const auto flavour = [&](std::string_view unit) {
    const auto conversion = terminology_.unit(Measure::d_dimer, unit);
    if (!conversion) return std::string("none");
    const std::string kind = conversion->flavour == DDimerFlavour::feu   ? "feu"
                             : conversion->flavour == DDimerFlavour::ddu ? "ddu"
                             : conversion->flavour_conflict              ? "both"
                                                                         : "?";
    return kind + " " + conversion->factor.to_string();
  };
  EXPECT_EQ(flavour("ug/mL{FEU}"), "feu 1");
  EXPECT_EQ(flavour("ug{FEU}/mL"), "feu 1");
  EXPECT_EQ(flavour("mg{FEU}/L"), "feu 1");
  EXPECT_EQ(flavour("ng/mL FEU"), "feu 0.001");
  EXPECT_EQ(flavour("mg/l FEU"), "feu 1");
  EXPECT_EQ(flavour("mg/L (FEU)"), "feu 1");
  EXPECT_EQ(flavour("ug/L{DDU}"), "ddu 0.001");
  EXPECT_EQ(flavour("ng{DDU}/mL"), "ddu 0.001");
  EXPECT_EQ(flavour("ng/mL D-DU"), "ddu 0.001");
  EXPECT_EQ(flavour("mg/L"), "? 1");
  EXPECT_EQ(flavour("mg{FEU}/L DDU"), "both 1");
  EXPECT_EQ(flavour("FEU"), "none");
  // Only a D-dimer has one: elsewhere the words are no part of a unit.
  EXPECT_EQ(factor(Measure::fdp, "mg/L FEU"), "none");
}

}  // namespace
}  // namespace coagwatch::fhir
