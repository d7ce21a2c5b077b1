#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "daemon/kafka/client_config.h"
#include "daemon/kafka/log_function.h"

namespace coagwatch::daemon::kafka {

/// What a topic must be.
struct TopicSpec {
  enum class Role : std::uint8_t {
    input,    ///< read by the scoring stage, never compacted by us; its record timestamps must be sane
    source,   ///< read by the router stage: likewise, with any number of partitions
    routed,   ///< made by the router stage and read by the scoring stage; every record counts
    compact,  ///< last value per key is kept for ever: state, status
    append,   ///< every record counts: alerts, dead letters, journal
  };
  std::string name;
  Role role = Role::append;
  int partitions = 0;  ///< when it is made; 0: as many as the input topic has (and then it must have just as many)
  bool outlives_input = false;     ///< must be kept at least as long as the input: the journal, commands
  std::size_t largest_record = 0;  ///< its max.message.bytes must be at least so great; 0: not asked
  bool check_timestamps = false;   ///< of the input: LogAppendTime, or no timestamp over an hour ahead of its arrival
  /// Of the journal: records keep the time of who wrote them, and none over an hour ahead of the broker's is taken.
  bool bounds_clock = false;
  std::vector<std::pair<std::string, std::string>> configs;  ///< when it is made, besides what the role asks for
};

/// Whether the topic is what the scoring stage reads: all that it writes has as many partitions.
inline bool is_scored(TopicSpec::Role role) {
  return role == TopicSpec::Role::input || role == TopicSpec::Role::routed;
}

/// Something that must be mended before the daemon can run.
struct TopicProblem {
  enum class Kind : std::uint8_t {
    unreachable,     ///< no answer from the brokers: try again later; nothing else was checked
    missing,         ///< does not exist, and was not to be made
    not_made,        ///< could not be made
    denied,          ///< access control forbids it
    partitions,      ///< another number of partitions than the input
    cleanup_policy,  ///< compacted or not, contrary to its role
    timestamps,      ///< future timestamps are let in
    retention,       ///< deleted earlier than the input
    record_size,     ///< takes smaller records than those that will be written
    other,
  };
  Kind kind = Kind::other;
  std::string topic;  ///< empty if it concerns no single one
  std::string text;   ///< for people; names the topic, what is wrong and what would be right
};

struct TopicFacts {
  std::string name;
  int partitions = 0;
  std::size_t max_message_bytes = 0;  ///< 0: not known
};

struct TopicCheck {
  std::vector<TopicProblem> problems;
  std::vector<TopicFacts> topics;  ///< those that exist, in the order of the specs
  std::vector<std::string> made;   ///< names of topics made by this call
};

/// Default partition count of an input topic that has to be made.
inline constexpr int kNewInputPartitions = 4;

/// Checks that the topics exist and are what they must be, and makes the missing ones if `create` is set (with the
/// cluster's default replication factor). The specs hold at most one that the scoring stage reads; without it, only
/// those can be made that say how many partitions they get. One attempt of at most about `timeout` for each step; a
/// broker that is down is reported as `unreachable`, for the caller to try again with back-off.
TopicCheck ensure_topics(const std::string& brokers, const Properties& properties, const std::vector<TopicSpec>& specs,
                         bool create, const LogFunction& log,
                         std::chrono::milliseconds timeout = std::chrono::seconds(5));

/// The specs of the daemon's own topics, given their names.
TopicSpec input_spec(std::string name, bool check_timestamps, int partitions_when_made = kNewInputPartitions);
TopicSpec source_spec(std::string name, bool check_timestamps);
TopicSpec routed_spec(std::string name);
TopicSpec compact_spec(std::string name);  ///< state, status
TopicSpec append_spec(std::string name);   ///< alerts, dead letters
TopicSpec journal_spec(std::string name, bool bounds_clock = true);
TopicSpec commands_spec(std::string name);

}  // namespace coagwatch::daemon::kafka
