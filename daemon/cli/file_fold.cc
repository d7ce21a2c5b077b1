#include "daemon/cli/file_fold.h"

#include <limits>

#include "daemon/fold/routed_record.h"

namespace coagwatch::daemon {
namespace {

constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

}  // namespace

void FileFold::set_form(FeedReader::Form form, const std::string& topic, const std::string& routed_topic) {
  if (form == FeedReader::Form::ndjson) settings_.time_source = FoldSettings::TimeSource::event;
  settings_.routed = form == FeedReader::Form::capture && topic == routed_topic;
  if (!topic.empty()) settings_.input_topic = topic;
}

void FileFold::apply(const InputRecord& received) {
  const InputRecord record = settings_.routed ? open_routed(received) : received;
  run_journal(record.partition, record.offset);
  const auto found = folds_.try_emplace(record.partition, settings_).first;
  found->second.run_timers(record, kAll, sink_);
  found->second.apply(record, sink_);
  found->second.counters().clear();
  if (++since_flush_ >= flush_every_) flush();
}

void FileFold::end() {
  for (const auto& [partition, entries] : journal_.left()) run_journal(partition, kNever);
  flush();
}

/// What the journal has before the record at `offset`.
void FileFold::run_journal(std::int32_t partition, std::int64_t offset) {
  while (const auto entry = journal_.take_before(partition, offset)) {
    PartitionFold& fold = folds_.try_emplace(partition, settings_).first->second;
    if (entry->command) {
      fold.apply_command(entry->command->record(), sink_);
    } else {
      InputRecord cause;
      cause.partition = partition;
      cause.offset = entry->after;
      cause.time = entry->time;
      fold.run_timers(cause, kAll, sink_);
    }
    if (flush_every_ == 1) flush();
  }
}

void FileFold::flush() {
  for (auto& [partition, fold] : folds_) {
    fold.flush(sink_);
    fold.commit();
  }
  since_flush_ = 0;
}

std::size_t FileFold::patients() const {
  std::size_t all = 0;
  for (const auto& [partition, fold] : folds_) all += fold.patients().size();
  return all;
}

}  // namespace coagwatch::daemon
