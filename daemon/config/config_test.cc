#include "daemon/config/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/config/test_directory.h"

namespace coagwatch::daemon {
namespace {

using rules::Decimal;
using rules::Measure;
using std::chrono::microseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ConfigTest : public testing::Test {
 protected:
  /// The configuration in `text`; problems as `line:column key: text` (without line: `key: text`).
  std::optional<Config> load(std::string_view text, const Environment& environment = {}) {
    file_ = directory_.write("coagwatch.yaml", text);
    return load_file(file_, environment);
  }
  std::optional<Config> load_file(const std::string& file, const Environment& environment = {}) {
    std::vector<rules::Problem> found;
    std::optional<Config> config = load_config(file, environment, found);
    problems_.clear();
    for (const rules::Problem& each : found) {
      std::string place = each.file == file ? "" : each.file + " ";
      if (each.line > 0) place += std::to_string(each.line) + ":" + std::to_string(each.column) + " ";
      problems_.push_back(place + each.key + ": " + each.text);
    }
    EXPECT_EQ(config.has_value(), problems_.empty());
    return config;
  }

  TestDirectory directory_;
  std::string file_;
  std::vector<std::string> problems_;
};

TEST_F(ConfigTest, EmptyFileAndNoFileAreTheDefaults) {
  const auto from_file = load("");
  const auto comment_only = load("# nothing\n");
  const auto without = load_file("");
  ASSERT_TRUE(from_file && comment_only && without);
  EXPECT_EQ(without->kafka, Config{}.kafka);
  EXPECT_EQ(without->input, Config{}.input);
  EXPECT_EQ(without->output, Config{}.output);
  EXPECT_EQ(without->transaction, Config{}.transaction);
  EXPECT_FALSE(without->instance.empty()) << "the host name";
  EXPECT_EQ(from_file->instance, without->instance);
}

TEST_F(ConfigTest, AnEnvelopeIsOnePointerOrSeveral) {
  const auto pointers = [&](std::string_view text, const Environment& environment = {}) {
    const auto config = load(text, environment);
    return config ? config->input.envelopes : problems_;
  };
  EXPECT_THAT(pointers(""), IsEmpty());
  EXPECT_THAT(pointers("input: {envelope: [/fhir, /fhir_obs]}"), ElementsAre("/fhir", "/fhir_obs"));
  EXPECT_THAT(pointers("input: {envelope: '/a,b'}"), ElementsAre("/a,b"));
  EXPECT_THAT(pointers("input: {envelope: ''}"), ElementsAre("")) << "the whole record";
  EXPECT_THAT(pointers("input: {envelope: /x}", {{"COAGWATCH_INPUT__ENVELOPE", "/fhir, /fhir_obs"}}),
              ElementsAre("/fhir", "/fhir_obs"));
  EXPECT_THAT(pointers("input:\n  envelope:\n    - /fhir\n    - $.fhir"),
              ElementsAre("4:7 input.envelope: expected JSON pointer (RFC 6901), not \"$.fhir\""));
  EXPECT_THAT(pointers("input: {envelope: /a~2}"),
              ElementsAre("1:19 input.envelope: expected JSON pointer (RFC 6901), not \"/a~2\""));
  EXPECT_THAT(pointers("input: {envelope: [/a, /a]}"), ElementsAre(HasSubstr("is listed twice")));
  EXPECT_THAT(pointers("input: {envelope: {a: b}}"),
              ElementsAre(HasSubstr("expected a JSON pointer (RFC 6901), or a list of them")));
  EXPECT_THAT(pointers("input: {topics: lab}"), ElementsAre(HasSubstr("expected a list"))) << "other lists are lists";
}

TEST_F(ConfigTest, ReadsEveryKindOfValue) {
  const auto config = load(R"(
kafka:
  brokers: a:9092, b:9093
  group: icu
  create-topics: yes
  properties: {security.protocol: SASL_SSL, sasl.password: "p w"}
input: {topics: [lab, poct], keyed-by-patient: true}
output: {topics: {alerts: x.alerts, dead-letter: x.dead}}
instance: node-1
workers: 4
time: {source: event}
transaction: {gather: 500us, max: 2 s, max-records: 5}
limits: {bytes: 64 KiB, depth: 10, number-length: 40, window: 8d, per-measure: 9, retractions: 10}
fhir: {base: https://example.org/dic}
terminology: {maps: [maps/lab.json, /etc/other.json]}
site:
  pt-control-seconds: 12.0
  pt-upper-limit-seconds: 14
  pt-reference: upper-limit
  isi: 1.05
  charted: [bleeding, vasopressor]
criteria: {directory: criteria, enabled: [isth-2001, jaam], profiles: {jaam: en}}
alerts: {primary: {early: [jaam], overt: []}}
ruleset: {sequence: 7}
http: {listen: "[::1]:0"}
log: {format: text, level: debug}
)");
  ASSERT_TRUE(config) << testing::PrintToString(problems_);
  EXPECT_EQ(config->kafka.brokers, "a:9092, b:9093");
  EXPECT_EQ(config->kafka.group, "icu");
  EXPECT_TRUE(config->kafka.create_topics);
  EXPECT_EQ(config->kafka.properties,
            (std::map<std::string, std::string>{{"security.protocol", "SASL_SSL"}, {"sasl.password", "p w"}}));
  EXPECT_THAT(config->input.topics, ElementsAre("lab", "poct"));
  EXPECT_TRUE(config->input.keyed_by_patient);
  EXPECT_EQ(config->output.alerts, "x.alerts");
  EXPECT_EQ(config->output.dead_letter, "x.dead");
  EXPECT_EQ(config->output.status, "coagwatch.status");
  EXPECT_EQ(config->instance, "node-1");
  EXPECT_EQ(config->workers, 4U);
  EXPECT_EQ(config->time_source, Config::TimeSource::event);
  EXPECT_EQ(config->transaction.gather, microseconds(500));
  EXPECT_EQ(config->transaction.max, microseconds(2'000'000));
  EXPECT_EQ(config->transaction.max_records, 5U);
  EXPECT_EQ(config->intake.bytes, 65'536U);
  EXPECT_EQ(config->intake.depth, 10U);
  EXPECT_EQ(config->intake.number_length, 40U);
  EXPECT_EQ(config->window.window, rules::Duration::hours(192));
  EXPECT_EQ(config->window.per_measure, 9U);
  EXPECT_EQ(config->window.retractions, 10U);
  EXPECT_EQ(config->fhir_base, "https://example.org/dic");
  EXPECT_THAT(config->maps, ElementsAre(directory_.path() + "/maps/lab.json", "/etc/other.json"));
  EXPECT_EQ(config->site.pt_control_seconds, Decimal::of(12));
  EXPECT_EQ(config->site.pt_upper_limit_seconds, Decimal::of(14));
  EXPECT_EQ(config->site.pt_reference, rules::SiteProfile::PtReference::upper_limit);
  EXPECT_EQ(config->site.isi, Decimal(105, -2));
  EXPECT_EQ(config->site.charted.count(), 2U);
  EXPECT_TRUE(config->site.charted[rules::index(rules::Fact::bleeding)]);
  EXPECT_EQ(config->criteria.directory, directory_.path() + "/criteria");
  ASSERT_TRUE(config->criteria.enabled);
  EXPECT_THAT(*config->criteria.enabled, ElementsAre("isth-2001", "jaam"));
  EXPECT_EQ(config->criteria.profiles, (std::map<std::string, std::string>{{"jaam", "en"}}));
  EXPECT_THAT(config->alerts.early_tier, ElementsAre("jaam"));
  EXPECT_THAT(config->alerts.overt_tier, IsEmpty());
  EXPECT_THAT(config->alerts.malignancy_tier, ElementsAre("jmhw"));
  EXPECT_EQ(config->ruleset_sequence, 7U);
  EXPECT_EQ(config->http_listen, "[::1]:0");
  EXPECT_EQ(config->log, (Config::Log{LogFormat::text, LogLevel::debug}));
  EXPECT_EQ(config->places.at("kafka.group").line, 4);
}

TEST_F(ConfigTest, UnknownKeysNameTheNearest) {
  load("kafka:\n  brokerz: a:1\n  nothing-like-it: 1\nkafkaa: {}\nbrokers: a:1\nsite:\n  isis: 1\nkafak: {}\n");
  EXPECT_THAT(problems_, ElementsAre("2:12 kafka.brokerz: unknown key; did you mean kafka.brokers?",
                                     "3:20 kafka.nothing-like-it: unknown key; expected one of brokers, group, "
                                     "group-protocol, static-membership, create-topics, properties",
                                     "4:9 kafkaa: unknown key; did you mean kafka?",
                                     "5:10 brokers: unknown key; did you mean kafka.brokers?",
                                     "7:9 site.isis: unknown key; did you mean site.isi?",
                                     "8:8 kafak: unknown key; did you mean kafka?"));
}

TEST_F(ConfigTest, EveryProblemComesInOneRunWithItsPlace) {
  load(R"(kafka:
  brokers: nowhere
  create-topics: maybe
workers: 0
transaction:
  gather: 5
  max: 6s
limits: {bytes: 4 XB, depth: 7}
http: {listen: "8080"}
log: {level: loud}
instance: two words
time: {source: now}
fhir: {base: example.org}
ruleset: {sequence: -1}
)");
  EXPECT_THAT(
      problems_,
      ElementsAre("2:12 kafka.brokers: expected host:port, or several with commas, not \"nowhere\"",
                  "3:18 kafka.create-topics: expected yes or no, not \"maybe\"",
                  "4:10 workers: expected a number, 1 to 256, not \"0\"",
                  "6:11 transaction.gather: expected a duration in us, ms, s, min, h or d, 0ms to 1s, not \"5\"",
                  "7:8 transaction.max: expected a duration, 1ms to 5s, not \"6s\"",
                  "8:17 limits.bytes: expected a size, 1KiB to 64MiB, not \"4 XB\"",
                  "8:30 limits.depth: expected a number, 8 to 1024, not \"7\"",
                  "9:16 http.listen: expected address:port, [IPv6 address]:port or off, not \"8080\"",
                  "10:14 log.level: expected trace, debug, info, warning or error, not \"loud\"",
                  "11:11 instance: expected name (letters, digits, . _ -), not \"two words\"",
                  "12:16 time.source: expected record or event, not \"now\"",
                  "13:14 fhir.base: expected http, https or urn URI without separator at its end, not "
                  "\"example.org\"",
                  "14:21 ruleset.sequence: expected a number, 0 to 9223372036854775807, not \"-1\""));
}

TEST_F(ConfigTest, RangesIncludeTheirEnds) {
  EXPECT_TRUE(load("workers: 1\ntransaction: {gather: 0ms, max: 1ms, max-records: 1000000}\nlimits: {window: 7d}\n"));
  EXPECT_TRUE(load("workers: 256\ntransaction: {gather: 1s, max: 5s, max-records: 1}\n"));
  EXPECT_FALSE(load("workers: 257\n"));
  EXPECT_FALSE(load("transaction: {max: 999us, gather: 0ms}\n"));
  EXPECT_FALSE(load("transaction: {max-records: 1000001}\n"));
  EXPECT_TRUE(load("limits: {bytes: 1024, per-measure: 8}\n"));
  EXPECT_FALSE(load("limits: {bytes: 1023}\n"));
  EXPECT_TRUE(load("limits: {window: 31d}\n"));
  EXPECT_FALSE(load("limits: {window: 745h}\n"));
  EXPECT_FALSE(load("limits: {window: 167h}\n"));
  EXPECT_FALSE(load("limits: {per-measure: 7}\n"));
}

TEST_F(ConfigTest, WrongKindsSayWhatWasExpected) {
  load(
      "kafka: a:9092\ninput:\n  topics: lab\nworkers: [1]\ninstance:\ncriteria: {profiles: [jaam]}\n"
      "terminology: {maps: [{a: b}]}\nsite:\n");
  EXPECT_THAT(problems_, ElementsAre("1:8 kafka: expected a map with brokers, group, group-protocol, "
                                     "static-membership, create-topics, properties",
                                     "3:11 input.topics: expected a list of topic names",
                                     "4:10 workers: expected a number, 1 to 256",
                                     HasSubstr("instance: expected name (letters, digits, . _ -)"),
                                     "6:22 criteria.profiles: expected a map with names of your choice",
                                     "7:22 terminology.maps: expected a text as each item of this list"));
}

TEST_F(ConfigTest, WhatIsNoYamlOrNoFileIsSaid) {
  load("kafka: [");
  ASSERT_EQ(problems_.size(), 1U);
  load("- a\n- b\n");
  EXPECT_THAT(problems_, ElementsAre("1:1 : expected a map of keys, such as kafka: and site:"));
  load("workers: 1\nworkers: 2\n");
  ASSERT_EQ(problems_.size(), 1U);
  EXPECT_THAT(problems_[0], HasSubstr("2:1 "));
  load_file(directory_.path() + "/missing.yaml");
  EXPECT_THAT(problems_, ElementsAre(": cannot be read: No such file or directory"));
  load_file(directory_.path());
  EXPECT_THAT(problems_, ElementsAre(": cannot be read: it is a directory"));
}

TEST_F(ConfigTest, ProblemPrintsAsFileLineColumnKey) {
  file_ = directory_.write("c.yaml", "workers: many\n");
  std::vector<rules::Problem> found;
  EXPECT_FALSE(load_config(file_, {}, found));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].to_string(), file_ + ":1:10: workers: expected a number, 1 to 256, not \"many\"");
}

TEST_F(ConfigTest, SettingsThatContradictEachOther) {
  load(
      "transaction: {gather: 200ms}\ninput: {topics: []}\n"
      "output: {topics: {alerts: x, state: x}}\nsite: {pt-reference: upper-limit}\n");
  EXPECT_THAT(problems_, ElementsAre("4:22 site.pt-reference: upper-limit needs site.pt-upper-limit-seconds to be set",
                                     "1:23 transaction.gather: must not be longer than transaction.max",
                                     "2:17 input.topics: expected at least one topic",
                                     "3:37 output.topics.state: must differ from output.topics.alerts: x"));
  load("output: {topics: {status: fhir.observations}}\n");
  EXPECT_THAT(problems_, ElementsAre("1:27 output.topics.status: must not be an input topic: fhir.observations"));
  load("input: {topics: [a, a, \"b c\"]}\n");
  EXPECT_THAT(problems_, ElementsAre("1:21 input.topics: \"a\" is listed twice",
                                     "1:24 input.topics: expected topic name, not \"b c\""));
}

TEST_F(ConfigTest, NothingFollowsFromASettingThatIsRefused) {
  load("transaction: {gather: x, max: 1ms}\n");
  EXPECT_THAT(problems_, ElementsAre(HasSubstr("transaction.gather: expected a duration")));
  load("input: {topics: coagwatch.alerts}\n");
  EXPECT_THAT(problems_, ElementsAre(HasSubstr("input.topics: expected a list")));
  load("output: {topics: {alerts: 'no topic', status: coagwatch.alerts}}\n");
  EXPECT_THAT(problems_, ElementsAre(HasSubstr("output.topics.alerts: expected")));
  load("site: {pt-reference: upper-limit, pt-upper-limit-seconds: no}\n");
  EXPECT_THAT(problems_, ElementsAre(HasSubstr("site.pt-upper-limit-seconds: expected")));
  load("site: {d-dimer-flavour: fue, upper-limits: {d-dimer: {value: 0.5, unit: mg/L}}}\n");
  EXPECT_THAT(problems_, ElementsAre(HasSubstr("site.d-dimer-flavour: expected")));
  load("site: {upper-limits: {d-dimer: {value: 0.5, unit: [mg/L]}}}\n");
  EXPECT_THAT(problems_, ElementsAre(HasSubstr("site.upper-limits.d-dimer.unit: expected")));
  // What does not depend on it is.
  load("input: {topics: [coagwatch.status, '']}\ntransaction: {gather: 2ms, max: 1ms}\n");
  EXPECT_THAT(problems_, ElementsAre(HasSubstr("input.topics: expected"), HasSubstr("transaction.gather: must not"),
                                     HasSubstr("output.topics.status: must not be an input topic")));
}

TEST_F(ConfigTest, WhatIsUndecidedIsTheKeyAndAllAroundIt) {
  Config config;
  config.refused = {"site.isi", "input"};
  EXPECT_TRUE(config.undecided("site.isi"));
  EXPECT_TRUE(config.undecided("site"));
  EXPECT_TRUE(config.undecided("input.topics"));
  EXPECT_FALSE(config.undecided("site.is"));
  EXPECT_FALSE(config.undecided("inputs"));
  EXPECT_FALSE(config.undecided("kafka.brokers"));
  config.refused = {""};
  EXPECT_TRUE(config.undecided("kafka.brokers")) << "the file as a whole";
}

TEST_F(ConfigTest, EngineOwnedKafkaKeysAreRefusedWithTheReason) {
  load("kafka:\n  properties:\n    isolation.level: read_uncommitted\n    group.id: x\n    acks: 1\n    error_cb: x\n");
  EXPECT_THAT(problems_,
              ElementsAre("3:22 kafka.properties.isolation.level: this key cannot be set here: the engine owns it: "
                          "exactly-once delivery depends on its value",
                          "4:15 kafka.properties.group.id: this key cannot be set here: set kafka.group instead",
                          HasSubstr("kafka.properties.acks"), HasSubstr("set from within the program only")));
  for (const char* key : {"transactional.id", "partition.assignment.strategy", "enable.auto.commit",
                          "enable.auto.offset.store", "auto.offset.reset", "enable.idempotence", "bootstrap.servers"}) {
    EXPECT_FALSE(load("kafka: {properties: {" + std::string(key) + ": x}}\n")) << key;
  }
  EXPECT_TRUE(load("kafka: {properties: {max.poll.interval.ms: 300000}}\n"));
}

TEST_F(ConfigTest, WhatTheBrokerDecidesCannotBeSetWithItsProtocol) {
  constexpr const char* kProperties = "  properties: {session.timeout.ms: 6000, heartbeat.interval.ms: 1000}\n";
  EXPECT_TRUE(load(std::string("kafka:\n  group-protocol: classic\n") + kProperties));
  EXPECT_FALSE(load(std::string("kafka:\n  group-protocol: consumer\n") + kProperties));
  EXPECT_THAT(problems_, ElementsAre(HasSubstr("kafka.properties.session.timeout.ms: with kafka.group-protocol: "
                                               "consumer the broker decides it"),
                                     HasSubstr("kafka.properties.heartbeat.interval.ms")));
  EXPECT_FALSE(load("kafka: {group-protocol: streams}\n"));
  EXPECT_THAT(problems_, ElementsAre(HasSubstr("expected classic or consumer, not \"streams\"")));
  for (const char* key : {"group.protocol", "group.remote.assignor", "group.instance.id"}) {
    EXPECT_FALSE(load("kafka: {group-protocol: consumer, properties: {" + std::string(key) + ": x}}\n")) << key;
  }
}

TEST_F(ConfigTest, WhatTheRunNeedsBesides) {
  const auto missing = [&](std::string_view text) {
    const auto config = load(text);
    std::vector<rules::Problem> found;
    if (config) check_runnable(*config, found);
    std::vector<std::string> keys;
    for (const auto& each : found) keys.push_back(each.key + "@" + std::to_string(each.line));
    return keys;
  };
  EXPECT_THAT(missing("input: {keyed-by-patient: yes}\n"), IsEmpty());
  EXPECT_THAT(missing(""), IsEmpty());
  EXPECT_THAT(missing("input: {topics: [a, b], keyed-by-patient: no}\n"), IsEmpty());
  EXPECT_THAT(missing("\ninput: {topics: [a, b], keyed-by-patient: yes}\n"), ElementsAre("input.topics@2"));
}

TEST_F(ConfigTest, WhichDDimerStandsForWhichFdp) {
  const auto points = [&](std::string_view site) -> std::string {
    const auto config = load("site: {" + std::string(site) + "}\n");
    if (!config) return problems_.front();
    std::string all;
    for (const auto& point : config->site.d_dimer_kit) {
      all += point.fdp.to_string() + "=" + point.d_dimer.to_string() + " ";
    }
    return all;
  };
  EXPECT_EQ(points(""), "");
  EXPECT_EQ(points("d-dimer-kit: sysmex"), "10=5.4 25=13.2 ");
  EXPECT_EQ(points("d-dimer-kit: bioview"), "10=6.5 25=8.82 ");
  EXPECT_EQ(points("d-dimer-at-fdp: {25: 8, 100: 30, 12.5: 4.0}"), "12.5=4 25=8 100=30 ");
  EXPECT_THAT(points("d-dimer-kit: siemens"), HasSubstr("expected sysmex, nissui, bioview, iatron or roche"));
  EXPECT_THAT(points("d-dimer-at-fdp: {ten: 4}"), HasSubstr("expected an FDP in mg/L as the name"));
  EXPECT_THAT(points("d-dimer-at-fdp: {10: 0}"), HasSubstr("expected a D-dimer in mg/L above 0"));
  EXPECT_THAT(points("d-dimer-at-fdp: {10: 4, 10.0: 5}"), HasSubstr("FDP 10 is given twice"));
  EXPECT_THAT(points("d-dimer-at-fdp: {10: 4, 25: 4}"), HasSubstr("expected more D-dimer at FDP 25 than at 10"));
  EXPECT_THAT(points("d-dimer-kit: roche, d-dimer-at-fdp: {10: 4}"), HasSubstr("expected one of the two settings"));
}

TEST_F(ConfigTest, UpperLimitsAreConvertedAndNeverGuessed) {
  const auto limit = [&](std::string_view site) -> std::string {
    const auto config = load("site: {" + std::string(site) + "}\n");
    if (!config) return "";
    const auto& found = config->site.upper_limits[rules::index(Measure::d_dimer)];
    return found ? found->to_string() : "none";
  };
  EXPECT_EQ(limit("upper-limits: {d-dimer: {value: 0.50, unit: 'mg/L{FEU}'}}"), "0.5");
  EXPECT_EQ(limit("upper-limits: {d-dimer: {value: 500, unit: 'ng/mL{FEU}'}}"), "0.5");
  EXPECT_EQ(limit("upper-limits: {d-dimer: {value: 0.25, unit: 'mg/L{DDU}'}}"), "0.5");
  EXPECT_EQ(limit("upper-limits: {d-dimer: {value: 500000, unit: 'pg{FEU}/mL'}}"), "0.5");
  EXPECT_EQ(limit("d-dimer-flavour: feu, upper-limits: {d-dimer: {value: 0.5, unit: mg/L}}"), "0.5");
  EXPECT_EQ(limit("d-dimer-flavour: ddu, upper-limits: {d-dimer: {value: 0.5, unit: mg/L}}"), "1");

  EXPECT_EQ(limit("upper-limits: {d-dimer: {value: 0.5, unit: mg/L}}"), "");
  EXPECT_THAT(problems_, ElementsAre(HasSubstr("1:51 site.upper-limits.d-dimer.unit: FEU or DDU?")));
  EXPECT_EQ(limit("d-dimer-flavour: ddu, upper-limits: {d-dimer: {value: 0.5, unit: 'mg/L{FEU}'}}"), "");
  EXPECT_THAT(problems_, ElementsAre(HasSubstr("the unit contradicts site.d-dimer-flavour")));
  EXPECT_EQ(limit("d-dimer-flavour: ddu, upper-limits: {d-dimer: {value: 0.5, unit: 'mg/L{FEU}{DDU}'}}"), "");
  EXPECT_THAT(problems_, ElementsAre(HasSubstr("the unit names both FEU and DDU")));
  EXPECT_EQ(limit("upper-limits: {d-dimer: {value: 0.5, unit: furlong}}"), "");
  EXPECT_THAT(problems_, ElementsAre(HasSubstr("expected a unit of this measure, such as mg{FEU}/L, not \"furlong\"")));
  EXPECT_EQ(limit("upper-limits: {d-dimer: {value: -1, unit: 'mg/L{FEU}'}}"), "");
  EXPECT_THAT(problems_, ElementsAre(HasSubstr("expected a number above 0, not \"-1\"")));
  EXPECT_EQ(limit("upper-limits: {d-dimer: {value: 500000, unit: 'mg/L{FEU}'}}"), "");
  EXPECT_THAT(problems_, ElementsAre(HasSubstr("expected at most ")));
  EXPECT_EQ(limit("upper-limits: {d-dimer: {value: 0.5}}"), "");
  EXPECT_THAT(problems_, ElementsAre(HasSubstr("site.upper-limits.d-dimer: expected both value and unit")));
  EXPECT_EQ(limit("upper-limits: {platelets: {value: 400, unit: 10*9/L}}"), "");
  EXPECT_THAT(problems_[0], HasSubstr("measures that can stand here: aptt, d-dimer, pic"));
  EXPECT_EQ(limit("upper-limits: {d-dimer: {valu: 0.5}}"), "");
  EXPECT_THAT(problems_, ElementsAre(HasSubstr("did you mean site.upper-limits.d-dimer.value?")));
}

TEST_F(ConfigTest, EndsOfAnAssay) {
  const auto cap = [&](std::string_view site, Measure measure = Measure::d_dimer) -> std::string {
    const auto config = load("site: {" + std::string(site) + "}\n");
    if (!config) return "";
    const auto& found = config->site.caps[rules::index(measure)];
    return found ? found->to_string() : "none";
  };
  EXPECT_EQ(cap("isi: 1"), "none");
  EXPECT_EQ(cap("caps: {d-dimer: {value: 21, unit: 'mg/L{FEU}'}}"), "21");
  EXPECT_EQ(cap("caps: {d-dimer: {value: 10500, unit: 'ng/mL{DDU}'}}"), "21");
  EXPECT_EQ(cap("caps: {fibrinogen: {value: 900, unit: mg/dL}}", Measure::fibrinogen), "9");
  EXPECT_EQ(cap("caps: {inr: {value: 8, unit: '1'}}", Measure::inr), "8");
  EXPECT_EQ(cap("floors: {d-dimer: {value: 0.19, unit: 'mg/L{FEU}'}}"), "none");
  EXPECT_EQ(load("site: {floors: {d-dimer: {value: 0.190, unit: 'mg/L{FEU}'}}}\n")
                ->site.floors[rules::index(Measure::d_dimer)]
                ->to_string(),
            "0.19");

  EXPECT_EQ(cap("caps: {d-dimer: {value: 21, unit: mg/L}}"), "");
  EXPECT_THAT(problems_, ElementsAre(HasSubstr("site.caps.d-dimer.unit: FEU or DDU?")));
  EXPECT_EQ(cap("caps: {d-dimer: {value: 21}}"), "");
  EXPECT_THAT(problems_, ElementsAre(HasSubstr("site.caps.d-dimer: expected both value and unit")));
  EXPECT_EQ(cap("caps: {d-dimer: {value: 1001, unit: 'mg/L{FEU}'}}"), "");
  EXPECT_THAT(problems_, ElementsAre(HasSubstr("site.caps.d-dimer.value: expected at most 1000")));
  EXPECT_EQ(cap("caps: {d-dimer-uln: {value: 21, unit: '1'}}"), "");
  EXPECT_THAT(problems_[0], HasSubstr("no laboratory value is read for this measure; measures that can stand here: "));
  EXPECT_EQ(cap("caps: {heart-rate: {value: 200, unit: /min}}"), "");
  EXPECT_EQ(cap("caps: {tat-uln: {value: 200, unit: ug/L}}"), "");
  const std::string both = "fdp: {value: 5, unit: mg/L}";
  EXPECT_EQ(cap("caps: {" + both + "}, floors: {" + both + "}"), "");
  EXPECT_THAT(problems_, ElementsAre(HasSubstr("site.floors.fdp: expected less than site.caps.fdp")));
}

TEST_F(ConfigTest, TheDecimalComma) {
  EXPECT_FALSE(load("")->site.decimal_comma);
  EXPECT_TRUE(load("site: {decimal-comma: yes}\n")->site.decimal_comma);
  EXPECT_FALSE(load("site: {decimal-comma: maybe}\n"));
}

TEST_F(ConfigTest, TheTimeZoneIsOneThatTzdataKnows) {
  EXPECT_EQ(load("")->time_zone.name(), "UTC");
  EXPECT_EQ(load("site: {time-zone: Europe/Berlin}\n")->time_zone.name(), "Europe/Berlin");
  EXPECT_EQ(load("", {{"COAGWATCH_SITE__TIME_ZONE", "Asia/Tokyo"}})->time_zone.name(), "Asia/Tokyo");
  load("site:\n  time-zone: Europe/Bonn\n");
  EXPECT_THAT(problems_,
              ElementsAre("2:14 site.time-zone: expected an IANA time zone of this machine's tzdata, such as "
                          "Europe/Berlin, not \"Europe/Bonn\""));
  for (const char* zone : {"+01:00", "''", "localtime", "../localtime", "europe/berlin", "[Europe/Berlin]"}) {
    EXPECT_FALSE(load("site: {time-zone: " + std::string(zone) + "}\n")) << zone;
    EXPECT_THAT(problems_, ElementsAre(HasSubstr("1:19 site.time-zone: "))) << zone;
  }
}

TEST_F(ConfigTest, OnlyBedsideFactsCanBeCharted) {
  load("site: {charted: [bleeding, sepsis, nonsense]}\n");
  ASSERT_EQ(problems_.size(), 2U);
  EXPECT_THAT(problems_[0], HasSubstr("1:28 site.charted: \"sepsis\" decides who a criterion is for"));
  EXPECT_THAT(problems_[1], HasSubstr("1:36 site.charted: expected one of bleeding, organ-symptoms, "));
}

TEST_F(ConfigTest, SiteNumbersArePositiveAndExact) {
  for (const char* bad : {"0", "-12", "12,5", "1e99", "abc", "301"}) {
    EXPECT_FALSE(load("site: {pt-control-seconds: \"" + std::string(bad) + "\"}\n")) << bad;
  }
  for (const char* bad : {"0.49", "3.01", "1.00001", "10", "0"}) {
    problems_.clear();
    EXPECT_FALSE(load("site: {isi: " + std::string(bad) + "}\n")) << bad;
    EXPECT_THAT(problems_,
                ElementsAre(HasSubstr("site.isi: expected a number from 0.5 to 3, of at most 4 decimals, not")));
  }
  problems_.clear();
  const auto config = load("site: {isi: 1.30}\n");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->site.isi->to_string(), "1.30");
}

TEST_F(ConfigTest, EnvironmentGoesBeforeTheFileAndTheFileBeforeDefaults) {
  const auto config = load("kafka: {group: from-file, brokers: file:1}\ninput: {topics: [a]}\nworkers: 2\n",
                           {{"COAGWATCH_KAFKA__GROUP", "from-environment"},
                            {"COAGWATCH_KAFKA__CREATE_TOPICS", "true"},
                            {"COAGWATCH_KAFKA__PROPERTIES__SASL_PASSWORD", "s,e:c"},
                            {"COAGWATCH_INPUT__TOPICS", "x, y"},
                            {"COAGWATCH_INPUT__KEYED_BY_PATIENT", "yes"},
                            {"COAGWATCH_OUTPUT__TOPICS__DEAD_LETTER", "dead"},
                            {"COAGWATCH_CRITERIA__PROFILES__ISTH_2001", "upper"},
                            {"COAGWATCH_SITE__UPPER_LIMITS__D_DIMER__VALUE", "0.5"},
                            {"COAGWATCH_SITE__UPPER_LIMITS__D_DIMER__UNIT", "mg/L{FEU}"},
                            {"COAGWATCH_TERMINOLOGY__MAPS", "maps/a.json"},
                            {"COAGWATCH_ALERTS__PRIMARY__OVERT", ""}});
  ASSERT_TRUE(config) << testing::PrintToString(problems_);
  EXPECT_EQ(config->kafka.group, "from-environment");
  EXPECT_EQ(config->kafka.brokers, "file:1");
  EXPECT_TRUE(config->kafka.create_topics);
  EXPECT_EQ(config->kafka.properties, (std::map<std::string, std::string>{{"sasl.password", "s,e:c"}}));
  EXPECT_THAT(config->input.topics, ElementsAre("x", "y"));
  EXPECT_TRUE(config->input.keyed_by_patient);
  EXPECT_EQ(config->output.dead_letter, "dead");
  EXPECT_EQ(config->criteria.profiles, (std::map<std::string, std::string>{{"isth-2001", "upper"}}));
  EXPECT_TRUE(config->site.upper_limits[rules::index(Measure::d_dimer)]);
  EXPECT_THAT(config->maps, ElementsAre("maps/a.json")) << "seen from the working directory";
  EXPECT_THAT(config->alerts.overt_tier, IsEmpty());
  EXPECT_EQ(config->workers, 2U);
  EXPECT_EQ(config->transaction, Config{}.transaction);
  EXPECT_EQ(config->places.at("kafka.group").file, "environment COAGWATCH_KAFKA__GROUP");
}

TEST_F(ConfigTest, UnknownVariablesAreProblemsUnlessReserved) {
  load("", {{"COAGWATCH_KAFKA__BROKERZ", "a:1"},
            {"COAGWATCH_WORKERS", "none"},
            {"COAGWATCH_CACHE", "/x"},
            {"COAGWATCH_STATE", "/x"},
            {"COAGWATCH_PORT_8080_TCP_ADDR", "10.0.0.1"},
            {"COAGWATCH_SERVICE_HOST", "10.0.0.1"},
            {"COAGWATCHX", "1"},
            {"PATH", "/bin"}});
  EXPECT_THAT(problems_,
              ElementsAre("environment COAGWATCH_KAFKA__BROKERZ kafka.brokerz: unknown key; did you mean "
                          "kafka.brokers (COAGWATCH_KAFKA__BROKERS)?",
                          "environment COAGWATCH_WORKERS workers: expected a number, 1 to 256, not \"none\""));
}

TEST_F(ConfigTest, TheEnvironmentIsCheckedEvenWithABrokenFile) {
  load("kafka: [", {{"COAGWATCH_WORKERS", "none"}});
  EXPECT_EQ(problems_.size(), 2U);
}

TEST_F(ConfigTest, ValuesAreSubstituted) {
  directory_.write("secret", "p${x}\"#\n");
  const auto config = load(
      "kafka:\n  brokers: ${HOST:localhost}:${PORT:9092}\n  group: ${GROUP}\n"
      "  properties:\n    sasl.password: ${file:secret}\n    sasl.username: $${USER} $5\n"
      "workers: ${EMPTY:3}\n",
      {{"HOST", "kafka"}, {"GROUP", "icu"}, {"EMPTY", ""}});
  ASSERT_TRUE(config) << testing::PrintToString(problems_);
  EXPECT_EQ(config->kafka.brokers, "kafka:9092");
  EXPECT_EQ(config->kafka.group, "icu");
  EXPECT_EQ(config->kafka.properties.at("sasl.password"), "p${x}\"#") << "taken as it is";
  EXPECT_EQ(config->kafka.properties.at("sasl.username"), "${USER} $5");
  EXPECT_EQ(config->workers, 3U);
}

TEST_F(ConfigTest, SubstitutionFailsLoudly) {
  load(
      "kafka:\n  group: ${UNSET}\n  brokers: ${open\n  properties:\n    sasl.password: ${file:nowhere}\n"
      "instance: ${1x}\n");
  EXPECT_THAT(problems_,
              ElementsAre("2:10 kafka.group: the environment variable UNSET is not set; ${UNSET:default} would give a "
                          "default",
                          "3:12 kafka.brokers: ${ without }; a plain ${ is written $${",
                          "5:20 kafka.properties.sasl.password: " + directory_.path() +
                              "/nowhere cannot be read: No such file or directory",
                          HasSubstr("6:11 instance: expected ${VARIABLE}")));
}

TEST_F(ConfigTest, SecretsAreNotRepeated) {
  load("kafka: {properties: {sasl.password: hunter2, acks: hunter2}}\nworkers: ${SECRET}\n", {{"SECRET", "hunter2"}});
  ASSERT_EQ(problems_.size(), 2U);
  for (const std::string& problem : problems_) EXPECT_THAT(problem, Not(HasSubstr("hunter2")));
}

TEST_F(ConfigTest, HttpCanBeSwitchedOff) {
  const auto config = load("http: {listen: off}\n");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->http_listen, "");
}

}  // namespace
}  // namespace coagwatch::daemon
