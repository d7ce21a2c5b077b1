#include <gtest/gtest.h>

#include <array>
#include <string>

#include "fhir/intake_fixture.h"
#include "fhir/terminology.h"

namespace coagwatch::fhir {
namespace {

constexpr std::string_view kMedis = "http://medis.or.jp/CodeSystem/master-JLAC10-17digits";

std::string meaning_of(const Terminology& terminology, std::string_view system, std::string_view code) {
  const CodeMeaning* meaning = terminology.find(system, code);
  return meaning == nullptr ? "none" : std::string(rules::measure_info(meaning->measure).name);
}

struct Row {
  std::string_view code;
  std::string_view measure;
};

// Codes as the core list of the CLINS sharing service and test directories print them.
constexpr std::array kRows = {
    Row{"2A990000001930955", "platelets"}, Row{"2A050000001930901", "platelets"}, Row{"2A050000001930101", "platelets"},
    Row{"2A050000001999901", "platelets"}, Row{"2A990000001930952", "wbc"}, Row{"2A010000001930101", "wbc"},
    Row{"2A990000001930951", "rbc"}, Row{"2A020000001930101", "rbc"}, Row{"2A990000001930953", "haemoglobin"},
    Row{"2A030000001999901", "haemoglobin"}, Row{"2B030000002231151", "pt-seconds"},
    Row{"2B030000002231101", "pt-seconds"}, Row{"2B030000002231901", "pt-seconds"},
    Row{"2B030000002131151", "pt-seconds"}, Row{"2B030000002231153", "pt-activity"},
    Row{"2B030000002299953", "pt-activity"}, Row{"2B030000002231155", "pt-ratio"}, Row{"2B030000002231157", "inr"},
    Row{"2B030000001831157", "inr"}, Row{"2B030000002131157", "inr"}, Row{"2B020000002231101", "aptt"},
    Row{"2B020000002231151", "aptt"}, Row{"2B020000002299951", "aptt"}, Row{"2B100000002231101", "fibrinogen"},
    Row{"2B120000002206201", "fdp"}, Row{"2B110000002206201", "soluble-fibrin-uln"},
    Row{"2B140000002206201", "d-dimer"}, Row{"2B140000001904301", "d-dimer"}, Row{"2B140000002304101", "d-dimer"},
    Row{"2B200000002231501", "antithrombin"}, Row{"2B210000002205201", "tat-uln"}, Row{"2B280000002206201", "pic"},
    Row{"3J010000002327101", "bilirubin"}, Row{"3J010000001927101", "bilirubin"},
    Row{"3C015000002327101", "creatinine"}, Row{"3C015000001829101", "creatinine"}, Row{"3A015000002327101", "albumin"},
    Row{"5C070000002306201", "crp"}, Row{"5C070000001919501", "crp"},
    // JLAC11
    Row{"B1003000000000AG3", "platelets"}, Row{"B2006000000000AF0", "pt-seconds"},
    Row{"B2006000000000A12", "pt-activity"}, Row{"B2006000000000A05", "pt-ratio"}, Row{"B2006000000000A61", "inr"},
    Row{"B2019000000000AH6", "d-dimer"},
    // Traps
    Row{"2B140000002211711", "none"},  // D-dimer, qualitative
    Row{"2B140000002206211", "none"},  // the same by latex
    Row{"2B120000000106201", "none"},  // FDP in urine
    Row{"2B020000002231155", "none"},  // aPTT ratio
    Row{"2B020000002231152", "none"},  // aPTT of the control
    Row{"2B030000002231152", "none"},  // PT of the control
    Row{"2B030000000131151", "none"},  // not of blood
    Row{"3C015000000127101", "none"},  // creatinine in urine
    Row{"3C015161002399949", "none"},  // why creatinine was asked for
    Row{"3A015000000106128", "none"},  // albumin by creatinine in urine
    Row{"3J015000002327101", "none"},  // direct bilirubin
    Row{"5C070000001819012", "none"},  // CRP as class
    Row{"2B700000002206201", "none"},  // protein C antigen
    Row{"2B200000002206201", "none"},  // antithrombin by immunoassay
    Row{"2A990000001930954", "none"},  // haematocrit
    Row{"2A990000001930999", "none"}, Row{"2A99000000193095", "none"}, Row{"2A9900000019309550", "none"},
    Row{"2A990", "none"}, Row{"?????????????????", "none"}, Row{"", "none"},
    Row{"B2019000000000A02", "none"},   // D-dimer, qualitative
    Row{"B2003000000000A12", "none"},   // aPTT in %
    Row{"C3002000000000A01", "none"}};  // creatinine: of what is not known

TEST(JlacMap, ThePlacesOfACodeDecide) {
  const Terminology terminology;
  for (const Row& row : kRows) EXPECT_EQ(meaning_of(terminology, kMedis, row.code), row.measure) << row.code;
}

TEST(JlacMap, IsReadInItsSystemsOnly) {
  const Terminology terminology;
  for (const char* system : {"urn:oid:1.2.392.200119.4.504",
                             "http://jpfhir.jp/fhir/clins/CodeSystem/JLAC10/JP_CLINS_ObsLabResult_CoreLabo_CS",
                             "http://jpfhir.jp/fhir/clins/CodeSystem/JLAC11/JP_CLINS_ObsLabResult_CoreLabo_CS"}) {
    EXPECT_EQ(meaning_of(terminology, system, "2B030000002231153"), "pt-activity") << system;
    EXPECT_EQ(meaning_of(terminology, system, "B2006000000000A12"), "pt-activity") << system;
  }
  for (const char* system :
       {"", "http://loinc.org", "http://jpfhir.jp/fhir/clins/CodeSystem/JP_CLINS_ObsLabResult_LocalCode_CS"}) {
    EXPECT_EQ(meaning_of(terminology, system, "2B030000002231153"), "none") << system;
  }
}

TEST(JlacMap, ASitesPatternGoesFirstAndItsExactCodeBeforeThat) {
  Terminology terminology;
  const auto problems = terminology.add_concept_map(R"({"resourceType":"ConceptMap","group":[{
    "source":"urn:oid:1.2.392.200119.4.504","target":"urn:coagwatch:CodeSystem:measures","element":[
    {"code":"2B140??????????01","target":[{"code":"fdp","equivalence":"wider","dependsOn":[
      {"property":"urn:coagwatch:property:code","value":"pattern"}]}]},
    {"code":"2B1400000022???01","target":[{"equivalence":"unmatched","dependsOn":[
      {"property":"urn:coagwatch:property:code","value":"pattern"}]}]},
    {"code":"2B140000002206201","target":[{"code":"crp","equivalence":"wider"}]}]}]})");
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(meaning_of(terminology, kMedis, "2B140000002304101"), "fdp") << "before the built-in rule";
  EXPECT_EQ(meaning_of(terminology, kMedis, "2B140000002205201"), "none") << "the one that leaves less open";
  EXPECT_EQ(meaning_of(terminology, kMedis, "2B140000002206201"), "crp");
  EXPECT_EQ(meaning_of(terminology, kMedis, "2B030000002231153"), "pt-activity") << "the rest stays";
}

