#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "rules/values/timestamp.h"

namespace coagwatch::simulation {

/// One transaction of one producer; never used twice. 0: none.
using TransactionId = std::uint64_t;

using Headers = std::vector<std::pair<std::string, std::string>>;

/// One record as a partition keeps it.
struct LogRecord {
  enum class Control : std::uint8_t { none, commit, abort };

  std::int64_t offset = -1;
  rules::Timestamp time = rules::Timestamp::none();
  std::optional<std::string> key;
  std::optional<std::string> value;
  Headers headers;
  TransactionId transaction = 0;
  Control control = Control::none;
};

/// One partition as Kafka keeps it: offsets never reused, control records among the data, a last stable offset that
/// the oldest open transaction holds back, holes where compaction was.
class SimulatedLog {
 public:
  /// Appends a record (its `offset` is set) and returns its offset. A record with a transaction opens it here.
  std::int64_t append(LogRecord record);
  /// Appends the marker that ends a transaction in this partition. It takes an offset, also where the transaction
  /// left no record.
  void end_transaction(TransactionId transaction, bool commit);

  [[nodiscard]] std::int64_t start() const { return start_; }
  /// Log end offset, what read_uncommitted takes for the end.
  [[nodiscard]] std::int64_t end() const { return end_; }
  /// Last stable offset: the first record of the oldest transaction still open here, else the end.
  [[nodiscard]] std::int64_t last_stable() const;

  /// The next record that a read_committed reader at `position` sees, or nullptr. `position` moves past everything
  /// that was skipped or returned, never past the last stable offset. The pointer lives until the log changes.
  /// REQUIRES: position >= start().
  const LogRecord* read_committed(std::int64_t& position) const;

  /// All that a read_committed reader sees of what is left.
  [[nodiscard]] std::vector<LogRecord> committed() const;

  /// As read_committed, but sees open and aborted records too and ends at the end.
  const LogRecord* read_uncommitted(std::int64_t& position) const;

  /// Offset of the last record of a key, committed or not; -1: there is none.
  [[nodiscard]] std::int64_t last_of(const std::string& key) const;

  /// Removes records below `limit` that a later one of the same key below `limit` replaces, and aborted ones; with
  /// `drop_tombstones` also the tombstones left. Never reaches past the last stable offset.
  void compact(std::int64_t limit, bool drop_tombstones);
  /// Retention: the log starts at `start` from now on.
  void delete_before(std::int64_t start);
  /// An unclean leader election: everything from `end` on is gone.
  void truncate_to(std::int64_t end);
  /// Of the leader; higher after each election.
  [[nodiscard]] std::int32_t leader_epoch() const { return leader_epoch_; }

 private:
  [[nodiscard]] std::size_t index_of(std::int64_t offset) const;

  std::vector<LogRecord> records_;  // by offset, with holes after compaction
  std::int64_t start_ = 0;
  std::int64_t end_ = 0;
  std::int32_t leader_epoch_ = 1;
  std::map<TransactionId, std::int64_t> open_;  // transaction -> its first offset here
  std::set<TransactionId> aborted_;
};

}  // namespace coagwatch::simulation
