#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/fold/input_record.h"
#include "fhir/intake.h"
#include "rules/scoring/rule_set.h"
#include "rules/values/timestamp.h"

namespace coagwatch::daemon {

/// A command as a journal has it.
class JournaledCommand : public fhir::RecordHeaders {
 public:
  /// Takes a copy of what `record` says. Nothing if that is not a command as the daemon journals it.
  static std::unique_ptr<JournaledCommand> of(const InputRecord& record);
  /// The record of the topic of commands; lives as long as this.
  [[nodiscard]] InputRecord record() const;
  /// The last input offset before it.
  [[nodiscard]] std::int64_t after() const { return after_; }

  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const override;
  void list(std::vector<std::pair<std::string_view, std::string_view>>& out) const override;

 private:
  std::int64_t after_ = -1;
  std::int32_t partition_ = 0;
  std::int64_t offset_ = -1;
  std::string key_;
  std::optional<std::string> value_;
  std::vector<std::pair<std::string, std::string>> headers_;
  std::string source_;
};

/// What a journal says besides the input moved the folds of a run.
class JournalFile {
 public:
  /// A tick, that time went on while nothing came, or a command.
  struct Entry {
    std::int64_t after = -1;  ///< the last input offset before it
    rules::Timestamp time;    ///< of a tick
    std::unique_ptr<JournaledCommand> command;
  };
  using Entries = std::map<std::int32_t, std::deque<Entry>>;

  /// Reads a capture of the journal topic. A replay runs under one rule set, so every activation must be of that one.
  /// Returns what is wrong, or nullopt.
  std::optional<std::string> read(const std::string& file, const rules::RuleSet& rules);

  /// Takes out the next entry of a partition that came before the record at `offset`.
  std::optional<Entry> take_before(std::int32_t partition, std::int64_t offset);
  /// Partitions with entries that are left.
  [[nodiscard]] const Entries& left() const { return entries_; }

 private:
  Entries entries_;
};

}  // namespace coagwatch::daemon
