// What clumps of platelets make of the counts beside them.

#include <gmock/gmock.h>

#include "fhir/intake_fixture.h"

namespace coagwatch::fhir {
namespace {

using ::testing::ElementsAre;

class IntakeClumpsTest : public IntakeTest {
 protected:
  std::vector<std::string> outcomes(const std::string& bytes) {
    std::vector<std::string> all;
    for (const Item& item : read_all(bytes)) {
      all.push_back(std::string(disposition_name(item.disposition)) + "/" + std::string(reason_name(item.reason)));
    }
    return all;
  }
};

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

TEST_F(IntakeClumpsTest, ClumpsMakeTheCountBesideThemUnusable) {
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

TEST_F(IntakeClumpsTest, EveryAnswerButThatThereAreNoneCounts) {
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

TEST_F(IntakeClumpsTest, ThatThereAreNoClumpsMayBeSaidInManyWords) {
  Panel panel;
  const auto answered = [&](const std::string& text) {
    panel.clumps = Panel().clumps;
    panel.clumps.remove("valueCodeableConcept").set("valueString", '"' + text + '"');
    return outcomes(panel.text()).front();
  };
  for (const char* text : {"Not present",
                           "not detected",
                           "Not observed.",
                           "NOT SEEN",
                           "None detected",
                           "Absent",
                           "nil",
                           "no clumps seen",
                           "No platelet clumps",
                           "Clumps not seen",
                           "no evidence of platelet clumping",
                           "Negative (none seen)",
                           "keine",
                           "Keine Aggregate",
                           "nicht nachweisbar",
                           "negativ",
                           "Négatif",
                           "Absence d'agrégats",
                           "non vus",
                           "なし",
                           "凝集なし",
                           "血小板凝集（－）",
                           "（－）",
                           "-",
                           "0",
                           "N"}) {
    EXPECT_EQ(answered(text), "candidate/") << text;
  }
  for (const char* text :
       {"present", "seen", "not absent", "not negative", "no platelets", "not all", "none but few", "not performed",
        "0-1", "+/-", "not", "no. 2", "clumps", "clumps -", "nicht wenige", "あり", "凝集（＋）", "?"}) {
    EXPECT_EQ(answered(text), "unusable/platelet-clumps") << text;
  }
  panel.clumps = Panel().clumps;
  panel.clumps.set("valueCodeableConcept", R"({"coding":[{"system":"urn:lab","code":"7","display":"Not present"}]})");
  EXPECT_THAT(outcomes(panel.text()), kNotMarked);
}

TEST_F(IntakeClumpsTest, ClumpsAreOfTheSameSpecimenOrTime) {
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

TEST_F(IntakeClumpsTest, ClumpsAsAComponentAndInAReport) {
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

TEST_F(IntakeClumpsTest, ASitesCodesForClumps) {
  ASSERT_TRUE(
      terminology_
          .add_concept_map(
              R"({"resourceType":"ConceptMap","group":[{"source":"urn:lab","target":)"
              R"("urn:coagwatch:CodeSystem:measures","element":[{"code":"AGG","target":[{"code":"platelet-clumps",)"
              R"("equivalence":"equivalent"}]}]}]})")
          .empty());
  EXPECT_NE(terminology_.canonical_text().find("code urn:lab|AGG platelet-clumps\n"), std::string::npos);
  ObservationJson platelets;
  const auto of_condition = [](ObservationJson& observation) -> ObservationJson& {
    return observation.set("specimen", R"({"reference":"#s"})")
        .set("contained", R"([{"resourceType":"Specimen","id":"s","condition":[{"coding":[{"system":"urn:lab",)"
                          R"("code":"AGG"}]}]}])");
  };
  EXPECT_EQ(outcome(of_condition(platelets)), "unusable/platelet-clumps");
  ObservationJson leukocytes;
  leukocytes.loinc("6690-2").quantity("5", "10*9/L");
  EXPECT_EQ(outcome(of_condition(leukocytes)), "candidate");
  Panel panel;
  panel.clumps.set("code", R"({"coding":[{"system":"urn:lab","code":"AGG"}]})");
  EXPECT_THAT(outcomes(panel.text()), kMarked);
  EXPECT_EQ(outcome(ObservationJson().set("code", R"({"coding":[{"system":"urn:lab","code":"AGG"},)"
                                                  R"({"system":"http://loinc.org","code":"777-3"}]})")),
            "ignored/unmapped-code")
      << "a count and a question for clumps at once";
}

TEST_F(IntakeClumpsTest, AMapCannotMakeAMeasureOfClumps) {
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
