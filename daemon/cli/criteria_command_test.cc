#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <functional>

#include "daemon/cli/program_fixture.h"
#include "rules/criterion/yaml.h"

namespace coagwatch::daemon {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::StartsWith;

using CriteriaCommand = ProgramTest;

TEST_F(CriteriaCommand, ListsOneOnALine) {
  const Outcome outcome = run({"criteria"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, MatchesRegex("cdss +1\\.0\\.0 +Chinese[^\n]*\nerez [^\n]*\n"
                                        "isth-2001 +1\\.0\\.0 +iba +ISTH[^\n]*\nisth-2025 .*\njaam +1\\.1\\.0 +ja +JAAM"
                                        ".*\nsofa +1\\.0\\.0 +SOFA[^\n]*\n"));
  EXPECT_EQ(std::ranges::count(outcome.out, '\n'), 16);
  EXPECT_THAT(outcome.err, IsEmpty());
}

TEST_F(CriteriaCommand, PrintsATableWithItsCitation) {
  const Outcome outcome = run({"criteria", "jaam"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, StartsWith("jaam 1.1.0, profile ja\nJAAM DIC score (2006)\n\n"
                                      "Met         4 or more (totals 0 to 8): JAAM criteria of DIC met\n"));
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("Gando S"), HasSubstr("doi 10.1097/01.CCM.0000202209.42491.38")));
  EXPECT_THAT(outcome.out, HasSubstr("\nProfiles    - ja (shown, default): "));
  EXPECT_THAT(outcome.out,
              HasSubstr("\nPlatelets or their fall within  Platelets, x10^9/L                              "
                        "          verified-secondary\n"
                        "24 h                              < 80                                                 3\n"
                        "  platelets                       >= 80 and < 120                                      1\n"));
  EXPECT_THAT(outcome.out, HasSubstr(" or if more: Platelet fall within 24 h, %\n"));
  EXPECT_THAT(outcome.err, IsEmpty());
}

TEST_F(CriteriaCommand, LinesFitATerminal) {
  for (const char* id : {"cdss", "isth-non-overt", "jmhw", "jsth-2017", "sofa"}) {
    std::istringstream lines(run({"criteria", id}).out);
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(line.size(), 110U) << line;
      EXPECT_FALSE(line.ends_with(' ')) << line;
    }
  }
}

TEST_F(CriteriaCommand, PrintsTheNotesThatQualifyIt) {
  EXPECT_THAT(
      run({"criteria", "isth-2001"}).out,
      AllOf(HasSubstr("PMID 11816725"), HasSubstr("\nNotes\n  - Only for patients with an underlying disorder")));
}

TEST_F(CriteriaCommand, WhatIsOnlyRecalledCannotBeMissed) {
  const std::string text = run({"criteria", "cdss"}).out;
  EXPECT_THAT(text,
              AllOf(HasSubstr("!!!!\nRECALLED: written from memory."), HasSubstr("Provenance  RECALLED 9 items")));
  EXPECT_THAT(text, HasSubstr("  RECALLED !\n"));
  EXPECT_THAT(run({"criteria", "cdss", "--markdown"}).out,
              AllOf(HasSubstr("> **RECALLED: written"), HasSubstr("| **RECALLED** |")));
  EXPECT_THAT(run({"criteria"}).out, HasSubstr("Chinese DIC scoring system (2017)  !! RECALLED\n"));
}

TEST_F(CriteriaCommand, ShowsWhatElseAScoreIsMadeOf) {
  EXPECT_THAT(
      run({"criteria", "jmhw/note-3"}).out,
      AllOf(HasSubstr("Met         7 or more; or 6 with at least 2 auxiliary findings (totals -3 to 13)"),
            HasSubstr("Grades      low below 6, suspected from 6, dic from 7\n"),
            HasSubstr("Added       -3 while liver-cirrhosis is yes: "),
            HasSubstr(
                "Population note-1\n  For marrow suppression or leukaemia, or after chemotherapy within 21 days and "),
            HasSubstr("\n  - tat: Thrombin-antithrombin complex > 1 x upper limit\n")));
  EXPECT_THAT(run({"criteria", "sofa"}).out, HasSubstr("  - sofa-four: the sum of respiratory, cardiovascular, "));
  EXPECT_THAT(run({"criteria", "plt-at"}).out, HasSubstr("Result      a group"));
}

TEST_F(CriteriaCommand, PrintsTheProfileThatIsAskedFor) {
  EXPECT_THAT(run({"criteria", "jaam/en"}).out, StartsWith("jaam 1.1.0, profile en\n"));
  const std::string file = directory_.write("n.yaml", "criteria: {profiles: {jmhw: note-3}}\n");
  EXPECT_THAT(run({"criteria", "jmhw", "-c", file}).out, StartsWith("jmhw 1.3.0, profile note-3\n"));
  EXPECT_THAT(run({"criteria", "jmhw/", "-c", file}).out, StartsWith("jmhw 1.3.0\n"));
  const Outcome wrong = run({"criteria", "jaam/e"});
  EXPECT_EQ(wrong.code, 2);
  EXPECT_EQ(wrong.err, "coagwatch criteria: jaam/e: there is no profile e; did you mean en?\n");
}

