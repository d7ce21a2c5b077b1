#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>

#include "fhir/terminology.h"

namespace coagwatch::fhir {
namespace {

constexpr std::string_view kLoinc = "http://loinc.org";

struct Row {
  std::string_view code;
  std::string_view measure;
  int rank;
};

// Written from the sources of each code, not from the map.
constexpr std::array kRows = {
    // Platelets: counted in blood, in plasma or from a finger, guessed from a smear.
    Row{"777-3", "platelets", 3}, Row{"26515-7", "platelets", 3}, Row{"778-1", "platelets", 3},
    Row{"13056-7", "platelets", 2}, Row{"26516-5", "platelets", 2}, Row{"74464-9", "platelets", 2},
    Row{"49497-1", "platelets", 1}, Row{"107193-5", "platelets", 1},
    // Prothrombin time: plasma before whole blood.
    Row{"5902-2", "pt-seconds", 2}, Row{"5964-2", "pt-seconds", 1}, Row{"5894-1", "pt-activity", 2},
    Row{"6301-6", "inr", 3}, Row{"38875-1", "inr", 3}, Row{"52129-4", "inr", 3}, Row{"34714-6", "inr", 2},
    Row{"46418-0", "inr", 1}, Row{"14979-9", "aptt", 2}, Row{"5898-2", "aptt", 2}, Row{"3173-2", "aptt", 1},
    // Clauss, derived, heat.
    Row{"3255-7", "fibrinogen", 3}, Row{"48664-7", "fibrinogen", 2}, Row{"30902-1", "fibrinogen", 1},
    Row{"30226-5", "fdp", 2}, Row{"48065-7", "d-dimer", 2}, Row{"48067-3", "d-dimer", 2}, Row{"71427-9", "d-dimer", 1},
    Row{"48066-5", "d-dimer", 2}, Row{"48058-2", "d-dimer", 2}, Row{"91556-1", "d-dimer", 1},
    Row{"30240-6", "d-dimer", 2}, Row{"3246-6", "d-dimer", 2}, Row{"7799-0", "d-dimer", 2},
    Row{"3254-0", "soluble-fibrin-uln", 2}, Row{"14182-0", "tat-uln", 2}, Row{"5900-6", "f12-uln", 2},
    Row{"27811-9", "antithrombin", 2}, Row{"20991-6", "antithrombin", 2}, Row{"27819-2", "protein-c", 2},
    Row{"27818-4", "protein-c", 2}, Row{"1751-7", "albumin", 2}, Row{"2862-1", "albumin", 1},
    Row{"1975-2", "bilirubin", 2}, Row{"14631-6", "bilirubin", 2}, Row{"42719-5", "bilirubin", 1},
    Row{"59827-6", "bilirubin", 1}, Row{"59828-4", "bilirubin", 1}, Row{"2160-0", "creatinine", 2},
    Row{"14682-9", "creatinine", 2}, Row{"38483-4", "creatinine", 1}, Row{"59826-8", "creatinine", 1},
    Row{"77140-2", "creatinine", 1}, Row{"6690-2", "wbc", 3}, Row{"26464-8", "wbc", 3}, Row{"804-5", "wbc", 3},
    Row{"49498-9", "wbc", 1}, Row{"789-8", "rbc", 2}, Row{"26453-1", "rbc", 2}, Row{"718-7", "haemoglobin", 2},
    Row{"20509-6", "haemoglobin", 1}, Row{"26508-2", "bands", 2}, Row{"764-1", "bands", 2}, Row{"1988-5", "crp", 2},
    Row{"30522-7", "crp", 2}, Row{"76485-2", "crp", 2}, Row{"76486-0", "crp", 2}, Row{"48421-2", "crp", 1},
    Row{"71426-1", "crp", 1}, Row{"2518-9", "lactate", 3}, Row{"30242-2", "lactate", 3}, Row{"32693-4", "lactate", 2},
    Row{"2519-7", "lactate", 2}, Row{"2524-7", "lactate", 2}, Row{"59032-3", "lactate", 2},
    Row{"14118-4", "lactate", 2}, Row{"19239-3", "lactate", 1}, Row{"2703-7", "pao2", 2}, Row{"11556-8", "pao2", 1},
    Row{"2019-8", "paco2", 2}, Row{"11557-6", "paco2", 1}, Row{"3150-0", "fio2", 2}, Row{"19994-3", "fio2", 1},
    Row{"2708-6", "spo2", 2}, Row{"59408-5", "spo2", 1}, Row{"9269-2", "gcs", 2}, Row{"8310-5", "temperature", 1},
    Row{"8334-5", "temperature", 2}, Row{"60834-9", "temperature", 2}, Row{"8867-4", "heart-rate", 2},
    Row{"9279-1", "respiratory-rate", 2}, Row{"19840-8", "respiratory-rate", 2}, Row{"76528-9", "respiratory-rate", 1},
    Row{"76214-6", "map", 3}, Row{"8478-0", "map", 2}, Row{"76536-2", "map", 1}, Row{"9187-6", "urine-output", 2},
    Row{"96790-1", "sofa", 2}, Row{"96823-0", "sofa-respiratory", 2}, Row{"96824-8", "sofa-coagulation", 2},
    Row{"96825-5", "sofa-liver", 2}, Row{"96826-3", "sofa-cardiovascular", 2}, Row{"96827-1", "sofa-cns", 2},
    Row{"96828-9", "sofa-renal", 2}};

struct Trap {
  std::string_view code;
  std::string_view is;
};

constexpr std::array kTraps = {Trap{"5901-4", "PT of control plasma"},
                               Trap{"13488-2", "aPTT of control plasma"},
                               Trap{"5955-0", "thrombin time of control plasma"},
                               Trap{"3243-3", "thrombin time"},
                               Trap{"5899-0", "aPTT as ratio"},
                               Trap{"3256-5", "fibrinogen antigen"},
                               Trap{"27812-7", "antithrombin antigen"},
                               Trap{"27820-0", "protein C antigen"},
                               Trap{"27810-1", "plasmin inhibitor, not its complex"},
                               Trap{"38898-3", "D-dimer titre"},
                               Trap{"55398-2", "D-dimer panel"},
                               Trap{"53800-9", "platelet panel"},
                               Trap{"57021-8", "blood count panel"},
                               Trap{"85354-9", "blood pressure panel"},
                               Trap{"55284-4", "blood pressures"},
                               Trap{"74775-8", "platelets of platelet rich plasma"},
                               Trap{"32207-3", "platelet distribution width"},
                               Trap{"32623-1", "mean platelet volume"},
                               Trap{"1968-7", "direct bilirubin"},
                               Trap{"14629-0", "direct bilirubin"},
                               Trap{"1971-1", "indirect bilirubin"},
                               Trap{"5770-3", "bilirubin in urine"},
                               Trap{"14422-0", "bilirubin in ascites"},
                               Trap{"2161-8", "creatinine in urine"},
                               Trap{"12190-5", "creatinine in a fluid"},
                               Trap{"12191-3", "creatinine in ascites"},
                               Trap{"1754-1", "albumin in urine"},
                               Trap{"1747-5", "albumin in a fluid"},
                               Trap{"1748-3", "albumin in pleural fluid"},
                               Trap{"1749-1", "albumin in ascites"},
                               Trap{"1755-8", "albumin in urine"},
                               Trap{"26509-0", "bands in a fluid"},
                               Trap{"99603-3", "bands in a fluid"},
                               Trap{"26454-9", "red cells in CSF"},
                               Trap{"30405-5", "leukocytes in urine"},
                               Trap{"5821-4", "leukocytes in urine"},
                               Trap{"770-8", "all neutrophils"},
                               Trap{"4548-4", "haemoglobin A1c"},
                               Trap{"5794-3", "haemoglobin in urine"},
                               Trap{"2532-0", "lactate dehydrogenase"},
                               Trap{"2706-0", "oxygen in a fluid"},
                               Trap{"2023-0", "carbon dioxide in a fluid"},
                               Trap{"20564-1", "saturation of any blood"},
                               Trap{"3151-8", "oxygen flow"},
                               Trap{"2028-9", "bicarbonate as CO2"},
                               Trap{"8480-6", "systolic pressure"},
                               Trap{"8462-4", "diastolic pressure"},
                               Trap{"76534-7", "systolic pressure"},
                               Trap{"76535-4", "diastolic pressure"},
                               Trap{"9267-6", "eye opening"},
                               Trap{"9268-4", "motor response"},
                               Trap{"9270-0", "verbal response"},
                               Trap{"28009-9", "volume of a portion of urine"},
                               Trap{"14933-6", "urate, which was seen called PT"},
                               Trap{"5895-7", "was seen called PTT"},
                               Trap{"777-4", "no code"},
                               Trap{"", "nothing"}};

TEST(LoincMap, EveryCodeMeansWhatItsSourceSays) {
  const Terminology terminology;
  for (const Row& row : kRows) {
    const CodeMeaning* meaning = terminology.find(kLoinc, row.code);
    ASSERT_NE(meaning, nullptr) << row.code;
    EXPECT_EQ(rules::measure_info(meaning->measure).name, row.measure) << row.code;
    EXPECT_EQ(meaning->method_rank, row.rank) << row.code;
    EXPECT_EQ(meaning->alternative.has_value(), row.code == "5894-1") << row.code;
    EXPECT_EQ(meaning->needs_arterial_specimen, row.code == "11556-8" || row.code == "11557-6") << row.code;
    EXPECT_FALSE(meaning->any_text) << row.code;
  }
}

TEST(LoincMap, HasNoOtherCode) {
  std::set<std::string_view> expected;
  for (const Row& row : kRows) expected.insert(row.code);
  expected.insert("7796-6");  // no measure: clumps of platelets
  const std::string text = Terminology().canonical_text();
  const std::string start = "code " + std::string(kLoinc) + "|";
  std::set<std::string_view> found;
  for (std::size_t at = text.find(start); at != std::string::npos; at = text.find(start, at + 1)) {
    const std::size_t code = at + start.size();
    found.insert(std::string_view(text).substr(code, text.find(' ', code) - code));
  }
  EXPECT_EQ(found, expected);
}

TEST(LoincMap, TrapsAreNotMapped) {
  const Terminology terminology;
  for (const Trap& trap : kTraps)
    EXPECT_EQ(terminology.find(kLoinc, trap.code), nullptr) << trap.code << ": " << trap.is;
}

TEST(LoincMap, BetterMethodsRankHigher) {
  const Terminology terminology;
  const auto rank = [&](std::string_view code) { return terminology.find(kLoinc, code)->method_rank; };
  EXPECT_GT(rank("3255-7"), rank("48664-7")) << "Clauss before derived";
  EXPECT_GT(rank("777-3"), rank("49497-1")) << "counted before estimated";
  EXPECT_GT(rank("777-3"), rank("107193-5")) << "before one that EDTA may have clumped";
  EXPECT_GT(rank("6301-6"), rank("46418-0")) << "plasma before a finger";
  EXPECT_GT(rank("2708-6"), rank("59408-5")) << "measured before seen through the skin";
}

}  // namespace
}  // namespace coagwatch::fhir
