#include "daemon/config/reload_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "daemon/config/keys.h"

namespace coagwatch::daemon {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Config config_of(const Environment& environment) {
  std::vector<rules::Problem> problems;
  const auto config = load_config("", environment, problems);
  EXPECT_TRUE(config) << (problems.empty() ? "" : problems[0].to_string());
  return config.value_or(Config());
}

/// What a reload takes.
bool is_taken(const std::string& key) {
  for (const char* prefix : {"criteria.", "terminology.", "site.", "alerts.", "retention", "ruleset."}) {
    if (key.starts_with(prefix)) return true;
  }
  return false;
}

TEST(ReloadKeys, EveryOtherKeyNeedsARestart) {
  // A value that is not the default.
  const std::map<std::string, std::pair<std::string, std::string>> others = {
      {"kafka.brokers", {"COAGWATCH_KAFKA__BROKERS", "other:9092"}},
      {"kafka.group", {"COAGWATCH_KAFKA__GROUP", "other"}},
      {"kafka.group-protocol", {"COAGWATCH_KAFKA__GROUP_PROTOCOL", "consumer"}},
      {"kafka.static-membership", {"COAGWATCH_KAFKA__STATIC_MEMBERSHIP", "yes"}},
      {"kafka.create-topics", {"COAGWATCH_KAFKA__CREATE_TOPICS", "yes"}},
      {"kafka.properties.*", {"COAGWATCH_KAFKA__PROPERTIES__CLIENT.RACK", "b"}},
      {"input.topics", {"COAGWATCH_INPUT__TOPICS", "other"}},
      {"input.keyed-by-patient", {"COAGWATCH_INPUT__KEYED_BY_PATIENT", "yes"}},
      {"input.silence", {"COAGWATCH_INPUT__SILENCE", "5min"}},
      {"input.silence-night", {"COAGWATCH_INPUT__SILENCE_NIGHT", "5min"}},
      {"input.night-from", {"COAGWATCH_INPUT__NIGHT_FROM", "20"}},
      {"input.night-to", {"COAGWATCH_INPUT__NIGHT_TO", "5"}},
      {"input.envelope", {"COAGWATCH_INPUT__ENVELOPE", "/a"}},
      {"input.bases", {"COAGWATCH_INPUT__BASES", "http://a.example/fhir"}},
      {"input.lenient-versions", {"COAGWATCH_INPUT__LENIENT_VERSIONS", "yes"}},
      {"output.topics.alerts", {"COAGWATCH_OUTPUT__TOPICS__ALERTS", "a"}},
      {"output.topics.status", {"COAGWATCH_OUTPUT__TOPICS__STATUS", "a"}},
      {"output.topics.state", {"COAGWATCH_OUTPUT__TOPICS__STATE", "a"}},
      {"output.topics.dead-letter", {"COAGWATCH_OUTPUT__TOPICS__DEAD_LETTER", "a"}},
      {"output.topics.journal", {"COAGWATCH_OUTPUT__TOPICS__JOURNAL", "a"}},
      {"output.topics.commands", {"COAGWATCH_OUTPUT__TOPICS__COMMANDS", "a"}},
      {"output.topics.by-patient", {"COAGWATCH_OUTPUT__TOPICS__BY_PATIENT", "a"}},
      {"output.topics.notifications", {"COAGWATCH_OUTPUT__TOPICS__NOTIFICATIONS", "a"}},
      {"output.notifications", {"COAGWATCH_OUTPUT__NOTIFICATIONS", "yes"}},
      {"instance", {"COAGWATCH_INSTANCE", "some-other"}},
      {"workers", {"COAGWATCH_WORKERS", "7"}},
      {"time.source", {"COAGWATCH_TIME__SOURCE", "event"}},
      {"transaction.gather", {"COAGWATCH_TRANSACTION__GATHER", "3ms"}},
      {"transaction.max", {"COAGWATCH_TRANSACTION__MAX", "50ms"}},
      {"transaction.max-records", {"COAGWATCH_TRANSACTION__MAX_RECORDS", "5"}},
      {"state.standby", {"COAGWATCH_STATE__STANDBY", "yes"}},
      {"state.restore-threads", {"COAGWATCH_STATE__RESTORE_THREADS", "3"}},
      {"limits.bytes", {"COAGWATCH_LIMITS__BYTES", "1MiB"}},
      {"limits.depth", {"COAGWATCH_LIMITS__DEPTH", "32"}},
      {"limits.entries", {"COAGWATCH_LIMITS__ENTRIES", "64"}},
      {"limits.number-length", {"COAGWATCH_LIMITS__NUMBER_LENGTH", "64"}},
      {"limits.window", {"COAGWATCH_LIMITS__WINDOW", "8d"}},
      {"limits.per-measure", {"COAGWATCH_LIMITS__PER_MEASURE", "32"}},
      {"limits.retractions", {"COAGWATCH_LIMITS__RETRACTIONS", "32"}},
      {"limits.state-bytes", {"COAGWATCH_LIMITS__STATE_BYTES", "1MiB"}},
      {"fhir.base", {"COAGWATCH_FHIR__BASE", "urn:other"}},
      {"http.listen", {"COAGWATCH_HTTP__LISTEN", "off"}},
      {"log.format", {"COAGWATCH_LOG__FORMAT", "text"}},
      {"log.level", {"COAGWATCH_LOG__LEVEL", "debug"}}};
  const Config running = config_of({});
  EXPECT_THAT(restart_keys(running, config_of({})), IsEmpty());
  for (const Key& key : config_keys()) {
    if (is_taken(key.path)) continue;
    const auto other = others.find(key.path);
    ASSERT_NE(other, others.end()) << key.path << ": does a reload take it, or does it need a restart?";
    const std::string name = key.path.substr(0, key.path.find(".*"));
    EXPECT_THAT(restart_keys(running, config_of({other->second})), ElementsAre(name));
  }
}

TEST(ReloadKeys, AReloadTakesWhatTheRuleSetIsMadeOf) {
  const Config running = config_of({{"COAGWATCH_WORKERS", "3"}});
  const Config read = config_of({{"COAGWATCH_WORKERS", "5"},
                                 {"COAGWATCH_CRITERIA__DIRECTORY", "/own"},
                                 {"COAGWATCH_CRITERIA__WATCH", "no"},
                                 {"COAGWATCH_TERMINOLOGY__MAPS", "/a.json"},
                                 {"COAGWATCH_TERMINOLOGY__FACTS__SEPSIS", "/b.json"},
                                 {"COAGWATCH_SITE__ISI", "1.1"},
                                 {"COAGWATCH_SITE__TIME_ZONE", "Asia/Tokyo"},
                                 {"COAGWATCH_ALERTS__PRIMARY__EARLY", "sic"},
                                 {"COAGWATCH_RULESET__SEQUENCE", "9"}});
  const Config config = reloaded_config(running, read);
  EXPECT_EQ(config.workers, 3U);
  EXPECT_EQ(config.criteria, read.criteria);
  EXPECT_EQ(config.maps, read.maps);
  EXPECT_EQ(config.fact_codes, read.fact_codes);
  EXPECT_EQ(config.site.isi, rules::Decimal(11, -1));
  EXPECT_EQ(config.time_zone.name(), "Asia/Tokyo");
  EXPECT_THAT(config.alerts.early_tier, ElementsAre("sic"));
  EXPECT_EQ(config.ruleset_sequence, 9U);
  EXPECT_TRUE(config.places.contains("site.isi")) << "for messages";
  EXPECT_THAT(restart_keys(running, read), ElementsAre("workers"));
}

}  // namespace
}  // namespace coagwatch::daemon
