#include "daemon/cli/file_fold.h"

#include <limits>

namespace coagwatch::daemon {
namespace {

constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

}  // namespace

void FileFold::set_form(FeedReader::Form form, const std::string& topic) {
  if (form == FeedReader::Form::ndjson) settings_.time_source = FoldSettings::TimeSource::event;
  if (!topic.empty()) settings_.input_topic = topic;
}

void FileFold::apply(const InputRecord& record) {
  run_ticks(record.partition, record.offset);
  const auto found = folds_.try_emplace(record.partition, settings_).first;
  found->second.run_timers(record, kAll, sink_);
  found->second.apply(record, sink_);
  found->second.counters().clear();
  if (++since_flush_ >= flush_every_) flush();
}

void FileFold::end() {
  for (const auto& [partition, ticks] : journal_.left()) run_ticks(partition, kNever);
  flush();
}

/// The ticks that came before the record at `offset`.
void FileFold::run_ticks(std::int32_t partition, std::int64_t offset) {
  while (const auto tick = journal_.take_before(partition, offset)) {
    InputRecord cause;
    cause.partition = partition;
    cause.offset = tick->after;
    cause.time = tick->time;
    folds_.try_emplace(partition, settings_).first->second.run_timers(cause, kAll, sink_);
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
