#include "daemon/cli/reload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/config/test_directory.h"
#include "rules/criterion/loader.h"

namespace coagwatch::daemon {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kConfig =
    "criteria: {directory: own}\nterminology: {maps: [map.json]}\nruleset: {sequence: 4}\nworkers: 2\n";
constexpr const char* kMap = R"({"resourceType":"ConceptMap","group":[{"source":"urn:ward",
  "target":"urn:coagwatch:CodeSystem:facts","element":[{"code":"ECMO-1",
  "target":[{"code":"ecmo","equivalence":"equivalent"}]}]}]})";

std::string isth(const std::string& version, const std::string& met = "met: {ge: 5}") {
  for (const rules::BuiltinCriterion& each : rules::builtin_criteria()) {
    if (each.id != "isth-2001") continue;
    std::string text(each.text);
    for (const auto& [from, to] :
         {std::pair<std::string, std::string>{"version: 1.0.0", "version: " + version}, {"met: {ge: 5}", met}}) {
      text.replace(text.find(from), from.size(), to);
    }
    return text;
  }
  throw std::logic_error("no such criterion");
}

class ReloadTest : public testing::Test {
 protected:
  ReloadTest() {
    directory_.write("own/isth.yaml", isth("2.0.0"));
    directory_.write("map.json", kMap);
    configure(kConfig);
    std::vector<rules::Problem> problems;
    running_ = load_setup(file_, Purpose::offline, problems);
    if (!running_) throw std::logic_error(problems.at(0).to_string());
  }
  void configure(const std::string& text) { file_ = directory_.write("coagwatch.yaml", text); }
  Reload again() const { return reload_setup(*running_, {}); }
  /// As `file:line key: text`.
  static std::vector<std::string> texts(const Reload& reload) {
    std::vector<std::string> all;
    for (const rules::Problem& each : reload.problems) {
      all.push_back(each.file.substr(each.file.rfind('/') + 1) + ":" + std::to_string(each.line) + " " + each.key +
                    ": " + each.text);
    }
    return all;
  }
  static std::string isth_version(const daemon::Setup& setup) {
    for (const rules::Criterion& each : setup.rules.criteria) {
      if (each.id == "isth-2001") return each.version;
    }
    return {};
  }

  TestDirectory directory_;
  std::string file_;
  std::shared_ptr<const daemon::Setup> running_;
};

TEST_F(ReloadTest, TheSameFilesChangeNothing) {
  configure(std::string(kConfig) + "# a remark\n");
  const Reload reload = again();
  EXPECT_EQ(reload.outcome, ReloadOutcome::unchanged);
  EXPECT_THAT(reload.restart, IsEmpty());
  ASSERT_TRUE(reload.setup);
  EXPECT_EQ(reload.setup->rules.hash, running_->rules.hash);
}

TEST_F(ReloadTest, AChangedCriterionIsApplied) {
  directory_.write("own/isth.yaml", isth("2.0.1"));
  const Reload reload = again();
  EXPECT_EQ(reload.outcome, ReloadOutcome::applied);
  EXPECT_EQ(isth_version(*running_), "2.0.0");
  EXPECT_EQ(isth_version(*reload.setup), "2.0.1");
  EXPECT_NE(reload.setup->rules.hash, running_->rules.hash);
}

TEST_F(ReloadTest, WhatTheConfigurationSaysOfTheRuleSetIsApplied) {
  for (const char* more :
       {"site: {isi: 1.1}\n", "alerts: {primary: {early: [sic]}}\n", "site: {time-zone: Asia/Tokyo}\n"}) {
    configure(std::string(kConfig) + more);
    const Reload reload = again();
    EXPECT_EQ(reload.outcome, ReloadOutcome::applied) << more;
    EXPECT_THAT(reload.restart, IsEmpty()) << more;
  }
}

TEST_F(ReloadTest, OtherSettingsAreNamedAndNotTaken) {
  configure(
      "criteria: {directory: own}\nterminology: {maps: [map.json]}\nruleset: {sequence: 4}\nworkers: 3\n"
      "limits: {depth: 32}\n");
  const Reload reload = again();
  EXPECT_EQ(reload.outcome, ReloadOutcome::unchanged) << "limits.depth is part of the hash, and not in force";
  EXPECT_THAT(reload.restart, ElementsAre("workers", "limits.depth"));
  EXPECT_EQ(reload.setup->config.workers, 2U);
  EXPECT_EQ(reload.setup->config.intake.depth, running_->config.intake.depth);
}

