// Observations that are no results, and what they say of facts.

#include "fhir/charted_facts.h"

#include <gmock/gmock.h>

#include "fhir/context_fixture.h"
#include "fhir/intake_fixture.h"
#include "fhir/ucum_fixture.h"

namespace coagwatch::fhir {
namespace {

constexpr const char* kSince = " 2026-01-02T08:00:00Z..";
constexpr const char* kSnomed = "http://snomed.info/sct";
constexpr const char* kLoinc = "http://loinc.org";
constexpr const char* kCharting = "https://hospital.example/fhir/CodeSystem/charting";
constexpr const char* kAnswers = "https://hospital.example/fhir/CodeSystem/answers";

class ChartedFactsTest : public IntakeTest {
 protected:
  static std::string coded(const std::string& system, const std::string& code) {
    return R"({"coding":[{"system":")" + system + R"(","code":")" + code + R"("}]})";
  }
  static ObservationJson asked(const std::string& system, const std::string& code) {
    return ObservationJson().set("code", coded(system, code)).remove("valueQuantity");
  }
  static ObservationJson answered(const std::string& system, const std::string& code, const std::string& name,
                                  const std::string& json) {
    return asked(system, code).set(name, json);
  }
  static ObservationJson pregnancy(const std::string& system, const std::string& answer) {
    return answered(kLoinc, "82810-3", "valueCodeableConcept", coded(system, answer));
  }
  static ObservationJson bleeding(const std::string& name, const std::string& json) {
    return answered(kSnomed, "131148009", name, json);
  }
  /// What it says, without the time where that is the collection time and the end is open.
  std::string said(const ObservationJson& observation) { return plain(text_of(read(observation).context)); }
  static std::string plain(std::string text) {
    for (std::size_t at = text.find(kSince); at != std::string::npos; at = text.find(kSince)) {
      text.erase(at, std::string_view(kSince).size());
    }
    return text;
  }
  void use_example() {
    const auto problems = terminology_.add_concept_map(fhir_file("maps/examples/bedside.json"));
    ASSERT_TRUE(problems.empty()) << problems.front().path << ": " << problems.front().text;
  }
};

TEST_F(ChartedFactsTest, PregnancyStatus) {
  EXPECT_EQ(said(pregnancy(kLoinc, "LA15173-0")), "pregnancy yes");
  EXPECT_EQ(said(pregnancy(kLoinc, "LA26683-5")), "pregnancy no");
  EXPECT_EQ(said(pregnancy(kLoinc, "LA4489-6")), "pregnancy unknown");
  EXPECT_EQ(said(pregnancy(kSnomed, "77386006")), "pregnancy yes");
  EXPECT_EQ(said(pregnancy(kSnomed, "60001007")), "pregnancy no");
  EXPECT_EQ(said(pregnancy("urn:oid:2.16.840.1.113883.6.96", "60001007")), "pregnancy no") << "the same system";
  EXPECT_EQ(said(pregnancy(kSnomed, "146799005")), "pregnancy unknown") << "possibly pregnant";
  EXPECT_EQ(said(pregnancy("urn:other", "77386006")), "pregnancy unknown");
  EXPECT_EQ(said(asked(kLoinc, "82810-3")
                     .set("valueCodeableConcept", R"({"coding":[{"system":"http://loinc.org","code":"LA15173-0"},)"
                                                  R"({"system":"http://snomed.info/sct","code":"60001007"}]})")),
            "pregnancy unknown")
      << "two answers that contradict each other";
}

TEST_F(ChartedFactsTest, ItRemainsWhatItIsForResults) {
  const Item& item = read(pregnancy(kLoinc, "LA15173-0"));
  EXPECT_EQ(item.disposition, Disposition::ignored);
  EXPECT_EQ(item.reason, Reason::unmapped_code);
  EXPECT_EQ(item.context.patient, "Patient/17");
  EXPECT_EQ(item.context.source, "Observation/a1");
  EXPECT_EQ(read(pregnancy(kLoinc, "LA15173-0").set("category", R"([{"coding":[{"code":"social-history"}]}])")).reason,
            Reason::not_a_laboratory_result);
  EXPECT_EQ(said(ObservationJson().loinc("8480-6")), "nothing") << "blood pressure";
  EXPECT_EQ(said(ObservationJson()), "nothing") << "a platelet count";
}

TEST_F(ChartedFactsTest, WhatAConditionSaysAnObservationMaySayToo) {
  EXPECT_EQ(said(bleeding("valueBoolean", "true")), "bleeding yes");
  EXPECT_EQ(said(bleeding("valueBoolean", "false")), "bleeding no");
  EXPECT_EQ(said(bleeding("valueCodeableConcept", coded(kSnomed, "52101004"))), "bleeding yes");
  EXPECT_EQ(said(bleeding("valueCodeableConcept", coded(kSnomed, "2667000"))), "bleeding no");
  EXPECT_EQ(said(bleeding("valueCodeableConcept", coded(kLoinc, "LA33-6"))), "bleeding yes");
  EXPECT_EQ(said(bleeding("valueCodeableConcept", coded(kLoinc, "LA32-8"))), "bleeding no");
  EXPECT_EQ(said(bleeding("valueCodeableConcept", coded("http://terminology.hl7.org/CodeSystem/v2-0136", "N"))),
            "bleeding no");
  EXPECT_EQ(said(bleeding("valueCodeableConcept", coded(kSnomed, "6736007"))), "bleeding unknown") << "moderate";
  EXPECT_EQ(said(bleeding("valueCodeableConcept", R"({"text":"yes"})")), "") << "text is for people";
  EXPECT_EQ(said(bleeding("valueString", R"("yes")")), "nothing");
  EXPECT_EQ(said(bleeding("valueInteger", "1")), "nothing") << "a grade of which nobody said what it means";
  EXPECT_EQ(said(bleeding("valueBoolean", R"("true")")), "") << "no boolean";
  EXPECT_EQ(said(bleeding("dataAbsentReason", coded("urn:x", "unknown")).set("valueBoolean", "true")), "");
  // One of several infections: that it is not there leaves open whether another one is.
  const auto pneumonia = [&](const std::string& answer) {
    return said(answered("http://hl7.org/fhir/sid/icd-10", "J18.9", "valueBoolean", answer));
  };
  EXPECT_EQ(pneumonia("true"), "infection yes");
  EXPECT_EQ(pneumonia("false"), "");
}

TEST_F(ChartedFactsTest, ASiteMapsItsGrades) {
  const auto grade = [&](const std::string& name, const std::string& json) {
    return said(answered(kCharting, "WHO-BLEEDING-GRADE", name, json));
  };
  EXPECT_EQ(grade("valueInteger", "2"), "nothing") << "not mapped yet";
  start_again();
  use_example();
  EXPECT_EQ(grade("valueInteger", "2"), "bleeding yes");
  EXPECT_EQ(grade("valueInteger", "4"), "bleeding yes");
  EXPECT_EQ(grade("valueInteger", "1"), "bleeding no");
  EXPECT_EQ(grade("valueInteger", "0"), "bleeding no");
  EXPECT_EQ(grade("valueQuantity", R"({"value":1.99})"), "bleeding no");
  EXPECT_EQ(grade("valueQuantity", R"({"value":2.0,"unit":"grade","code":"{grade}"})"), "bleeding yes");
  EXPECT_EQ(grade("valueQuantity", R"({"value":3,"code":"1"})"), "bleeding yes");
  EXPECT_EQ(grade("valueQuantity", R"({"value":300,"unit":"mL"})"), "bleeding unknown") << "no grade";
  EXPECT_EQ(grade("valueQuantity", R"({"value":3,"comparator":"<"})"), "bleeding unknown");
  EXPECT_EQ(grade("valueString", R"("2")"), "bleeding unknown");
  EXPECT_EQ(grade("valueBoolean", "true"), "bleeding unknown") << "no grade";
  EXPECT_EQ(said(answered(kCharting, "OOZING", "valueBoolean", "true")), "bleeding yes");
  EXPECT_EQ(said(answered(kCharting, "OOZING", "valueBoolean", "false")), "") << "elsewhere perhaps";
  EXPECT_EQ(said(answered(kCharting, "PREGNANT", "valueCodeableConcept", coded(kAnswers, "J"))), "pregnancy yes");
  EXPECT_EQ(said(answered(kCharting, "PREGNANT", "valueCodeableConcept", coded(kAnswers, "N"))), "pregnancy no");
  EXPECT_EQ(said(answered(kCharting, "PREGNANT", "valueCodeableConcept", coded(kAnswers, "?"))), "pregnancy unknown");
  EXPECT_EQ(said(answered(kCharting, "PREGNANT", "valueCodeableConcept", coded("urn:x", "J"))), "pregnancy unknown");
}

TEST_F(ChartedFactsTest, ComponentsAreQuestionsToo) {
  use_example();
  const auto panel = [&](const std::string& oozing, const std::string& grade) {
    return asked("urn:panel", "bleeding-chart")
        .set("component", R"([{"code":)" + coded(kCharting, "OOZING") + R"(,"valueBoolean":)" + oozing +
                              R"(},{"code":)" + coded(kCharting, "WHO-BLEEDING-GRADE") + R"(,"valueInteger":)" + grade +
                              "}]");
  };
  const auto all = [&](const ObservationJson& observation) {
    const std::string json = observation.text();
    std::string text;
    for (const Item& item : read_all(json)) text.append(plain(text_of(item.context))).append("; ");
    return text;
  };
  EXPECT_EQ(all(panel("true", "0")), "bleeding yes; nothing; ") << "one says so";
  EXPECT_EQ(all(panel("false", "0")), "bleeding no; nothing; ");
  EXPECT_EQ(all(panel("false", R"("2")")), "bleeding unknown; nothing; ") << "no grade";
  EXPECT_EQ(all(panel("true", "0")
                    .set("component", R"([{"code":)" + coded(kCharting, "OOZING") +
                                          R"(,"valueBoolean":true,"modifierExtension":[{"url":"urn:x"}]}])")),
            "; ")
      << "a modifier in a part";
}

TEST_F(ChartedFactsTest, WhatIsNotUnderstoodStatesNothing) {
  const auto bleeds = [] { return bleeding("valueBoolean", "true"); };
  for (const char* status : {"registered", "unknown", "Final"}) {
    EXPECT_EQ(said(bleeds().set("status", as_json_text(status))), "") << status;
  }
  for (const char* status : {"preliminary", "amended", "corrected"}) {
    EXPECT_EQ(said(bleeds().set("status", as_json_text(status))), "bleeding yes") << status;
  }
  EXPECT_EQ(said(bleeds().set("focus", R"([{"reference":"Patient/18"}])")), "") << "the baby";
  EXPECT_EQ(read(bleeds().set("focus", R"([{"reference":"Patient/18"}])")).text, "focus: about someone else");
  EXPECT_EQ(said(bleeds().set("modifierExtension", R"([{"url":"urn:not"}])")), "");
  EXPECT_EQ(said(bleeds().set("implicitRules", R"("urn:x")")), "");
  EXPECT_EQ(said(bleeds().remove("effectiveDateTime")), "") << "no time";
  EXPECT_EQ(said(bleeds().set("effectiveDateTime", R"("2026-01")")), "");
  EXPECT_EQ(said(bleeds().set("comment", R"("STU3")")), "nothing");
  EXPECT_EQ(said(bleeds().remove("subject")), "nothing");
  EXPECT_EQ(said(bleeds().set("subject", R"({"reference":"Group/1"})")), "nothing");
  site_.hold_preliminary = true;
  start_again();
  EXPECT_EQ(said(bleeds().set("status", R"("preliminary")")), "") << "where the site holds them";
}

TEST_F(ChartedFactsTest, TimesAreThoseOfResults) {
  const auto bleeds = [] { return bleeding("valueBoolean", "true").remove("effectiveDateTime"); };
  EXPECT_EQ(said(bleeds().set("issued", R"("2026-01-02T08:00:00Z")")), "bleeding yes");
  EXPECT_EQ(said(bleeds().set("effectivePeriod", R"({"start":"2026-01-02T06:00:00Z","end":"2026-01-02T08:00:00Z"})")),
            "bleeding yes")
      << "as of the end";
}

TEST_F(ChartedFactsTest, RetractionsTakeFactsBack) {
  for (const char* status : {"entered-in-error", "cancelled"}) {
    const Item& item = read(bleeding("valueBoolean", "true").set("status", as_json_text(status)));
    EXPECT_EQ(text_of(item.context), "removal") << status;
    EXPECT_EQ(item.context.source, "Observation/a1");
    EXPECT_EQ(item.change.kind, rules::Change::Kind::retraction);
  }
}

TEST_F(ChartedFactsTest, Sources) {
  const std::string identifier = R"([{"system":"urn:chart","value":"7"}])";
  EXPECT_EQ(read(bleeding("valueBoolean", "true").remove("id").set("identifier", identifier)).context.source,
            "Observation?urn:chart|7");
  EXPECT_EQ(read(bleeding("valueBoolean", "true").remove("id")).context.source,
            "Observation=2026-01-02T08:00:00Z|bleeding=yes");
  EXPECT_EQ(said(bleeding("valueBoolean", "true")
                     .remove("id")
                     .set("identifier", R"([{"system":"urn:chart","value":")" + std::string(300, 'x') + "\"}]")),
            "nothing");
  const std::string bundle = R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":)" +
                             bleeding("valueBoolean", "true").text() + R"(},{"resource":)" +
                             ObservationJson().set("id", R"("longer-than-before")").text() + "}]}";
  const auto items = read_all(bundle);
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0].context.source, "Observation/a1");
  EXPECT_EQ(items[0].context.patient, "Patient/17");
}

TEST(ChartTable, SaysWhatIsWrongWithARow) {
  const auto problem = [](const std::string& row) {
    ChartTable table;
    return table.read("system\ta\turn:a\n" + row).value_or("none");
  };
  EXPECT_EQ(problem("question\ta\tq\t>=2\tis\tbleeding"), "none");
  EXPECT_EQ(problem("question\ta\tq\ta|yes\tdenies\tbleeding"), "none");
  EXPECT_EQ(problem("question\tb\tq\tyes\tis\tbleeding"), "line 2: no system has the group b");
  EXPECT_EQ(problem("question\ta\tq\tb|x\tis\tbleeding"), "line 2: no system has the group b");
  EXPECT_EQ(problem("question\ta\tq\t>=x\tis\tbleeding"), "line 2: not an answer: >=x");
  EXPECT_EQ(problem("question\ta\tq\t\tis\tbleeding"), "line 2: not an answer: ");
  EXPECT_EQ(problem("question\ta\tq\tyes\tequals\tbleeding"), "line 2: expected is, implies or denies");
  EXPECT_EQ(problem("question\ta\tq\tyes\tis\tbleedings"), "line 2: not a fact: bleedings");
  EXPECT_EQ(problem("question\ta\tq\tyes\tis"),
            "line 2: expected question, group, code, answer, relation and fact between tabs");
  EXPECT_EQ(problem("answer\ta\tx y\tyes"), "none");
  EXPECT_EQ(problem("answer\ta\tx x\tyes"), "line 2: x stands in two rows");
  EXPECT_EQ(problem("answer\ta\tx\tmaybe"), "line 2: expected yes or no");
  EXPECT_EQ(problem("answer\tb\tx\tno"), "line 2: no system has the group b");
  EXPECT_EQ(problem("answer\ta\tx"), "line 2: expected answer, group, codes, and yes or no");
  EXPECT_EQ(problem("system\ta"), "line 2: expected system, group and URI");
}

class ChartMapTest : public ::testing::Test {
 protected:
  /// The problems of a map that says that of the code Q.
  std::string problems(const std::string& targets) {
    std::string text;
    for (const MapProblem& each :
         terminology_.add_concept_map(R"({"resourceType":"ConceptMap","group":[{"source":"urn:s",)"
                                      R"("target":"urn:coagwatch:CodeSystem:facts","element":[{"code":"Q","target":[)" +
                                      targets + "]}]}]}")) {
      text.append(each.path + ": " + each.text + "\n");
    }
    return text;
  }
  static std::string target(const std::string& relation, const std::string& answer,
                            const std::string& fact = "bleeding") {
    return R"({"code":")" + fact + R"(","equivalence":")" + relation +
           R"(","dependsOn":[{"property":"urn:coagwatch:property:value",)" + answer + "}]}";
  }
  Terminology terminology_;
};

