#include "rules/criterion/definition_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "rules/criterion/loader.h"

namespace coagwatch::rules {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

// A criterion of one item scored by `measure`, and what else it says.
std::string text_of(const std::string& id, const std::string& measure, const std::string& rest,
                    const std::string& of_item = "") {
  return "id: " + id +
         "\nversion: 1.0.0\ntitle: D\ncitation: none\nmeaning: met\nitems:\n  - name: a\n    title: A\n"
         "    provenance: recalled\n    measure: " +
         measure + "\n    bands: [{lt: 2, points: 0}, {ge: 2, points: 1}]\n" + of_item + "met: {ge: 1}\n" + rest;
}

std::vector<std::string> problems_of(const std::string& text) {
  std::vector<Problem> problems;
  load_criterion(text, "d.yaml", "", problems);
  std::vector<std::string> texts;
  for (const Problem& problem : problems) texts.push_back(problem.to_string());
  return texts;
}

Criterion loaded(const std::string& text) {
  std::vector<Problem> problems;
  auto criterion = load_criterion(text, "d.yaml", "", problems);
  if (!criterion) throw std::runtime_error(problems.front().to_string());
  return *criterion;
}

std::vector<std::string> clashes(const std::vector<DefinerChoice>& all) {
  std::vector<std::string> texts;
  for (const DefinerProblem& each : check_definers(all)) {
    texts.push_back(std::string(each.file) + " " + each.key + ": " + each.text);
  }
  return texts;
}

TEST(DefinitionCheck, OnlyScoresAreDefined) {
  EXPECT_THAT(problems_of(text_of("d", "inr", "defines: [{measure: sirs}]\n")), IsEmpty());
  EXPECT_THAT(problems_of(text_of("d", "inr", "defines: [{measure: platelets}]\n")),
              ElementsAre("d.yaml:13:21: defines[0].measure: platelets is measured; only a score can be defined: sirs, "
                          "sofa, sofa-respiratory, sofa-coagulation, sofa-liver, sofa-cardiovascular, sofa-cns, "
                          "sofa-renal, sofa-four"));
  EXPECT_THAT(problems_of(text_of("d", "inr", "", "    sub-score: fibrinogen\n")),
              ElementsAre("d.yaml:12:16: items.a.sub-score: expected a score, such as sofa-renal; fibrinogen is "
                          "measured"));
}

TEST(DefinitionCheck, EachOnceAndNotWhatItScores) {
  EXPECT_THAT(problems_of(text_of("d", "inr", "defines: [{measure: sirs}, {measure: sirs, items: [a]}]\n")),
              ElementsAre(HasSubstr("defines[1].measure: sirs is defined by defines[0].measure already")));
  EXPECT_THAT(problems_of(text_of("d", "inr", "defines: [{measure: sirs}]\n", "    sub-score: sirs\n")),
              ElementsAre(HasSubstr("defines[0].measure: sirs is defined by items.a.sub-score already")));
  EXPECT_THAT(problems_of(text_of("d", "sofa", "defines: [{measure: sofa}]\n")),
              ElementsAre(HasSubstr("defines[0].measure: sofa is defined and scored by the same criterion")));
  EXPECT_THAT(problems_of(text_of("d", "inr", "defines: [{measure: sirs, items: [a, a]}]\n")),
              ElementsAre(HasSubstr("defines[0].items: a is named twice")));
}

// Sums go by the place of an item, and an item that a column leaves out moves those behind it.
TEST(DefinitionCheck, ASumIsOfItemsThatEveryColumnHas) {
  const std::string second = "  - {name: b, title: B, provenance: recalled, fact: shock, points: {yes: 1, no: 0}}\n";
  const std::string column = "columns: [{name: c, when-any: [sepsis], unscored: [a], met: {ge: 1}}]\n";
  EXPECT_THAT(problems_of(text_of("d", "inr", column + "defines: [{measure: sirs, items: [b]}]\n", second)),
              ElementsAre(HasSubstr("defines[0].items: b has another place in column c")));
  EXPECT_THAT(problems_of(text_of("d", "inr", column + "defines: [{measure: sirs}]\n", second)), IsEmpty());
}

TEST(DefinitionCheck, OneDefinerOfEachScore) {
  const Criterion a = loaded(text_of("a", "inr", "defines: [{measure: sirs}, {measure: sofa}]\n"));
  const Criterion b = loaded(text_of("b", "inr", "defines: [{measure: sirs}]\n"));
  const Criterion user = loaded(text_of("user", "sirs", ""));
  EXPECT_THAT(clashes({{&a, "a.yaml", 0}, {&b, "b.yaml", 0}}),
              ElementsAre(StartsWith("b.yaml defines[0].measure: sirs: defined by a.yaml too; one may be in force")));
  EXPECT_THAT(clashes({{&a, "a.yaml", 0}, {&user, "user.yaml", 0}, {&b, "b.yaml", 2}}), IsEmpty());
  EXPECT_THAT(clashes({{&user, "user.yaml", 0}, {&a, "a.yaml", 1}, {&b, "b.yaml", 2}}), IsEmpty()) << "in order";
  EXPECT_THAT(clashes({{&user, "user.yaml", 0}, {&a, "a.yaml", 2}, {&b, "b.yaml", 2}}),
              ElementsAre(HasSubstr("sirs: defined by a.yaml too")));
  const Criterion other = loaded(text_of("other", "inr", ""));
  EXPECT_THAT(clashes({{&other, "other.yaml", 0}, {&a, "a.yaml", 2}, {&b, "b.yaml", 2}}), IsEmpty()) << "not needed";
  Criterion own = a;
  own.site_file = "a.yaml";
  EXPECT_THAT(clashes({{&own, "a.yaml", 0}, {&b, "b.yaml", 0}}), ElementsAre(StartsWith("a.yaml ")))
      << "the one that can be changed";
}

TEST(DefinitionCheck, WhatIsDefinedIsMadeOfNothingDefined) {
  const Criterion a = loaded(text_of("a", "sofa", "defines: [{measure: sirs}]\n"));
  const Criterion b = loaded(text_of("b", "sirs", "defines: [{measure: sofa}]\n"));
  const Criterion plain = loaded(text_of("plain", "inr", "defines: [{measure: sofa}]\n"));
  EXPECT_THAT(clashes({{&a, "a.yaml", 0}, {&b, "b.yaml", 0}}),
              ElementsAre("a.yaml defines[0].measure: what defines a score cannot score sofa, which b.yaml defines",
                          "b.yaml defines[0].measure: what defines a score cannot score sirs, which a.yaml defines"));
  EXPECT_THAT(clashes({{&a, "a.yaml", 0}, {&plain, "plain.yaml", 2}}),
              ElementsAre(HasSubstr("cannot score sofa, which plain.yaml defines")));
  EXPECT_THAT(clashes({{&a, "a.yaml", 0}}), IsEmpty()) << "a reported one";
}

TEST(DefinitionCheck, TellsOfScoresThatNobodyDefines) {
  const Criterion sirs = loaded(text_of("a", "inr", "defines: [{measure: sirs}]\n"));
  const Criterion user = loaded(text_of("user", "sirs", ""));
  EXPECT_THAT(undefined_scores({user}, {sirs}), IsEmpty());
  const std::vector<Criterion> in_force = {user};
  const auto found = undefined_scores(in_force, {});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].criterion, "user");
  EXPECT_EQ(found[0].measure, Measure::sirs);
  // Sub-scores alone are not computed for others.
  EXPECT_EQ(undefined_scores({user, loaded(text_of("b", "inr", "", "    sub-score: sirs\n"))}, {}).size(), 1U);
}

}  // namespace
}  // namespace coagwatch::rules
