#include "fhir/fact_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "fhir/terminology.h"

namespace coagwatch::fhir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::string_view kWho = "http://hl7.org/fhir/sid/icd-10";
constexpr std::string_view kCm = "http://hl7.org/fhir/sid/icd-10-cm";
constexpr std::string_view kGm = "http://fhir.de/CodeSystem/bfarm/icd-10-gm";
constexpr std::string_view kAtc = "http://www.whocc.no/atc";
constexpr std::string_view kSnomed = "http://snomed.info/sct";
constexpr std::string_view kRxNorm = "http://www.nlm.nih.gov/research/umls/rxnorm";

/// `sepsis shock`, `=` before a fact that the code is; `-` where it is known to mean none, `?` where it is not known.
std::string meaning(const FactTable& table, std::string_view system, std::string_view code) {
  const auto found = table.find(system, code);
  if (!found) return "?";
  std::string text;
  for (const CodedFact& each : found->facts) {
    if (!text.empty()) text.push_back(' ');
    text.append(each.whole && found->exact ? "=" : "").append(rules::fact_name(each.fact));
  }
  return text.empty() ? "-" : text;
}

std::string built_in(std::string_view system, std::string_view code) {
  static const Terminology terminology;
  return meaning(terminology.facts(), system, code);
}

struct Row {
  std::string_view system, code, facts;
};

class BuiltInFactsTest : public ::testing::TestWithParam<Row> {};

TEST_P(BuiltInFactsTest, Means) {
  EXPECT_EQ(built_in(GetParam().system, GetParam().code), GetParam().facts)
      << GetParam().system << "|" << GetParam().code;
}

// Titles as the classifications print them stand behind; each group of the table has codes inside, beside and beneath.
INSTANTIATE_TEST_SUITE_P(
    Infection, BuiltInFactsTest,
    ::testing::Values(Row{kWho, "A41.9", "=sepsis"}, Row{kCm, "A41.9", "=sepsis"}, Row{kGm, "A41.9", "=sepsis"},
                      Row{kCm, "A41.51", "sepsis"},                             // sepsis due to E. coli
                      Row{kGm, "R57.2", "sepsis shock"},                        // septic shock
                      Row{kCm, "R65.21", "sepsis shock"},                       // severe sepsis with septic shock
                      Row{kCm, "R65.20", "sepsis"},                             // severe sepsis without septic shock
                      Row{kWho, "R65.2", "?"},                                  // SIRS without infection
                      Row{kGm, "R65.1", "infection"}, Row{kCm, "R65.10", "?"},  // SIRS of non-infectious origin
                      Row{kWho, "J18.9", "infection"}, Row{kWho, "N39.0", "infection"}, Row{kWho, "J06.9", "?"},
                      Row{kWho, "B35.1", "?"}, Row{kWho, "B18.2", "?"}, Row{kWho, "B37.0", "-"},
                      Row{kWho, "B37.7", "sepsis"}, Row{kWho, "A39.0", "infection meningitis"},
                      Row{kWho, "A39.4", "sepsis"}, Row{kWho, "G03.9", "meningitis"}, Row{kWho, "B94.8", "?"},
                      Row{kWho, "U07.1", "infection"}, Row{kWho, "U07.2", "?"}, Row{kWho, "Z22.3", "?"}));
