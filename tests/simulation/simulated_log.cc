#include "tests/simulation/simulated_log.h"

#include <algorithm>
#include <unordered_map>

namespace coagwatch::simulation {

std::int64_t SimulatedLog::append(LogRecord record) {
  record.offset = end_;
  if (record.transaction != 0) open_.try_emplace(record.transaction, end_);
  records_.push_back(std::move(record));
  return end_++;
}

void SimulatedLog::end_transaction(TransactionId transaction, bool commit) {
  LogRecord marker;
  marker.offset = end_++;
  marker.transaction = transaction;
  marker.control = commit ? LogRecord::Control::commit : LogRecord::Control::abort;
  records_.push_back(std::move(marker));
  if (open_.erase(transaction) != 0 && !commit) aborted_.insert(transaction);
}

std::int64_t SimulatedLog::last_stable() const {
  std::int64_t stable = end_;
  for (const auto& [transaction, first] : open_) stable = std::min(stable, first);
  return stable;
}

std::size_t SimulatedLog::index_of(std::int64_t offset) const {
  const auto found = std::lower_bound(records_.begin(), records_.end(), offset,
                                      [](const LogRecord& record, std::int64_t at) { return record.offset < at; });
  return static_cast<std::size_t>(found - records_.begin());
}

const LogRecord* SimulatedLog::read_committed(std::int64_t& position) const {
  const std::int64_t stable = last_stable();
  for (std::size_t i = index_of(position); i < records_.size() && records_[i].offset < stable; ++i) {
    const LogRecord& record = records_[i];
    position = record.offset + 1;
    if (record.control == LogRecord::Control::none && !aborted_.contains(record.transaction)) return &record;
  }
  // Holes that compaction left count as read.
  position = std::max(position, stable);
  return nullptr;
}

std::vector<LogRecord> SimulatedLog::committed() const {
  std::vector<LogRecord> records;
  std::int64_t position = start_;
  while (const LogRecord* record = read_committed(position)) records.push_back(*record);
  return records;
}

const LogRecord* SimulatedLog::read_uncommitted(std::int64_t& position) const {
  for (std::size_t i = index_of(position); i < records_.size(); ++i) {
    position = records_[i].offset + 1;
    if (records_[i].control == LogRecord::Control::none) return &records_[i];
  }
  position = std::max(position, end_);
  return nullptr;
}

std::int64_t SimulatedLog::last_of(const std::string& key) const {
  const auto found = std::ranges::find(records_.rbegin(), records_.rend(), key, &LogRecord::key);
  return found == records_.rend() ? -1 : found->offset;
}

void SimulatedLog::compact(std::int64_t limit, bool drop_tombstones) {
  limit = std::min(limit, last_stable());
  const auto is_data = [this](const LogRecord& record) {
    return record.control == LogRecord::Control::none && !aborted_.contains(record.transaction);
  };
  std::unordered_map<std::string, std::int64_t> newest;
  for (const LogRecord& record : records_) {
    if (record.offset < limit && is_data(record) && record.key) newest[*record.key] = record.offset;
  }
  std::erase_if(records_, [&](const LogRecord& record) {
    if (record.offset >= limit || record.control != LogRecord::Control::none) return false;
    if (!is_data(record)) return true;
    if (!record.key) return false;
    return newest[*record.key] != record.offset || (drop_tombstones && !record.value);
  });
}

void SimulatedLog::delete_before(std::int64_t start) {
  start_ = std::max(start_, std::min(start, end_));
  std::erase_if(records_, [this](const LogRecord& record) { return record.offset < start_; });
}

void SimulatedLog::truncate_to(std::int64_t end) {
  ++leader_epoch_;
  end_ = std::max(start_, std::min(end, end_));
  std::erase_if(records_, [this](const LogRecord& record) { return record.offset >= end_; });
  std::erase_if(open_, [this](const auto& entry) { return entry.second >= end_; });
}

}  // namespace coagwatch::simulation
