// What the specimen and its condition make of a result.

#include <gtest/gtest.h>

#include "fhir/intake_fixture.h"

namespace coagwatch::fhir {
namespace {

class IntakeSpecimenTest : public IntakeTest {
 protected:
  /// The Observation of a contained Specimen with these members.
  static ObservationJson& of(ObservationJson& observation, const std::string& members) {
    return observation.set("specimen", R"({"reference":"#s"})")
        .set("contained", R"([{"resourceType":"Specimen","id":"s",)" + members + "}]");
  }
  static std::string type(const std::string& code) { return R"("type":{"coding":[{"code":")" + code + R"("}]})"; }
  static std::string condition(const std::string& code) {
    return R"("condition":[{"coding":[{"code":")" + code + R"("}]}])";
  }
  static std::string additive(const std::string& code) {
    return R"("container":[{"additiveCodeableConcept":{"coding":[{"code":")" + code + R"("}]}}])";
  }
  std::string of_condition(const std::string& loinc, const std::string& unit, const std::string& code) {
    ObservationJson observation;
    observation.loinc(loinc).quantity("20", unit);
    return outcome(of(observation, condition(code)));
  }
  unsigned flags(const std::string& code) {
    ObservationJson platelets;
    return read(of(platelets, condition(code))).change.result.flags;
  }
  unsigned rank(const std::string& members) {
    ObservationJson platelets;
    return read(of(platelets, members)).change.result.method_rank;
  }
};

TEST_F(IntakeSpecimenTest, BloodGasesAreOfArterialBlood) {
  const auto gas = [&](const std::string& loinc, const std::string& members) {
    ObservationJson observation;
    observation.loinc(loinc).quantity("90", "mm[Hg]");
    return outcome(members.empty() ? observation : of(observation, members));
  };
  for (const char* venous : {"122555007", "122554006", "BLDV", "BLDC"}) {
    EXPECT_EQ(gas("11556-8", type(venous)), "ignored/specimen") << venous;
    EXPECT_EQ(gas("2703-7", type(venous)), "ignored/specimen") << venous;
    EXPECT_EQ(gas("2019-8", type(venous)), "ignored/specimen") << venous;
  }
  EXPECT_EQ(gas("11556-8", ""), "ignored/specimen");
  EXPECT_EQ(gas("11556-8", type("BLDA")), "candidate");
  EXPECT_EQ(gas("2703-7", ""), "candidate");
  EXPECT_EQ(gas("2703-7", type("122552005")), "candidate");
  ObservationJson platelets;
  EXPECT_EQ(outcome(of(platelets, type("122555007"))), "candidate") << "counts are of venous blood";
  EXPECT_EQ(outcome(of(platelets, type("309051001"))), "ignored/specimen");
}

TEST_F(IntakeSpecimenTest, WordsTellTheBloodToo) {
  const auto gas = [&](const std::string& loinc, const std::string& members) {
    ObservationJson observation;
    observation.loinc(loinc).quantity("35", "mm[Hg]");
    return outcome(of(observation, members));
  };
  for (const char* text : {"Venous blood", "Venöses Blut", "venös", "VEN.", "Sang veineux", "静脈血"}) {
    EXPECT_EQ(gas("2703-7", R"("type":{"text":")" + std::string(text) + R"("})"), "ignored/specimen") << text;
  }
  EXPECT_EQ(gas("2019-8", R"("type":{"coding":[{"system":"urn:lab","code":"7","display":"Blood venous"}]})"),
            "ignored/specimen");
  EXPECT_EQ(gas("2703-7", R"("type":{"text":"Blood"})"), "candidate");
  EXPECT_EQ(gas("11556-8", R"("type":{"text":"Blood"})"), "ignored/specimen");
  EXPECT_EQ(gas("11556-8", R"("type":{"text":"Arterial blood"})"), "candidate");
  EXPECT_EQ(gas("11556-8", R"("type":{"text":"arterial or venous"})"), "ignored/specimen");
  EXPECT_EQ(gas("11557-6", R"("type":{"coding":[{"display":"動脈血"}]})"), "candidate");
  ObservationJson saturation;
  saturation.loinc("2708-6").quantity("70", "%");
  EXPECT_EQ(outcome(of(saturation, R"("type":{"text":"mixed venous blood"})")), "ignored/specimen");
}

TEST_F(IntakeSpecimenTest, TheReferencesDisplayIsRead) {
  const auto shown = [&](const std::string& loinc, const char* unit, const std::string& specimen) {
    ObservationJson observation;
    observation.loinc(loinc).quantity("30", unit).set("specimen", specimen);
    return outcome(observation);
  };
  EXPECT_EQ(shown("2703-7", "mm[Hg]", R"({"reference":"Specimen/9","display":"Venous blood"})"), "ignored/specimen");
  EXPECT_EQ(shown("11556-8", "mm[Hg]", R"({"reference":"Specimen/9","display":"Arterial blood"})"), "candidate");
  EXPECT_EQ(shown("2160-0", "mg/dL", R"({"display":"Urine"})"), "ignored/specimen");
  EXPECT_EQ(shown("2160-0", "mg/dL", R"({"reference":"Specimen/9","display":"Urine"})"), "ignored/specimen");
  EXPECT_EQ(shown("2160-0", "mg/dL", R"({"reference":"Specimen/9","display":"Serum"})"), "candidate");
  EXPECT_EQ(shown("2160-0", "mg/dL", R"({"reference":"Specimen/9","display":7})"), "candidate");
}

TEST_F(IntakeSpecimenTest, BloodInAFluidLeavesItAFluid) {
  ObservationJson leukocytes;
  leukocytes.loinc("6690-2").quantity("5", "10*9/L");
  for (const char* text : {"Peritoneal fluid, blood tinged", "CSF (blood stained)"}) {
    EXPECT_EQ(outcome(of(leukocytes, R"("type":{"text":")" + std::string(text) + R"("})")), "ignored/specimen") << text;
  }
  EXPECT_EQ(outcome(of(leukocytes, R"("type":{"text":"Blood during dialysis"})")), "candidate");
  EXPECT_EQ(outcome(of(leukocytes, R"("type":{"coding":[{"display":"Blood"}],"text":"Dialysis"})")), "candidate");
}

TEST_F(IntakeSpecimenTest, AClotTakesPlateletsAndCoagulation) {
  for (const auto& [loinc, unit] : std::initializer_list<std::pair<const char*, const char*>>{{"777-3", "10*9/L"},
                                                                                              {"5902-2", "s"},
                                                                                              {"6301-6", "1"},
                                                                                              {"5894-1", "%"},
                                                                                              {"14979-9", "s"},
                                                                                              {"3255-7", "g/L"},
                                                                                              {"30226-5", "mg/L"},
                                                                                              {"48065-7", "mg/L"},
                                                                                              {"27811-9", "%"},
                                                                                              {"27819-2", "%"}}) {
    EXPECT_EQ(of_condition(loinc, unit, "CLOT"), "unusable/clotted-specimen") << loinc;
  }
  EXPECT_EQ(of_condition("1751-7", "g/L", "CLOT"), "candidate");
  EXPECT_EQ(of_condition("6690-2", "10*9/L", "CLOT"), "candidate");
}

TEST_F(IntakeSpecimenTest, AConditionMayBeSaidInWords) {
  const auto said = [&](const char* text) {
    ObservationJson platelets;
    return outcome(of(platelets, R"("condition":[{"coding":[{"code":"X"}],"text":")" + std::string(text) + R"("}])"));
  };
  EXPECT_EQ(said("Specimen clotted"), "unusable/clotted-specimen");
  EXPECT_EQ(said("Clotted; redraw"), "unusable/clotted-specimen");
  EXPECT_EQ(said("no clots seen"), "candidate");
}

TEST_F(IntakeSpecimenTest, AConditionsDisplayIsReadToo) {
  const auto shown = [&](const std::string& loinc, const char* unit, const char* display) {
    ObservationJson observation;
    observation.loinc(loinc).quantity("30", unit);
    return outcome(
        of(observation, R"("condition":[{"coding":[{"system":"http://snomed.info/sct","code":"1","display":")" +
                            std::string(display) + R"("}]}])"));
  };
  EXPECT_EQ(shown("777-3", "10*9/L", "Specimen clotted"), "unusable/clotted-specimen");
  EXPECT_EQ(shown("777-3", "10*9/L", "Specimen not clotted"), "candidate");
  EXPECT_EQ(shown("14979-9", "s", "Specimen hemolyzed"), "unusable/haemolysed");
  EXPECT_EQ(shown("14979-9", "s", "Haemolysis: none"), "candidate");
}