INSTANTIATE_TEST_SUITE_P(
    Malignancy, BuiltInFactsTest,
    ::testing::Values(
        Row{kWho, "C34.1", "solid-tumour"}, Row{kWho, "C78.7", "metastatic"}, Row{kCm, "C7B.02", "metastatic"},
        Row{kWho, "C80.9", "malignancy"}, Row{kWho, "C85.9", "haematological-malignancy"},
        Row{kWho, "D46.9", "haematological-malignancy"}, Row{kWho, "C95.9", "=leukaemia"},
        Row{kWho, "C92.4", "leukaemia"}, Row{kCm, "C92.00", "leukaemia"}, Row{kCm, "C92.01", "leukaemia remission"},
        Row{kCm, "C92.02", "leukaemia"}, Row{kGm, "C91.01", "leukaemia remission"}, Row{kGm, "C91.00", "leukaemia"},
        Row{kCm, "C92.31", "haematological-malignancy"}, Row{kWho, "C92.3", "haematological-malignancy"},
        Row{kCm, "C95.00", "leukaemia"}, Row{kWho, "D05.1", "?"}, Row{kWho, "Z85.6", "?"}, Row{kWho, "D48.9", "?"},
        Row{kWho, "D61.9", "marrow-suppression"}, Row{kWho, "D70", "?"}, Row{kCm, "D61.810", "marrow-suppression"},
        Row{kCm, "Z51.11", "chemotherapy"}, Row{kCm, "Z51.12", "-"}));
INSTANTIATE_TEST_SUITE_P(
    Organs, BuiltInFactsTest,
    ::testing::Values(Row{kWho, "K74.6", "=liver-cirrhosis"}, Row{kCm, "K70.31", "liver-cirrhosis"},
                      Row{kWho, "K74.0", "?"}, Row{kWho, "K72.0", "liver-failure"},
                      Row{kWho, "B15.0", "infection liver-failure"}, Row{kWho, "K76.0", "?"},
                      Row{kWho, "K85.9", "pancreatitis"}, Row{kWho, "K86.1", "?"},
                      Row{kWho, "I71.3", "vascular-abnormality"}, Row{kWho, "I10", "?"}, Row{kWho, "R57.0", "shock"},
                      Row{kWho, "R57.9", "=shock"}, Row{kWho, "I26.9", "thromboembolism"}, Row{kCm, "I82.501", "-"},
                      Row{kWho, "K92.2", "bleeding"}, Row{kWho, "R04.0", "bleeding"}, Row{kWho, "K25.9", "?"},
                      Row{kWho, "T86.1", "toxic-immunological-reaction"}, Row{kCm, "T86.10", "-"},
                      Row{kCm, "T86.11", "toxic-immunological-reaction"}, Row{kWho, "I80.2", "thromboembolism"}));
INSTANTIATE_TEST_SUITE_P(
    Obstetrics, BuiltInFactsTest,
    ::testing::Values(Row{kWho, "Z33", "pregnancy"}, Row{kWho, "O00.1", "pregnancy"},    // tubal pregnancy
                      Row{kWho, "O02.1", "pregnancy"}, Row{kWho, "O08.1", "pregnancy"},  // missed abortion, haemorrhage
                      Row{kWho, "O14.1", "pregnancy"}, Row{kCm, "O14.05", "pregnancy"}, Row{kWho, "O15.0", "pregnancy"},
                      Row{kGm, "O15.2", "pregnancy"},                                    // eclampsia, in the puerperium
                      Row{kWho, "O45.0", "pregnancy"}, Row{kWho, "O67.0", "pregnancy"},  // abruption, intrapartum
                      Row{kWho, "O72.1", "bleeding pregnancy"}, Row{kWho, "O72.3", "pregnancy"},
                      Row{kCm, "O72.1", "bleeding pregnancy"}, Row{kGm, "O80", "pregnancy"},
                      Row{kWho, "O75.1", "shock pregnancy"}, Row{kWho, "O75.3", "infection pregnancy"},
                      Row{kWho, "O85", "sepsis pregnancy"}, Row{kWho, "O86.1", "infection pregnancy"},
                      Row{kWho, "O86.4", "pregnancy"}, Row{kCm, "O86.04", "sepsis pregnancy"},
                      Row{kCm, "O03.37", "sepsis pregnancy"}, Row{kWho, "O88.1", "pregnancy"},  // amniotic fluid
                      Row{kWho, "O88.2", "thromboembolism pregnancy"}, Row{kWho, "O90.3", "pregnancy"},
                      Row{kWho, "O95", "pregnancy"}, Row{kWho, "O99.1", "pregnancy"}, Row{kCm, "O99.13", "pregnancy"},
                      Row{kCm, "O9A.211", "pregnancy"}, Row{kCm, "Z3A.20", "pregnancy"},
                      Row{kCm, "O23.40", "infection pregnancy"}, Row{kWho, "O94", "?"},  // sequelae
                      Row{kWho, "O96", "?"}, Row{kWho, "O97", "?"},                      // late deaths
                      Row{kWho, "Z37.0", "?"}, Row{kWho, "Z39.2", "?"}, Row{kCm, "Z33.2", "-"}));
