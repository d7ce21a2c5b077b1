// What names of analytes say of the material and of controls (maps/names.tsv).

#include <gtest/gtest.h>

#include <array>

#include "fhir/analyte_names.h"
#include "fhir/analyte_names_fixture.h"
#include "fhir/terminology.h"

namespace coagwatch::fhir {
namespace {

class MaterialNamesTest : public NamesTest {};

// Of a control or of a mixture with it.
constexpr std::array kControls = {Shown{"pt-seconds", "PT 1:1 mix with normal plasma"},
                                  Shown{"aptt", "APTT mixing study 1:1 immediate"},
                                  Shown{"pt-seconds", "Mean Normal Prothrombin Time"},
                                  Shown{"pt-seconds", "PT NORMAL POOL"},
                                  Shown{"pt-seconds", "Prothrombinzeit Kontrolle"},
                                  Shown{"pt-activity", "Prothrombinzeit Kontrolle"},
                                  Shown{"pt-seconds", "Prothrombin time (reference plasma)"},
                                  Shown{"aptt", "APTT (control)"},
                                  Shown{"aptt", "TCA témoin"},
                                  Shown{"aptt", "Plasmatauschversuch aPTT"},
                                  Shown{"pt-seconds", "PT(対照)"},
                                  Shown{"platelets", "Platelets, quality control"}};

// In what is no blood, or not the blood of the code.
constexpr std::array kOtherMaterials = {Shown{"creatinine", "Kreatinin Spontanurin"},
                                        Shown{"creatinine", "Kreatinin i. 24h-Sammelurin"},
                                        Shown{"creatinine", "Kreatinin i.U."},
                                        Shown{"creatinine", "尿中クレアチニン"},
                                        Shown{"albumin", "Albumin, Ascitic Fluid"},
                                        Shown{"albumin", "Albumin in Ascitic fluid"},
                                        Shown{"albumin", "Albumin Drainageflüssigkeit"},
                                        Shown{"albumin", "Albumin pleural fld"},
                                        Shown{"albumin", "Albumin, liquide d'ascite"},
                                        Shown{"wbc", "Leukocytes in Pericardial fluid"},
                                        Shown{"wbc", "Leukocytes in Bone marrow"},
                                        Shown{"wbc", "Leukocytes [#/volume] in Semen"},
                                        Shown{"wbc", "Leukocytes Peritoneal dialysate"},
                                        Shown{"wbc", "WBC sputum"},
                                        Shown{"wbc", "Leukozyten im Gelenkpunktat"},
                                        Shown{"wbc", "Leukocytes, CSF (blood stained)"},
                                        Shown{"platelets", "Platelet concentrate platelet count"},
                                        Shown{"pao2", "pO2 (venous)"},
                                        Shown{"pao2", "Oxygen [Partial pressure] in Mixed venous blood"},
                                        Shown{"pao2", "Oxygen [Partial pressure] in Capillary blood"},
                                        Shown{"pao2", "pO2 (zentralvenös)"},
                                        Shown{"pao2", "PO2 VEN."},
                                        Shown{"paco2", "pCO2 veineux"},
                                        Shown{"paco2", "静脈血pCO2"},
                                        Shown{"spo2", "Mixed venous oxygen saturation (SvO2)"}};

// That hold a word of another material, or of a control, and are of blood nevertheless.
constexpr std::array kOfBlood = {
    Shown{"pt-seconds", "Coagulation tissue factor induced [Time] in Platelet poor plasma by Coagulation assay"},
    Shown{"pt-seconds", "Thromboplastinzeit (Gewebethromboplastin)"},
    Shown{"creatinine", "Creatinine, pre-dialysis"},
    Shown{"creatinine", "Kreatinin nach Dialyse"},
    Shown{"creatinine", "Creatinine dialysis"},
    Shown{"creatinine", "Creatinine, blood during peritoneal dialysis"},
    Shown{"creatinine", "Creatinine other than urine"},
    Shown{"creatinine", "Creatinine in Serum, Plasma or Urine"},
    Shown{"creatinine", "クレアチニン (血液透析)"},
    Shown{"albumin", "Albumin bei Aszites"},
    Shown{"wbc", "WBC under G-CSF"},
    Shown{"platelets", "Platelets [#/volume] in Cord blood"},
    Shown{"antithrombin", "Antithrombin (I.U./mL)"},
    Shown{"lactate", "Lactate [Moles/volume] in Venous blood"},
    Shown{"pao2", "pO2 arterial, not venous"},
    Shown{"spo2", "O2 saturation in Capillary blood"},
    Shown{"protein-c", "Proteína C"},
    Shown{"inr", "INR control"},
    Shown{"inr", "INR (anticoagulant control)"},
    Shown{"pt-ratio", "PT ratio patient/control"},
    Shown{"pt-activity", "Prothrombin time, % of control"},
    Shown{"pt-activity", "PT (% of normal plasma)"},
    Shown{"heart-rate", "Heart rate (mother)"},
    Shown{"map", "Mean arterial pressure (radial artery)"}};

TEST_F(MaterialNamesTest, AControlIsNoResult) {
  for (const Shown& shown : kControls) {
    EXPECT_TRUE(contradicts(shown.measure, shown.text)) << shown.measure << ": " << shown.text;
  }
}

TEST_F(MaterialNamesTest, AnotherMaterialContradicts) {
  for (const Shown& shown : kOtherMaterials) {
    EXPECT_TRUE(contradicts(shown.measure, shown.text)) << shown.measure << ": " << shown.text;
  }
  for (const Shown& shown : kOfBlood) {
    EXPECT_FALSE(contradicts(shown.measure, shown.text)) << shown.measure << ": " << shown.text;
  }
}

}  // namespace
}  // namespace coagwatch::fhir
