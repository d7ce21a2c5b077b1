#include "rules/criterion/gate_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/criterion/loader.h"

namespace coagwatch::rules {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// What is wrong with a criterion of one item with that gate, and after it what is given.
std::vector<std::string> problems_of(const std::string& gate, const std::string& rest = "") {
  const std::string text =
      "id: g\nversion: 1.0.0\ntitle: G\ncitation: none\nmeaning: met\n"
      "items: [{name: a, title: A, provenance: recalled, fact: bleeding, points: {yes: 1, no: 0}}]\nmet: {ge: 1}\n"
      "gate: " +
      gate + "\n" + rest;
  std::vector<Problem> problems;
  load_criterion(text, "g.yaml", "", problems);
  std::vector<std::string> texts;
  for (const Problem& problem : problems) texts.push_back(problem.key + ": " + problem.text);
  return texts;
}

std::string column(const std::string& name, const std::string& when) {
  return "  - {name: " + name + ", when-any: [" + when + "], met: {ge: 1}}\n";
}

TEST(CriterionGateCheck, SomebodyMustBeLeft) {
  EXPECT_THAT(problems_of("{only: [child]}"),
              ElementsAre("gate.only: nobody is left: it asks for child, and adults-only excludes children (true "
                          "without it)"));
  EXPECT_THAT(problems_of("{only: [newborn]}"),
              ElementsAre(HasSubstr("it asks for newborn (which implies child), and")));
  EXPECT_THAT(problems_of("{only: [newborn], adults-only: false}"), IsEmpty());
  EXPECT_THAT(problems_of("{only: [newborn], excludes: [child], adults-only: false}"),
              ElementsAre(HasSubstr("excludes names child")));
  EXPECT_THAT(problems_of("{only: [pregnancy, sepsis], excludes: [sepsis]}"), ElementsAre(HasSubstr("gate.only: ")));
  EXPECT_THAT(problems_of("{only: [leukaemia], excludes: [malignancy]}"),
              ElementsAre("gate.only: nobody is left: it asks for leukaemia (which implies underlying-disorder, "
                          "malignancy, haematological-malignancy), and excludes names malignancy"));
  EXPECT_THAT(problems_of("{only: [malignancy], excludes: [leukaemia]}"), IsEmpty()) << "of which it is a kind";
  EXPECT_THAT(problems_of("{only: [pregnancy], excluded-by-no: [pregnancy]}"), IsEmpty()) << "redundant";
}

TEST(CriterionGateCheck, AnExceptionLeavesSomebody) {
  EXPECT_THAT(problems_of("{only: [leukaemia], excludes: [{fact: leukaemia, unless: remission}]}"), IsEmpty());
  EXPECT_THAT(problems_of("{only: [leukaemia], excludes: [{fact: leukaemia, unless: remission}, remission]}"),
              ElementsAre(HasSubstr("excludes names leukaemia, and remission as well")));
}

TEST(CriterionGateCheck, OneOfWhatIsRequiredMustBeLeft) {
  EXPECT_THAT(problems_of("{requires-any: [sepsis, infection], excludes: [infection]}"),
              ElementsAre("gate.requires-any: each of these is excluded: sepsis (which implies underlying-disorder, "
                          "infection): excludes names infection; infection (which implies underlying-disorder): "
                          "excludes names infection"));
  EXPECT_THAT(problems_of("{requires-any: [sepsis, infection], excludes: [sepsis]}"), IsEmpty());
}

TEST(CriterionGateCheck, AColumnMustBeInForceForSomebody) {
  EXPECT_THAT(problems_of("{excludes: [haematological-malignancy]}", "columns:\n" + column("a", "leukaemia")),
              ElementsAre(HasSubstr("columns.a.when-any: never in force: leukaemia (which implies")));
  EXPECT_THAT(problems_of("{excludes: [leukaemia]}", "columns:\n" + column("a", "leukaemia, infection")), IsEmpty());
  EXPECT_THAT(problems_of("{}", "columns:\n" + column("a", "infection") + column("b", "sepsis")),
              ElementsAre(HasSubstr("columns.b.when-any: never in force: sepsis (which implies underlying-disorder, "
                                    "infection): column a goes before")));
  EXPECT_THAT(problems_of("{}", "columns:\n" + column("a", "sepsis") + column("b", "infection")), IsEmpty());
  EXPECT_THAT(problems_of("{}", "columns:\n" + column("a", "{fact: leukaemia, unless: remission}") +
                                    column("b", "{fact: leukaemia, unless: remission}")),
              ElementsAre(HasSubstr("columns.b.when-any: ")));
  EXPECT_THAT(
      problems_of("{}", "columns:\n" + column("a", "{fact: leukaemia, unless: remission}") + column("b", "leukaemia")),
      IsEmpty())
      << "in remission";
  EXPECT_THAT(
      problems_of("{}", "columns:\n  - {name: a, when-any: [infection], unless-any: [surgery], met: {ge: 1}}\n" +
                            column("b", "infection")),
      IsEmpty())
      << "after surgery";
}

TEST(CriterionGateCheck, AColumnThatItsOwnExceptionCovers) {
  const auto problems = [](const std::string& gate, const std::string& when, const std::string& unless) {
    return problems_of(
        gate, "columns:\n  - {name: a, when-any: [" + when + "], unless-any: [" + unless + "], met: {ge: 1}}\n");
  };
  EXPECT_THAT(
      problems("{}", "infection", "infection"),
      ElementsAre("columns.a.when-any: never in force: infection (which implies underlying-disorder): unless-any "
                  "names infection"));
  EXPECT_THAT(problems("{}", "sepsis, infection", "infection"), ElementsAre(HasSubstr("columns.a.when-any: never")));
  EXPECT_THAT(problems("{}", "sepsis, surgery", "infection"), IsEmpty());
  EXPECT_THAT(problems("{}", "infection", "sepsis"), IsEmpty()) << "not every infection is a sepsis";
  EXPECT_THAT(problems("{only: [sepsis]}", "surgery", "infection"),
              ElementsAre(HasSubstr("columns.a.when-any: never in force: surgery")))
      << "the gate asks for it";
  EXPECT_THAT(problems("{}", "leukaemia", "{fact: leukaemia, unless: remission}"), IsEmpty());
  EXPECT_THAT(problems("{}", "{fact: leukaemia, unless: remission}", "{fact: leukaemia, unless: remission}"),
              ElementsAre(HasSubstr("never in force")));
  EXPECT_THAT(problems_of("{only: [remission]}", "columns:\n" + column("a", "{fact: leukaemia, unless: remission}")),
              ElementsAre(HasSubstr("the gate asks for remission")));
}

TEST(CriterionGateCheck, AnExceptionIsAnotherFact) {
  EXPECT_THAT(problems_of("{excludes: [{fact: leukaemia, unless: leukaemia}]}"),
              ElementsAre("gate.excludes: leukaemia never counts: unless leukaemia, which is itself"));
  EXPECT_THAT(problems_of("{excludes: [{fact: leukaemia, unless: malignancy}]}"),
              ElementsAre("gate.excludes: leukaemia never counts: unless malignancy, which follows from it"));
  EXPECT_THAT(problems_of("{}", "columns:\n" + column("a", "infection, {fact: sepsis, unless: sepsis}")),
              ElementsAre(HasSubstr("columns.a.when-any: sepsis never counts")));
}

TEST(CriterionGateCheck, ColumnsHaveNamesOfTheirOwn) {
  EXPECT_THAT(problems_of("{}", "columns:\n" + column("a", "infection") + column("a", "surgery")),
              ElementsAre("columns.a: two columns have this name"));
}

TEST(CriterionGateCheck, WhatIsExcludedByNoMayBeYes) {
  EXPECT_THAT(problems_of("{excludes: [sepsis], excluded-by-no: [sepsis]}"),
              ElementsAre(HasSubstr("gate.excluded-by-no: nobody of whom it is known is left: sepsis (which")));
  EXPECT_THAT(problems_of("{excludes: [infection], excluded-by-no: [sepsis]}"), SizeIs(1));
  EXPECT_THAT(problems_of("{excludes: [sepsis], excluded-by-no: [infection]}"), IsEmpty());
  EXPECT_THAT(problems_of("{excludes: [{fact: leukaemia, unless: remission}], excluded-by-no: [leukaemia]}"),
              IsEmpty());
}

TEST(CriterionGateCheck, WhatIsNeededMayBeSoAndMayNot) {
  EXPECT_THAT(problems_of("{needs-any: [shock, sepsis], excludes: [infection]}"),
              ElementsAre("gate.needs-any[1]: sepsis (which implies underlying-disorder, infection) is never yes: "
                          "excludes names infection"));
  EXPECT_THAT(problems_of("{needs-any: [shock, infection], only: [sepsis]}"),
              ElementsAre("gate.needs-any[1]: infection is always yes by gate.only"));
  EXPECT_THAT(problems_of("{needs-any: [{measure: sofa-renal, ge: 0}]}"),
              ElementsAre("gate.needs-any[0]: always so (sofa-renal goes from 0 to 4)"));
  EXPECT_THAT(problems_of("{needs-any: [{measure: sofa-renal, ge: 5}]}"),
              ElementsAre("gate.needs-any[0]: never so (sofa-renal goes from 0 to 4)"));
  EXPECT_THAT(problems_of("{needs-any: [{measure: sofa-renal, ge: 4}]}"), IsEmpty());
}

TEST(CriterionGateCheck, WhatIsScoredMayBeYes) {
  EXPECT_THAT(problems_of("{excludes: [bleeding]}"),
              ElementsAre("items.a.fact: bleeding is never yes: excludes names bleeding"));
  const std::string rest =
      "columns:\n  - name: c\n    when-any: [infection]\n    met: {ge: 1}\n    items:\n"
      "      - {name: a, title: A, provenance: recalled, any-fact: [bleeding, child], points: {yes: 1, no: 0}}\n";
  EXPECT_THAT(problems_of("{}", rest),
              ElementsAre("columns.c.items.a.any-fact: child is never yes: adults-only excludes children (true without "
                          "it)"));
  EXPECT_THAT(problems_of("{adults-only: false}", rest), IsEmpty());
  EXPECT_THAT(problems_of("{adults-only: false}", "adjustments: [{title: N, fact: newborn, points: 1}]\n"),
              ElementsAre("adjustments[0].fact: newborn (which implies child) is never yes: newborns are excluded "
                          "(unless only names child or newborn)"));
}

}  // namespace
}  // namespace coagwatch::rules
