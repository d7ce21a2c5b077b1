#include "fhir/concept_map.h"

#include <gmock/gmock.h>

#include "fhir/terminology.h"

namespace coagwatch::fhir {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// `path (line): text` of each problem.
std::vector<std::string> problems(std::string_view json) {
  std::vector<MappedCode> out;
  std::vector<std::string> texts;
  for (const MapProblem& problem : read_concept_map(json, out)) {
    texts.push_back(problem.path + " (" + std::to_string(problem.line) + "): " + problem.text);
  }
  return texts;
}

std::string with_element(const std::string& element) {
  return R"({"resourceType":"ConceptMap","status":"active","group":[{"source":"s",
    "target":"urn:coagwatch:CodeSystem:measures","element":[
  {"code":"ok","target":[{"code":"inr","equivalence":"equal"}]},
  )" + element +
         "]}]}";
}

std::string with_target(const std::string& target) { return with_element(R"({"code":"x","target":[)" + target + "]}"); }

std::vector<MappedCode> read(const std::string& json) {
  std::vector<MappedCode> out;
  const std::vector<MapProblem> found = read_concept_map(json, out);
  EXPECT_THAT(found, IsEmpty()) << found.front().path << ": " << found.front().text;
  return out;
}

TEST(ConceptMap, WhatIsNoMapIsSaidWithItsLine) {
  EXPECT_THAT(problems("{\n\n\"a\" 1}"), ElementsAre(" (3): Missing a colon after a name of object member."));
  EXPECT_THAT(problems(""), ElementsAre(" (1): The document is empty."));
  EXPECT_THAT(problems("[]"), ElementsAre(" (1): expected an object"));
  EXPECT_THAT(problems(R"({"resourceType":"ValueSet"})"), ElementsAre(" (1): expected resourceType ConceptMap"));
  EXPECT_THAT(problems(R"({"resourceType":"ConceptMap"})"), ElementsAre(" (1): expected at least one `group`"));
  EXPECT_THAT(
      problems("{\"resourceType\":\"ConceptMap\",\"status\":\"retired\",\n\"group\":[\n7,{\"target\":\"other\"}]}"),
      ElementsAre(" (1): the map is retired; expected status draft or active", "group[0] (3): expected an object",
                  "group[1] (3): expected the target urn:coagwatch:CodeSystem:measures or "
                  "urn:coagwatch:CodeSystem:facts",
                  "group[1] (3): expected at least one `element`"));
}

TEST(ConceptMap, EveryProblemIsFoundInOneRun) {
  EXPECT_THAT(
      problems(R"({"resourceType":"ConceptMap","group":[{
    "source":"s","target":"urn:coagwatch:CodeSystem:measures","elements":[],"element":[
    {"code":"a","target":[{"code":"platelet","equivalence":"equal"}]},
    {"code":"b","target":[{"code":"sofa-four","equivalence":"equal"}]},
    {"code":"c","target":[{"code":"inr"}]},
    {"code":7,"target":[{"code":"inr","equivalence":"equal"}]},
    {"code":"d","target":[{"code":"inr","equivalence":"inexact"}]},
    {"code":"a","target":[{"code":"inr","equivalence":"equal"}]},
    {"code":"e"}]},
   {"target":"urn:coagwatch:CodeSystem:measures","unmapped":{"mode":"fixed"},"element":[
    {"code":"f","target":[{"code":"inr","equivalence":"equal",
      "product":[{"property":"urn:coagwatch:property:method-rank","value":"101"},
                 {"property":"urn:coagwatch:property:rank","value":"1"},
                 {"property":"urn:coagwatch:property:d-dimer-flavour","value":"feu"}]}]}]}]})"),
      ElementsAre("group[0].elements (2): unknown member; did you mean element?",
                  "group[0].element[0].target[0] (3): platelet is not the name of a measure; did you mean "
                  "platelets?",
                  "group[0].element[1].target[0] (4): sofa-four is always computed, never read",
                  "group[0].element[2].target[0] (5): expected `equivalence`",
                  "group[0].element[3].code (6): expected a non-empty string",
                  "group[0].element[4].target[0] (7): inexact does not say that the code means the measure; "
                  "expected one of equal, equivalent, wider, subsumes, narrower, specializes, unmatched, disjoint",
                  "group[0].element[5] (8): the code stands in this map twice",
                  "group[0].element[6] (9): expected a `target`, or one whose equivalence is unmatched",
                  "group[1] (10): `unmapped` is not used: only a code that is listed has a meaning",
                  "group[1].element[0].target[0].product[0] (12): expected a method-rank from 0 to 100",
                  "group[1].element[0].target[0].product[1] (13): urn:coagwatch:property:rank is an unknown "
                  "property; expected method-rank, d-dimer-flavour, specimen, code, text or unit of "
                  "urn:coagwatch:property:",
                  "group[1].element[0].target[0] (11): only d-dimer has a flavour"));
}

