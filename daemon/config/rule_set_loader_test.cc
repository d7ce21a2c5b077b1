#include "daemon/config/rule_set_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "daemon/config/terminology_loader.h"
#include "daemon/config/test_directory.h"
#include "rules/criterion/loader.h"

namespace coagwatch::daemon {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// A built-in criterion's text with `from` replaced by `to` once.
std::string changed(std::string_view id, std::string_view from, std::string_view to) {
  for (const rules::BuiltinCriterion& each : rules::builtin_criteria()) {
    if (each.id != id) continue;
    std::string text(each.text);
    const std::size_t at = text.find(from);
    if (at == std::string::npos) throw std::logic_error("not in the criterion: " + std::string(from));
    return text.replace(at, from.size(), to);
  }
  throw std::logic_error("no such criterion");
}

class RuleSetTest : public testing::Test {
 protected:
  /// Problems as `file:line key: text`, files by their last part.
  std::optional<rules::RuleSet> load(std::string_view text = "") {
    const std::string file = directory_.write("coagwatch.yaml", text);
    std::vector<rules::Problem> found;
    std::optional<rules::RuleSet> rules;
    problems_.clear();
    Config config;
    load_config(file, {}, found, &config);
    const auto terminology = load_terminology(config, found);
    const fhir::Terminology built_in;
    rules = load_rule_set(config, terminology ? *terminology : built_in, found);
    if (!found.empty()) rules.reset();
    for (const rules::Problem& each : found) {
      problems_.push_back(each.file.substr(each.file.rfind('/') + 1) + ":" + std::to_string(each.line) + " " +
                          each.key + ": " + each.text);
    }
    EXPECT_EQ(rules.has_value(), problems_.empty()) << testing::PrintToString(problems_);
    return rules;
  }
  static std::vector<std::string> ids(const rules::RuleSet& rules) {
    std::vector<std::string> all;
    for (const rules::Criterion& each : rules.criteria) all.push_back(each.id);
    return all;
  }

