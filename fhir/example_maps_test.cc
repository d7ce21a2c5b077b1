#include <gtest/gtest.h>

#include "fhir/intake_fixture.h"
#include "fhir/ucum_fixture.h"

namespace coagwatch::fhir {
namespace {

/// The maps that sites start from, and resources shaped as those sites write them.
class ExampleMaps : public IntakeTest {
 protected:
  void use(const std::string& file) {
    const auto problems = terminology_.add_concept_map(fhir_file("maps/examples/" + file));
    ASSERT_TRUE(problems.empty()) << problems.front().path << ": " << problems.front().text;
  }
  /// A laboratory event of MIMIC-IV on FHIR.
  static ObservationJson mimic(const std::string& item, const std::string& label, const std::string& number,
                               const std::string& unit) {
    ObservationJson event;
    event.set("meta",
              R"({"profile":["http://mimic.mit.edu/fhir/mimic/StructureDefinition/mimic-observation-labevents"]})");
    event.set("category", R"([{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category",)"
                          R"("code":"laboratory","display":"Laboratory"}]}])");
    event.set("code", R"({"coding":[{"system":"http://mimic.mit.edu/fhir/mimic/CodeSystem/mimic-d-labitems","code":")" +
                          item + R"(","display":")" + label + R"("}]})");
    event.set("effectiveDateTime", R"("2180-05-06T22:25:00-04:00")");
    event.set("valueQuantity", R"({"value":)" + number + R"(,"unit":")" + unit +
                                   R"(","system":"http://mimic.mit.edu/fhir/mimic/CodeSystem/mimic-units","code":")" +
                                   unit + R"("})");
    return event;
  }
  static ObservationJson swisslab(const std::string& system, const std::string& code, const std::string& display,
                                  const std::string& number, const std::string& unit) {
    return ObservationJson()
        .set("code", R"({"coding":[{)" + (system.empty() ? "" : R"("system":")" + system + "\",") + R"("code":")" +
                         code + R"(","display":")" + display + R"("}]})")
        .spelled(number, unit);
  }
};

TEST_F(ExampleMaps, Mimic) {
  EXPECT_EQ(outcome(mimic("51265", "Platelet Count", "45", "K/uL")), "ignored/unmapped-code");
  use("mimic.json");
  EXPECT_EQ(value(mimic("51265", "Platelet Count", "45", "K/uL")), "45");
  EXPECT_EQ(measure(mimic("51274", "PT", "14.2", "sec")), "pt-seconds");
  EXPECT_EQ(value(mimic("51237", "INR(PT)", "1.3", "")), "1.3");
  EXPECT_EQ(value(mimic("51275", "PTT", "30.1", "sec")), "30.1");
  EXPECT_EQ(value(mimic("51214", "Fibrinogen, Functional", "180", "mg/dL")), "1.8");
  EXPECT_EQ(value(mimic("51196", "D-Dimer", "1200", "ng/mL FEU")), "1.2");
  EXPECT_EQ(outcome(mimic("52551", "D-Dimer", "1200", "ng/mL FEU")), "unusable/d-dimer-flavour");
  EXPECT_EQ(value(mimic("51222", "Hemoglobin", "9.1", "g/dL")), "91");
  EXPECT_EQ(value(mimic("50885", "Bilirubin, Total", "2", "mg/dL")), "34.2");
  EXPECT_EQ(outcome(mimic("50821", "pO2", "80", "mm Hg")), "ignored/specimen");
  for (const auto& [item, label] : {std::pair{"52163", "PT Control"},
                                    {"52164", "PT Mean"},
                                    {"52117", "Fibrinogen Antigen"},
                                    {"51264", "Platelet Clumps"},
                                    {"50884", "Bilirubin, Indirect"},
                                    {"51297", "Thrombin"}}) {
    EXPECT_EQ(outcome(mimic(item, label, "12", "sec")), "ignored/unmapped-code") << label;
  }
}

TEST_F(ExampleMaps, Swisslab) {
  use("swisslab.json");
  for (const char* system : {"https://fhir.diz.uni-marburg.de/CodeSystem/swisslab-code", ""}) {
    EXPECT_EQ(measure(swisslab(system, "QUI", "Quick", "62", "%")), "pt-activity") << system;
    EXPECT_EQ(value(swisslab(system, "INOR", "INR", "1.4", "")), "1.4") << system;
    EXPECT_EQ(value(swisslab(system, "PTT", "PTT", "41", "sec.")), "41") << system;
    const Item derived = read(swisslab(system, "FBR", "Fibrinogen (abgeleitet)", "2.9", "g/l"));
    const Item clauss = read(swisslab(system, "FIBC", "Fibrinogen nach Clauss", "1.5", "g/l"));
    EXPECT_EQ(describe(clauss.change.result.value), "1.5") << system;
    EXPECT_GT(clauss.change.result.method_rank, derived.change.result.method_rank) << system;
  }
  EXPECT_EQ(outcome(swisslab("urn:other", "QUI", "Quick", "62", "%")), "ignored/unmapped-code");
}

}  // namespace
}  // namespace coagwatch::fhir