INSTANTIATE_TEST_SUITE_P(Injury, BuiltInFactsTest,
                         ::testing::Values(Row{kWho, "S72.0", "trauma"}, Row{kWho, "S06.5", "trauma"},
                                           Row{kWho, "S06.0", "-"}, Row{kWho, "S00.0", "?"}, Row{kWho, "S93.4", "?"},
                                           Row{kWho, "T79.4", "trauma shock"}, Row{kCm, "S72.001A", "trauma"},
                                           Row{kCm, "S72.001B", "trauma"},  // initial, closed and open
                                           Row{kCm, "S72.001D", "?"}, Row{kCm, "S72.001S", "?"},  // subsequent, sequela
                                           Row{kWho, "T21.3", "burn"}, Row{kWho, "T31.2", "burn"},
                                           Row{kWho, "T31.0", "-"}, Row{kWho, "T20.1", "-"}));
INSTANTIATE_TEST_SUITE_P(ChartedDic, BuiltInFactsTest,
                         ::testing::Values(Row{kWho, "D65", "=dic-recorded"}, Row{kGm, "D65.1", "dic-recorded"},
                                           Row{kGm, "D65.9", "dic-recorded"}, Row{kGm, "D65.0", "-"},
                                           Row{kGm, "D65.2", "-"}, Row{kWho, "D68.4", "?"},
                                           Row{kSnomed, "67406007", "=dic-recorded"}));
INSTANTIATE_TEST_SUITE_P(
    Medication, BuiltInFactsTest,
    ::testing::Values(Row{kAtc, "B01AA03", "anticoagulant"}, Row{kAtc, "B01AF02", "anticoagulant"},
                      Row{kAtc, "B01AB01", "heparin"}, Row{kAtc, "B01AB05", "heparin"}, Row{kAtc, "B01AB51", "-"},
                      Row{kAtc, "B01AB02", "antithrombin-concentrate"}, Row{kAtc, "B01AC06", "?"},
                      Row{kAtc, "B02BB01", "fibrinogen-concentrate"}, Row{kAtc, "B05AX01", "red-cell-transfusion"},
                      Row{kAtc, "B05AX02", "platelet-transfusion"}, Row{kAtc, "B05AX03", "plasma-transfusion"},
                      Row{kAtc, "B05AA01", "?"}, Row{kAtc, "L01CD01", "chemotherapy"}, Row{kAtc, "L04AX03", "?"},
                      Row{kAtc, "C01CA03", "vasopressor"}, Row{kAtc, "C01CA17", "?"},  // midodrine is not infused
                      Row{kAtc, "H01BA01", "vasopressor"}, Row{kAtc, "H01BA02", "?"},  // desmopressin
                      Row{kRxNorm, "7512", "vasopressor"}, Row{kRxNorm, "11289", "anticoagulant"},
                      Row{kRxNorm, "562251", "?"}));  // amoxicillin and clavulanate
