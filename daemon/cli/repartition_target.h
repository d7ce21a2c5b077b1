#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/cli/repartition_source.h"
#include "daemon/cli/topic_reading.h"
#include "daemon/config/config.h"
#include "daemon/fold/repartition.h"
#include "daemon/kafka/admin.h"
#include "daemon/kafka/batch_writer.h"

namespace coagwatch::daemon {

/// The topics of an installation that has not begun yet, to which the state of another one is written. Until finish()
/// its partitions refuse to start.
///
/// Not thread-safe.
class RepartitionTarget final : public RepartitionSink {
 public:
  /// `config` must outlive this.
  explicit RepartitionTarget(const Config& config) : config_(config), reading_(config) {}

  /// Looks whether nothing is there yet, and whether what is missing can be made. Makes nothing. `partitions`: of the
  /// scored topic, where it is to be made; 0: as many as by default.
  std::optional<StateProblem> look(std::int32_t partitions);
  /// Makes the topics. The first one is that of the state, and every partition of it is marked as unfinished before
  /// there are others.
  std::optional<StateProblem> begin();

  /// How many partitions there are, or are to be; known after look().
  [[nodiscard]] std::int32_t partitions() const { return partitions_; }
  void state(std::int32_t partition, std::string_view key, std::string_view value) override;
  void settle(std::int32_t partition, std::string_view patient) override;
  bool status(std::int32_t partition, std::string_view key, std::string_view value);

  /// Writes what is left, so that finish() takes no time; whether nobody has begun with it meanwhile.
  std::optional<StateProblem> settle_down();
  /// Writes the records by which the partitions begin, and the offsets of both stages, as one step.
  /// `merged`: what they have in common; `before`: of an input topic that goes on, the partitions' old records.
  std::optional<StateProblem> finish(const PartitionRecord& merged, const std::vector<PartitionRecord>& before,
                                     std::vector<kafka::GroupOffset> router);

  [[nodiscard]] std::uint64_t settled() const { return settled_; }

 private:
  std::optional<StateProblem> look_at_groups();
  std::optional<StateProblem> look_for_records(const kafka::TopicCheck& topics);
  std::optional<StateProblem> open_writer(const kafka::TopicCheck& topics);
  std::optional<StateProblem> mark();
  void write_record(std::int32_t partition, const PartitionRecord& record);
  bool write(OutputTopic topic, std::int32_t partition, std::optional<std::string_view> key,
             std::optional<std::string_view> value,
             const std::vector<std::pair<std::string_view, std::string_view>>& headers);
  [[nodiscard]] std::optional<StateProblem> written() const;

  const Config& config_;
  std::int32_t partitions_ = 0;
  TopicReading reading_;
  std::vector<ChangelogBounds> input_;  ///< of the scored topic, by partition
  std::unique_ptr<kafka::BatchWriter> writer_;
  std::uint64_t settled_ = 0;
};

/// What writes an installation's topics in the place of its daemons, as `<group>.<name>`.
std::unique_ptr<kafka::BatchWriter> state_writer(const Config& config, const kafka::TopicCheck& topics,
                                                 const std::string& name, std::string& error);

}  // namespace coagwatch::daemon
