#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <map>

#include "daemon/cli/commands.h"
#include "daemon/cli/feed_reader.h"
#include "daemon/cli/journal_file.h"
#include "daemon/cli/replay_sink.h"
#include "daemon/cli/setup.h"

namespace coagwatch::daemon {
namespace {

// Touched patients are held decoded; so many records later they are put away.
constexpr std::uint64_t kFlushEvery = 1'000;

/// `--emit` words to kinds; false after a message.
bool parse_kinds(const std::vector<std::string>& words, std::vector<EmitKind>& kinds) {
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

/// Shows on a terminal how far a long replay is.
class Progress {
 public:
  void update(std::uint64_t records, std::uint64_t bytes) {
    if (!shown_ || records % 4'096 != 0) return;
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < std::chrono::milliseconds(500)) return;
    last_ = now;
    std::fprintf(stderr, "\r%llu records, %llu MB", static_cast<unsigned long long>(records),
                 static_cast<unsigned long long>(bytes / 1'000'000));
    std::fflush(stderr);
    dirty_ = true;
  }
  void end() const {
    if (dirty_) std::fprintf(stderr, "\r\033[K");
  }

 private:
  // Not while results scroll over the same terminal.
  bool shown_ = isatty(STDERR_FILENO) != 0 && isatty(STDOUT_FILENO) == 0;
  bool dirty_ = false;
  std::chrono::steady_clock::time_point last_;
};

/// The folds of a replay: one a partition, made when first met.
class Replay {
 public:
  Replay(FoldSettings settings, ReplaySink& sink) : settings_(std::move(settings)), sink_(sink) {}

  /// What the first record decides: plain files are played as if live, captures as the configuration says.
  void set_form(FeedReader::Form form, const std::string& topic) {
    if (form == FeedReader::Form::ndjson) settings_.time_source = FoldSettings::TimeSource::event;
    if (!topic.empty()) settings_.input_topic = topic;
  }

  void apply(const InputRecord& record) {
    const auto found = folds_.try_emplace(record.partition, settings_).first;
    found->second.apply(record, sink_);
    found->second.counters().clear();
    // Status is a record for each change; the rest of a transaction's end can wait.
    if (sink_.wants(EmitKind::status) || ++since_flush_ == kFlushEvery) flush();
  }

 private:
  void flush() {
    for (auto& [partition, fold] : folds_) {
      fold.flush(sink_);
      fold.commit();
    }
    since_flush_ = 0;
  }

  FoldSettings settings_;
  ReplaySink& sink_;
  std::map<std::int32_t, PartitionFold> folds_;
  std::uint64_t since_flush_ = 0;
};

}  // namespace

int replay_command(const ReplayOptions& options) {
  std::vector<EmitKind> kinds;
  if (!parse_kinds(options.emit, kinds)) return kExitUsage;
  std::vector<rules::Problem> problems;
  const std::shared_ptr<const Setup> setup = load_setup(options.config, Purpose::offline, problems);
  if (!setup) {
    print_problems(problems);
    return kExitUsage;
  }
  if (!options.journal.empty()) {
    if (const auto problem = check_journal(options.journal, setup->rules)) {
      std::fprintf(stderr, "coagwatch replay: %s\n", problem->c_str());
      return kExitUsage;
    }
  }
  ReplaySink sink(setup->rules, kinds, stdout);
  Replay replay(fold_settings(setup), sink);
  FeedReader feed(options.files);
  Progress progress;
  std::uint64_t records = 0;
  while (const InputRecord* record = feed.next()) {
    if (records++ == 0) replay.set_form(feed.form(), feed.topic());
    sink.set_line(feed.line());
    replay.apply(*record);
    if (!sink.ok()) break;
    progress.update(records, feed.bytes());
  }
  progress.end();
  sink.finish();
  if (std::fflush(stdout) != 0 || !sink.ok()) {
    std::fprintf(stderr, "coagwatch replay: the output could not be written\n");
    return kExitFailed;
  }
  if (!feed.error().empty()) {
    std::fprintf(stderr, "coagwatch replay: %s\n", feed.error().c_str());
    return kExitUsage;
  }
  return kExitOk;
}

}  // namespace coagwatch::daemon