INSTANTIATE_TEST_SUITE_P(SnomedCt, BuiltInFactsTest,
                         ::testing::Values(Row{kSnomed, "91302008", "=sepsis"},
                                           Row{kSnomed, "76571007", "sepsis shock"},
                                           Row{kSnomed, "254637007", "=nsclc"}, Row{kSnomed, "387713003", "=surgery"},
                                           Row{kSnomed, "233573008", "=ecmo"},
                                           Row{kSnomed, "12719002", "platelet-transfusion"},
                                           Row{kSnomed, "444814009", "?"},    // viral sinusitis
                                           Row{kSnomed, "9130200", "?"},      // no prefixes here
                                           Row{kSnomed, "913020081", "?"}));  // nor longer codes

TEST(FactTableTest, CodesOfAHierarchyAreReadAsTheyAreWritten) {
  for (const char* code : {"A419", "a41.9", "A41.9+", "A41.9\u2020", "A41.9-", "A41.9!"}) {
    EXPECT_EQ(built_in(kWho, code), "=sepsis") << code;
  }
  EXPECT_EQ(built_in("urn:oid:2.16.840.1.113883.6.90", "A41.9"), "=sepsis");
  EXPECT_EQ(built_in("http://fhir.de/CodeSystem/dimdi/icd-10-gm", "A41.9"), "=sepsis");
  EXPECT_EQ(built_in(kWho, "C00-D48"), "?") << "a block holds more than the code that it begins with";
  EXPECT_EQ(built_in(kWho, ""), "?");
  EXPECT_EQ(built_in(kWho, "."), "?");
  EXPECT_EQ(built_in(kWho, std::string(65, 'A')), "?");
  EXPECT_EQ(built_in(std::string(kWho) + "|2019", "A41.9"), built_in(kWho, "A41.9"));
  EXPECT_EQ(built_in("2.16.840.1.113883.6.3", "A41.9"), built_in(kWho, "A41.9"));
  EXPECT_EQ(built_in("", "A41.9"), "?") << "no system";
  EXPECT_EQ(built_in("icd-10", "A41.9"), "?") << "a group is no system";
}

TEST(FactTableTest, BadRowsAreNamed) {
  const auto problem = [](std::string_view row) {
    FactTable table;
    return table.read(std::string("system\ticd-10-who\turn:icd\nsystem\tother\turn:o\n") + std::string(row))
        .value_or("none");
  };
  EXPECT_EQ(problem("icd-10\tA00-A09 B9?\tis\tsepsis\nicd-10\tA05\tis\tshock"), "none");
  EXPECT_EQ(problem("icd-10\tA00-A09 A05\tis\tsepsis"), "none");
  EXPECT_EQ(problem("icd-10\tA00-A09 A05-A06\tis\tsepsis"), "line 3: A05 stands in two rows");
  EXPECT_EQ(problem("icd-10\tA05\tis\tsepsis\nicd-10\tA05\tis\tshock"), "line 4: A05 stands in two rows");
  EXPECT_EQ(problem("icd-10\tA00\tis"), "line 3: expected group, codes, relation and facts between tabs");
  EXPECT_EQ(problem("icd-10\tA00\tequals\tsepsis"), "line 3: expected the relation is or implies");
  EXPECT_EQ(problem("icd-10\tA00\tis\tsepsys"), "line 3: not a list of facts: sepsys");
  EXPECT_EQ(problem("icd-11\tA00\tis\tsepsis"), "line 3: no system has the group icd-11");
  EXPECT_EQ(problem("icd-10\tA09-A00\tis\tsepsis"), "line 3: not a code or a range of codes: A09-A00");
  EXPECT_EQ(problem("icd-10\tA00-B09\tis\tsepsis"), "line 3: not a code or a range of codes: A00-B09");
  EXPECT_EQ(problem("icd-10\t\tis\tsepsis"), "line 3: not a code or a range of codes: ");
  EXPECT_EQ(problem("system\turn:x"), "line 3: expected system, group and URI");
}

