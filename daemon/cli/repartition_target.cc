#include "daemon/cli/repartition_target.h"

#include <algorithm>
#include <set>
#include <utility>

#include "daemon/cli/kafka_setup.h"
#include "daemon/cli/setup.h"
#include "daemon/engine/start_offset.h"
#include "daemon/fold/command_record.h"
#include "daemon/fold/routed_record.h"

namespace coagwatch::daemon {
namespace {

constexpr std::string_view kName = "repartition";
constexpr std::pair<std::string_view, std::string_view> kVersion{"coagwatch-version", COAGWATCH_VERSION};

/// What is wrong with the topics; nothing where they are as they must be.
std::optional<StateProblem> problem_of(const kafka::TopicCheck& topics) {
  if (topics.problems.empty()) return std::nullopt;
  std::string text;
  for (const kafka::TopicProblem& problem : topics.problems) text += (text.empty() ? "" : "\n  ") + problem.text;
  const bool unreachable = topics.problems.front().kind == kafka::TopicProblem::Kind::unreachable;
  return StateProblem{unreachable ? kExitUnreachable : kExitUsage, text};
}

}  // namespace

std::unique_ptr<kafka::BatchWriter> state_writer(const Config& config, const kafka::TopicCheck& topics,
                                                 const std::string& name, std::string& error) {
  kafka::KafkaBrokerOptions like = broker_options(config, topics, scoring_stage(config), 0);
  // A client that is told of a topic which is not there may have it made, in another way than ours.
  for (std::string& topic : like.output_topics) {
    const auto is_it = [&](const kafka::TopicFacts& found) { return found.name == topic; };
    if (std::ranges::none_of(topics.topics, is_it)) topic.clear();
  }
  kafka::BatchWriter::Settings settings;
  settings.client = client_settings(config, "coagwatch-" + name);
  settings.client.transactional_id = config.kafka.group + "." + name;
  settings.topics = like.output_topics;
  settings.max_bytes = like.max_record_bytes;
  return kafka::BatchWriter::open(settings, kafka_log(), error);
}

std::optional<StateProblem> RepartitionTarget::look(std::int32_t partitions) {
  if (auto problem = look_at_groups()) return problem;
  const kafka::TopicCheck topics = look_at_topics(config_);
  if (auto problem = problem_of(topics)) return problem;
  const std::int32_t found = scored_partitions(config_, topics);
  if (found != 0 && partitions != 0 && found != partitions) {
    return StateProblem{kExitFailed,
                        "topic " + scored_topic(config_) + " has " + std::to_string(found) + " partitions"};
  }
  partitions_ = found != 0 ? found : partitions;
  if (partitions_ == 0) partitions_ = kafka::kNewInputPartitions;
  return look_for_records(topics);
}

std::optional<StateProblem> RepartitionTarget::look_at_groups() {
  for (const char* stage : {"", "-router"}) {
    const std::string group = config_.kafka.group + stage;
    kafka::GroupFacts facts;
    if (auto problem = look_at_idle_group(config_, group, facts)) return problem;
    if (facts.offsets.empty()) continue;
    return StateProblem{kExitFailed, "group " + group +
                                         " has committed offsets: name another kafka.group, or delete it "
                                         "(kafka-consumer-groups.sh --delete) if it is left of a repartition that did "
                                         "not end"};
  }
  return std::nullopt;
}

/// Of the topics that are there, those that will be written to whole must be empty, and all as many as the scored one.
std::optional<StateProblem> RepartitionTarget::look_for_records(const kafka::TopicCheck& topics) {
  std::set<std::string> inputs(config_.input.topics.begin(), config_.input.topics.end());
  const std::set<std::string> open = {config_.output.alerts, config_.output.dead_letter, config_.output.notifications};
  for (const kafka::TopicFacts& topic : topics.topics) {
    if (inputs.contains(topic.name)) continue;
    if (topic.partitions != partitions_) {
      return StateProblem{kExitFailed, "topic " + topic.name + " has " + std::to_string(topic.partitions) +
                                           " partitions, and there are to be " + std::to_string(partitions_)};
    }
    if (open.contains(topic.name)) continue;
    for (std::int32_t p = 0; p < partitions_; ++p) {
      const PartitionRead found = reading_.bounds(topic.name, p);
      if (!found.error.empty()) return StateProblem{kExitUnreachable, found.error};
      if (found.bounds.low == found.bounds.end) continue;
      return StateProblem{kExitFailed, "topic " + topic.name + " partition " + std::to_string(p) +
                                           " is not empty: name another topic, or delete it if it is left of a "
                                           "repartition that did not end"};
    }
  }
  return std::nullopt;
}

std::optional<StateProblem> RepartitionTarget::begin() {
  const kafka::TopicCheck state = prepare_state_topic(config_, partitions_);
  if (auto problem = problem_of(state)) return problem;
  if (auto problem = open_writer(state)) return problem;
  if (auto problem = mark()) return problem;
  const kafka::TopicCheck topics = prepare_topics(config_, partitions_);
  if (auto problem = problem_of(topics)) return problem;
  for (std::int32_t p = 0; p < partitions_; ++p) {
    const PartitionRead found = reading_.bounds(scored_topic(config_), p);
    if (!found.error.empty()) return StateProblem{kExitUnreachable, found.error};
    input_.push_back(found.bounds);
  }
  return open_writer(topics);
}

/// What is written from now on goes to these topics.
std::optional<StateProblem> RepartitionTarget::open_writer(const kafka::TopicCheck& topics) {
  std::string error;
  writer_ = state_writer(config_, topics, std::string(kName), error);
  if (!writer_) return StateProblem{kExitUnreachable, error};
  return std::nullopt;
}

std::optional<StateProblem> RepartitionTarget::mark() {
  PartitionRecord mark;
  mark.input_topic = kUnfinishedState;
  for (std::int32_t p = 0; p < partitions_; ++p) write_record(p, mark);
  writer_->commit();
  return written();
}

std::optional<StateProblem> RepartitionTarget::written() const {
  if (writer_->error().empty()) return std::nullopt;
  return StateProblem{kExitFailed, writer_->error()};
}

bool RepartitionTarget::write(OutputTopic topic, std::int32_t partition, std::optional<std::string_view> key,
                              std::optional<std::string_view> value,
                              const std::vector<std::pair<std::string_view, std::string_view>>& headers) {
  OutputRecord record;
  record.topic = topic;
  record.partition = partition;
  record.key = key;
  record.value = value;
  record.headers = headers;
  return writer_->write(record);
}

void RepartitionTarget::write_record(std::int32_t partition, const PartitionRecord& record) {
  PartitionRecord named = record;
  // Whoever finds its transaction open ends it by this.
  named.owner = config_.kafka.group + "." + std::string(kName);
  std::string bytes;
  encode_partition_record(named, bytes);
  write(OutputTopic::state, partition, kPartitionRecordKey, bytes, {kVersion});
}

void RepartitionTarget::state(std::int32_t partition, std::string_view key, std::string_view value) {
  write(OutputTopic::state, partition, key, value, {kVersion});
}

bool RepartitionTarget::status(std::int32_t partition, std::string_view key, std::string_view value) {
  return write(OutputTopic::status, partition, key, value, {kVersion, {"content-type", "application/json"}});
}

void RepartitionTarget::settle(std::int32_t partition, std::string_view patient) {
  const std::string among = std::to_string(partitions_);
  write(OutputTopic::commands, partition, patient, std::nullopt,
        {kVersion,
         {kCommandHeader, kCommandNames[static_cast<std::size_t>(CommandKind::settle)]},
         {kPartitionsHeader, among}});
  ++settled_;
}

std::optional<StateProblem> RepartitionTarget::settle_down() {
  writer_->commit();
  if (auto problem = written()) return problem;
  return look_at_groups();
}

std::optional<StateProblem> RepartitionTarget::finish(const PartitionRecord& merged,
                                                      const std::vector<PartitionRecord>& before,
                                                      std::vector<kafka::GroupOffset> router) {
  std::vector<kafka::GroupOffset> scored;
  for (std::int32_t p = 0; p < partitions_; ++p) {
    const auto index = static_cast<std::size_t>(p);
    PartitionRecord record = merged;
    record.last_offset = input_[index].low - 1;
    if (index < before.size() && before[index].last_offset >= 0) record.last_offset = before[index].last_offset;
    record.topic_id = input_[index].topic_id;
    scored.push_back({scored_topic(config_),
                      p,
                      record.last_offset + 1,
                      {partitions_, {{scored_topic(config_), record.topic_id}}, {}}});
    record.input_topic = scored_topic(config_);
    record.partitions = partitions_;
    write_record(p, record);
  }
  for (kafka::GroupOffset& offset : router) offset.note.partitions = partitions_;
  // The group's are in the records too: so its lag is right before anything comes.
  std::vector<kafka::BatchWriter::GroupCommit> groups = {{config_.kafka.group, std::move(scored)}};
  if (!router.empty()) groups.push_back({config_.kafka.group + "-router", std::move(router)});
  writer_->commit(groups);
  return written();
}

}  // namespace coagwatch::daemon
