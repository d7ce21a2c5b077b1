#include "tests/simulation/simulated_changelog.h"

#include <algorithm>
#include <memory>

namespace coagwatch::simulation {

using daemon::ChangelogPosition;

daemon::ChangelogBounds SimulatedChangelog::bounds(std::int32_t partition) {
  const SimulatedLog& log = cluster_.log(topic_, partition);
  return {log.start(), visible_end(partition), cluster_.topic_id(topic_)};
}

std::int64_t SimulatedChangelog::visible_end(std::int32_t partition) const {
  const SimulatedLog& log = cluster_.log(topic_, partition);
  const auto found = frozen_.find(partition);
  if (found == frozen_.end() || found->second.second <= cluster_.now()) return log.end();
  return std::max(log.start(), std::min(log.end(), found->second.first));
}

void SimulatedChangelog::start(std::int32_t partition, std::int64_t offset) {
  ChangelogPosition position;
  position.next = offset;
  if (!readings_.emplace(partition, position).second) {
    cluster_.violation("start_reading of a partition that is being read");
  }
}

ChangelogPosition SimulatedChangelog::read(std::int32_t partition, daemon::ChangelogSink& sink, std::size_t records,
                                           bool ours) {
  const auto found = readings_.find(partition);
  if (found == readings_.end()) {
    cluster_.violation("read without start_reading");
    return {};
  }
  ChangelogPosition& position = found->second;
  const SimulatedLog& log = cluster_.log(topic_, partition);
  if (position.next < log.start() || position.next > log.end()) position.error = "the changelog was truncated";
  if (!position.error.empty()) return position;
  const bool uncommitted = bugs_.read_uncommitted_state || (bugs_.read_uncommitted_standby && !ours);
  const std::int64_t end = visible_end(partition);
  for (std::size_t i = 0; i < records && position.next < end; ++i) {
    const LogRecord* record = uncommitted ? log.read_uncommitted(position.next) : log.read_committed(position.next);
    if (record == nullptr) break;
    // A copy of its own, so that a view kept too long is a use after free.
    const auto copy = std::make_unique<LogRecord>(*record);
    sink.changelog_record(partition, {copy->key.value_or(""), copy->value});
  }
  // What no fetch has told yet is not known: without one, all stays as it was.
  if (records > 0) {
    position.stable_end = std::min(end, log.last_stable());
    position.at_stable_end = position.next >= *position.stable_end;
  }
  return position;
}

void SimulatedChangelog::stop(std::int32_t partition) {
  if (readings_.erase(partition) == 0) cluster_.violation("stop_reading without start_reading");
}

}  // namespace coagwatch::simulation