  TestDirectory directory_;
  std::vector<std::string> problems_;
};

TEST_F(RuleSetTest, DefaultIsEveryBuiltInCriterionById) {
  const auto rules = load();
  ASSERT_TRUE(rules);
  const std::vector<std::string> all = ids(*rules);
  EXPECT_EQ(all.size(), rules::builtin_criteria().size());
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
  EXPECT_THAT(all, Contains("isth-2001"));
  EXPECT_EQ(rules->hash.size(), 64U);
}

TEST_F(RuleSetTest, EnabledAndProfilesChoose) {
  const auto rules = load(
      "criteria: {enabled: [jaam, isth-2001], profiles: {jaam: en}}\nsite: {isi: 1.0}\n"
      "ruleset: {sequence: 9}\n");
  ASSERT_TRUE(rules);
  EXPECT_THAT(ids(*rules), ElementsAre("isth-2001", "jaam"));
  EXPECT_EQ(rules->criteria[1].profile, "en");
  EXPECT_TRUE(rules->site.isi);
  EXPECT_EQ(rules->sequence, 9U);
}

TEST_F(RuleSetTest, ADirectoryAddsAndReplaces) {
  directory_.write("own/a.yaml", changed("jaam", "id: jaam", "id: of-our-own"));
  directory_.write("own/b.yaml", changed("jaam", "version: 1.1.0", "version: 9.9.9"));
  directory_.write("own/b.test.yaml", "not a criterion");
  directory_.write("own/notes.txt", "not a criterion");
  const auto rules = load("criteria: {directory: own}\n");
  ASSERT_TRUE(rules);
  EXPECT_EQ(rules->criteria.size(), rules::builtin_criteria().size() + 1);
  EXPECT_THAT(ids(*rules), Contains("of-our-own"));
  const auto jaam = std::find_if(rules->criteria.begin(), rules->criteria.end(),
                                 [](const rules::Criterion& each) { return each.id == "jaam"; });
  EXPECT_EQ(jaam->version, "9.9.9");
}

TEST_F(RuleSetTest, BothEndingsOfYamlAreRead) {
  directory_.write("own/a.yml", changed("jaam", "id: jaam", "id: of-our-own"));
  directory_.write("own/a.test.yml", "not a criterion");
  directory_.write("own/.hidden.yml", "not a criterion");
  const auto rules = load("criteria: {directory: own}\n");
  ASSERT_TRUE(rules);
  EXPECT_THAT(ids(*rules), Contains("of-our-own"));
  directory_.write("own/a.yaml", changed("jaam", "id: jaam", "id: of-our-own"));
  load("criteria: {directory: own}\n");
  EXPECT_THAT(problems_,
              ElementsAre(AllOf(HasSubstr("a.yml:3 id: of-our-own is the id of "), HasSubstr("a.yaml too"))));
}

TEST_F(RuleSetTest, EndingsAreReadInEitherCase) {
  directory_.write("own/a.YAML", changed("jaam", "id: jaam", "id: of-our-own"));
  directory_.write("own/b.Yml", changed("jaam", "id: jaam", "id: of-ours-too"));
  directory_.write("own/a.test.YAML", "not a criterion");
  const auto rules = load("criteria: {directory: own}\n");
  ASSERT_TRUE(rules);
  EXPECT_THAT(ids(*rules), AllOf(Contains("of-our-own"), Contains("of-ours-too")));
}

TEST_F(RuleSetTest, AScoreHasOneDefiner) {
  directory_.write("own/aaa.yaml", changed("sofa", "id: sofa", "id: aaa"));
  load("criteria: {directory: own}\n");
  EXPECT_THAT(problems_,
              ElementsAre(AllOf(HasSubstr("aaa.yaml:17 items.respiratory.sub-score: sofa, sofa-respiratory, "),
                                HasSubstr("sofa-four: defined by rules/criteria/sofa.yaml too; one may be in force"))));
  EXPECT_TRUE(load("criteria: {directory: own, enabled: [sic, aaa]}\n"));
  EXPECT_TRUE(load("criteria: {directory: own, enabled: [sic, sofa]}\n"));
  load("criteria: {directory: own, enabled: [sic]}\n");
  EXPECT_THAT(problems_, ElementsAre(HasSubstr("defined by rules/criteria/sofa.yaml too"))) << "the order of names";
  EXPECT_TRUE(load("criteria: {directory: own, enabled: [isth-2001]}\n")) << "which scores no SOFA";
}

TEST_F(RuleSetTest, DefinitionsDoNotGoInCircles) {
  const std::string item =
      "items:\n  - {name: s, title: S, provenance: recalled, measure: sofa-four, "
      "bands: [{lt: 2, points: 0}, {ge: 2, points: 1}]}\n";
  directory_.write("own/one.yaml", changed("sirs", "items:\n", item));
  load("criteria: {directory: own}\n");
  EXPECT_THAT(problems_, ElementsAre(HasSubstr("defines[0].measure: what defines a score cannot score sofa-four, which "
                                               "rules/criteria/sofa.yaml defines")));
}

TEST_F(RuleSetTest, WrongNamesPointAtTheConfiguration) {
  load("criteria:\n  enabled: [isth-2001, jamm]\n  profiles:\n    isth-2010: x\n");
  EXPECT_THAT(problems_, ElementsAre(HasSubstr("coagwatch.yaml:2 criteria.enabled: there is no criterion jamm; did you "
                                               "mean jaam?"),
                                     HasSubstr("coagwatch.yaml:4 criteria.profiles.isth-2010: there is no criterion "
                                               "isth-2010; did you mean isth-2001?")));
  load("criteria: {profiles: {jaam: english}}\n");
  ASSERT_FALSE(problems_.empty());
  EXPECT_THAT(problems_[0], HasSubstr("coagwatch.yaml:1 criteria.profiles.jaam: "));
  EXPECT_THAT(problems_[0], HasSubstr("english"));
  load("criteria: {enabled: []}\n");
  EXPECT_THAT(problems_, ElementsAre("coagwatch.yaml:1 criteria.enabled: expected at least one criterion"));
}

TEST_F(RuleSetTest, AProfileIsCheckedWhetherItsCriterionIsEnabledOrNot) {
  load("criteria: {enabled: [isth-2002], profiles: {jaam: xx}}\n");
  EXPECT_THAT(problems_, ElementsAre(HasSubstr("criteria.enabled: there is no criterion isth-2002"),
                                     HasSubstr("criteria.profiles.jaam: ")));
}

TEST_F(RuleSetTest, PrimaryCriteriaAreCheckedBesideOtherProblems) {
  load("alerts:\n  primary:\n    overt: [jamm, jmhw]\ncriteria: {enabled: [isth-2001, nope]}\n");
  EXPECT_THAT(problems_, ElementsAre(HasSubstr("coagwatch.yaml:4 criteria.enabled: there is no criterion nope"),
                                     HasSubstr("coagwatch.yaml:3 alerts.primary.overt: there is no criterion jamm"),
                                     HasSubstr("coagwatch.yaml:3 alerts.primary.overt: jmhw is not in criteria.en")));
}

// What a mistake makes impossible to judge is not called a second mistake.
TEST_F(RuleSetTest, NothingFollowsFromAFileThatIsRefused) {
  directory_.write("own/jaam.yaml", changed("jaam", "version: 1.1.0", "version: one"));
  load(
      "criteria: {directory: own, enabled: [jaam, jamm], profiles: {jaam: ours}}\nalerts: {primary: {early: "
      "[jaam]}}\n");
  EXPECT_THAT(problems_,
              ElementsAre(HasSubstr("jaam.yaml:"), HasSubstr("there is no criterion jamm; did you mean jaam")));
  directory_.write("own/jaam.yaml", "id: [");
  load("criteria: {directory: own, enabled: [isth-2001, ours]}\n");
  EXPECT_THAT(problems_, ElementsAre(HasSubstr("jaam.yaml:"))) << "which may be ours";
  load("criteria: {directory: nowhere, enabled: [ours], profiles: {ours: x}}\n");
  EXPECT_THAT(problems_, ElementsAre(HasSubstr("criteria.directory: ")));
}

TEST_F(RuleSetTest, NothingFollowsFromASettingThatIsRefused) {
  load("criteria: {directory: [own], enabled: [ours]}\n");
  EXPECT_THAT(problems_, ElementsAre(HasSubstr("criteria.directory: expected")));
  load("criteria: {enabled: jaam}\nalerts: {primary: {overt: [isth-2001]}}\n");
  EXPECT_THAT(problems_, ElementsAre(HasSubstr("criteria.enabled: expected a list")));
  load("criterai: {directory: own}\ncriteria: {enabled: [ours]}\n");
  EXPECT_THAT(problems_, ElementsAre(HasSubstr("criterai: unknown key; did you mean criteria?")));
}

TEST_F(RuleSetTest, ABadCriterionFileIsRefusedWithItsPlace) {
  directory_.write("own/bad.yaml", changed("jaam", "\nmeaning:", "\nmeening:"));
  directory_.write("own/worse.yaml", "items: [");
  load("criteria: {directory: own}\n");
  EXPECT_THAT(problems_, Contains(HasSubstr("bad.yaml:")));
  EXPECT_THAT(problems_, Contains(HasSubstr("worse.yaml:")));
}

TEST_F(RuleSetTest, TwoFilesOfOneIdAreRefused) {
  directory_.write("own/a.yaml", changed("jaam", "id: jaam", "id: twice"));
  directory_.write("own/b.yaml", changed("jaam", "id: jaam", "id: twice"));
  load("criteria: {directory: own}\n");
  ASSERT_EQ(problems_.size(), 1U);
  EXPECT_THAT(problems_[0], HasSubstr("b.yaml:3 id: twice is the id of "));
}

TEST_F(RuleSetTest, AMissingDirectoryIsSaid) {
  load("\ncriteria: {directory: nowhere}\n");
  ASSERT_EQ(problems_.size(), 1U);
  EXPECT_THAT(problems_[0], HasSubstr("coagwatch.yaml:2 criteria.directory: "));
  EXPECT_THAT(problems_[0], HasSubstr("cannot be read: No such file or directory"));
}

TEST_F(RuleSetTest, PrimaryCriteriaThatTheSiteNamesMustBeInForce) {
  EXPECT_TRUE(load("criteria: {enabled: [jmhw]}\n")) << "defaults name criteria that need not be there";
  load("criteria: {enabled: [jmhw]}\nalerts: {primary: {overt: [isth-2001], early: [nonsense]}}\n");
  EXPECT_THAT(problems_, ElementsAre("coagwatch.yaml:2 alerts.primary.early: there is no criterion nonsense",
                                     "coagwatch.yaml:2 alerts.primary.overt: isth-2001 is not in criteria.enabled"));
}

TEST_F(RuleSetTest, AMapThatIsNoneIsRefused) {
  directory_.write("map.json", "{}");
  load("terminology: {maps: [map.json, missing.json]}\n");
  ASSERT_EQ(problems_.size(), 3U);
  EXPECT_THAT(problems_[0], HasSubstr("map.json:1"));
  EXPECT_THAT(problems_[1], HasSubstr("map.json:1"));
  EXPECT_THAT(problems_[2], HasSubstr("coagwatch.yaml:1 terminology.maps: "));
}

TEST_F(RuleSetTest, EveryProblemOfEveryMapIsFoundInOneRun) {
  directory_.write("a.json", R"({"resourceType":"ConceptMap","group":[{"target":"urn:coagwatch:CodeSystem:measures",
"element":[{"code":"QUI","target":[{"code":"pt-activty","equivalence":"equal"}]},
{"code":"QUI","target":[{"code":"inr","equivalence":"relatedto"}]}]}]})");
  directory_.write("b.json", "{\n\"resourceType\":\"ConceptMap\"");
  load("terminology: {maps: [a.json, b.json]}\n");
  ASSERT_EQ(problems_.size(), 4U);
  EXPECT_THAT(problems_[0],
              HasSubstr("a.json:2 group[0].element[0].target[0]: pt-activty is not the name of a measure; "
                        "did you mean pt-activity?"));
  EXPECT_THAT(problems_[1], HasSubstr("a.json:3 group[0].element[1].target[0]: relatedto does not say"));
  EXPECT_THAT(problems_[2], HasSubstr("a.json:3 group[0].element[1]: the code stands in this map twice"));
  EXPECT_THAT(problems_[3], HasSubstr("b.json:2 "));
}

