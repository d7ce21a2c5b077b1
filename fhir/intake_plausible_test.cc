// The plausible range of every measure that is read, row by row as the clinical reference (table E) and the interface
// page give it; and where a laboratory's assay ends without saying so.

#include "fhir/intake_fixture.h"

namespace coagwatch::fhir {
namespace {

using IntakePlausibleTest = IntakeTest;

struct Row {
  const char* code;
  const char* unit;
  const char* lowest;
  const char* below;
  const char* highest;
  const char* above;
};

constexpr const char* kRefused = "dead/implausible-value";

TEST_F(IntakePlausibleTest, LimitsAreInclusiveForEveryMeasure) {
  for (const Row& row : {
           Row{"777-3", "10*9/L", "0", "-0.1", "3000", "3000.1"},  // platelets
           Row{"5902-2", "s", "6", "5.9", "300", "300.1"},         // PT
           Row{"6301-6", "1", "0.5", "0.49", "20", "20.01"},       // INR
           Row{"14979-9", "s", "15", "14.9", "300", "300.1"},      // aPTT
           Row{"3255-7", "mg/dL", "0", "-1", "2000", "2001"},      // fibrinogen
           Row{"48065-7", "mg/L", "0", "-0.1", "1000", "1000.1"},  // D-dimer FEU
           Row{"48066-5", "mg/L", "0", "-0.1", "500", "500.1"},    // D-dimer DDU
           Row{"30226-5", "ug/mL", "0", "-1", "5000", "5000.1"},   // FDP
           Row{"27811-9", "%", "0", "-1", "250", "250.1"},         // antithrombin
           Row{"27819-2", "%", "0", "-1", "300", "300.1"},         // protein C
           Row{"1751-7", "g/dL", "0.3", "0.29", "8", "8.1"},       // albumin
           Row{"1975-2", "mg/dL", "0", "-1", "80", "80.1"},        // bilirubin
           Row{"14631-6", "umol/L", "0", "-1", "1368", "1368.1"},  // bilirubin
           Row{"2160-0", "mg/dL", "0", "-1", "40", "40.1"},        // creatinine
           Row{"14682-9", "umol/L", "0", "-1", "3536", "3536.1"},  // creatinine
           Row{"6690-2", "10*9/L", "0", "-1", "1000", "1000.1"},   // leukocytes
           Row{"8310-5", "Cel", "25", "24.9", "45", "45.1"},       // temperature
           Row{"8867-4", "/min", "0", "-1", "350", "351"},         // heart rate
           Row{"9279-1", "/min", "0", "-1", "100", "101"},         // respiratory rate
           Row{"8478-0", "mm[Hg]", "0", "-1", "300", "301"},       // mean arterial pressure
           Row{"2703-7", "mm[Hg]", "15", "14.9", "760", "760.1"},  // PaO2
           Row{"2019-8", "mm[Hg]", "5", "4.9", "200", "200.1"},    // PaCO2
           Row{"3150-0", "1", "0.21", "0.2", "1", "1.01"},         // FiO2
           Row{"3150-0", "%", "21", "20.9", "100", "100.1"},       // FiO2
           Row{"9269-2", "{score}", "3", "2", "15", "16"},         // GCS
           Row{"26508-2", "%", "0", "-1", "100", "100.1"},         // bands
           Row{"1988-5", "mg/L", "0", "-1", "1000", "1000.1"},     // CRP
           Row{"2524-7", "mmol/L", "0", "-1", "50", "50.1"},       // lactate
           Row{"5894-1", "%", "0", "-1", "200", "200.1"},          // PT activity
           Row{"59408-5", "%", "0", "-1", "100", "100.1"},         // SpO2
           Row{"718-7", "g/dL", "0", "-1", "30", "30.1"},          // haemoglobin
           Row{"789-8", "10*12/L", "0", "-1", "12", "12.1"},       // erythrocytes
           Row{"5894-1", "{ratio}", "0.5", "0.49", "25", "25.1"},  // PT ratio: ours
           Row{"96790-1", "{score}", "0", "-1", "24", "25"},       // SOFA
           Row{"96824-8", "{score}", "0", "-1", "4", "5"},         // SOFA, a part
       }) {
    const auto of = [&](const char* number) {
      return outcome(ObservationJson().loinc(row.code).quantity(number, row.unit));
    };
    EXPECT_EQ(of(row.lowest), "candidate") << row.code << " " << row.lowest;
    EXPECT_EQ(of(row.below), kRefused) << row.code << " " << row.below;
    EXPECT_EQ(of(row.highest), "candidate") << row.code << " " << row.highest;
    EXPECT_EQ(of(row.above), kRefused) << row.code << " " << row.above;
  }
}

TEST_F(IntakePlausibleTest, TatIsJudgedAsItWasMeasured) {
  ObservationJson tat;
  tat.loinc("14182-0").set("referenceRange", R"([{"high":{"value":4}}])");
  EXPECT_EQ(value(tat.quantity("2000", "ug/L")), "500");
  EXPECT_EQ(value(tat.quantity("2000.1", "ug/L")), kRefused);
  EXPECT_EQ(value(tat.quantity("0", "ug/L")), "0");
  EXPECT_EQ(value(tat.quantity("-1", "ug/L")), kRefused);
}

TEST_F(IntakePlausibleTest, SentinelsAreNoValues) {
  for (const char* code : {"777-3", "6690-2"}) {
    EXPECT_EQ(value(ObservationJson().loinc(code).quantity("-1", "10*9/L")), kRefused) << code;
  }
  EXPECT_EQ(value(ObservationJson().value("valueString", R"("-1 10*9/L")")), kRefused);
  EXPECT_EQ(value(ObservationJson().quantity("9999", "10*9/L")), kRefused);
}

TEST_F(IntakePlausibleTest, ExactlyTheEndOfTheAssayIsABound) {
  using rules::Measure;
  site_.caps[rules::index(Measure::d_dimer)] = rules::Decimal::of(21);
  site_.floors[rules::index(Measure::d_dimer)] = rules::Decimal(19, -2);
  const auto feu = [&](const char* number, const char* unit = "mg/L") {
    return value(ObservationJson().loinc("48065-7").quantity(number, unit));
  };
  EXPECT_EQ(feu("20.9"), "20.9");
  EXPECT_EQ(feu("20.999999"), "20.999999");
  EXPECT_EQ(feu("21"), ">=21");
  EXPECT_EQ(feu("21.0"), ">=21.0");
  EXPECT_EQ(feu("21000", "ng/mL"), ">=21");
  EXPECT_EQ(feu("21.1"), "21.1");
  EXPECT_EQ(feu("0.20"), "0.20");
  EXPECT_EQ(feu("0.19"), "<=0.19");
  EXPECT_EQ(feu("0.18"), "0.18");
  EXPECT_EQ(read(ObservationJson().loinc("48065-7").quantity("21", "mg/L")).change.result.flags, rules::kFlagSilentCap);
  EXPECT_EQ(read(ObservationJson().loinc("48065-7").quantity("20.9", "mg/L")).change.result.flags, 0);
  // In DDU half the number is the end.
  EXPECT_EQ(value(ObservationJson().loinc("48066-5").quantity("10.5", "mg/L")), ">=21");
  EXPECT_EQ(value(ObservationJson().loinc("48066-5").quantity("21", "mg/L")), "42");
  // Bounds are what they say, and other measures have ends of their own.
  EXPECT_EQ(
      value(ObservationJson().loinc("48065-7").set("valueQuantity", R"({"value":21,"comparator":"<","unit":"mg/L"})")),
      "<21");
  EXPECT_EQ(value(ObservationJson().loinc("30226-5").quantity("21", "ug/mL")), "21");
}

TEST_F(IntakePlausibleTest, WithoutAFlavourTheEndMayBeInEither) {
  site_.caps[rules::index(rules::Measure::d_dimer)] = rules::Decimal::of(21);
  const auto unknown = [&](const char* number) {
    return value(ObservationJson()
                     .loinc("30240-6")
                     .quantity(number, "mg/L")
                     .set("referenceRange", R"([{"high":{"value":0.5}}])"));
  };
  EXPECT_EQ(unknown("21"), ">=21");
  EXPECT_EQ(unknown("10.5"), ">=10.5");
  EXPECT_EQ(unknown("10.4"), "10.4");
}

}  // namespace
}  // namespace coagwatch::fhir