TEST(ConceptMap, OnlyARelationThatMeansTheMeasureIsTaken) {
  for (const char* name : {"equal", "equivalent", "wider", "subsumes"}) {
    EXPECT_TRUE(read(with_target(R"({"code":"inr","equivalence":")" + std::string(name) + "\"}"))[1].meaning) << name;
  }
  for (const char* name : {"unmatched", "disjoint"}) {
    EXPECT_FALSE(read(with_target(R"({"equivalence":")" + std::string(name) + "\"}"))[1].meaning) << name;
  }
  for (const char* name : {"inexact", "relatedto", "EQUAL", "same"}) {
    EXPECT_THAT(problems(with_target(R"({"code":"inr","equivalence":")" + std::string(name) + "\"}")), SizeIs(1))
        << name;
  }
  // A part of what the code says: which part must be told.
  EXPECT_THAT(
      problems(with_target(R"({"code":"inr","equivalence":"narrower"})")),
      ElementsAre("group[0].element[1].target[0] (4): only a part of what the code says; expected a second target, "
                  "or dependsOn"));
  const auto two = read(with_target(
      R"({"code":"pt-activity","equivalence":"narrower"},{"code":"pt-ratio","equivalence":"specializes"})"));
  EXPECT_EQ(two[1].meaning->alternative, rules::Measure::pt_ratio);
  const auto arterial = read(with_target(R"({"code":"pao2","equivalence":"narrower","dependsOn":[
      {"property":"urn:coagwatch:property:specimen","value":"arterial"}]})"));
  EXPECT_TRUE(arterial[1].meaning->needs_arterial_specimen);
}

TEST(ConceptMap, R5IsReadToo) {
  const auto mapped = read(R"({"resourceType":"ConceptMap","status":"active","group":[{"source":"urn:lab|2.1",
    "target":"urn:coagwatch:CodeSystem:measures|1","element":[
    {"code":"DD","target":[{"code":"d-dimer","relationship":"source-is-narrower-than-target","product":[
      {"attribute":"urn:coagwatch:property:d-dimer-flavour","valueCode":"ddu"},
      {"attribute":"urn:coagwatch:property:method-rank","valueString":"4"}]}]},
    {"code":"PTC","noMap":true},
    {"code":"BGA","target":[{"code":"pao2","relationship":"source-is-broader-than-target","dependsOn":[
      {"attribute":"urn:coagwatch:property:specimen","valueCoding":{"code":"arterial"}}]}]},
    {"code":"U","target":[{"relationship":"not-related-to"}]}]}]})");
  ASSERT_THAT(mapped, SizeIs(4));
  EXPECT_EQ(mapped[0].system, "urn:lab");
  EXPECT_EQ(mapped[0].meaning->flavour, DDimerFlavour::ddu);
  EXPECT_EQ(mapped[0].meaning->method_rank, 4);
  EXPECT_FALSE(mapped[1].meaning);
  EXPECT_TRUE(mapped[2].meaning->needs_arterial_specimen);
  EXPECT_FALSE(mapped[3].meaning);
  EXPECT_THAT(problems(with_target(R"({"code":"inr","relationship":"related-to"})")), SizeIs(1));
  EXPECT_THAT(problems(with_target(R"({"code":"inr","relationship":"equivalent","equivalence":"equal"})")), SizeIs(1));
  EXPECT_THAT(problems(with_element(R"({"code":"x","noMap":true,"target":[{"code":"inr","equivalence":"equal"}]})")),
              SizeIs(1));
}

