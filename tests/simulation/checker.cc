#include "tests/simulation/checker.h"

#include <algorithm>

#include "tests/simulation/command_check.h"
#include "tests/simulation/router_check.h"

namespace coagwatch::simulation {
namespace {

std::string where(const std::string& topic, std::int32_t partition) { return topic + "/" + std::to_string(partition); }

/// Which input record caused this one.
std::string source(const Published& record) {
  for (const auto& [name, value] : record.headers) {
    if (name == "coagwatch-source") return value;
  }
  return "no source";
}

}  // namespace

std::vector<LogRecord> Checker::input(std::int32_t partition) {
  return cluster_.log(cluster_.settings().input, partition).committed();
}

bool Checker::drained() {
  for (std::int32_t partition = 0; partition < cluster_.settings().partitions; ++partition) {
    const SimulatedLog& log = cluster_.log(cluster_.settings().input, partition);
    if (log.last_stable() != log.end()) return false;
    const SimulatedGroup::Committed offset = cluster_.group().committed(partition);
    if (!offset.stable) return false;
    std::int64_t position = std::max(offset.offset.value_or(0), log.start());
    if (log.read_committed(position) != nullptr) return false;
    const daemon::PartitionRecord record = last_record(partition);
    if (record.unfinished_tick >= 0 || !commands_drained(partition, record)) return false;
  }
  if (!RouterCheck(cluster_).drained()) return false;
  return cluster_.transactions().settled() && !cluster_.late_requests();
}

bool Checker::commands_drained(std::int32_t partition, const daemon::PartitionRecord& record) {
  const SimulatedLog& commands = cluster_.log("commands", partition);
  if (commands.last_stable() != commands.end()) return false;
  std::int64_t position = record.last_command + 1;
  return commands.read_committed(position) == nullptr;
}

std::vector<std::string> Checker::check(bool transactions) {
  problems_ = cluster_.violations();
  std::vector<FoldResult> folds;
  for (std::int32_t partition = 0; partition < cluster_.settings().partitions; ++partition) {
    folds.push_back(check_partition(partition));
  }
  CommandCheck commands(cluster_, follower_, problems_);
  commands.check(folds);
  commands_ = commands.applied();
  RouterCheck(cluster_).check(problems_);
  if (transactions) check_transactions();
  return problems_;
}

FoldResult Checker::check_partition(std::int32_t partition) {
  const std::vector<LogRecord> records = input(partition);
  std::deque<Movement> movements;
  std::int64_t position = 0;
  read_movements(cluster_.log("journal", partition), cluster_.log("commands", partition), position, movements);
  ticks_ += static_cast<std::size_t>(std::ranges::count_if(movements, [](const Movement& m) { return !m.command; }));
  const bool routed = cluster_.settings().routed;
  FoldResult expected = fold_offline(partition, records, 1, std::move(movements), routed);
  alerts_ += expected.alerts.size();
  dead_letters_ += expected.dead_letters.size();
  // What goes to all partitions need not concern anybody in this one.
  if (!routed && std::find(expected.items.begin(), expected.items.end(), 0U) != expected.items.end()) {
    problem(where("in", partition) + ": an input record ended nowhere");
  }
  compare("alerts", partition, expected.alerts);
  compare("dead-letter", partition, expected.dead_letters);
  compare_latest("state", partition, expected.state);
  compare_latest("status", partition, expected.status);
  check_record(partition, expected.record);
  const SimulatedGroup::Committed offset = cluster_.group().committed(partition);
  const std::int64_t next = records.empty() ? -1 : records.back().offset + 1;
  // What follows the last record are control records and aborted ones, which may be passed.
  const std::int64_t end = cluster_.log(cluster_.settings().input, partition).end();
  const std::int64_t found = offset.offset.value_or(-1);
  if (!offset.stable || found < next || found > end) {
    problem(where("in", partition) + ": committed offset is " + std::to_string(found) + ", expected " +
            std::to_string(next) + " to " + std::to_string(end));
  }
  return expected;
}

void Checker::compare(const std::string& topic, std::int32_t partition, const std::vector<Published>& expected) {
  std::vector<Published> found;
  for (const LogRecord& record : cluster_.log(topic, partition).committed()) found.push_back(published(record));
  const auto [mine, theirs] = std::mismatch(found.begin(), found.end(), expected.begin(), expected.end());
  if (mine != found.end() || theirs != expected.end()) {
    problem(where(topic, partition) + ": " + std::to_string(found.size()) + " records, expected " +
            std::to_string(expected.size()) + "; they differ at " + std::to_string(mine - found.begin()) + " (" +
            (mine == found.end() ? "missing" : source(*mine)) + " instead of " +
            (theirs == expected.end() ? "nothing" : source(*theirs)) + ")");
  }
  if (follower_.seen(topic, partition) != found) {
    problem(where(topic, partition) + ": a reader of committed data saw something else than what is there");
  }
}

void Checker::compare_latest(const std::string& topic, std::int32_t partition,
                             std::map<std::string, std::string> expected) {
  std::map<std::string, std::string> found;
  for (const LogRecord& record : cluster_.log(topic, partition).committed()) {
    if (record.key == daemon::kPartitionRecordKey) continue;
    if (record.value) {
      found[record.key.value_or("")] = *record.value;
    } else {
      found.erase(record.key.value_or(""));
    }
  }
  if (found == expected) return;
  std::size_t wrong = 0;
  for (const auto& [key, value] : expected) {
    const auto place = found.find(key);
    if (place == found.end() || place->second != value) ++wrong;
  }
  problem(where(topic, partition) + ": " + std::to_string(wrong) + " of " + std::to_string(expected.size()) +
          " keys are missing or differ, " + std::to_string(found.size()) + " keys are there");
}

daemon::PartitionRecord Checker::last_record(std::int32_t partition) {
  daemon::PartitionRecord found;
  const SimulatedLog& log = cluster_.log("state", partition);
  const LogRecord* last = nullptr;
  for (std::int64_t position = log.start(); const LogRecord* record = log.read_committed(position);) {
    if (record->key == daemon::kPartitionRecordKey) last = record;
  }
  if (last != nullptr) daemon::decode_partition_record(last->value.value_or(""), found);
  return found;
}

void Checker::check_record(std::int32_t partition, const daemon::PartitionRecord& expected) {
  const daemon::PartitionRecord found = last_record(partition);
  const std::int64_t end = cluster_.log(cluster_.settings().input, partition).end();
  // What is behind the last command that was applied is none.
  const std::int64_t end_of_commands = cluster_.log("commands", partition).end();
  if (found.last_command < expected.last_command || found.last_command >= end_of_commands) {
    problem(where("state", partition) + ": the partition record ends at command " + std::to_string(found.last_command) +
            ", expected " + std::to_string(expected.last_command));
  }
  if (expected.last_offset < 0) return;
  if (found.last_offset < expected.last_offset || found.last_offset >= end || found.time != expected.time) {
    problem(where("state", partition) + ": the partition record ends at offset " + std::to_string(found.last_offset) +
            ", expected " + std::to_string(expected.last_offset));
  }
  if (found.topic_id != cluster_.topic_id(cluster_.settings().input)) {
    problem(where("state", partition) + ": the partition record names another input topic");
  }
}

void Checker::check_transactions() {
  std::map<std::pair<TransactionId, std::int32_t>, std::int64_t> offsets;
  std::map<std::int32_t, std::int64_t> last;
  for (const SimulatedGroup::Step& step : cluster_.group().history()) {
    offsets[{step.transaction, step.partition}] = step.offset;
    // A transaction of timers alone sends the last offset again.
    if (last.contains(step.partition) && step.offset < last[step.partition]) {
      problem(where("in", step.partition) + ": committed offset went back to " + std::to_string(step.offset));
    }
    last[step.partition] = step.offset;
  }
  if (offsets != follower_.applied()) {
    problem("a transaction's offsets and its partition records disagree: it was torn");
  }
}

}  // namespace coagwatch::simulation
