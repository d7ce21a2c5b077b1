#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/fold/fold_sink.h"
#include "daemon/fold/state_codec.h"
#include "tests/simulation/journal.h"
#include "tests/simulation/simulated_log.h"

namespace coagwatch::simulation {

/// One record as published.
struct Published {
  std::optional<std::string> key;
  std::optional<std::string> value;
  Headers headers;
  friend bool operator==(const Published&, const Published&) = default;
};
Published published(const LogRecord& record);
Published published(const daemon::FoldRecord& record);

/// Everything that the fold of one partition publishes.
struct FoldResult {
  std::vector<Published> alerts;
  std::vector<Published> dead_letters;
  std::map<std::string, std::string> state;                 ///< last value of each key, without the partition record
  std::map<std::string, std::string> status;                ///< last value of each key
  std::map<std::int32_t, std::vector<Published>> commands;  ///< by the partition that they are for
  daemon::PartitionRecord record;
  std::vector<std::size_t> items;  ///< results found in each input record, in order
};

/// The undisturbed fold of one partition, record by record.
class OfflineFold {
 public:
  /// `routed`: its input was written by a router stage.
  explicit OfflineFold(std::int32_t partition, bool routed = false);
  ~OfflineFold();
  OfflineFold(const OfflineFold&) = delete;
  OfflineFold& operator=(const OfflineFold&) = delete;

  void apply(const LogRecord& stored);
  /// The timers that a record passes, as apply() does first.
  void run_timers(const LogRecord& stored);
  /// What the journal tells of: runs the timers until then, or applies the command.
  void move(const Movement& movement);
  /// Writes state and status of what was applied since.
  void commit();
  [[nodiscard]] const FoldResult& result() const { return result_; }

 private:
  struct Parts;
  std::int32_t partition_;
  bool routed_;
  FoldResult result_;
  std::unique_ptr<Parts> parts_;  // writes into result_
};

/// Folds `input` without a broker, committing after every `batch` records or movements, with the movements between. The
/// result must not depend on `batch`.
FoldResult fold_offline(std::int32_t partition, const std::vector<LogRecord>& input, std::size_t batch,
                        std::deque<Movement> movements = {}, bool routed = false);

}  // namespace coagwatch::simulation
