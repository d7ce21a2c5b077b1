#include "daemon/cli/repartition_source.h"

#include <map>

#include "daemon/cli/kafka_setup.h"
#include "daemon/cli/setup.h"
#include "daemon/engine/start_offset.h"
#include "daemon/kafka/partition_probe.h"

namespace coagwatch::daemon {
namespace {

StateProblem of(const PartitionRead& read) { return {read.unreachable ? kExitUnreachable : kExitFailed, read.error}; }

/// The last value of each key of a partition.
using Latest = std::map<std::string, std::string, std::less<>>;

void keep_last(const ChangelogRecord& record, Latest& latest) {
  if (record.value) {
    latest.insert_or_assign(std::string(record.key), std::string(*record.value));
  } else if (const auto found = latest.find(record.key); found != latest.end()) {
    latest.erase(found);
  }
}

}  // namespace

std::optional<StateProblem> look_at_idle_group(const Config& config, const std::string& group,
                                               kafka::GroupFacts& facts) {
  std::string error;
  auto found = kafka::look_at_group(client_settings(config, "coagwatch-state"), group, kafka::PendingOffsets::error,
                                    kafka_log(), error);
  if (!found) return StateProblem{kExitUnreachable, error};
  if (found->has_members) {
    return StateProblem{kExitFailed, "group " + group +
                                         " has members: end every process of it first (one that was killed is missed "
                                         "when its session ends)"};
  }
  facts = std::move(*found);
  return std::nullopt;
}

std::optional<StateProblem> count_partitions(const Config& config, const std::string& topic, std::int32_t& partitions) {
  std::string error;
  const auto probe = kafka::PartitionProbe::create(client_settings(config, "coagwatch-state"),
                                                   std::make_shared<kafka::RateLimitedLog>(kafka_log()), error);
  if (!probe) return StateProblem{kExitUsage, error};
  const auto found = probe->identity(topic, std::chrono::seconds(10));
  if (!found) return StateProblem{kExitUnreachable, "the broker does not tell of topic " + topic};
  partitions = found->partitions;
  return std::nullopt;
}

std::optional<StateProblem> RepartitionSource::look_at_groups(kafka::GroupFacts& group,
                                                              kafka::GroupFacts& router) const {
  if (auto problem = look_at_idle_group(config_, config_.kafka.group, group)) return problem;
  if (config_.input.keyed_by_patient) return std::nullopt;
  return look_at_idle_group(config_, config_.kafka.group + "-router", router);
}

std::optional<StateProblem> RepartitionSource::look(bool but_input, const TakeState& check) {
  if (auto problem = look_at_groups(group_, router_)) return problem;
  std::int32_t count = 0;
  if (auto problem = count_partitions(config_, config_.output.state, count)) return problem;
  if (auto problem = count_partitions(config_, scored_topic(config_), input_partitions_)) return problem;
  but_input_ = but_input;
  records_.assign(static_cast<std::size_t>(count), {});
  ends_.assign(static_cast<std::size_t>(count), 0);
  std::string misplaced;
  for (std::int32_t p = 0; p < count; ++p) {
    if (auto problem = look_at_state(p, check, misplaced)) return problem;
  }
  for (std::int32_t p = 0; p < count; ++p) {
    if (auto problem = look_at_partition(p, but_input)) return problem;
  }
  if (!misplaced.empty()) return StateProblem{kExitFailed, misplaced};
  return std::nullopt;
}

std::optional<StateProblem> RepartitionSource::look_again() {
  kafka::GroupFacts group;
  kafka::GroupFacts router;
  if (auto problem = look_at_groups(group, router)) return problem;
  bool same = group.same_offsets(group_) && router.same_offsets(router_);
  for (std::int32_t p = 0; p < partitions(); ++p) {
    const PartitionRead state = reading_.bounds(config_.output.state, p);
    if (!state.error.empty()) return of(state);
    same = same && state.bounds.end == ends_[static_cast<std::size_t>(p)];
  }
  if (!same) {
    return StateProblem{kExitFailed, "a process of group " + config_.kafka.group +
                                         " has worked on it meanwhile: see that none is started"};
  }
  for (std::int32_t p = 0; p < partitions(); ++p) {
    if (auto problem = look_at_partition(p, but_input_)) return problem;
  }
  return std::nullopt;
}

std::optional<StateProblem> RepartitionSource::look_at_state(std::int32_t partition, const TakeState& check,
                                                             std::string& found) {
  Latest latest;
  const PartitionRead read = reading_.read(config_.output.state, partition, std::nullopt,
                                           [&](const ChangelogRecord& record) { keep_last(record, latest); });
  if (!read.error.empty()) return of(read);
  ends_[static_cast<std::size_t>(partition)] = read.bounds.end;
  const std::string place = "state partition " + std::to_string(partition) + ": ";
  for (const auto& [key, value] : latest) {
    if (key == kPartitionRecordKey) {
      auto problem = decode_partition_record(value, records_[static_cast<std::size_t>(partition)]);
      if (problem) return StateProblem{kExitFailed, place + *problem};
    } else if (const auto problem = check(partition, key, value); problem && found.empty()) {
      found = place + *problem;
    }
  }
  return std::nullopt;
}

/// Whether a partition could go on as it is, and has nothing left to do.
std::optional<StateProblem> RepartitionSource::look_at_partition(std::int32_t partition, bool but_input) {
  const std::string topic = scored_topic(config_);
  const PartitionRecord& record = records_[static_cast<std::size_t>(partition)];
  const PartitionRead found = reading_.bounds(topic, partition);
  if (!found.error.empty()) return of(found);
  PartitionFacts facts;
  facts.topic_id = found.bounds.topic_id;
  facts.committed = group_.committed(topic, partition);
  facts.low = found.bounds.low;
  facts.end = found.bounds.end;
  // How many there are now may be what is to be changed.
  const StartDecision start = decide_start(facts, record, topic);
  const std::string place = "partition " + std::to_string(partition) + ": ";
  if (!start.error.empty()) return StateProblem{kExitFailed, place + start.error};
  if (record.partitions != 0 && record.partitions != partitions()) {
    return StateProblem{kExitFailed, place + other_division(config_.output.state, record.partitions, partitions())};
  }
  if (!but_input) {
    if (auto problem = has_read_all(topic, partition, start.offset)) return problem;
  }
  return has_read_all(config_.output.commands, partition, record.last_command + 1);
}

std::optional<StateProblem> RepartitionSource::has_read_all(const std::string& topic, std::int32_t partition,
                                                            std::int64_t next) {
  const PartitionRead bounds = reading_.bounds(topic, partition);
  if (!bounds.error.empty()) return of(bounds);
  const PartitionRead rest =
      reading_.read(topic, partition, std::max(next, bounds.bounds.low), [](const ChangelogRecord& /*record*/) {});
  if (!rest.error.empty()) return of(rest);
  if (rest.records == 0) return std::nullopt;
  return StateProblem{kExitFailed, "topic " + topic + " partition " + std::to_string(partition) + " has " +
                                       std::to_string(rest.records) +
                                       " records that were not processed: let `coagwatch run --drain` end by itself"};
}

std::optional<StateProblem> RepartitionSource::read_states(const TakeState& take) {
  for (std::int32_t p = 0; p < partitions(); ++p) {
    Latest latest;
    const PartitionRead read = reading_.read(config_.output.state, p, std::nullopt,
                                             [&](const ChangelogRecord& record) { keep_last(record, latest); });
    if (!read.error.empty()) return of(read);
    for (const auto& [key, value] : latest) {
      if (key == kPartitionRecordKey) continue;
      if (auto problem = take(p, key, value)) {
        return StateProblem{kExitFailed, "state partition " + std::to_string(p) + ": " + *problem};
      }
    }
  }
  return std::nullopt;
}

std::optional<StateProblem> RepartitionSource::read_statuses(const TakeStatus& take) {
  for (std::int32_t p = 0; p < partitions(); ++p) {
    Latest latest;
    const PartitionRead read = reading_.read(config_.output.status, p, std::nullopt,
                                             [&](const ChangelogRecord& record) { keep_last(record, latest); });
    if (!read.error.empty()) return of(read);
    for (const auto& [key, value] : latest) {
      if (!take(key, value)) return StateProblem{kExitFailed, "a status could not be written"};
    }
  }
  return std::nullopt;
}

}  // namespace coagwatch::daemon
