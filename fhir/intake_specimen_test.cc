// What the specimen and its condition make of a result.

#include <gmock/gmock.h>

#include "fhir/intake_fixture.h"

namespace coagwatch::fhir {
namespace {

using ::testing::ElementsAre;

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
  std::vector<std::string> outcomes(const std::string& bytes) {
    std::vector<std::string> all;
    for (const Item& item : read_all(bytes)) {
      all.push_back(std::string(disposition_name(item.disposition)) + "/" + std::string(reason_name(item.reason)));
    }
    return all;
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
  EXPECT_EQ(said("no clots seen"), "candidate");
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

/// A Bundle of a platelet count and an answer to whether there are clumps.
struct Panel {
  ObservationJson count;
  ObservationJson clumps;

  Panel() {
    count.set("id", R"("plt")");
    clumps.set("id", R"("clumps")").loinc("7796-6").value("valueCodeableConcept", answer("10828004"));
  }
  static std::string answer(const std::string& code) { return R"({"coding":[{"code":")" + code + R"("}]})"; }
  [[nodiscard]] std::string text() const {
    return R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":)" + count.text() +
           R"(},{"resource":)" + clumps.text() + "}]}";
  }
};

const auto kMarked = ElementsAre("unusable/platelet-clumps", "ignored/no-value");
const auto kNotMarked = ElementsAre("candidate/", "ignored/no-value");

TEST_F(IntakeSpecimenTest, ClumpsMakeTheCountBesideThemUnusable) {
  Panel panel;
  EXPECT_THAT(outcomes(panel.text()), kMarked);
  const Item& item = read_all(panel.text()).front();
  EXPECT_EQ(item.change.result.unusable, rules::Unusable::platelet_clumps);
  EXPECT_TRUE(item.value_known);
  // In whatever order they stand.
  std::swap(panel.count, panel.clumps);
  EXPECT_THAT(outcomes(panel.text()), ElementsAre("ignored/no-value", "unusable/platelet-clumps"));
  EXPECT_EQ(outcome(Panel().clumps), "ignored/no-value");
}

TEST_F(IntakeSpecimenTest, EveryAnswerButThatThereAreNoneCounts) {
  Panel panel;
  for (const auto& [name, json] :
       std::initializer_list<std::pair<const char*, std::string>>{{"valueCodeableConcept", Panel::answer("LA9633-4")},
                                                                  {"valueCodeableConcept", R"({"text":"few"})"},
                                                                  {"valueBoolean", "true"},
                                                                  {"valueString", R"("1+")"},
                                                                  {"valueString", R"("moderate")"},
                                                                  {"valueInteger", "2"},
                                                                  {"valueQuantity", R"({"value":1})"}}) {
    panel.clumps = Panel().clumps;
    panel.clumps.remove("valueCodeableConcept").set(name, json);
    EXPECT_THAT(outcomes(panel.text()), kMarked) << json;
  }
  for (const auto& [name, json] : std::initializer_list<std::pair<const char*, std::string>>{
           {"valueCodeableConcept", Panel::answer("260385009")},
           {"valueCodeableConcept", Panel::answer("260415000")},
           {"valueCodeableConcept", Panel::answer("LA9634-2")},
           {"valueCodeableConcept", R"({"text":"None seen"})"},
           {"valueBoolean", "false"},
           {"valueString", R"(" Negative ")"},
           {"valueInteger", "0"},
           {"valueQuantity", R"({"value":0.0})"},
           {"valueQuantity", R"({"unit":"1"})"},
           {"dataAbsentReason", R"({"text":"not performed"})"}}) {
    panel.clumps = Panel().clumps;
    panel.clumps.remove("valueCodeableConcept").set(name, json);
    EXPECT_THAT(outcomes(panel.text()), kNotMarked) << json;
  }
  panel = Panel();
  panel.clumps.set("status", R"("unknown")");
  EXPECT_THAT(outcomes(panel.text()), kNotMarked);
  panel.clumps.set("status", R"("entered-in-error")");
  EXPECT_EQ(outcomes(panel.text()).front(), "candidate/");
}

TEST_F(IntakeSpecimenTest, ClumpsAreOfTheSameSpecimenOrTime) {
  const auto refer = [](const char* to) { return std::string(R"({"reference":")") + to + R"("})"; };
  Panel panel;
  panel.clumps.set("effectiveDateTime", R"("2026-01-02T08:00:01Z")");
  EXPECT_THAT(outcomes(panel.text()), kNotMarked);
  panel.clumps.set("specimen", refer("Specimen/1"));
  EXPECT_THAT(outcomes(panel.text()), kNotMarked);
  panel.count.set("specimen", refer("Specimen/1"));
  EXPECT_THAT(outcomes(panel.text()), kMarked);
  // A second tube, drawn at the same time to rule out what EDTA does.
  panel = Panel();
  panel.count.set("specimen", refer("Specimen/citrate"));
  panel.clumps.set("specimen", refer("Specimen/edta"));
  EXPECT_THAT(outcomes(panel.text()), kNotMarked);
  // What is contained is another thing in each resource, so that the time decides.
  panel.count.set("specimen", refer("#s"));
  panel.clumps.set("specimen", refer("#t"));
  EXPECT_THAT(outcomes(panel.text()), kMarked);
  panel.clumps.set("specimen", refer("#s")).set("effectiveDateTime", R"("2026-01-02T08:00:01Z")");
  EXPECT_THAT(outcomes(panel.text()), kNotMarked);
  panel = Panel();
  panel.clumps.set("subject", R"({"reference":"Patient/18"})");
  EXPECT_THAT(outcomes(panel.text()), kNotMarked);
}

TEST_F(IntakeSpecimenTest, ClumpsAsAComponentAndInAReport) {
  ObservationJson panel;
  panel.loinc("58410-2").remove("valueQuantity");
  panel.set("component",
            R"([{"code":{"coding":[{"system":"http://loinc.org","code":"7796-6"}]},"valueString":"present"},)"
            R"({"code":{"coding":[{"system":"http://loinc.org","code":"777-3"}]},"valueQuantity":{"value":20,"unit":)"
            R"("10*9/L"}}])");
  const std::string text = panel.text();
  EXPECT_THAT(outcomes(text), ElementsAre("ignored/no-value", "unusable/platelet-clumps"));
  EXPECT_TRUE(std::string(read_all(text)[1].change.identity).ends_with("platelets")) << "the answer is no first count";

  Panel contained;
  contained.count.set("specimen", R"({"reference":"#s"})");
  contained.clumps.set("specimen", R"({"reference":"#s"})").set("effectiveDateTime", R"("2026-01-02T08:00:01Z")");
  EXPECT_THAT(outcomes(R"({"resourceType":"DiagnosticReport","id":"7","contained":[)" + contained.count.text() + "," +
                       contained.clumps.text() + "]}"),
              ElementsAre("ignored/other-resource", "unusable/platelet-clumps", "ignored/no-value"));
}

TEST_F(IntakeSpecimenTest, ASitesCodesForClumps) {
  ASSERT_TRUE(
      terminology_
          .add_concept_map(
              R"({"resourceType":"ConceptMap","group":[{"source":"urn:lab","target":)"
              R"("urn:coagwatch:CodeSystem:measures","element":[{"code":"AGG","target":[{"code":"platelet-clumps",)"
              R"("equivalence":"equivalent"}]}]}]})")
          .empty());
  EXPECT_NE(terminology_.canonical_text().find("code urn:lab|AGG platelet-clumps\n"), std::string::npos);
  ObservationJson platelets;
  const std::string condition = R"("condition":[{"coding":[{"system":"urn:lab","code":"AGG"}]}])";
  EXPECT_EQ(outcome(of(platelets, condition)), "unusable/platelet-clumps");
  ObservationJson leukocytes;
  leukocytes.loinc("6690-2").quantity("5", "10*9/L");
  EXPECT_EQ(outcome(of(leukocytes, condition)), "candidate");
  Panel panel;
  panel.clumps.set("code", R"({"coding":[{"system":"urn:lab","code":"AGG"}]})");
  EXPECT_THAT(outcomes(panel.text()), kMarked);
  EXPECT_EQ(outcome(ObservationJson().set("code", R"({"coding":[{"system":"urn:lab","code":"AGG"},)"
                                                  R"({"system":"http://loinc.org","code":"777-3"}]})")),
            "ignored/unmapped-code")
      << "a count and a question for clumps at once";
}

TEST_F(IntakeSpecimenTest, AMapCannotMakeAMeasureOfClumps) {
  const auto refused = [&](const std::string& targets) {
    return terminology_.add_concept_map(R"({"resourceType":"ConceptMap","group":[{"target":)"
                                        R"("urn:coagwatch:CodeSystem:measures","element":[{"code":"A","target":[)" +
                                        targets + "]}]}]}");
  };
  EXPECT_FALSE(
      refused(R"({"code":"platelet-clumps","equivalence":"equal"},{"code":"fdp","equivalence":"equal"})").empty());
  EXPECT_FALSE(
      refused(R"({"code":"fdp","equivalence":"equal"},{"code":"platelet-clumps","equivalence":"equal"})").empty());
  EXPECT_FALSE(refused(R"({"code":"platelet-clumps","equivalence":"equal","product":[{"property":)"
                       R"("urn:coagwatch:property:method-rank","value":"1"}]})")
                   .empty());
}

}  // namespace
}  // namespace coagwatch::fhir
