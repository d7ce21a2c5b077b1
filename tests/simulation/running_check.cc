#include "tests/simulation/running_check.h"

namespace coagwatch::simulation {

RunningCheck::RunningCheck(SimulatedKafka& cluster, const Follower& follower) : cluster_(cluster), follower_(follower) {
  for (std::int32_t number = 0; number < cluster.settings().partitions; ++number) {
    partitions_.emplace(number, Partition(number, cluster.settings().routed));
  }
  cluster.observe([this] { look(); });
}

void RunningCheck::look() {
  if (partitions_.empty()) return;
  look_at_offsets();
  if (cluster_.transactions().ending()) return;
  for (auto& [number, partition] : partitions_) {
    const bool changed = partition.changed || follower_.seen("alerts", number).size() != partition.alerts ||
                         follower_.seen("dead-letter", number).size() != partition.dead_letters;
    if (changed && !partition.broken) look_at_outputs(number, partition);
  }
}

void RunningCheck::look_at_outputs(std::int32_t number, Partition& partition) {
  // Somebody's open transaction may hide what is committed behind it.
  for (const char* topic : {"alerts", "dead-letter", "journal", "commands"}) {
    const SimulatedLog& log = cluster_.log(topic, number);
    if (log.last_stable() != log.end()) return;
  }
  partition.changed = false;
  fold_to_committed(number, partition);
  compare("alerts", number, partition.fold->result().alerts, partition.alerts);
  compare("dead-letter", number, partition.fold->result().dead_letters, partition.dead_letters);
  if (partition.alerts == partition.fold->result().alerts.size()) partition.split = false;
}

void RunningCheck::fold_to_committed(std::int32_t number, Partition& partition) {
  read_movements(cluster_.log("journal", number), cluster_.log("commands", number), partition.journal,
                 partition.movements);
  const SimulatedLog& input = cluster_.log(cluster_.settings().input, number);
  const auto move = [&partition](std::int64_t before) {
    for (auto& left = partition.movements; !left.empty() && left.front().after < before; left.pop_front()) {
      partition.fold->move(left.front());
      if (!left.front().command) partition.split = true;
    }
  };
  for (std::int64_t position = partition.position; position < partition.committed;) {
    const LogRecord* record = input.read_committed(position);
    if (record == nullptr || record->offset >= partition.committed) break;
    move(record->offset);
    partition.fold->apply(*record);
    partition.position = position;
  }
  move(partition.committed);
  // Timers that the next record passes may fill transactions of their own before it.
  std::int64_t position = partition.position;
  const LogRecord* next = input.read_committed(position);
  const bool ahead = follower_.seen("alerts", number).size() > partition.fold->result().alerts.size();
  if (!ahead || next == nullptr) return;
  partition.fold->run_timers(*next);
  partition.split = true;
}

void RunningCheck::compare(const std::string& topic, std::int32_t number, const std::vector<Published>& expected,
                           std::size_t& done) {
  const std::vector<Published>& seen = follower_.seen(topic, number);
  while (done < seen.size() && done < expected.size() && seen[done] == expected[done]) ++done;
  if (done == seen.size() && (done == expected.size() || partitions_.at(number).split)) return;
  broken(number, topic + "/" + std::to_string(number) + ": " + std::to_string(seen.size()) +
                     " records seen, the undisturbed fold has " + std::to_string(expected.size()) +
                     ", they differ at " + std::to_string(done));
}

void RunningCheck::look_at_offsets() {
  const auto& history = cluster_.group().history();
  for (; steps_ < history.size(); ++steps_) {
    const SimulatedGroup::Step& step = history[steps_];
    Partition& partition = partitions_.at(step.partition);
    if (partition.broken) continue;
    const SimulatedLog& input = cluster_.log(cluster_.settings().input, step.partition);
    if (step.offset < partition.committed) {
      broken(step.partition, "in/" + std::to_string(step.partition) + ": the committed offset went back from " +
                                 std::to_string(partition.committed) + " to " + std::to_string(step.offset));
    } else if (step.offset > input.last_stable()) {
      broken(step.partition, "in/" + std::to_string(step.partition) + ": the committed offset passes the input");
    }
    partition.committed = step.offset;
    partition.changed = true;
  }
}

void RunningCheck::broken(std::int32_t number, const std::string& what) {
  partitions_.at(number).broken = true;
  cluster_.violation(what + ", at " + std::to_string(cluster_.now().count() / 1'000) + " ms");
}

}  // namespace coagwatch::simulation