TEST_F(RuleSetTest, ASiteSaysWhichCodesMeanAFact) {
  directory_.write("map.json", R"({"resourceType":"ConceptMap","group":[{"source":"urn:ward",
      "target":"urn:coagwatch:CodeSystem:facts","element":[{"code":"ECMO-1",
      "target":[{"code":"ecmo","equivalence":"equivalent"}]}]}]})");
  directory_.write("sepsis.json", R"({"resourceType":"ValueSet","compose":{"include":[
      {"system":"urn:ward","concept":[{"code":"SEP"}]}]}})");
  std::vector<rules::Problem> problems;
  const auto config = load_config(
      directory_.write("coagwatch.yaml", "terminology: {maps: [map.json], facts: {sepsis: [sepsis.json]}}\n"), {},
      problems);
  ASSERT_TRUE(config);
  const auto terminology = load_terminology(*config, problems);
  ASSERT_TRUE(terminology);
  EXPECT_EQ(terminology->facts().find("urn:ward", "ECMO-1")->facts.front().fact, rules::Fact::ecmo);
  EXPECT_EQ(terminology->facts().find("urn:ward", "SEP")->facts.front().fact, rules::Fact::sepsis);
}

TEST_F(RuleSetTest, AValueSetThatCannotBeReadIsRefused) {
  directory_.write("filter.json", R"({"resourceType":"ValueSet","compose":{"include":[
      {"system":"http://snomed.info/sct","filter":[{"property":"concept","op":"is-a","value":"91302008"}]}]}})");
  load("terminology:\n  facts: {sepsis: [filter.json, missing.json], sepsys: [filter.json]}\n");
  ASSERT_EQ(problems_.size(), 3U);
  EXPECT_THAT(problems_[0], HasSubstr("coagwatch.yaml:2 terminology.facts.sepsys: sepsys is not the name of a fact"));
  EXPECT_THAT(problems_[1], HasSubstr(" compose.include[0]: codes are read only where they are listed"));
  EXPECT_THAT(problems_[2], HasSubstr("coagwatch.yaml:2 terminology.facts.sepsis: "));
}

