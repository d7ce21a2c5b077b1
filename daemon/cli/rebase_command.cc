#include <cstdio>
#include <utility>

#include "daemon/cli/commands.h"
#include "daemon/cli/kafka_setup.h"
#include "daemon/cli/repartition_target.h"
#include "daemon/engine/rebase.h"
#include "daemon/log/log.h"

namespace coagwatch::daemon {
namespace {

int fail(int code, const std::string& what) {
  std::fprintf(stderr, "coagwatch state rebase: %s\n", what.c_str());
  return code;
}

/// What the broker and the state topic say of a partition.
std::optional<StateProblem> look(const Config& config, std::int32_t partition, PartitionFacts& facts,
                                 PartitionRecord& record) {
  kafka::GroupFacts group;
  if (auto problem = look_at_idle_group(config, config.kafka.group, group)) return problem;
  const std::string topic = scored_topic(config);
  if (auto problem = count_partitions(config, topic, facts.partitions)) return problem;
  if (partition < 0 || partition >= facts.partitions) {
    return StateProblem{kExitUsage, "topic " + topic + " has " + std::to_string(facts.partitions) + " partitions"};
  }
  facts.committed = group.committed(topic, partition);
  TopicReading reading(config);
  const PartitionRead input = reading.bounds(topic, partition);
  if (!input.error.empty()) return StateProblem{kExitUnreachable, input.error};
  facts.topic_id = input.bounds.topic_id;
  facts.low = input.bounds.low;
  facts.end = input.bounds.end;
  const PartitionRead commands = reading.bounds(config.output.commands, partition);
  if (!commands.error.empty()) return StateProblem{kExitUnreachable, commands.error};
  facts.commands = CommandFacts{commands.bounds.topic_id, commands.bounds.low, commands.bounds.end};
  std::string wrong;
  const PartitionRead state =
      reading.read(config.output.state, partition, std::nullopt, [&](const ChangelogRecord& each) {
        if (each.key != kPartitionRecordKey || !each.value) return;
        if (auto problem = decode_partition_record(*each.value, record)) wrong = *problem;
      });
  if (!state.error.empty()) return StateProblem{state.unreachable ? kExitUnreachable : kExitFailed, state.error};
  if (!wrong.empty()) return StateProblem{kExitFailed, wrong};
  return std::nullopt;
}

/// Whether it still is as it was when the decision was made.
std::optional<StateProblem> look_again(const Config& config, const RebaseOptions& options,
                                       const RebaseDecision& decision) {
  PartitionFacts facts;
  PartitionRecord record;
  if (auto problem = look(config, options.partition, facts, record)) return problem;
  const RebaseDecision now = decide_rebase(facts, record, scored_topic(config), options.offset);
  std::string before;
  std::string after;
  encode_partition_record(decision.record, before);
  encode_partition_record(now.record, after);
  if (now.kind == decision.kind && before == after) return std::nullopt;
  return StateProblem{kExitFailed, "the topics have changed meanwhile: see that no process of group " +
                                       config.kafka.group + " is started, and run it again"};
}

/// Writes the partition record, and the offset with it. What is left of its last owner is shut out before.
std::optional<StateProblem> accept(const Config& config, const RebaseOptions& options, const RebaseDecision& decision) {
  const std::int32_t partition = options.partition;
  PartitionRecord record = decision.record;
  kafka::TopicCheck topics = prepare_topics(config);
  if (!topics.problems.empty()) return StateProblem{kExitUsage, topics.problems.front().text};
  if (!record.owner.empty()) {
    const std::string error = kafka::shut_out(client_settings(config, "coagwatch-rebase"), record.owner, kafka_log());
    if (!error.empty()) return StateProblem{kExitUnreachable, "cannot shut " + record.owner + " out: " + error};
  }
  std::string error;
  const auto writer = state_writer(config, topics, "rebase", error);
  if (!writer) return StateProblem{kExitUnreachable, error};
  if (auto problem = look_again(config, options, decision)) return problem;
  record.owner = config.kafka.group + std::string(kRebaseOwner);
  std::string bytes;
  encode_partition_record(record, bytes);
  const std::pair<std::string_view, std::string_view> headers[] = {{"coagwatch-version", COAGWATCH_VERSION}};
  OutputRecord out;
  out.topic = OutputTopic::state;
  out.partition = partition;
  out.key = kPartitionRecordKey;
  out.value = bytes;
  out.headers = headers;
  writer->write(out);
  writer->commit({{config.kafka.group,
                   {{scored_topic(config),
                     partition,
                     record.last_offset + 1,
                     {record.partitions, {{scored_topic(config), record.topic_id}}, {}}}}}});
  if (!writer->error().empty()) return StateProblem{kExitFailed, writer->error()};
  return std::nullopt;
}

}  // namespace

int state_rebase_command(const RebaseOptions& options) {
  std::vector<rules::Problem> problems;
  const std::optional<Config> config = load_config(options.config, process_environment(), problems);
  if (!config) {
    print_problems(problems);
    return kExitUsage;
  }
  log::configure(LogFormat::text, LogLevel::error);
  PartitionFacts facts;
  PartitionRecord record;
  if (const auto problem = look(*config, options.partition, facts, record)) return fail(problem->code, problem->text);
  const RebaseDecision decision = decide_rebase(facts, record, scored_topic(*config), options.offset);
  const std::string place = scored_topic(*config) + " partition " + std::to_string(options.partition);
  if (decision.kind == RebaseDecision::Kind::nothing) {
    std::printf("%s: nothing is wrong with it\n", place.c_str());
    return kExitOk;
  }
  std::printf("%s: stopped, because %s\n", place.c_str(), decision.why.c_str());
  std::printf("  the state is of topic id %s, and ends with offset %lld\n", record.topic_id.c_str(),
              static_cast<long long>(record.last_offset));
  std::printf("  the topic now has id %s, and offsets %lld to %lld\n", facts.topic_id.c_str(),
              static_cast<long long>(facts.low), static_cast<long long>(facts.end));
  if (facts.commands) {
    std::printf("  commands were applied up to offset %lld; their topic now has id %s, and offsets %lld to %lld\n",
                static_cast<long long>(record.last_command), facts.commands->topic_id.c_str(),
                static_cast<long long>(facts.commands->low), static_cast<long long>(facts.commands->end));
  }
  if (decision.kind == RebaseDecision::Kind::refused) {
    return fail(kExitFailed, "this is nothing that a rebase can accept");
  }
  const std::string next = std::to_string(decision.record.last_offset + 1);
  if (!options.yes) {
    std::printf("  with --yes it goes on with offset %s; what was lost before that stays unseen\n", next.c_str());
    return kExitFailed;
  }
  if (const auto problem = accept(*config, options, decision)) {
    return fail(problem->code, problem->text);
  }
  std::printf("  accepted: it goes on with offset %s\n", next.c_str());
  return kExitOk;
}

}  // namespace coagwatch::daemon
