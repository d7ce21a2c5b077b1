#include "daemon/config/keys.h"

#include <array>
#include <utility>

#include "daemon/config/alert_keys.h"
#include "daemon/config/kafka_keys.h"
#include "daemon/config/key_types.h"
#include "daemon/config/listen_address.h"
#include "daemon/config/site_keys.h"
#include "daemon/config/values.h"
#include "fhir/json_pointer.h"

namespace coagwatch::daemon {
namespace {

using std::chrono::microseconds;

bool not_empty(std::string_view text) { return !text.empty(); }

void add_output_topic(std::vector<Key>& keys, const std::string& name, std::string meaning,
                      std::string& (*target)(Config&)) {
  keys.push_back(
      text_key("output.topics." + name, "topic name", "coagwatch." + name, std::move(meaning), is_topic_name, target));
}

/// When somebody should look why nothing comes.
void add_silence(std::vector<Key>& keys) {
  keys.push_back(duration_key("input.silence", {"0min", "7d"}, "60min",
                              "Nothing came for longer than this: `coagwatch_feed_silent` is 1, and the log says so. 0 "
                              "is never.",
                              [](Config& c, microseconds t) { c.input.silence.day = {t.count()}; }));
  keys.push_back(duration_key("input.silence-night", {"0min", "7d"}, "6h", "The same at night.",
                              [](Config& c, microseconds t) { c.input.silence.night = {t.count()}; }));
  keys.push_back(number_key("input.night-from", number("0", "23"), "22",
                            "The hour of the site's day when the night begins,",
                            [](Config& c, std::uint64_t n) { c.input.silence.night_from = static_cast<int>(n); }));
  keys.push_back(number_key("input.night-to", number("0", "23"), "6",
                            "and when it ends; the same hour: there is no night.",
                            [](Config& c, std::uint64_t n) { c.input.silence.night_to = static_cast<int>(n); }));
}

void add_topics(std::vector<Key>& keys) {
  keys.push_back(list_key("input.topics", "topic name", "[fhir.observations]",
                          "Topics with FHIR R4 JSON; the router stage merges several.", is_topic_name,
                          [](Config& c) -> std::vector<std::string>& { return c.input.topics; }));
  keys.push_back(boolean_key("input.keyed-by-patient", "no",
                             "`yes` is the site's assertion that the key of each record is its patient, so that all "
                             "records of a patient are in one partition. With `no` the router stage of the same "
                             "daemon re-keys them first (`daemon/routing/README.md`).",
                             [](Config& c) -> bool& { return c.input.keyed_by_patient; }));
  add_silence(keys);
  Key envelope =
      list_key("input.envelope", "JSON pointer (RFC 6901)", "[]",
               "Where the resource stands in records that are none themselves, `/fhir`: an object, a list "
               "of objects, or a text that holds either. Of several, all that are there are read, in this "
               "order. Known messages (CloudEvents, HAPI FHIR, Debezium) need none.",
               fhir::is_json_pointer, [](Config& c) -> std::vector<std::string>& { return c.input.envelopes; });
  envelope.type = "JSON pointer (RFC 6901), or a list of them";
  envelope.one_without_list = true;
  keys.push_back(std::move(envelope));
  keys.push_back(
      list_key("input.bases", "http or https URL without `/` at its end", "[]",
               "FHIR servers whose resources are on the topic. None: all are taken for one server. With one, "
               "absolute references to others are refused. With several, each has its own patients "
               "(`https://a.example/fhir|Patient/17`), and what does not say which one it means is refused.",
               is_server_base, [](Config& c) -> std::vector<std::string>& { return c.intake.bases; }));
  keys.push_back(boolean_key("input.lenient-versions", "no",
                             "Whether Observations of FHIR STU3 and older are read as if they were R4. Otherwise one "
                             "with a field that R4 does not have is the dead letter `unsupported-fhir-version`.",
                             [](Config& c) -> bool& { return c.intake.lenient_versions; }));
  add_output_topic(keys, "alerts", "FHIR alert Bundles.", [](Config& c) -> std::string& { return c.output.alerts; });
  add_output_topic(keys, "status", "Each patient's current status; compacted.",
                   [](Config& c) -> std::string& { return c.output.status; });
  add_output_topic(keys, "state", "Changelog of the daemon's own state; compacted.",
                   [](Config& c) -> std::string& { return c.output.state; });
  add_output_topic(keys, "dead-letter", "Input that could not be used, byte for byte, with the reason.",
                   [](Config& c) -> std::string& { return c.output.dead_letter; });
  add_output_topic(keys, "journal", "What besides the input moved the results; not compacted.",
                   [](Config& c) -> std::string& { return c.output.journal; });
  add_output_topic(
      keys, "commands",
      "What people and other partitions have to say to a partition (`daemon/fold/commands.md`); to be kept "
      "at least as long as the input.",
      [](Config& c) -> std::string& { return c.output.commands; });
  add_output_topic(keys, "by-patient", "The input, keyed by patient; made by the router stage for the scoring stage.",
                   [](Config& c) -> std::string& { return c.output.by_patient; });
  add_output_topic(keys, "notifications", "Alerts in their second form, with `output.notifications`.",
                   [](Config& c) -> std::string& { return c.output.notifications; });
  keys.push_back(boolean_key("output.notifications", "no",
                             "Whether each alert is written in a second form too: as the notification of a FHIR "
                             "subscription (R4 backport), in the same transaction, with the same headers.",
                             [](Config& c) -> bool& { return c.notifications; }));
}

void add_engine(std::vector<Key>& keys) {
  keys.push_back(text_key("instance", kPlainName, "",
                          "Names this process among those of the group, and the same after a restart. Default: the "
                          "host name; to be set where several processes share a host.",
                          is_plain_name, [](Config& c) -> std::string& { return c.instance; }));
  keys.push_back(number_key("workers", number("1", "256"), "1",
                            "Threads that score, each with its own consumer, producer and partitions.",
                            [](Config& c, std::uint64_t n) { c.workers = static_cast<std::uint32_t>(n); }));
  static constexpr std::array<std::pair<std::string_view, Config::TimeSource>, 2> kSources = {
      {{"record", Config::TimeSource::record}, {"event", Config::TimeSource::event}}};
  keys.push_back(choice_key<Config::TimeSource>(
      "time.source", kSources, "record",
      "What \"now\" is: the newest Kafka timestamp of the partition, or (`event`) the newest collection or issue time "
      "of the patient, so that history plays as if it were live.",
      [](Config& c) -> Config::TimeSource& { return c.time_source; }));
  keys.push_back(duration_key("transaction.gather", {"0ms", "1s"}, "2ms",
                              "How long an idle worker waits for more records before it commits.",
                              [](Config& c, microseconds t) { c.transaction.gather = t; }));
  keys.push_back(duration_key("transaction.max", {"1ms", "5s"}, "100ms", "How long a transaction is open at most.",
                              [](Config& c, microseconds t) { c.transaction.max = t; }));
  keys.push_back(number_key(
      "transaction.max-records", number("1", "1000000"), "10000", "Input records in one transaction at most.",
      [](Config& c, std::uint64_t n) { c.transaction.max_records = static_cast<std::uint32_t>(n); }));
}

void add_state(std::vector<Key>& keys) {
  keys.push_back(boolean_key("state.standby", "no",
                             "Whether this process keeps a warm copy of the state of every partition that it does not "
                             "own, so that it takes one over by reading only the tail (`num.standby.replicas` of Kafka "
                             "Streams, but for each process on its own). It then needs memory for all patients of the "
                             "installation.",
                             [](Config& c) -> bool& { return c.state.standby; }));
  keys.push_back(
      number_key("state.restore-threads", number("1", "64"), "2",
                 "Threads that read the state topic, each for its share of the partitions, beside those "
                 "that score.",
                 [](Config& c, std::uint64_t n) { c.state.restore_threads = static_cast<std::uint32_t>(n); }));
}

void add_limits(std::vector<Key>& keys) {
  keys.push_back(number_key("limits.bytes", {"size", {"1KiB", "64MiB"}, parse_size}, "4MiB",
                            "A longer input record is the dead letter `too-large`.",
                            [](Config& c, std::uint64_t n) { c.intake.bytes = n; }));
  keys.push_back(number_key("limits.depth", number("8", "1024"), "64",
                            "Deeper nested JSON is the dead letter `too-deep`.",
                            [](Config& c, std::uint64_t n) { c.intake.depth = static_cast<std::uint32_t>(n); }));
  keys.push_back(number_key("limits.entries", number("1", "1000000"), "10000",
                            "A record with more Bundle entries is the dead letter `too-large`.",
                            [](Config& c, std::uint64_t n) { c.intake.entries = n; }));
  keys.push_back(
      number_key("limits.number-length", number("32", "4096"), "256",
                 "A number with more characters is the dead letter `invalid-value`.",
                 [](Config& c, std::uint64_t n) { c.intake.number_length = static_cast<std::uint32_t>(n); }));
  keys.push_back(
      duration_key("limits.window", {"7d", "31d"}, "7d",
                   "Results kept for a patient: those collected within this of the newest one. A fall of cells after "
                   "chemotherapy (`jmhw`) is seen only while the count before it is kept: 22d or more.",
                   [](Config& c, microseconds t) { c.window.window = {t.count()}; }));
  keys.push_back(number_key("limits.per-measure", number("8", "1024"), "64",
                            "Results kept of one measure of a patient; more are thinned out and counted.",
                            [](Config& c, std::uint64_t n) { c.window.per_measure = static_cast<std::uint16_t>(n); }));
  keys.push_back(
      number_key("limits.retractions", number("8", "1024"), "64",
                 "Withdrawn results remembered for a patient, so that a late original does not come to life.",
                 [](Config& c, std::uint64_t n) { c.window.retractions = static_cast<std::uint16_t>(n); }));
  keys.push_back(number_key("limits.state-bytes", {"size", {"64KiB", "64MiB"}, parse_size}, "256KiB",
                            "What is kept of a patient altogether; more is thinned. The state topic's "
                            "max.message.bytes must be greater.",
                            [](Config& c, std::uint64_t n) { c.window.bytes = n; }));
}

void add_criteria(std::vector<Key>& keys) {
  keys.push_back(
      as_path(text_key("criteria.directory", "path", "",
                       "The site's own criteria (`*.yaml`, `*.yml`); one with the id of a built-in one replaces it.",
                       not_empty, [](Config& c) -> std::string& { return c.criteria.directory; })));
  keys.push_back(list_key("criteria.enabled", "criterion id", "", "Criteria in force. Default: all that are known.",
                          is_plain_name, [](Config& c) -> std::vector<std::string>& {
                            if (!c.criteria.enabled) c.criteria.enabled.emplace();
                            return *c.criteria.enabled;
                          }));
  keys.push_back(boolean_key("criteria.watch", "yes",
                             "Reload when a file of `criteria.directory`, `terminology.maps` or `terminology.facts` "
                             "has changed, as on SIGHUP.",
                             [](Config& c) -> bool& { return c.criteria.watch; }));
  keys.push_back(map_key("criteria.profiles.*", "Profile of a criterion, `jaam: en`. Default: the criterion's own.",
                         [](Draft& draft, const Value& value) -> Wrong {
                           if (!is_plain_name(value.text)) return expected("the name of a profile", value);
                           draft.config.criteria.profiles[value.name] = value.text;
                           return {};
                         }));
}

void add_rule_set(std::vector<Key>& keys) {
  keys.push_back(number_key(
      "ruleset.sequence", number("0", "9223372036854775807"), "0",
      "The site's number of its rule set, raised with every change of criteria, maps, "
      "`site.*`, `alerts.*`, `limits.*`, `input.envelope`, `input.bases` or `input.lenient-versions`: a process "
      "with a lower one does not "
      "score after one with a higher one.",
      [](Config& c, std::uint64_t n) { c.ruleset_sequence = n; }));
}

/// ValueSets by the fact that their codes mean.
Key fact_codes_key() {
  Key key{
      "terminology.facts.*",
      "list of paths",
      "",
      "ValueSet files (FHIR JSON, expanded or enumerated) whose codes mean this fact, `infection`, besides those of "
      "the built-in table. Facts are mapped by `terminology.maps` too.",
      true,
      [](Draft& /*draft*/) {},
      [](Draft& draft, const Value& value) -> Wrong {
        const std::optional<rules::Fact> fact = rules::fact_named(value.name);
        if (!fact) return value.name + " is not the name of a fact";
        if (value.text.empty()) return expected("path", value);
        draft.config.fact_codes[*fact].push_back(value.text);
        return {};
      }};
  return as_path(std::move(key));
}

bool is_listen_choice(std::string_view text) { return text == "off" || parse_listen_address(text).has_value(); }

void add_operations(std::vector<Key>& keys) {
  Key listen = text_key("http.listen", "address:port, [IPv6 address]:port or off", "127.0.0.1:8080",
                        "Where health, metrics and status are served. Port 0: any free one.", is_listen_choice,
                        [](Config& c) -> std::string& { return c.http_listen; });
  listen.read = [read = listen.read](Draft& draft, const Value& value) {
    Wrong wrong = read(draft, value);
    if (!wrong && value.text == "off") draft.config.http_listen.clear();
    return wrong;
  };
  keys.push_back(std::move(listen));
  static constexpr std::array<std::pair<std::string_view, LogFormat>, 2> kFormats = {
      {{"json", LogFormat::json}, {"text", LogFormat::text}}};
  keys.push_back(choice_key<LogFormat>("log.format", kFormats, "json", "Form of the log on stderr.",
                                       [](Config& c) -> LogFormat& { return c.log.format; }));
  static constexpr std::array<std::pair<std::string_view, LogLevel>, 5> kLevels = {{{"trace", LogLevel::trace},
                                                                                    {"debug", LogLevel::debug},
                                                                                    {"info", LogLevel::info},
                                                                                    {"warning", LogLevel::warning},
                                                                                    {"error", LogLevel::error}}};
  keys.push_back(choice_key<LogLevel>("log.level", kLevels, "info", "Least level that is logged.",
                                      [](Config& c) -> LogLevel& { return c.log.level; }));
}

}  // namespace

const std::vector<Key>& config_keys() {
  static const std::vector<Key> kKeys = [] {
    std::vector<Key> keys;
    add_kafka_keys(keys);
    add_topics(keys);
    add_engine(keys);
    add_state(keys);
    add_limits(keys);
    keys.push_back(text_key("fhir.base", "http, https or urn URI without separator at its end", "urn:coagwatch",
                            "Base of the systems and identifiers in what is published.", is_identifier_base,
                            [](Config& c) -> std::string& { return c.fhir_base; }));
    keys.push_back(
        as_path(list_key("terminology.maps", "path", "[]",
                         "ConceptMap files (FHIR JSON) from the site's codes to ours; they go before the built-in map.",
                         not_empty, [](Config& c) -> std::vector<std::string>& { return c.maps; })));
    keys.push_back(fact_codes_key());
    add_site_keys(keys);
    add_criteria(keys);
    add_alert_keys(keys);
    add_rule_set(keys);
    add_operations(keys);
    return keys;
  }();
  return kKeys;
}

}  // namespace coagwatch::daemon
