#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/feed_silence.h"
#include "daemon/log/log.h"
#include "fhir/intake.h"
#include "fhir/time_zone.h"
#include "rules/criterion/yaml.h"
#include "rules/episodes/episode.h"
#include "rules/patient/patient_state.h"
#include "rules/values/site.h"

namespace coagwatch::daemon {

/// Where a setting was written, for messages about it that come later (`check`, start-up).
struct Place {
  std::string file;  ///< path, or `environment COAGWATCH_…`; empty for a default
  int line = 0;      ///< 1-based; 0 where there is no line
  int column = 0;
};

/// Everything that can be configured, with its default. `daemon/config/reference.md` lists the keys.
///
/// Not changed once it is loaded; const access from several threads is safe.
struct Config {
  struct Kafka {
    /// Who shares out the group's partitions: its members, or the broker (KIP-848).
    enum class GroupProtocol : std::uint8_t { classic, consumer };
    std::string brokers = "localhost:9092";  ///< bootstrap list, `host:port,host:port`
    std::string group = "coagwatch";         ///< consumer group, and first part of transactional ids
    GroupProtocol group_protocol = GroupProtocol::classic;
    bool static_membership = false;                 ///< a restart within the session moves no partition
    bool create_topics = false;                     ///< make missing output topics instead of refusing to start
    std::map<std::string, std::string> properties;  ///< librdkafka keys passed through; engine-owned ones are refused
    friend bool operator==(const Kafka&, const Kafka&) = default;
  };
  struct Input {
    std::vector<std::string> topics = {"fhir.observations"};  ///< never empty
    bool keyed_by_patient = false;       ///< the site's assertion that each record's key is its patient
    std::vector<std::string> envelopes;  ///< input.envelope: JSON pointers to resources in records that are none
    SilenceLimits silence;               ///< input.silence, input.silence-night, input.night
    friend bool operator==(const Input&, const Input&) = default;
  };
  struct OutputTopics {
    std::string alerts = "coagwatch.alerts";
    std::string status = "coagwatch.status";
    std::string state = "coagwatch.state";
    std::string dead_letter = "coagwatch.dead-letter";
    std::string journal = "coagwatch.journal";
    std::string commands = "coagwatch.commands";
    std::string by_patient = "coagwatch.by-patient";        ///< written only where the input is not keyed by patient
    std::string notifications = "coagwatch.notifications";  ///< written only with Config::notifications
    friend bool operator==(const OutputTopics&, const OutputTopics&) = default;
  };
  /// What the fold takes for "now".
  enum class TimeSource : std::uint8_t {
    record,  ///< the partition's greatest record timestamp
    event,   ///< the patient's greatest collection or issue time: history plays as if it were live
  };
  struct Transaction {
    std::chrono::microseconds gather{2'000};  ///< an idle worker waits this long for more before it commits
    std::chrono::microseconds max{100'000};   ///< a transaction is open at most this long
    std::uint32_t max_records = 10'000;       ///< input records in one transaction at most
    friend bool operator==(const Transaction&, const Transaction&) = default;
  };
  /// Reading the state topic.
  struct State {
    bool standby = false;               ///< keep a copy of the state of partitions that others own
    std::uint32_t restore_threads = 2;  ///< that read it
    friend bool operator==(const State&, const State&) = default;
  };
  struct Criteria {
    std::string directory;                            ///< resolved path of the site's own criteria; empty: none
    std::optional<std::vector<std::string>> enabled;  ///< ids in force; nullopt: all that are known
    std::map<std::string, std::string> profiles;      ///< criterion id -> profile; others use their default profile
    bool watch = true;                                ///< reload when a file of the rule set changes
    friend bool operator==(const Criteria&, const Criteria&) = default;
  };
  struct Log {
    LogFormat format = LogFormat::json;
    LogLevel level = LogLevel::info;
    friend bool operator==(const Log&, const Log&) = default;
  };

  Kafka kafka;
  Input input;
  OutputTopics output;
  bool notifications = false;  ///< output.notifications: alerts as notifications of a subscription too
  std::string instance;        ///< names this process among others of the group; default: host name. Never empty
  std::uint32_t workers = 1;   ///< threads that score, each with its own consumer and producer
  TimeSource time_source = TimeSource::record;
  Transaction transaction;
  State state;
  fhir::IntakeLimits intake;   ///< limits.bytes, limits.depth, limits.entries, limits.number-length
  rules::WindowLimits window;  ///< limits.window, limits.per-measure, limits.retractions
  std::string fhir_base = "urn:coagwatch";
  std::vector<std::string> maps;                               ///< resolved paths of the site's ConceptMap files
  std::map<rules::Fact, std::vector<std::string>> fact_codes;  ///< resolved paths of its ValueSets, by what they mean
  rules::SiteProfile site;
  fhir::TimeZone time_zone;  ///< site.time-zone
  Criteria criteria;
  rules::AlertPolicy alerts;
  std::string http_listen = "127.0.0.1:8080";  ///< `host:port`, `[::1]:port`; port 0: any; empty: no HTTP at all
  Log log;
  std::uint64_t ruleset_sequence = 0;  ///< the site's increasing number of its rule set

  std::string file;                     ///< the file read; empty if none
  std::map<std::string, Place> places;  ///< key as in the file (`kafka.brokers`) -> where it was set, if it was
  /// Keys whose value was refused, so that their default stands here instead; an empty one: the file as a whole.
  std::vector<std::string> refused;

  /// True where something at, above or below the key was refused: what follows from its value cannot be judged.
  [[nodiscard]] bool undecided(std::string_view key) const;
  /// A problem with the named key, at the place where it was set (or without one).
  [[nodiscard]] rules::Problem problem(const std::string& key, std::string text) const;
};

/// The topic that the scoring stage reads: the input itself, or what the router stage makes of it.
inline const std::string& scored_topic(const Config& config) {
  return config.input.keyed_by_patient ? config.input.topics.front() : config.output.by_patient;
}

/// Environment variables by name.
using Environment = std::map<std::string, std::string>;
/// This process's environment.
Environment process_environment();

/// Reads a configuration: environment (`COAGWATCH_KAFKA__CREATE_TOPICS=true`: `__` separates levels, `_` stands for
/// `-`) before `path` before defaults. An empty `path` means no file, which is valid. On any problem returns nullopt
/// and appends every problem found to `problems`, each with file:line:column, key and what was expected.
///
/// Values may hold `${VAR}`, `${VAR:default}` and `${file:path}` (the file's text without its final line break; for
/// secrets); `$${` is a plain `${`. Lists from the environment are separated by commas. Relative paths are resolved
/// against the file that names them (from the environment: the working directory).
///
/// `draft_out`, where given, is set in either case: what could be read, for checks that go on past problems.
std::optional<Config> load_config(const std::string& path, const Environment& environment,
                                  std::vector<rules::Problem>& problems, Config* draft_out = nullptr);

/// What `run` needs beyond a valid configuration, and `replay` does not: a topic that is keyed by patient must be the
/// only one. Appends what is wrong and not refused already.
void check_runnable(const Config& config, std::vector<rules::Problem>& problems);

/// All keys with type, default and meaning, as Markdown: `daemon/config/reference.md`.
std::string config_reference();

}  // namespace coagwatch::daemon