TEST(ConceptMap, PatternsAndTextAreProperties) {
  const auto mapped = read(with_target(R"({"code":"inr","equivalence":"equal","dependsOn":[
    {"property":"urn:coagwatch:property:code","value":"pattern"},
    {"property":"urn:coagwatch:property:text","value":"any"}]})"));
  EXPECT_FALSE(mapped[0].is_pattern);
  EXPECT_TRUE(mapped[1].is_pattern);
  EXPECT_TRUE(mapped[1].meaning->any_text);
  EXPECT_FALSE(mapped[0].meaning->any_text);
  EXPECT_THAT(problems(with_target(R"({"code":"inr","equivalence":"equal","dependsOn":[
    {"property":"urn:coagwatch:property:code","value":"regex"},
    {"property":"urn:coagwatch:property:text","value":"none"}]})")),
              SizeIs(2));
}

TEST(ConceptMap, TwoTargetsAreBothAPart) {
  constexpr const char* kProblem =
      "group[0].element[1] (4): two targets are parts of what the code says; expected narrower or specializes "
      "(source-is-broader-than-target)";
  for (const char* relation : {"equal", "wider"}) {
    const std::string means = relation;
    EXPECT_THAT(problems(with_target(R"({"code":"pt-activity","equivalence":")" + means +
                                     R"("},{"code":"pt-ratio","equivalence":")" + means + "\"}")),
                ElementsAre(kProblem));
    EXPECT_THAT(problems(with_target(R"({"code":"pt-activity","equivalence":"narrower"},
      {"code":"pt-ratio","equivalence":")" +
                                     means + "\"}")),
                SizeIs(1));
  }
  EXPECT_THAT(
      problems(with_target(R"({"code":"pt-activity","equivalence":"narrower","product":[
      {"property":"urn:coagwatch:property:unit","value":"%"}]},{"code":"pt-ratio","equivalence":"narrower"})")),
      ElementsAre("group[0].element[1] (4): of two targets the unit of the result decides; expected none here"));
}

TEST(ConceptMap, NoUnitFitsBothOfTwoTargets) {
  const auto of_two = [](const std::string& a, const std::string& b) {
    std::vector<std::string> texts;
    const std::string map = with_target(R"({"code":")" + a + R"(","equivalence":"narrower"},{"code":")" + b +
                                        R"(","equivalence":"narrower"})");
    for (const MapProblem& problem : Terminology().add_concept_map(map)) {
      texts.push_back(std::to_string(problem.line) + ": " + problem.text);
    }
    return texts;
  };
  EXPECT_THAT(of_two("platelets", "wbc"),
              ElementsAre("4: the unit decides between two targets, but one fits both platelets and wbc"));
  EXPECT_THAT(of_two("pt-seconds", "aptt"), SizeIs(1));
  EXPECT_THAT(of_two("fdp", "tat-uln"), SizeIs(1)) << "ng/mL is both";
  EXPECT_THAT(of_two("bilirubin", "creatinine"), SizeIs(1));
  EXPECT_THAT(of_two("inr", "pt-ratio"), SizeIs(1));
  EXPECT_THAT(of_two("pt-activity", "pt-seconds"), IsEmpty());
  EXPECT_THAT(of_two("pt-ratio", "pt-seconds"), IsEmpty());
  EXPECT_THAT(of_two("fibrinogen", "pt-seconds"), IsEmpty());
}

