#include "tests/simulation/simulated_restore.h"

#include <memory>

namespace coagwatch::simulation {

using daemon::RestoreProgress;

void SimulatedRestore::start(std::int32_t partition) {
  const SimulatedLog& log = cluster_.log(topic_, partition);
  if (!readers_.emplace(partition, Reader{log.start(), log.end()}).second) {
    cluster_.violation("start_restore of a partition that is being restored");
  }
}

RestoreProgress SimulatedRestore::poll(std::int32_t partition, daemon::ChangelogSink& sink, std::size_t records) {
  const auto found = readers_.find(partition);
  if (found == readers_.end()) {
    cluster_.violation("poll_restore without start_restore");
    return {RestoreProgress::State::failed, "no restore of this partition is under way"};
  }
  Reader& reader = found->second;
  const SimulatedLog& log = cluster_.log(topic_, partition);
  if (reader.position < log.start() || reader.position > log.end()) {
    return {RestoreProgress::State::failed, "the changelog was truncated"};
  }
  for (std::size_t i = 0; i < records && reader.position < reader.end; ++i) {
    const LogRecord* record = log.read_committed(reader.position);
    if (record == nullptr) break;
    // A copy of its own, so that a view kept too long is a use after free.
    const auto copy = std::make_unique<LogRecord>(*record);
    sink.changelog_record(partition, {copy->key.value_or(""), copy->value});
  }
  // The position counts, not the last record: control records take offsets (KAFKA-10167).
  if (reader.position >= reader.end) return {RestoreProgress::State::complete, {}};
  if (reader.position >= log.last_stable()) return {RestoreProgress::State::waiting, {}};
  return {RestoreProgress::State::reading, {}};
}

void SimulatedRestore::stop(std::int32_t partition) {
  if (readers_.erase(partition) == 0) cluster_.violation("stop_restore without start_restore");
}

}  // namespace coagwatch::simulation
