#include "fhir/specimen_words.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace coagwatch::fhir {
namespace {

std::string heard(const std::string& text) {
  const ConditionWords said = read_condition_words(text);
  return std::string(said.clotted ? "clotted " : "") + (said.haemolysed ? "haemolysed" : "");
}

TEST(SpecimenWords, ANamedClotIsOne) {
  for (const char* text : {"clotted",
                           "CLOTTED",
                           "Clotted.",
                           "Clotted; redraw",
                           "CLOTTED - RECOLLECT",
                           "CLOTTED -",
                           "clotted?",
                           "Specimen clotted",
                           "Sample is clotted",
                           "Clotted sample",
                           "Partially clotted",
                           "slightly clotted",
                           "small clots",
                           "Fibrin clots present",
                           "Blood coagulated",
                           "Probe geronnen",
                           "teilgeronnen",
                           "Gerinnsel",
                           "Fibrinfäden",
                           "coagulé",
                           "Échantillon coagulé",
                           "caillots",
                           "凝固",
                           "検体凝固",
                           "凝固あり",
                           "凝固（＋）",
                           "フィブリン塊あり",
                           "フィブリン析出"}) {
    EXPECT_EQ(heard(text), "clotted ") << text;
  }
}

TEST(SpecimenWords, NamedHaemolysisIsOne) {
  for (const char* text : {"hemolyzed", "Hemolysis 2+", "Hemolysis 0.5 g/L", "Hemolyzed, moderate", "grossly hemolyzed",
                           "Haemolysed specimen", "slightly hemolyzed", "Probe hämolytisch", "stark hämolytisch",
                           "Hämolyse +", "hémolysé", "溶血", "弱溶血", "溶血あり", "溶血（+）", "hemolysis +/-"}) {
    EXPECT_EQ(heard(text), "haemolysed") << text;
  }
}

TEST(SpecimenWords, WhatIsDeniedAsAWholeIsNot) {
  for (const char* text : {"",
                           "sample",
                           "No clots",
                           "no clots seen",
                           "not clotted",
                           "Specimen is not clotted.",
                           "unclotted",
                           "Clots: none",
                           "Clots - none",
                           "Clot check: negative",
                           "non-hemolyzed specimen",
                           "no clots in the tube",
                           "Die Probe ist nicht geronnen",
                           "Le prélèvement n'est pas coagulé",
                           "Clotted: no",
                           "Clotted? No",
                           "Clot: -",
                           "Clotted: false",
                           "negative for clots",
                           "free of clots",
                           "checked for clots: none detected",
                           "No fibrin",
                           "no clots or hemolysis",
                           "Not clotted, not hemolyzed",
                           "no clots and no hemolysis",
                           "keine Gerinnsel",
                           "Gerinnsel nicht nachweisbar",
                           "nicht geronnen",
                           "ungeronnen",
                           "pas de caillot",
                           "凝固なし",
                           "凝固なし、溶血なし",
                           "非凝固",
                           "未凝固",
                           "フィブリン塊は認めず",
                           "Haemolysis: none",
                           "hemolysis 0",
                           "Hemolysis index: 0",
                           "keine Hämolyse",
                           "nicht hämolytisch",
                           "non hémolysé",
                           "non-hemolyzed",
                           "absence d'hémolyse",
                           "溶血（－）",
                           "溶血(-)",
                           "溶血－"}) {
    EXPECT_EQ(heard(text), "") << text;
  }
}

TEST(SpecimenWords, EachStatementIsHeardByItself) {
  EXPECT_EQ(heard("No clots seen, hemolysis 2+"), "haemolysed");
  EXPECT_EQ(heard("Clotted. Not hemolyzed."), "clotted ");
  EXPECT_EQ(heard("not clotted but hemolyzed"), "haemolysed");
  EXPECT_EQ(heard("凝固なし、溶血あり"), "haemolysed");
  EXPECT_EQ(heard("clotted, hemolyzed"), "clotted haemolysed");
  EXPECT_EQ(heard("凝固（－）溶血（＋）"), "haemolysed");
  EXPECT_EQ(heard("凝固(-) 溶血(-)"), "");
  EXPECT_EQ(heard("no clots in tube 1"), "clotted ") << "and in tube 2?";
  EXPECT_EQ(heard("not unlike clots"), "clotted ");
  EXPECT_EQ(heard("no not clotted"), "clotted ");
  EXPECT_EQ(heard("Clotted - no plasma"), "clotted ");
  EXPECT_EQ(heard("Clots - no plasma"), "clotted ");
  EXPECT_EQ(heard("Sample clotted - not reported"), "clotted ");
  EXPECT_EQ(heard("hemolyzed not reported"), "haemolysed");
  EXPECT_EQ(heard("not clotted - hemolyzed"), "clotted haemolysed") << "which of them is not?";
  EXPECT_EQ(heard("no clots hemolysis"), "clotted haemolysed");
}

TEST(SpecimenWords, WordsOfCoagulationAreNoClot) {
  for (const char* text :
       {"coagulation tube", "Gerinnungsröhrchen", "anticoagulated", "anti-coagulated", "anticoagulant: citrate",
        "clot activator", "Clot retraction", "clotting time", "抗凝固剤", "凝固検査用", "fibrinogen"}) {
    EXPECT_EQ(heard(text), "") << text;
  }
}

TEST(SpecimenWords, AreHeardInTheFirstBytes) {
  EXPECT_EQ(heard(std::string(249, ' ') + "clotted"), "clotted ");
  EXPECT_EQ(heard(std::string(250, ' ') + "clotted"), "");
  EXPECT_EQ(heard("clotted" + std::string(250, ' ')), "clotted ");
}

}  // namespace
}  // namespace coagwatch::fhir