TEST_F(ReloadTest, EverythingThatIsWrongIsFound) {
  directory_.write("own/isth.yaml", isth("2.0.1", "met: {gee: 5}"));
  directory_.write("map.json", "{");
  configure(std::string(kConfig) + "site: {isi: none}\n");
  const Reload reload = again();
  EXPECT_EQ(reload.outcome, ReloadOutcome::refused);
  EXPECT_FALSE(reload.setup);
  EXPECT_THAT(texts(reload), Contains(AllOf(HasSubstr("isth.yaml:"), HasSubstr("met"), HasSubstr("gee"))));
  EXPECT_THAT(texts(reload), Contains(HasSubstr("map.json:")));
  EXPECT_THAT(texts(reload), Contains(HasSubstr("coagwatch.yaml:5 site.isi: ")));
}

TEST_F(ReloadTest, FilesThatAreGoneAreRefused) {
  std::filesystem::remove_all(directory_.path() + "/own");
  EXPECT_THAT(texts(again()), ElementsAre(HasSubstr("coagwatch.yaml:1 criteria.directory: ")));
  std::filesystem::remove(file_);
  EXPECT_EQ(again().outcome, ReloadOutcome::refused);
}

TEST_F(ReloadTest, ALowerSequenceIsRefusedAndAHigherOneTaken) {
  const std::string rest = "criteria: {directory: own}\nterminology: {maps: [map.json]}\nworkers: 2\n";
  configure(rest + "ruleset: {sequence: 3}\n");
  EXPECT_THAT(texts(again()), ElementsAre("coagwatch.yaml:4 ruleset.sequence: expected 4 or more, which is in force"));
  configure(rest + "ruleset: {sequence: 5}\n");
  const Reload reload = again();
  EXPECT_EQ(reload.outcome, ReloadOutcome::applied) << "the set is the same, but held partitions are waiting for this";
  EXPECT_EQ(reload.setup->rules.sequence, 5U);
}

TEST_F(ReloadTest, WatchedAreTheFilesOfTheRuleSet) {
  const std::string here = directory_.path() + "/";
  Config config = running_->config;
  config.fact_codes[rules::Fact::sepsis] = {"/codes.json"};
  EXPECT_EQ(watched_paths(config), (WatchedPaths{{here + "map.json", "/codes.json"}, {here + "own"}}));
  config.criteria.watch = false;
  EXPECT_EQ(watched_paths(config), WatchedPaths());
}

TEST_F(ReloadTest, TheLogSaysWhatHappened) {
  std::vector<std::string> lines;
  log::set_sink([&](std::string_view line) { lines.emplace_back(line); });
  directory_.write("own/isth.yaml", isth("2.0.1", "met: {gee: 5}"));
  log_reload(again(), *running_, "SIGHUP");
  EXPECT_THAT(lines, Contains(AllOf(HasSubstr("isth.yaml"), HasSubstr(R"("line":)"), HasSubstr(R"("key":)"))));
  EXPECT_THAT(lines.back(), AllOf(HasSubstr("reload refused"), HasSubstr(R"("cause":"SIGHUP")")));
  directory_.write("own/isth.yaml", isth("2.0.1"));
  configure(std::string(kConfig) + "http: {listen: off}\n");
  lines.clear();
  log_reload(again(), *running_, "SIGHUP");
  EXPECT_THAT(lines, ElementsAre(HasSubstr(R"("key":"http.listen")"), HasSubstr(R"("msg":"reloaded")"),
                                 HasSubstr("ruleset.sequence did not")));
  directory_.write("own/isth.yaml", isth("2.0.0"));
  configure(kConfig);
  lines.clear();
  log_reload(again(), *running_, "SIGHUP");
  EXPECT_THAT(lines, ElementsAre(HasSubstr("the rule set is the same")));
  log::set_sink({});
}

}  // namespace
}  // namespace coagwatch::daemon
