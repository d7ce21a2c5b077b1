#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "daemon/config/config.h"
#include "daemon/config/keys.h"
#include "daemon/config/test_directory.h"

namespace coagwatch::daemon {
namespace {

TEST(Reference, FileSaysWhatTheProgramSays) {
  const auto file = std::filesystem::path(__FILE__).parent_path() / "reference.md";
  if (std::getenv("COAGWATCH_TEST_UPDATE") != nullptr) std::ofstream(file) << config_reference();
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  EXPECT_EQ(text.str(), config_reference()) << "run this test with COAGWATCH_TEST_UPDATE=1 to rewrite reference.md";
}

/// A file that sets every key to the default that the reference shows.
std::string all_defaults() {
  std::string text;
  for (const Key& key : config_keys()) {
    if (key.fallback.empty()) continue;
    // JSON is YAML: one flow map per key would repeat keys, so each goes in by its variable's way, below.
    text += key.path + "=" + key.fallback + "\n";
  }
  return text;
}

TEST(Reference, DefaultsAreWhatTheProgramUses) {
  Environment environment;
  std::istringstream lines(all_defaults());
  for (std::string line; std::getline(lines, line);) {
    const std::size_t equals = line.find('=');
    std::string name = "COAGWATCH_";
    for (const char c : line.substr(0, equals)) {
      if (c == '.') {
        name += "__";
      } else {
        name += c == '-' ? '_' : static_cast<char>(std::toupper(c));
      }
    }
    std::string value = line.substr(equals + 1);
    if (value.starts_with('[')) value = value.substr(1, value.size() - 2);
    environment[name] = value;
  }
  std::vector<rules::Problem> problems;
  const auto written = load_config("", environment, problems);
  const auto silent = load_config("", {}, problems);
  ASSERT_TRUE(written && silent) << (problems.empty() ? "" : problems[0].to_string());
  EXPECT_EQ(written->places.size(), environment.size());
  EXPECT_EQ(written->kafka, silent->kafka);
  EXPECT_EQ(written->input, silent->input);
  EXPECT_EQ(written->output, silent->output);
  EXPECT_EQ(written->workers, silent->workers);
  EXPECT_EQ(written->time_source, silent->time_source);
  EXPECT_EQ(written->transaction, silent->transaction);
  EXPECT_EQ(written->intake.bytes, silent->intake.bytes);
  EXPECT_EQ(written->intake.depth, silent->intake.depth);
  EXPECT_EQ(written->intake.entries, silent->intake.entries);
  EXPECT_EQ(written->intake.number_length, silent->intake.number_length);
  EXPECT_EQ(written->window.window, silent->window.window);
  EXPECT_EQ(written->window.per_measure, silent->window.per_measure);
  EXPECT_EQ(written->window.retractions, silent->window.retractions);
  EXPECT_EQ(written->window.bytes, silent->window.bytes);
  EXPECT_EQ(written->fhir_base, silent->fhir_base);
  EXPECT_EQ(written->maps, silent->maps);
  EXPECT_EQ(written->fact_codes, silent->fact_codes);
  EXPECT_EQ(written->site.pt_reference, silent->site.pt_reference);
  EXPECT_EQ(written->site.charted, silent->site.charted);
  EXPECT_EQ(written->time_zone.name(), silent->time_zone.name());
  EXPECT_EQ(written->alerts.early_tier, silent->alerts.early_tier);
  EXPECT_EQ(written->alerts.overt_tier, silent->alerts.overt_tier);
  EXPECT_EQ(written->alerts.malignancy_tier, silent->alerts.malignancy_tier);
  EXPECT_EQ(written->alerts.pregnancy_tier, silent->alerts.pregnancy_tier);
  EXPECT_EQ(written->criteria, silent->criteria);
  EXPECT_EQ(written->ruleset_sequence, silent->ruleset_sequence);
  EXPECT_EQ(written->http_listen, silent->http_listen);
  EXPECT_EQ(written->log, silent->log);
}

TEST(Reference, NoKeyIsAPrefixOfAnother) {
  for (const Key& a : config_keys()) {
    for (const Key& b : config_keys()) {
      EXPECT_FALSE(b.path.starts_with(a.path + ".")) << a.path << " and " << b.path;
      EXPECT_TRUE(&a == &b || a.path != b.path) << a.path;
    }
  }
}

}  // namespace
}  // namespace coagwatch::daemon
