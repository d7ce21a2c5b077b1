#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/fold/state_codec.h"
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

/// Everything that the fold of one partition publishes.
struct FoldResult {
  std::vector<Published> alerts;
  std::vector<Published> dead_letters;
  std::map<std::string, std::string> state;   ///< last value of each key, without the partition record
  std::map<std::string, std::string> status;  ///< last value of each key
  daemon::PartitionRecord record;
  std::vector<std::size_t> items;  ///< results found in each input record, in order
};

/// Folds `input` without a broker, committing after every `batch` records. The result must not depend on `batch`.
FoldResult fold_offline(std::int32_t partition, const std::vector<LogRecord>& input, std::size_t batch);

}  // namespace coagwatch::simulation
