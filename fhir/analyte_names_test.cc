#include "fhir/analyte_names.h"

#include <gmock/gmock.h>

#include <array>

#include "fhir/analyte_names_fixture.h"
#include "fhir/concept_map.h"
#include "fhir/name_words.h"
#include "fhir/terminology.h"
#include "fhir/ucum_fixture.h"

namespace coagwatch::fhir {
namespace {

class AnalyteNamesTest : public NamesTest {};

// As real feeds and specifications show them.
constexpr std::array kFitting = {
    Shown{"platelets", "Platelets [#/volume] in Blood by Automated count"},
    Shown{"platelets", "Platelets [#/\u200bvolume] in Blood by Automated count"}, Shown{"platelets", "Platelet Count"},
    Shown{"platelets", "Thrombozyten"}, Shown{"platelets", "Thrombozyten (Citrat)"}, Shown{"platelets", "血小板数"},
    Shown{"platelets", "血算-血小板数"}, Shown{"platelets", "PLT"}, Shown{"platelets", "Plaquettes"},
    Shown{"platelets", "Platelets in presence of EDTA to detect possible clumping"},
    Shown{"pt-seconds", "Prothrombin time (PT)"}, Shown{"pt-seconds", "PT"}, Shown{"pt-seconds", "PT-sec"},
    Shown{"pt-seconds", "Prothrombin time (PT) in Platelet poor plasma by Coagulation assay"},
    Shown{"pt-seconds", "PT (INR)"}, Shown{"pt-seconds", "Thromboplastinzeit"},
    Shown{"pt-seconds", "プロトロンビン時間"}, Shown{"pt-activity", "Quick"},
    Shown{"pt-activity", "Prothrombin time (PT) actual/Normal"}, Shown{"pt-activity", "Thromboplastinzeit nach Quick"},
    Shown{"pt-activity", "TPZ (Quick)"}, Shown{"pt-activity", "P-TT"}, Shown{"pt-activity", "Taux de prothrombine"},
    Shown{"pt-activity", "PT-act"}, Shown{"inr", "INR in Platelet poor plasma by Coagulation assay"},
    Shown{"inr", "INR(PT)"}, Shown{"inr", "Quick/INR"}, Shown{"inr", "Prothrombin time (INR)"},
    Shown{"inr", "INR-Kontrolle"}, Shown{"inr", "PT-INR"},
    Shown{"aptt", "aPTT in Platelet poor plasma by Coagulation assay"}, Shown{"aptt", "PTT"},
    Shown{"aptt", "Activated partial thromboplastin time"}, Shown{"aptt", "Aktivierte Partielle Thromboplastinzeit"},
    Shown{"aptt", "活性化部分トロンボプラスチン時間"}, Shown{"aptt", "part. Thromboplastinzeit"},
    Shown{"fibrinogen", "Fibrinogen [Mass/volume] in Platelet poor plasma by Coagulation assay"},
    Shown{"fibrinogen", "Fibrinogen nach Clauss"}, Shown{"fibrinogen", "Fibrinogen (abgeleitet)"},
    Shown{"fibrinogen", "Fibrinogène"}, Shown{"fibrinogen", "Fibrinogen, Functional"},
    Shown{"fibrinogen", "フィブリノゲン"},
    Shown{"fdp", "Fibrin+Fibrinogen fragments [Mass/volume] in Platelet poor plasma"},
    Shown{"fdp", "Fibrin/Fibrinogen degradation products"}, Shown{"fdp", "Fibrin(ogen) Degradation Products"},
    Shown{"d-dimer", "Fibrin D-dimer FEU [Mass/volume] in Platelet poor plasma"}, Shown{"d-dimer", "D-Dimere"},
    Shown{"d-dimer", "D-Dimer, quantitativ"}, Shown{"d-dimer", "Ｄダイマー"}, Shown{"d-dimer", "DD"},
    Shown{"soluble-fibrin-uln", "Fibrin.soluble [Units/volume] in Serum by Coagulation assay"},
    Shown{"tat-uln", "Thrombin antithrombin complex Ag [Mass/volume] in Platelet poor plasma by Immunoassay"},
    Shown{"tat-uln", "トロンビン・アンチトロンビン複合体"},
    Shown{"f12-uln", "Prothrombin Fragment 1.2 [Units/volume] in Serum or Plasma"},
    Shown{"antithrombin", "Antithrombin actual/normal in Platelet poor plasma by Chromogenic method"},
    Shown{"antithrombin", "Antithrombin III"}, Shown{"protein-c", "Protein C actual/normal in Platelet poor plasma"},
    Shown{"albumin", "Albumin"}, Shown{"albumin", "Albumin [Mass/volume] in Serum or Plasma by Electrophoresis"},
    Shown{"bilirubin", "Bilirubin.total [Moles/volume] in Serum or Plasma"}, Shown{"bilirubin", "Bilirub SerPl-mCnc"},
    Shown{"bilirubin", "Bilirubin gesamt"}, Shown{"bilirubin", "T-Bil"}, Shown{"bilirubin", "総ビリルビン"},
    Shown{"creatinine", "Creatinin [Mol/Volumen] in Blut"}, Shown{"creatinine", "Creat SerPl-mCnc"},
    Shown{"creatinine", "Kreatinin (Jaffé)"}, Shown{"creatinine", "Creatinine, serum (not urine)"},
    Shown{"wbc", "WBC Auto (Bld) [#/Vol]"}, Shown{"wbc", "Leukocytes [#/volume] in Blood"}, Shown{"wbc", "Leukozyten"},
    Shown{"rbc", "RBC # Bld Auto"}, Shown{"rbc", "Erythrozyten"}, Shown{"haemoglobin", "Hgb Bld-mCnc"},
    Shown{"haemoglobin", "Hämoglobin"}, Shown{"haemoglobin", "Hb"},
    Shown{"bands", "Band form neutrophils/100 leukocytes in Blood"}, Shown{"bands", "Band neutrophils"},
    Shown{"bands", "Bands"}, Shown{"bands", "Neutrophil band count"}, Shown{"bands", "Stabkernige"},
    Shown{"bands", "好中球（桿状核球）"}, Shown{"pt-ratio", "Prothrombin time ratio"}, Shown{"inr", "PT ratio (INR)"},
    Shown{"platelets", "Targeted platelet count"}, Shown{"bands", "Neutrophils.band form/100 leukocytes in Blood"},
    Shown{"bands", "Stabkernige Neutrophile"}, Shown{"crp", "C-reaktives Protein [Masse/Volumen] in Serum oder Plasma"},
    Shown{"crp", "hs-CRP"}, Shown{"lactate", "Lactate [Moles/volume] in Arterial blood"}, Shown{"lactate", "Laktat"},
    Shown{"pao2", "Oxygen [Partial pressure] in Arterial blood"}, Shown{"pao2", "pO2(a)"},
    Shown{"paco2", "Carbon dioxide in blood"}, Shown{"paco2", "pCO2"}, Shown{"fio2", "Inhaled oxygen concentration"},
    Shown{"spo2", "O2 % BldC Oximetry"}, Shown{"spo2", "Oxygen saturation in Arterial blood by Pulse oximetry"},
    Shown{"gcs", "Glasgow coma score total"}, Shown{"gcs", "GCS total"},
    Shown{"temperature", "Body temperature - Urinary bladder"}, Shown{"heart-rate", "Heart Rate"},
    Shown{"respiratory-rate", "Respiratory rate"}, Shown{"map", "Mean blood pressure"}, Shown{"map", "MAP"},
    Shown{"urine-output", "Urine output"}, Shown{"urine-output", "Urine"},
    Shown{"sofa", "Sequential Organ Failure Assessment SOFA total score"}, Shown{"sofa-renal", "SOFA renal subscore"},
    // Nothing that we know.
    Shown{"d-dimer", "Coagulation Panel"}, Shown{"crp", "Анализ крови"}, Shown{"inr", "院内コード"},
    Shown{"platelets", "0512"}, Shown{"creatinine", ""}, Shown{"wbc", "---"}};

constexpr std::array kContradicting = {
    Shown{"d-dimer", "C-Reactive Protein (CRP)"},
    Shown{"d-dimer", "CRP"},
    Shown{"crp", "D-Dimer"},
    Shown{"d-dimer", "C\u200b-reactive protein"},
    Shown{"d-dimer", "Fibrinogen"},
    Shown{"fibrinogen", "D-Dimere"},
    Shown{"creatinine", "Prothrombin time (PT)"},
    Shown{"pt-seconds", "PTT"},
    Shown{"pt-seconds", "aPTT"},
    Shown{"aptt", "Quick"},
    Shown{"aptt", "Prothrombin time (PT)"},
    Shown{"pt-seconds", "INR"},
    Shown{"pt-activity", "INR in Blood"},
    Shown{"pt-seconds", "PT Control"},
    Shown{"pt-seconds", "PT Mean"},
    Shown{"pt-seconds", "Prothrombin time (PT) in Control Platelet poor plasma by Coagulation assay"},
    Shown{"aptt", "aPTT in Control Platelet poor plasma by Coagulation assay"},
    Shown{"aptt", "Thrombin time"},
    Shown{"fibrinogen", "Fibrinogen Ag [Mass/volume] in Platelet poor plasma by Immunoassay"},
    Shown{"fibrinogen", "Fibrin+Fibrinogen fragments"},
    Shown{"fdp", "Fibrinogen"},
    Shown{"antithrombin", "Antithrombin (AT III) antigen"},
    Shown{"protein-c", "Protein C Ag"},
    Shown{"protein-c", "Protein S"},
    Shown{"antithrombin", "Thrombin antithrombin complex"},
    Shown{"tat-uln", "Antithrombin"},
    Shown{"pic", "Plasmin inhibitor"},
    Shown{"bands", "Segmented neutrophils"},
    Shown{"bands", "Neutrophils"},
    Shown{"bands", "Segmentkernige Neutrophile"},
    Shown{"bands", "好中球"},
    Shown{"inr", "INR goal"},
    Shown{"inr", "Ziel-INR"},
    Shown{"inr", "INR Sollwert"},
    Shown{"inr", "INR cible"},
    Shown{"inr", "目標INR"},
    Shown{"inr", "Prothrombin time ratio"},
    Shown{"inr", "PT-Ratio"},
    Shown{"pt-seconds", "Prothrombin time (PT) ratio"},
    Shown{"platelets", "Target platelet count"},
    Shown{"platelets", "Donor platelet count"},
    Shown{"platelets", "Thrombozyten Spender"},
    Shown{"map", "MAP goal"},
    Shown{"platelets", "Platelet mean volume"},
    Shown{"platelets", "MPV"},
    Shown{"platelets", "Platelet clumps"},
    Shown{"platelets", "Platelets in Platelet rich plasma"},
    Shown{"platelets", "Leukozyten"},
    Shown{"platelets", "白血球数"},
    Shown{"wbc", "Neutrophils/100 leukocytes in Blood"},
    Shown{"wbc", "Leukocytes [#/volume] in Urine"},
    Shown{"rbc", "MCV"},
    Shown{"rbc", "Nucleated red blood cells"},
    Shown{"haemoglobin", "Hemoglobin A1c/Hemoglobin.total in Blood"},
    Shown{"bilirubin", "Bilirubin.direct [Mass/volume]"},
    Shown{"bilirubin", "Direktes Bilirubin"},
    Shown{"bilirubin", "Bilirubin, Indirect"},
    Shown{"bilirubin", "直接ビリルビン"},
    Shown{"creatinine", "Creatinine [Mass/volume] in Urine"},
    Shown{"creatinine", "Kreatinin im Urin"},
    Shown{"creatinine", "Creatinine renal clearance"},
    Shown{"creatinine", "eGFR (creatinine)"},
    Shown{"creatinine", "Creatine kinase"},
    Shown{"creatinine", "Harnsäure"},
    Shown{"albumin", "Albumin, Ascites"},
    Shown{"albumin", "Albumin/Creatinine [Mass Ratio] in Urine"},
    Shown{"lactate", "Lactate dehydrogenase"},
    Shown{"gcs", "Glasgow coma score motor"},
    Shown{"map", "Systolic blood pressure"},
    Shown{"heart-rate", "Respiratory rate"},
    Shown{"fio2", "Inhaled oxygen flow rate"},
    Shown{"sofa", "qSOFA"},
    Shown{"inr", "Troponin T"},
    Shown{"d-dimer", "Proteína C reactiva"},
    Shown{"d-dimer", "proteina C reattiva"},
    Shown{"d-dimer", "C-reactief proteïne"},
    Shown{"albumin", "Pre-albumin"},
    Shown{"albumin", "Serum-ascites albumin gradient"},
    Shown{"heart-rate", "Fetal heart rate"},
    Shown{"heart-rate", "Fetale Herzfrequenz"},
    Shown{"heart-rate", "胎児心拍数"},
    Shown{"map", "Mean pulmonary artery pressure"},
    Shown{"map", "Mittlerer Pulmonalarteriendruck"},
    Shown{"map", "Mean central venous pressure"},
    Shown{"map", "Mean airway pressure"}};

TEST_F(AnalyteNamesTest, RealNamesFitTheirMeasure) {
  for (const Shown& shown : kFitting)
    EXPECT_FALSE(contradicts(shown.measure, shown.text)) << shown.measure << ": " << shown.text;
}

TEST_F(AnalyteNamesTest, AnotherAnalytesNameContradicts) {
  for (const Shown& shown : kContradicting) {
    EXPECT_TRUE(contradicts(shown.measure, shown.text)) << shown.measure << ": " << shown.text;
  }
}

TEST_F(AnalyteNamesTest, ACodeWithTwoReadingsIsContradictedWhereBothAre) {
  MeasureSet both;
  both.set(rules::index(rules::Measure::pt_activity)).set(rules::index(rules::Measure::d_dimer));
  EXPECT_FALSE(terminology_.names().contradicts("D-Dimer", both));
  EXPECT_FALSE(terminology_.names().contradicts("Quick", both));
  EXPECT_TRUE(terminology_.names().contradicts("CRP", both));
}

TEST_F(AnalyteNamesTest, ProseSaysNothing) {
  EXPECT_TRUE(contradicts("d-dimer", "CRP" + std::string(AnalyteNames::kMaxText - 3, '.')));
  EXPECT_FALSE(contradicts("d-dimer", "CRP" + std::string(AnalyteNames::kMaxText - 2, '.')));
  EXPECT_FALSE(contradicts("d-dimer", std::string(100'000, 'x')));
}

TEST(AnalyteNames, ABadTableIsRefusedWithItsLine) {
  const auto problem = [](std::string_view table) { return AnalyteNames().read(table).value_or("fine"); };
  EXPECT_EQ(problem("# names\n\nquick\tpt-activity\n"), "fine");
  EXPECT_EQ(problem("quick\tpt-activity\nquick"), "line 2: expected words and what they say, with a tab between");
  EXPECT_EQ(problem("quick\tpt\n"), "line 1: pt is not the name of a measure");
  EXPECT_EQ(problem("quick\t~\n"), "line 1:  is not the name of a measure");
  EXPECT_EQ(problem("...\tother\n"), "line 1: expected some words");
  EXPECT_EQ(problem("urin*\tfluid\n*urin\tfluid;!inr\n"), "fine");
  EXPECT_EQ(problem("urin*\tfluid;\n"), "line 1:  is not the name of a measure");
  EXPECT_EQ(problem("a urin*\tfluid\n"), "line 1: a urin: only one word can be a stem");
  EXPECT_EQ(problem("urin*\tfluid\nUrin*\tfluid\n"), "line 2: urin* stands there twice");
  EXPECT_EQ(problem("Quick-Wert\tother\nquick wert\tother\n"), "line 2: quick wert stands there twice");
}

TEST(AnalyteNames, TheLongestRowCounts) {
  AnalyteNames names;
  ASSERT_FALSE(names.read("a\tinr\na b\tother\na b c\tcrp\n"));
  MeasureSet inr;
  inr.set(rules::index(rules::Measure::inr));
  EXPECT_FALSE(names.contradicts("A", inr));
  EXPECT_FALSE(names.contradicts("x A bc", inr));
  EXPECT_TRUE(names.contradicts("A-B", inr));
  EXPECT_TRUE(names.contradicts("a/b/c", inr));
  EXPECT_FALSE(names.contradicts("a b c a", inr));
}

TEST(AnalyteNames, AStemIsOfWordsWithoutARow) {
  AnalyteNames names;
  ASSERT_FALSE(names.read("harn*\tfluid\n*urin\tfluid\n*purin\tnothing\nharnstoff\tother\n"));
  for (const char* fluid : {"Harn", "Harnprobe", "24-h-Sammelurin", "x Urin y"}) {
    EXPECT_TRUE(names.material(fluid).other) << fluid;
  }
  for (const char* none : {"Harnstoff", "Purin", "Mercaptopurin", "Urinal", "Sammelharn", ""}) {
    EXPECT_FALSE(names.material(none).other) << none;
  }
  std::string canonical;
  names.append_canonical(canonical);
  EXPECT_EQ(canonical, "name *purin = nothing\nname *urin = fluid\nname harn* = fluid\nname harnstoff = other\n");
}

TEST(NameWords, AreComparable) {
  const auto words = [](std::string_view text) { return std::string(NameWords(text).text()); };
  EXPECT_EQ(words("  D-Dimer (FEU) "), "d dimer feu");
  EXPECT_EQ(words("[#/\u200bvolume]"), "volume");
  EXPECT_EQ(words("Hämoglobin Größe Œdème ÆON"), "hamoglobin grosse oedeme aeon");
  EXPECT_EQ(words("ＰＴ－ＩＮＲ"), "pt inr");
  EXPECT_EQ(words("血小板数PLT"), "血 小 板 数 plt");
  EXPECT_EQ(words("アンチ・トロ"), "ア ン チ ト ロ");
  EXPECT_EQ(words("α2-Antiplasmin"), "α2 antiplasmin");
  EXPECT_EQ(words(""), "");
  EXPECT_EQ(words("\xf0\x9f\xa9\xb8 blood"), "blood");
  EXPECT_EQ(NameWords(std::string(NameWords::kMaxText, 'a')).text().size(), NameWords::kMaxText);
  EXPECT_LE(NameWords(std::string(NameWords::kMaxText / 3 * 3, '\xe8')).text().size(), 2 * NameWords::kMaxText);
}

TEST_F(AnalyteNamesTest, NoMapContradictsItsOwnDisplays) {
  // Each line of the maps has one code, its display and its targets.
  for (const char* file : {"maps/loinc.json", "maps/jlac.json"}) {
    std::size_t displays = 0;
    const std::string text = fhir_file(file);
    for (std::size_t at = text.find("\"display\": \""); at != std::string::npos;
         at = text.find("\"display\": \"", at + 1)) {
      const std::size_t start = at + 12;
      const std::string display = text.substr(start, text.find('"', start) - start);
      const std::string line = text.substr(start, text.find('\n', start) - start);
      const std::size_t code = line.find("{\"code\": \"") + 10;
      const std::string measure = line.substr(code, line.find('"', code) - code);
      if (measure == kPlateletClumps) continue;
      EXPECT_FALSE(contradicts(measure, display)) << display;
      ++displays;
    }
    EXPECT_GT(displays, 50U) << file;
  }
}

}  // namespace
}  // namespace coagwatch::fhir
