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

}  // namespace
}  // namespace coagwatch::fhir
