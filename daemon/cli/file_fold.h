#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "daemon/cli/feed_reader.h"
#include "daemon/cli/journal_file.h"
#include "daemon/fold/partition_fold.h"

namespace coagwatch::daemon {

/// The folds over files: one a partition, made when first met. Not thread-safe.
class FileFold {
 public:
  /// Touched patients are held decoded; every `flush_every` records they are put away, and their state and status
  /// written. `journal` has what besides the input moved the run that is played again; an empty one has none.
  FileFold(FoldSettings settings, JournalFile journal, FoldSink& sink, std::uint64_t flush_every)
      : settings_(std::move(settings)), journal_(std::move(journal)), sink_(sink), flush_every_(flush_every) {}

  /// What the first record decides: plain files are played as if live, captures as the configuration says, one of
  /// `routed_topic` as the router stage wrote it.
  void set_form(FeedReader::Form form, const std::string& topic, const std::string& routed_topic);
  /// Whether every patient has a clock of his own.
  [[nodiscard]] bool event_time() const { return settings_.time_source == FoldSettings::TimeSource::event; }
  void apply(const InputRecord& received);
  /// What time brought about after the last record; flushes.
  void end();
  /// Patients as of the last flush, over all partitions.
  [[nodiscard]] std::size_t patients() const;

 private:
  void run_journal(std::int32_t partition, std::int64_t offset);
  void flush();

  FoldSettings settings_;
  JournalFile journal_;
  FoldSink& sink_;
  std::uint64_t flush_every_;
  std::map<std::int32_t, PartitionFold> folds_;
  std::uint64_t since_flush_ = 0;
};

}  // namespace coagwatch::daemon