class SiteFactsTest : public ::testing::Test {
 protected:
  static std::string map(const std::string& element) {
    return R"({"resourceType":"ConceptMap","group":[{"source":"http://hl7.org/fhir/sid/icd-10",
        "target":"urn:coagwatch:CodeSystem:facts","element":[)" +
           element + "]}]}";
  }
  static std::string target(const std::string& fact, const std::string& relation) {
    return R"({"code":"X1","target":[{"code":")" + fact + "\"," + relation + "}]}";
  }
  static std::string equivalence(const std::string& name) { return R"("equivalence":")" + name + "\""; }
  /// Each problem as `path (line): text`.
  static std::vector<std::string> told(const std::vector<MapProblem>& problems) {
    std::vector<std::string> all;
    for (const MapProblem& each : problems) {
      all.push_back(each.path + " (" + std::to_string(each.line) + "): " + each.text);
    }
    return all;
  }
  std::vector<std::string> add(const std::string& json) { return told(terminology_.add_concept_map(json)); }
  std::string meaning_of(std::string_view system, std::string_view code) {
    return meaning(terminology_.facts(), system, code);
  }
  Terminology terminology_;
};

TEST_F(SiteFactsTest, AMapSaysWhetherTheCodeIsTheFact) {
  for (const std::string& is :
       {equivalence("equal"), equivalence("equivalent"), std::string(R"("relationship":"equivalent")")}) {
    EXPECT_THAT(add(map(target("burn", is))), IsEmpty());
    EXPECT_EQ(meaning_of(kWho, "X1"), "=burn");
    EXPECT_EQ(meaning_of(kWho, "X1.5"), "burn") << "ICD-10: what is beneath";
  }
  for (const std::string& implies : {equivalence("wider"), equivalence("subsumes"),
                                     std::string(R"("relationship":"source-is-narrower-than-target")")}) {
    EXPECT_THAT(add(map(target("burn", implies))), IsEmpty());
    EXPECT_EQ(meaning_of(kWho, "X1"), "burn");
  }
  EXPECT_THAT(add(map(R"({"code":"J18","target":[{"equivalence":"unmatched"}]},{"code":"J17","noMap":true})")),
              IsEmpty());
  EXPECT_EQ(meaning_of(kWho, "J18.9"), "-");
  EXPECT_EQ(meaning_of(kWho, "J17.9"), "-");
  EXPECT_EQ(meaning_of(kWho, "J16.9"), "infection");
}

TEST_F(SiteFactsTest, AMapThatWouldGuessIsRefused) {
  constexpr const char* kExpected =
      "group[0].element[0].target[0] (2): expected the equivalence equivalent, wider (the fact is wider than the code) "
      "or unmatched";
  EXPECT_THAT(add(map(target("burn", equivalence("relatedto")))), ElementsAre(kExpected));
  EXPECT_THAT(add(map(target("burn", equivalence("narrower")))), ElementsAre(kExpected));
  EXPECT_THAT(add(map(target("burns", equivalence("equal")))),
              ElementsAre("group[0].element[0].target[0] (2): burns is not the name of a fact"));
  EXPECT_THAT(add(map(R"({"code":"J18"})")), ElementsAre("group[0].element[0] (2): expected a `target`"));
  EXPECT_THAT(
      add(map(R"({"code":"J18","target":[{"equivalence":"unmatched"}]},)" + target("burn", equivalence("inexact")))),
      Not(IsEmpty()));
  EXPECT_EQ(meaning_of(kWho, "J18"), "infection") << "nothing of a refused map is kept";
  EXPECT_EQ(add("{").size(), 1U) << "told once";
  EXPECT_EQ(add(R"({"resourceType":"ConceptMap","group":{}})").size(), 2U) << "no array, and so no group";
}

