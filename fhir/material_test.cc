// What the texts of specimens say (maps/names.tsv).

#include "fhir/material.h"

#include <gtest/gtest.h>

#include "fhir/analyte_names.h"
#include "fhir/terminology.h"

namespace coagwatch::fhir {
namespace {

class MaterialTest : public ::testing::Test {
 protected:
  MaterialReading read(std::string_view text) const { return terminology_.names().material(text); }
  bool is_other(std::string_view text) const {
    const MaterialReading said = read(text);
    return said.other || (said.maybe_other && !said.blood);
  }

  Terminology terminology_;
};

TEST_F(MaterialTest, OtherMaterialsByTheirNames) {
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
                           "Fäzes",
                           "BAL / lavage",
                           "Pleurapunktat",
                           "Urine, clean catch",
                           "随時尿",
                           "髄液",
                           "Bone marrow aspirate",
                           "Drainage fluid",
                           "Drainageblut",
                           "Wound swab",
                           "Dialysis",
                           "Dialysate",
                           "LCR",
                           "Liquide pleural",
                           "Peritoneal fluid, blood tinged",
                           "CSF (blood stained)",
                           "Blood stained CSF",
                           "Blood in urine",
                           "Blut im Urin",
                           "Quality control"}) {
    EXPECT_TRUE(is_other(text)) << text;
  }
}

TEST_F(MaterialTest, BloodAndWhatSaysNothing) {
  for (const char* text : {"",
                           "Blood",
                           "Venous blood",
                           "Citrate plasma",
                           "EDTA-Vollblut",
                           "Serum",
                           "Blood during dialysis",
                           "collected during surgery",
                           "Plasma, platelet poor",
                           "静脈血",
                           "血漿",
                           "Zitratblut",
                           "tube 3",
                           "Blut nach Dialyse",
                           "Heparin-Plasma",
                           "Sang total",
                           "Post-dialysis",
                           "Dialysis patient, serum",
                           "Blood (peritoneal dialysis)",
                           "nach Dialyse",
                           "Blut, nicht Urin",
                           "before the lavage"}) {
    EXPECT_FALSE(is_other(text)) << text;
  }
}

TEST_F(MaterialTest, WhichBlood) {
  for (const char* text : {"Arterial blood", "arteriell", "Arterielles Blut", "Sang artériel", "動脈血", "BldA",
                           "radial artery", "arterial, not venous"}) {
    const MaterialReading said = read(text);
    EXPECT_TRUE(said.arterial && !said.venous && !said.not_arterial) << text;
  }
  for (const char* text : {"Venous blood", "Blood venous", "Venöses Blut", "venös", "VEN.", "gemischtvenös",
                           "Sang veineux", "静脈血", "Kapillarblut", "capillary", "arterialised", "Nabelschnurblut",
                           "Cord blood, arterial", "Pulmonary artery blood", "肺動脈", "arterial or venous"}) {
    const MaterialReading said = read(text);
    EXPECT_TRUE(said.venous || said.not_arterial) << text;
  }
  for (const char* text : {"Blood", "Blut", "血液", "not arterial", "EDTA"}) {
    const MaterialReading said = read(text);
    EXPECT_FALSE(said.arterial || said.venous || said.not_arterial) << text;
  }
}

TEST_F(MaterialTest, OfALongTextTheBeginning) {
  const std::string blanks(AnalyteNames::kMaxText - 5, ' ');
  EXPECT_TRUE(read(blanks + "urine").other);
  EXPECT_FALSE(read(blanks + "  urine").other);
  EXPECT_FALSE(read(std::string(100'000, 'x') + " urine").other);
}

}  // namespace
}  // namespace coagwatch::fhir