TEST_F(CriteriaCommand, JsonHasEverything) {
  std::vector<rules::Problem> problems;
  const auto jmhw = rules::parse_yaml(run({"criteria", "jmhw/note-3", "--json"}).out, "out", problems);
  ASSERT_TRUE(jmhw && problems.empty());
  EXPECT_EQ(jmhw->find("profile")->scalar, "note-3");
  EXPECT_EQ(jmhw->find("profiles")->items.size(), 1U);
  EXPECT_EQ(jmhw->find("met")->find("or")->find("ge")->scalar, "6");
  EXPECT_EQ(jmhw->find("adjustments")->items[0].find("points")->scalar, "-3");
  EXPECT_EQ(jmhw->find("columns")->items[0].find("items")->items.size(), 5U);
  const rules::YamlNode& platelets = jmhw->find("items")->items[4].find("sources")->items[0];
  EXPECT_EQ(platelets.find("unit")->scalar, "10*9/L");
  EXPECT_EQ(platelets.find("bands")->items[1].find("gt")->scalar, "50");
  EXPECT_EQ(platelets.find("bands")->items[1].find("le")->scalar, "80");
  EXPECT_EQ(platelets.find("bands")->items[1].find("points")->scalar, "2");
  const auto all = rules::parse_yaml(run({"criteria", "--json"}).out, "out", problems);
  ASSERT_TRUE(all && problems.empty());
  EXPECT_EQ(all->items.size(), 16U);
}

TEST_F(CriteriaCommand, JsonKeysAreThoseOfTheReadme) {
  std::vector<rules::Problem> problems;
  const auto all = rules::parse_yaml(run({"criteria", "--json"}).out, "out", problems);
  ASSERT_TRUE(all);
  std::ifstream file(std::filesystem::path(__FILE__).parent_path() / "README.md");
  std::ostringstream text;
  text << file.rdbuf();
  const std::function<void(const rules::YamlNode&)> look = [&](const rules::YamlNode& node) {
    for (const rules::YamlNode& item : node.items) look(item);
    for (const auto& [key, value] : node.entries) {
      EXPECT_THAT(text.str(), HasSubstr("`" + key + "`"));
      look(value);
    }
  };
  look(*all);
}

TEST_F(CriteriaCommand, PrintsTheFileItself) {
  const std::string text = run({"criteria", "jaam", "--yaml"}).out;
  EXPECT_THAT(text, HasSubstr("\nid: jaam\nversion: 1.1.0\n"));
  const std::string own = directory_.write("own/jaam.yaml", "# ours\n" + text);
  const std::string config = directory_.write("own.yaml", "criteria: {directory: own}\n");
  EXPECT_EQ(run({"criteria", "jaam", "--yaml", "-c", config}).out, "# ours\n" + text);
  EXPECT_THAT(run({"criteria", "jaam", "-c", config}).out, HasSubstr("\nFile        " + own + "\n"));
  EXPECT_EQ(run({"criteria", "--yaml"}).code, 2);
  EXPECT_EQ(run({"criteria", "--yaml", "--json"}).code, 2);
}

TEST_F(CriteriaCommand, SaysOnceThatNewbornsAreExcluded) {
  std::string own = run({"criteria", "jmhw", "--yaml"}).out;
  own.replace(own.find("adults-only: true"), 17, "adults-only: false");
  directory_.write("own/jmhw.yaml", own);
  const std::string config = directory_.write("own.yaml", "criteria: {directory: own}\n");
  const std::string sheet = run({"criteria", "jmhw", "-c", config}).out;
  EXPECT_THAT(sheet, HasSubstr("Excluded by: pregnancy, newborn."));
  EXPECT_THAT(sheet, Not(HasSubstr("Not for newborns.")));
}

TEST_F(CriteriaCommand, ShowsTheProfileThatTheConfigurationChooses) {
  const std::string file = directory_.write("en.yaml", "criteria: {profiles: {jaam: en}}\n");
  EXPECT_THAT(run({"criteria", "jaam", "-c", file}).out, StartsWith("jaam 1.1.0, profile en\n"));
}

TEST_F(CriteriaCommand, AnUnknownOneIsNamedWithTheNearest) {
  const Outcome outcome = run({"criteria", "jam"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_EQ(outcome.err, "coagwatch criteria: no criterion jam: did you mean jaam?\n");
}

}  // namespace
}  // namespace coagwatch::daemon