class JapaneseIntake : public IntakeTest {
 protected:
  static ObservationJson japanese(const std::string& code, const std::string& text) {
    return ObservationJson().set(
        "code",
        R"({"coding":[{"system":"http://jpfhir.jp/fhir/clins/CodeSystem/JP_CLINS_ObsLabResult_LocalCode_CS",)"
        R"("code":"0512","display":"院内コード"},{"system":"http://medis.or.jp/CodeSystem/master-JLAC10-17digits",)"
        R"("code":")" +
            code + R"("}],"text":")" + text + R"("})");
  }
};

TEST_F(JapaneseIntake, UnitsComeAsText) {
  EXPECT_EQ(value(japanese("2A990000001930955", "血小板数").spelled("4.5", "×10*4/μL")), "45");
  EXPECT_EQ(value(japanese("2B030000002231153", "PT活性値").spelled("62", "%")), "62");
  EXPECT_EQ(value(japanese("2B030000002231157", "PT-INR").spelled("1.42", "")), "1.42");
  EXPECT_EQ(value(japanese("2B100000002231101", "フィブリノゲン").spelled("180", "mg/dL")), "1.8");
  EXPECT_EQ(value(japanese("2B120000002206201", "FDP").spelled("41.2", "μg/mL")), "41.2");
  // The core list once shows this activity code with seconds.
  EXPECT_EQ(outcome(japanese("2B030000001831153", "PT").spelled("12.1", "秒")), "dead/unknown-unit");
  // A placeholder of an order.
  EXPECT_EQ(outcome(japanese("2B020000002231101", "APTT").spelled("1", "依頼")), "dead/unknown-unit");
  EXPECT_EQ(outcome(japanese("2A990000001930955", "白血球数").spelled("4.5", "×10*4/μL")), "ignored/unmapped-code");
}

}  // namespace
}  // namespace coagwatch::fhir
