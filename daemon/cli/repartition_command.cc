#include <algorithm>
#include <cstdio>
#include <set>
#include <utility>

#include "daemon/cli/commands.h"
#include "daemon/cli/kafka_setup.h"
#include "daemon/cli/repartition_target.h"
#include "daemon/fold/murmur2.h"
#include "daemon/kafka/partitioner.h"
#include "daemon/log/log.h"

namespace coagwatch::daemon {
namespace {

int fail(const StateProblem& problem) {
  std::fprintf(stderr, "coagwatch state repartition: %s\n", problem.text.c_str());
  return problem.code;
}

/// The scored topic stays, and has or is to get other partitions.
bool keeps_input(const Config& from, const Config& to) {
  return from.input.keyed_by_patient && to.input.keyed_by_patient && scored_topic(from) == scored_topic(to);
}

std::set<std::string> set_of(const std::vector<std::string>& names) { return {names.begin(), names.end()}; }

/// What of the two configurations does not fit together; empty: nothing.
std::string mismatch(const Config& from, const Config& to) {
  if (from.kafka.brokers != to.kafka.brokers) return "kafka.brokers must be the same";
  if (from.kafka.group == to.kafka.group) return "kafka.group must be another one, so that the old one stays as it is";
  if (from.time_source != to.time_source) return "time.source must be the same";
  const std::pair<const std::string&, const std::string&> topics[] = {{from.output.state, to.output.state},
                                                                      {from.output.status, to.output.status},
                                                                      {from.output.journal, to.output.journal},
                                                                      {from.output.commands, to.output.commands}};
  for (const auto& [before, after] : topics) {
    if (before == after)
      return "topic " + after + " is the old one's: state, status, journal and commands need new names";
  }
  if (to.input.keyed_by_patient && !from.input.keyed_by_patient) {
    return "input.keyed-by-patient cannot become yes: what the router stage has not read yet would be lost";
  }
  if (!to.input.keyed_by_patient) {
    if (!from.input.keyed_by_patient && from.output.by_patient == to.output.by_patient) {
      return "output.topics.by-patient must be another one";
    }
    const std::set<std::string> inputs = set_of(to.input.topics);
    const auto is_read = [&](const std::string& topic) { return inputs.contains(topic); };
    if (!std::ranges::all_of(from.input.topics, is_read))
      return "input.topics must hold those of the old configuration";
  }
  return {};
}

/// Where the new router stage goes on.
std::vector<kafka::GroupOffset> router_offsets(const Config& from, const Config& to, const RepartitionSource& source) {
  if (to.input.keyed_by_patient) return {};
  if (!from.input.keyed_by_patient) {
    std::vector<kafka::GroupOffset> offsets = source.router().offsets;
    const std::set<std::string> inputs = set_of(from.input.topics);
    std::erase_if(offsets, [&](const kafka::GroupOffset& each) { return !inputs.contains(each.topic); });
    return offsets;
  }
  // What was scored as it came is routed first from now on.
  std::vector<kafka::GroupOffset> offsets;
  for (std::int32_t p = 0; p < source.partitions(); ++p) {
    const PartitionRecord& record = source.records()[static_cast<std::size_t>(p)];
    if (record.last_offset >= 0)
      offsets.push_back(
          {scored_topic(from), p, record.last_offset + 1, {0, {{scored_topic(from), record.topic_id}}, {}}});
  }
  return offsets;
}

Division division(const Config& config, std::int32_t partitions, kafka::Partitioner partitioner) {
  Division made;
  made.partitions = partitions;
  made.routed = !config.input.keyed_by_patient;
  const kafka::Partitioner used = made.routed ? kafka::Partitioner::murmur2 : partitioner;
  made.partition_of = [used](std::string_view key, std::int32_t among) {
    return kafka::partition_by(used, key, among);
  };
  return made;
}

/// With what is to be done where topics were made already.
StateProblem again(StateProblem problem) {
  problem.text += "; delete the new topics, and run it again";
  return problem;
}

std::optional<StateProblem> copy(const Config& from, const Setup& to, const RepartitionOptions& options,
                                 kafka::Partitioner partitioner) {
  RepartitionSource source(from);
  const bool is_routed_now = from.input.keyed_by_patient && !to.config.input.keyed_by_patient;
  Division before = division(from, 0, partitioner);
  const auto check = [&](std::int32_t partition, std::string_view key, std::string_view value) {
    before.partitions = source.partitions();
    before.grown_to = source.input_partitions();
    return check_place(before, partition, key, value);
  };
  if (auto problem = source.look(is_routed_now, check)) return problem;
  RepartitionTarget target(to.config);
  if (auto problem = target.look(options.partitions)) return problem;
  if (auto problem = target.begin()) return again(std::move(*problem));
  before.partitions = source.partitions();
  before.grown_to = source.input_partitions();
  Repartition work({before, division(to.config, target.partitions(), partitioner), to.config.alerts, to.config.window},
                   target);
  if (auto problem = source.read_states([&](std::int32_t partition, std::string_view key, std::string_view value) {
        return work.add(partition, key, value);
      })) {
    return again(std::move(*problem));
  }
  work.finish();
  const Division after = division(to.config, target.partitions(), partitioner);
  std::uint64_t statuses = 0;
  if (auto problem = source.read_statuses([&](std::string_view key, std::string_view value) {
        ++statuses;
        return target.status(after.partition_of(key, after.partitions), key, value);
      })) {
    return again(std::move(*problem));
  }
  if (auto problem = target.settle_down()) return again(std::move(*problem));
  if (auto problem = source.look_again()) return again(std::move(*problem));
  const std::vector<PartitionRecord> none;
  const bool goes_on = keeps_input(from, to.config);
  if (auto problem = target.finish(merged_record(source.records()), goes_on ? source.records() : none,
                                   router_offsets(from, to.config, source))) {
    return again(std::move(*problem));
  }
  std::printf("%d partitions of %s: %llu patients, %llu linked, %llu statuses\n", source.partitions(),
              from.output.state.c_str(), static_cast<unsigned long long>(work.patients()),
              static_cast<unsigned long long>(work.linked()), static_cast<unsigned long long>(statuses));
  if (work.strays() > 0) {
    std::printf(
        "%zu patients had something in a partition that is not theirs: what was known of each is put together\n",
        work.strays());
  }
  std::printf("%d partitions of %s: written, %llu patients to settle\n", target.partitions(),
              to.config.output.state.c_str(), static_cast<unsigned long long>(target.settled()));
  return std::nullopt;
}

}  // namespace

int state_repartition_command(const RepartitionOptions& options) {
  std::vector<rules::Problem> problems;
  const std::optional<Config> from = load_config(options.from, process_environment(), problems);
  const std::unique_ptr<Setup> to = load_setup(options.config, Purpose::offline, problems);
  if (!from || !to) {
    print_problems(problems);
    return kExitUsage;
  }
  log::configure(LogFormat::text, LogLevel::error);
  const auto partitioner = kafka::partitioner_named(options.partitioner);
  if (!partitioner) {
    return fail({kExitUsage,
                 "--partitioner is murmur2, consistent or fnv1a: by any other, the partition of a key "
                 "cannot be told again"});
  }
  if (const std::string wrong = mismatch(*from, to->config); !wrong.empty()) return fail({kExitUsage, wrong});
  if (const auto problem = copy(*from, *to, options, *partitioner)) return fail(*problem);
  return kExitOk;
}

}  // namespace coagwatch::daemon