TEST_F(IntakeSpecimenTest, HaemolysisTakesPtApttAndFibrinogen) {
  for (const char* code : {"HEM", "118128002"}) {
    EXPECT_EQ(of_condition("5902-2", "s", code), "unusable/haemolysed");
    EXPECT_EQ(of_condition("6301-6", "1", code), "unusable/haemolysed");
    EXPECT_EQ(of_condition("5894-1", "%", code), "unusable/haemolysed");
    EXPECT_EQ(of_condition("14979-9", "s", code), "unusable/haemolysed");
    EXPECT_EQ(of_condition("3255-7", "g/L", code), "unusable/haemolysed");
    EXPECT_EQ(of_condition("48065-7", "mg/L", code), "candidate");
    EXPECT_EQ(of_condition("777-3", "10*9/L", code), "candidate");
    EXPECT_EQ(flags(code), rules::kFlagHaemolysed);
  }
  EXPECT_EQ(flags("118127007"), rules::kFlagLipaemic);
  EXPECT_EQ(flags("118129005"), rules::kFlagIcteric);
  EXPECT_EQ(flags("COOL"), 0U);
}

TEST_F(IntakeSpecimenTest, PlateletsInCitrateGoBeforeAllOthers) {
  const unsigned plain = rank(type("122555007"));
  EXPECT_EQ(plain, 3U);
  EXPECT_EQ(rank(additive("C32")), plain + 101);
  EXPECT_EQ(rank(additive("C38")), plain + 101);
  EXPECT_EQ(rank(additive("412546005")), plain + 101);
  EXPECT_EQ(rank(type("708048008")), plain + 101);
  EXPECT_EQ(rank(additive("EDTK")), plain);
  EXPECT_EQ(rank(type("445295009")), plain);
  EXPECT_EQ(rank(type("445295009") + "," + additive("C32")), plain) << "which of them is not said";
  ObservationJson fibrinogen;
  fibrinogen.loinc("3255-7").quantity("2", "g/L");
  EXPECT_EQ(read(of(fibrinogen, additive("C32"))).change.result.method_rank, 3);
}

}  // namespace
}  // namespace coagwatch::fhir
