#include "rules/criterion/gate_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/criterion/loader.h"

namespace coagwatch::rules {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

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

}  // namespace
}  // namespace coagwatch::rules