TEST_F(RuleSetTest, TheHashFollowsWhatDecidesAndNothingElse) {
  const auto hash = [&](std::string_view text) {
    const auto rules = load(text);
    return rules ? rules->hash : "none";
  };
  const std::string plain = hash("");
  EXPECT_EQ(hash("workers: 4\nkafka: {group: x}\nruleset: {sequence: 3}\nlog: {level: debug}\n"), plain);
  EXPECT_EQ(hash("site: {pt-reference: control, time-zone: UTC}\nalerts: {primary: {overt: [isth-2001]}}\n"), plain)
      << "a default written out";
  EXPECT_EQ(hash("criteria: {profiles: {jaam: ja}}\n"), plain);
  EXPECT_EQ(hash("site: {isi: 1.0}\n"), hash("site: {isi: 1.00}\n"));
  EXPECT_EQ(hash("site: {d-dimer-kit: roche}\n"), hash("site: {d-dimer-at-fdp: {25: 10.1, 10: 4.10}}\n"));

  std::vector<std::string> all = {plain,
                                  hash("site: {isi: 1.0}\n"),
                                  hash("site: {isi: 1.1}\n"),
                                  hash("site: {pt-control-seconds: 1.1}\n"),
                                  hash("site: {pt-upper-limit-seconds: 14}\n"),
                                  hash("site: {pt-upper-limit-seconds: 14, pt-reference: upper-limit}\n"),
                                  hash("site: {d-dimer-flavour: feu}\n"),
                                  hash("site: {d-dimer-flavour: ddu}\n"),
                                  hash("site: {charted: [bleeding]}\n"),
                                  hash("site: {decimal-comma: yes}\n"),
                                  hash("site: {d-dimer-kit: roche}\n"),
                                  hash("site: {platelet-fall-grace: 1800s}\n"),
                                  hash("site: {d-dimer-at-fdp: {10: 4.1}}\n"),
                                  hash("site: {d-dimer-at-fdp: {10: 4.1, 25: 10}}\n"),
                                  hash("site: {hold-preliminary: yes}\n"),
                                  hash("site: {caps: {d-dimer: {value: 0.5, unit: 'mg/L{FEU}'}}}\n"),
                                  hash("site: {caps: {d-dimer: {value: 21, unit: 'mg/L{FEU}'}}}\n"),
                                  hash("site: {caps: {fdp: {value: 21, unit: 'mg/L'}}}\n"),
                                  hash("site: {floors: {d-dimer: {value: 0.5, unit: 'mg/L{FEU}'}}}\n"),
                                  hash("site: {time-zone: Europe/Berlin}\n"),
                                  hash("site: {time-zone: Asia/Tokyo}\n"),
                                  hash("site: {upper-limits: {d-dimer: {value: 0.5, unit: 'mg/L{FEU}'}}}\n"),
                                  hash("input: {envelope: /a}\n"),
                                  hash("input: {envelope: [/a, /b]}\n"),
                                  hash("input: {envelope: [/b, /a]}\n"),
                                  hash("input: {lenient-versions: yes}\n"),
                                  hash("limits: {bytes: 1MiB}\n"),
                                  hash("limits: {depth: 32}\n"),
                                  hash("limits: {entries: 64}\n"),
                                  hash("limits: {number-length: 64}\n"),
                                  hash("limits: {window: 8d}\n"),
                                  hash("limits: {per-measure: 32}\n"),
                                  hash("limits: {retractions: 32}\n"),
                                  hash("limits: {state-bytes: 1MiB}\n"),
                                  hash("criteria: {profiles: {jaam: en}}\n"),
                                  hash("criteria: {enabled: [jaam]}\n"),
                                  hash("alerts: {primary: {overt: []}}\n"),
                                  hash("alerts: {primary: {early: [isth-2001], overt: []}}\n")};
  directory_.write("own/jaam.yaml", changed("jaam", "version: 1.1.0", "version: 1.1.1"));
  all.push_back(hash("criteria: {directory: own}\n"));
  directory_.write("codes.json", R"({"resourceType":"ValueSet","expansion":{"contains":[{"code":"x"}]}})");
  all.push_back(hash("terminology: {facts: {sepsis: [codes.json]}}\n"));
  all.push_back(hash("terminology: {facts: {shock: [codes.json]}}\n"));
  EXPECT_THAT(all, Not(Contains("none")));
  std::sort(all.begin(), all.end());
  EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end()) << "two of these have the same hash";
}

}  // namespace
}  // namespace coagwatch::daemon
