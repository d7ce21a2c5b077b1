#include "tests/simulation/checker.h"

#include <algorithm>

namespace coagwatch::simulation {
namespace {

std::string where(const std::string& topic, std::int32_t partition) { return topic + "/" + std::to_string(partition); }

std::vector<LogRecord> committed(const SimulatedLog& log) {
  std::vector<LogRecord> records;
  std::int64_t position = log.start();
  while (const LogRecord* record = log.read_committed(position)) records.push_back(*record);
  return records;
}

/// Which input record caused this one.
std::string source(const Published& record) {
  for (const auto& [name, value] : record.headers) {
    if (name == "coagwatch-source") return value;
  }
  return "no source";
}

}  // namespace

std::vector<LogRecord> Checker::input(std::int32_t partition) {
  return committed(cluster_.log(cluster_.settings().input, partition));
}

bool Checker::drained() {
  for (std::int32_t partition = 0; partition < cluster_.settings().partitions; ++partition) {
    const SimulatedLog& log = cluster_.log(cluster_.settings().input, partition);
    if (log.last_stable() != log.end()) return false;
    const std::vector<LogRecord> records = committed(log);
    const SimulatedGroup::Committed offset = cluster_.group().committed(partition);
    if (!offset.stable) return false;
    if (!records.empty() && offset.offset != records.back().offset + 1) return false;
  }
  return cluster_.transactions().settled() && !cluster_.late_requests();
}

std::vector<std::string> Checker::check(bool transactions) {
  problems_ = cluster_.violations();
  for (std::int32_t partition = 0; partition < cluster_.settings().partitions; ++partition) check_partition(partition);
  if (transactions) check_transactions();
  return problems_;
}

void Checker::check_partition(std::int32_t partition) {
  const std::vector<LogRecord> records = input(partition);
  const FoldResult expected = fold_offline(partition, records, 1);
  alerts_ += expected.alerts.size();
  dead_letters_ += expected.dead_letters.size();
  if (std::find(expected.items.begin(), expected.items.end(), 0U) != expected.items.end()) {
    problem(where("in", partition) + ": an input record ended nowhere");
  }
  compare("alerts", partition, expected.alerts);
  compare("dead-letter", partition, expected.dead_letters);
  compare_latest("state", partition, expected.state);
  compare_latest("status", partition, expected.status);
  if (!records.empty()) check_record(partition, expected.record);
  const SimulatedGroup::Committed offset = cluster_.group().committed(partition);
  const std::int64_t next = records.empty() ? -1 : records.back().offset + 1;
  if (!offset.stable || offset.offset.value_or(-1) != next) {
    problem(where("in", partition) + ": committed offset is " + std::to_string(offset.offset.value_or(-1)) +
            ", expected " + std::to_string(next));
  }
}

void Checker::compare(const std::string& topic, std::int32_t partition, const std::vector<Published>& expected) {
  std::vector<Published> found;
  for (const LogRecord& record : committed(cluster_.log(topic, partition))) found.push_back(published(record));
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
  for (const LogRecord& record : committed(cluster_.log(topic, partition))) {
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

void Checker::check_record(std::int32_t partition, const daemon::PartitionRecord& expected) {
  daemon::PartitionRecord found;
  for (const LogRecord& record : committed(cluster_.log("state", partition))) {
    if (record.key == daemon::kPartitionRecordKey) daemon::decode_partition_record(record.value.value_or(""), found);
  }
  if (found.last_offset != expected.last_offset || found.time != expected.time) {
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
