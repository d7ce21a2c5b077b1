#include <algorithm>
#include <cstdio>

#include "daemon/cli/both_sinks.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/feed_reader.h"
#include "daemon/cli/file_fold.h"
#include "daemon/cli/journal_file.h"
#include "daemon/cli/progress.h"
#include "daemon/cli/replay_sink.h"
#include "daemon/cli/report_job.h"
#include "daemon/cli/setup.h"

namespace coagwatch::daemon {
namespace {

constexpr std::uint64_t kFlushEvery = 1'000;

/// `--emit` words to kinds; false after a message.
bool parse_kinds(const std::vector<std::string>& words, std::vector<EmitKind>& kinds) {
  if (words == std::vector<std::string>{"none"}) return true;
  for (const std::string& word : words) {
    const auto kind = emit_kind_named(word);
    if (!kind) {
      std::fprintf(stderr, "coagwatch replay: --emit %s: expected one of %s\n", word.c_str(),
                   emit_kind_names().c_str());
      return false;
    }
    kinds.push_back(*kind);
  }
  return true;
}

/// What is loaded before the first record is read.
struct Prepared {
  std::vector<EmitKind> kinds;
  std::shared_ptr<const Setup> setup;
  JournalFile journal;
  std::unique_ptr<ReportJob> report;  ///< null: none is wanted
};

/// False after messages.
bool prepare(const ReplayOptions& options, Prepared& out) {
  std::vector<std::string> emit = options.emit;
  if (emit.empty()) emit = {"alerts"};
  if (!parse_kinds(emit, out.kinds)) return false;
  std::vector<rules::Problem> problems;
  out.setup = load_setup(options.config, Purpose::offline, problems);
  if (!out.setup) {
    print_problems(problems);
    return false;
  }
  std::optional<std::string> problem;
  if (!options.journal.empty()) problem = out.journal.read(options.journal, out.setup->rules);
  if (!problem && !options.report.empty()) problem = ReportJob::prepare(options, out.setup, out.report);
  if (problem) std::fprintf(stderr, "coagwatch replay: %s\n", problem->c_str());
  return !problem;
}

int fail(int code, const std::string& what) {
  std::fprintf(stderr, "coagwatch replay: %s\n", what.c_str());
  return code;
}

/// Whether the router stage divides the records of what is read among partitions of its own.
bool is_divided(const FeedReader& feed, const Config& config) {
  return feed.form() == FeedReader::Form::capture && !config.input.keyed_by_patient &&
         std::ranges::find(config.input.topics, feed.topic()) != config.input.topics.end();
}

}  // namespace

int replay_command(const ReplayOptions& options) {
  Prepared prepared;
  if (!prepare(options, prepared)) return kExitUsage;
  ReplaySink printed(prepared.setup->rules, prepared.kinds, stdout);
  BothSinks sink(printed, prepared.report ? &prepared.report->sink() : nullptr);
  // Status is a record for each change; the rest of a transaction's end can wait.
  const std::uint64_t flush_every = printed.wants(EmitKind::status) ? 1 : kFlushEvery;
  FoldSettings settings = fold_settings(prepared.setup);
  settings.notifications = printed.wants(EmitKind::notifications);
  FileFold replay(std::move(settings), std::move(prepared.journal), sink, flush_every);
  FeedReader feed(options.files);
  Progress progress(total_size(options.files), !prepared.kinds.empty());
  std::uint64_t records = 0;
  std::int32_t last_partition = 0;
  while (const InputRecord* record = feed.next()) {
    if (records++ == 0) {
      replay.set_form(feed.form(), feed.topic(), prepared.setup->config.output.by_patient);
    }
    last_partition = std::max(last_partition, record->partition);
    printed.set_line(feed.line());
    replay.apply(*record);
    if (!printed.ok()) break;
    if (progress.shown()) progress.update(records, feed.consumed());
  }
  progress.end();
  if (printed.ok()) replay.end();
  printed.finish();
  if (std::fflush(stdout) != 0 || !printed.ok()) return fail(kExitFailed, "the output could not be written");
  if (!feed.error().empty()) return fail(kExitUsage, feed.error());
  if (last_partition > 0 && is_divided(feed, prepared.setup->config)) {
    std::fprintf(
        stderr,
        "coagwatch replay: each partition of %s was folded by itself; what the daemon published is what a capture "
        "of %s gives, where a patient's records are together\n",
        feed.topic().c_str(), prepared.setup->config.output.by_patient.c_str());
  }
  if (prepared.report) {
    if (const auto problem = prepared.report->write(records, replay.event_time())) return fail(kExitFailed, *problem);
  }
  return kExitOk;
}

}  // namespace coagwatch::daemon
