#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/cli/topic_reading.h"
#include "daemon/config/config.h"
#include "daemon/fold/state_codec.h"
#include "daemon/kafka/group_facts.h"

namespace coagwatch::daemon {

/// Why a command about state ended, and its exit code.
struct StateProblem {
  int code = 0;
  std::string text;
};

/// An installation that stands still, of whose state another one is made. It is only read.
///
/// Not thread-safe.
class RepartitionSource {
 public:
  /// `config` must outlive this.
  explicit RepartitionSource(const Config& config) : config_(config), reading_(config) {}

  /// Takes the last state of a patient, partition by partition; returns what is wrong with it.
  using TakeState =
      std::function<std::optional<std::string>(std::int32_t partition, std::string_view key, std::string_view value)>;

  /// Looks at it: nobody works on it, all that its partitions have to read was read, and `check` finds nothing in any
  /// state. `but_input`: records of the scored topic may wait; whoever goes on reads them.
  std::optional<StateProblem> look(bool but_input, const TakeState& check);
  /// After everything was read: whether it still stands as look() found it. A supervisor may have started a process of
  /// it meanwhile, and what that one did would be missing, or be done twice.
  std::optional<StateProblem> look_again();

  [[nodiscard]] std::int32_t partitions() const { return static_cast<std::int32_t>(records_.size()); }
  /// How many the scored topic has by now.
  [[nodiscard]] std::int32_t input_partitions() const { return input_partitions_; }
  /// The partitions' records; of one that has never read anything an empty one.
  [[nodiscard]] const std::vector<PartitionRecord>& records() const { return records_; }
  /// What the router stage's group has committed.
  [[nodiscard]] const kafka::GroupFacts& router() const { return router_; }

  /// Gives the last state of each patient.
  std::optional<StateProblem> read_states(const TakeState& take);
  /// Gives the last status of each patient who has one.
  using TakeStatus = std::function<bool(std::string_view key, std::string_view value)>;
  std::optional<StateProblem> read_statuses(const TakeStatus& take);

 private:
  std::optional<StateProblem> look_at_groups(kafka::GroupFacts& group, kafka::GroupFacts& router) const;
  std::optional<StateProblem> look_at_state(std::int32_t partition, const TakeState& check, std::string& found);
  std::optional<StateProblem> look_at_partition(std::int32_t partition, bool but_input);
  std::optional<StateProblem> has_read_all(const std::string& topic, std::int32_t partition, std::int64_t next);

  const Config& config_;
  TopicReading reading_;
  kafka::GroupFacts group_;
  kafka::GroupFacts router_;
  bool but_input_ = false;
  std::int32_t input_partitions_ = 0;
  std::vector<PartitionRecord> records_;
  std::vector<std::int64_t> ends_;  ///< of the state, by partition
};

/// Asks about a group that must have no members.
std::optional<StateProblem> look_at_idle_group(const Config& config, const std::string& group,
                                               kafka::GroupFacts& facts);
/// The number of partitions of a topic.
std::optional<StateProblem> count_partitions(const Config& config, const std::string& topic, std::int32_t& partitions);

}  // namespace coagwatch::daemon