TEST_F(ChartMapTest, AnswersOfBothReleases) {
  EXPECT_EQ(problems(target("equivalent", R"("value":"true")")), "");
  EXPECT_EQ(problems(target("wider", R"("system":"urn:a|2","value":"x")")), "");
  EXPECT_TRUE(terminology_.charts().find("urn:s", "Q") != nullptr);
  EXPECT_EQ(terminology_.charts().find("urn:s", "Q")->front().answer.system, "urn:a") << "without its version";
  EXPECT_EQ(problems(R"({"code":"bleeding","relationship":"equivalent","dependsOn":[)"
                     R"({"attribute":"urn:coagwatch:property:value","valueCoding":{"system":"urn:a","code":"x"}}]})"),
            "");
  EXPECT_EQ(terminology_.charts().find("urn:s", "Q")->front().answer.code, "x");
  EXPECT_EQ(problems(R"({"code":"bleeding","equivalence":"equivalent"})"), "");
  EXPECT_EQ(terminology_.charts().find("urn:s", "Q"), nullptr) << "a later map says something else";
}

TEST_F(ChartMapTest, WhatWouldBeGuessedIsRefused) {
  const std::string where = "group[0].element[0]";
  EXPECT_EQ(problems(target("equivalent", R"("value":">2x")")),
            where + ".target[0].dependsOn[0]: expected a code, true, false, yes, or a number like 2, >=2 or 1-4\n");
  EXPECT_EQ(problems(R"({"code":"bleeding","equivalence":"equivalent","dependsOn":[{"property":"x","value":"1"}]})"),
            where +
                ".target[0].dependsOn[0]: x is an unknown property of a fact; expected "
                "urn:coagwatch:property:value\n");
  EXPECT_EQ(problems(target("disjoint", R"("value":"false")")),
            where + ": no answer means bleeding, which another one denies\n");
  EXPECT_EQ(problems(target("wider", R"("value":"true")") + R"(,{"code":"shock","equivalence":"wider"})"),
            where + ": some targets depend on an answer, some do not; expected one or the other\n");
  EXPECT_EQ(problems(target("equivalent", R"("value":"1"},{"property":"urn:coagwatch:property:value","value":"2")")),
            where + ".target[0]: expected one `dependsOn`; another answer is another target\n");
  EXPECT_EQ(problems(target("equivalent", R"("value":"1")", "bleedings")),
            where + ".target[0]: bleedings is not the name of a fact\n");
}

TEST_F(ChartMapTest, WhatIsInForceIsPartOfTheRuleSet) {
  const std::string before = terminology_.canonical_text();
  EXPECT_NE(before.find("chart loinc|82810-3 =pregnancy if loinc|LA15173-0"), std::string::npos);
  EXPECT_EQ(problems(target("equivalent", R"("value":">=2")")), "");
  const std::string after = terminology_.canonical_text();
  EXPECT_NE(after.find("chart urn:s|Q =bleeding if [2..]"), std::string::npos)
      << after.substr(after.find("chart urn:s"));
}

}  // namespace
}  // namespace coagwatch::fhir
