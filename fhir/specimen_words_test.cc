#include "fhir/specimen_words.h"

#include <gtest/gtest.h>

namespace coagwatch::fhir {
namespace {

TEST(SpecimenWords, CallOtherMaterialsByTheirNames) {
  for (const char* text : {"Urine",
                           "urine specimen",
                           "24h-Urin",
                           "Sammelurin",
                           "Spontanurin",
                           "Pleural fluid",
                           "Ascites",
                           "Aszites",
                           "CSF",
                           "Liquor cerebrospinalis",
                           "Stool",
                           "Stuhl",
                           "BAL / lavage",
                           "Pleurapunktat",
                           "Urine, clean catch",
                           "随時尿",
                           "髄液",
                           "Bone marrow aspirate",
                           "Drainage fluid",
                           "Wound swab"}) {
    EXPECT_TRUE(names_other_material(text)) << text;
  }
}

TEST(SpecimenWords, LeaveBloodAndWhatSaysNothing) {
  for (const char* text : {"", "Blood", "Venous blood", "Citrate plasma", "EDTA-Vollblut", "Serum",
                           "Blood during dialysis", "collected during surgery", "Plasma, platelet poor", "静脈血",
                           "血漿", "Zitratblut", "tube 3", "Blut nach Dialyse", "Heparin-Plasma", "Sang total"}) {
    EXPECT_FALSE(names_other_material(text)) << text;
  }
}

TEST(SpecimenWords, SayThatASpecimenIsClottedOrHaemolysed) {
  for (const char* text : {"clotted", "CLOTTED", "Specimen clotted", "Clotted sample", "Probe geronnen", "coagulé",
                           "Échantillon coagulé", "échantillon coagulé", "凝固"}) {
    EXPECT_TRUE(says_clotted(text)) << text;
    EXPECT_FALSE(says_haemolysed(text)) << text;
  }
  for (const char* text : {"hemolyzed", "Haemolysed specimen", "Probe hämolytisch", "溶血"}) {
    EXPECT_TRUE(says_haemolysed(text)) << text;
    EXPECT_FALSE(says_clotted(text)) << text;
  }
}

TEST(SpecimenWords, DoNotSayItWhereMoreIsSaid) {
  for (const char* text : {"", "sample", "no clots", "not clotted", "clotted?", "slightly hemolyzed", "hemolysis 0",
                           "keine Hämolyse", "clotted hemolyzed", "unclotted", "非凝固"}) {
    EXPECT_FALSE(says_clotted(text) || says_haemolysed(text)) << text;
  }
}

}  // namespace
}  // namespace coagwatch::fhir
