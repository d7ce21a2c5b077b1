#pragma once

#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "daemon/cli/commands.h"
#include "daemon/cli/setup.h"
#include "daemon/report/collector.h"
#include "daemon/report/outcomes.h"

namespace coagwatch::daemon {

/// The report of one replay: what it needs is read before, and it is written after. A file of that name from before
/// stays as it is until the new one is complete.
class ReportJob {
 public:
  /// Reads the outcomes and sees that the file can be written. Returns what is wrong, or nullopt.
  static std::optional<std::string> prepare(const ReplayOptions& options, const std::shared_ptr<const Setup>& setup,
                                            std::unique_ptr<ReportJob>& job);
  ~ReportJob();
  ReportJob(const ReportJob&) = delete;
  ReportJob& operator=(const ReportJob&) = delete;

  FoldSink& sink() { return collector_; }
  /// Writes the report of that many records. Returns what is wrong, or nullopt.
  std::optional<std::string> write(std::uint64_t records, bool event_time);

 private:
  ReportJob(const ReplayOptions& options, const std::shared_ptr<const Setup>& setup);

  const ReplayOptions& options_;
  std::shared_ptr<const Setup> setup_;
  ReportCollector collector_;
  Outcomes outcomes_;
  std::string unfinished_;  // the file's name while it is written
  std::FILE* file_ = nullptr;
};

}  // namespace coagwatch::daemon