TEST(ConceptMap, AUnitIsOneOfTheMeasure) {
  const auto of_unit = [](const std::string& unit, const std::string& more = "") {
    const std::string map = with_target(R"({"code":"d-dimer","equivalence":"equal","product":[
      {"property":"urn:coagwatch:property:unit","value":")" +
                                        unit + "\"}" + more + "]}");
    std::vector<std::string> texts;
    for (const MapProblem& problem : Terminology().add_concept_map(map)) texts.push_back(problem.text);
    return texts;
  };
  constexpr const char* kDdu = R"(,{"property":"urn:coagwatch:property:d-dimer-flavour","value":"ddu"})";
  EXPECT_THAT(of_unit("ng/mL"), IsEmpty());
  EXPECT_THAT(of_unit("mg/L{DDU}", kDdu), IsEmpty());
  EXPECT_THAT(of_unit("mg/L{FEU}", kDdu), ElementsAre("FEU and DDU are both named"));
  EXPECT_THAT(of_unit("mg/L{FEU}{DDU}"), ElementsAre("FEU and DDU are both named"));
  EXPECT_THAT(of_unit("10*9/L"), ElementsAre("10*9/L is not a unit of d-dimer"));
  EXPECT_THAT(of_unit("10"), SizeIs(1));
}

TEST(ConceptMap, WhatCanOnlyBeAMistakeIsAProblem) {
  EXPECT_THAT(problems(with_target(R"({"code":"inr","equivalence":"equal","product":[
    {"property":"urn:coagwatch:property:method-rank","value":"1"}],"dependsOn":[
    {"property":"urn:coagwatch:property:method-rank","value":"2"}]})")),
              ElementsAre("group[0].element[1].target[0].dependsOn[0] (6): urn:coagwatch:property:method-rank stands "
                          "at this target twice"));
  for (const char* code : {" X9", "X9 ", " X9 "}) {
    EXPECT_THAT(problems(with_element(R"({"code":")" + std::string(code) +
                                      R"(","target":[{"code":"inr","equivalence":"equal"}]})")),
                ElementsAre("group[0].element[1] (4): expected a code without blanks at its ends"));
  }
  const auto pattern = [](const char* code) {
    return with_element(R"({"code":")" + std::string(code) + R"(","target":[{"code":"inr","equivalence":"equal",
      "dependsOn":[{"property":"urn:coagwatch:property:code","value":"pattern"}]}]})");
  };
  EXPECT_THAT(problems(pattern("???")),
              ElementsAre("group[0].element[1] (4): a pattern of nothing but ? means every code of that length"));
  EXPECT_THAT(problems(pattern("?X?")), IsEmpty());
}

TEST(ConceptMap, LinesAreThoseOfTheFirstPlace) {
  EXPECT_THAT(
      problems("{\"resourceType\":\"ConceptMap\",\"group\":[{\"source\":\"a\\\"[0]{\",\n\"source\":\"b\",\n"
               "\"target\":\"urn:coagwatch:CodeSystem:measures\",\"element\":[[],\n{\"code\":\"\",\"target\":{}}]}]}"),
      ElementsAre("group[0].source (1): stands there twice", "group[0].element[0] (3): expected an object",
                  "group[0].element[1].code (4): expected a non-empty string",
                  "group[0].element[1].target (4): expected an array",
                  "group[0].element[1] (4): expected a `target`, or one whose equivalence is unmatched"));
}

TEST(ConceptMap, ARefusedMapChangesNothing) {
  Terminology terminology;
  const std::string before = terminology.canonical_text();
  EXPECT_THAT(terminology.add_concept_map(with_target(R"({"code":"nothing","equivalence":"equal"})")), SizeIs(1));
  EXPECT_EQ(terminology.canonical_text(), before);
  EXPECT_THAT(terminology.add_concept_map(with_target(R"({"code":"inr","equivalence":"equal"})")), IsEmpty());
  EXPECT_NE(terminology.canonical_text(), before);
}

}  // namespace
}  // namespace coagwatch::fhir