TEST_F(SiteFactsTest, ConceptMapsMayHoldMeasuresAndFacts) {
  const std::string both = R"({"resourceType":"ConceptMap","group":[
      {"source":"urn:lab","target":"urn:coagwatch:CodeSystem:measures",
       "element":[{"code":"PLT","target":[{"code":"platelets","equivalence":"equivalent"}]}]},
      {"target":"urn:coagwatch:CodeSystem:facts",
       "element":[{"code":"SEP","target":[{"code":"sepsis","equivalence":"equivalent"}]}]}]})";
  EXPECT_THAT(add(both), IsEmpty());
  EXPECT_NE(terminology_.find("urn:lab", "PLT"), nullptr);
  EXPECT_EQ(meaning_of("", "SEP"), "=sepsis") << "codes without a system";
}

TEST_F(SiteFactsTest, AValueSetAddsToWhatIsKnown) {
  const std::string expansion = R"({"resourceType":"ValueSet","expansion":{"contains":[
      {"system":"http://hl7.org/fhir/sid/icd-10","code":"J18.9"},
      {"abstract":true,"system":"http://hl7.org/fhir/sid/icd-10","code":"J13",
       "contains":[{"system":"http://hl7.org/fhir/sid/icd-10","code":"J14"}]},
      {"display":"a heading","contains":[{"system":"urn:ward","code":"SEP"}]}]}})";
  EXPECT_THAT(told(terminology_.add_value_set(expansion, rules::Fact::sepsis)), IsEmpty());
  EXPECT_EQ(meaning_of(kWho, "J18.9"), "infection sepsis");
  EXPECT_EQ(meaning_of(kWho, "J18.0"), "infection");
  EXPECT_EQ(meaning_of(kWho, "J13"), "infection");
  EXPECT_EQ(meaning_of(kWho, "J14"), "infection sepsis");
  EXPECT_EQ(meaning_of("urn:ward", "SEP"), "sepsis");
  for (int twice = 0; twice < 2; ++twice) {
    EXPECT_THAT(told(terminology_.add_value_set(expansion, rules::Fact::shock)), IsEmpty());
    EXPECT_EQ(meaning_of("urn:ward", "SEP"), "sepsis shock") << "in two sets";
  }
}

TEST_F(SiteFactsTest, AValueSetIsNeverExpandedByUs) {
  const auto problems = [&](const std::string& rest) {
    return told(terminology_.add_value_set(R"({"resourceType":"ValueSet",)" + rest + "}", rules::Fact::sepsis));
  };
  const std::string listed = R"({"system":"urn:x","concept":[{"code":"1"}]})";
  EXPECT_THAT(problems(R"("compose":{"include":[)" + listed + "]}"), IsEmpty());
  for (const std::string& compose :
       {std::string(R"({"include":[{"system":"urn:x"}]})"), R"({"include":[)" + listed + R"(],"exclude":[{}]})",
        std::string(R"({"include":[{"valueSet":["urn:y"],"concept":[{"code":"1"}]}]})"),
        std::string(R"({"include":[{"filter":[{}],"concept":[{"code":"1"}]}]})")}) {
    EXPECT_THAT(problems("\"compose\":" + compose), ElementsAre(HasSubstr("give the ValueSet with its expansion")))
        << compose;
  }
  const std::string longest(FactTable::kLongestCode, 'x');
  EXPECT_THAT(problems(R"("expansion":{"contains":[{"code":")" + longest + R"("}]})"), IsEmpty());
  EXPECT_THAT(problems(R"("expansion":{"contains":[{"code":")" + longest + R"(x"}]})"),
              ElementsAre(HasSubstr("at most 64 bytes")));
  EXPECT_THAT(problems(R"("expansion":{"contains":[]})"), ElementsAre(HasSubstr("expected at least one code")));
  EXPECT_THAT(problems(R"("status":"active")"), ElementsAre(HasSubstr("expected an `expansion`")));
  EXPECT_EQ(terminology_.add_value_set("{}", rules::Fact::sepsis).size(), 1U);
  EXPECT_EQ(terminology_.add_value_set("{", rules::Fact::sepsis).size(), 1U);
}

}  // namespace
}  // namespace coagwatch::fhir
