#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "rules/scoring/rule_set.h"
#include "rules/values/timestamp.h"

namespace coagwatch::daemon {

/// What a journal says besides the input moved the folds of a run.
class JournalFile {
 public:
  /// A tick: time went on while nothing came.
  struct Tick {
    std::int64_t after = -1;  ///< the last input offset before it
    rules::Timestamp time;
  };

  /// Reads a capture of the journal topic. A replay runs under one rule set, so every activation must be of that one.
  /// Returns what is wrong, or nullopt.
  std::optional<std::string> read(const std::string& file, const rules::RuleSet& rules);

  /// Takes out the next tick of a partition that came before the record at `offset`.
  std::optional<Tick> take_before(std::int32_t partition, std::int64_t offset);
  /// Partitions with ticks that are left.
  [[nodiscard]] const std::map<std::int32_t, std::deque<Tick>>& left() const { return ticks_; }

 private:
  std::map<std::int32_t, std::deque<Tick>> ticks_;
};

}  // namespace coagwatch::daemon
