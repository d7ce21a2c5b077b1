// The seam of those who read the state topic.

#include "tests/simulation/simulated_broker.h"

namespace coagwatch::simulation {

std::optional<daemon::ChangelogBounds> SimulatedBroker::bounds(std::int32_t partition) {
  const Fault fault = enter(Call::changelog_bounds);
  if (fault == Fault::refuse) return std::nullopt;
  if (fault == Fault::stale) {
    const SimulatedLog& log = cluster_.log(topic(daemon::OutputTopic::state), partition);
    changelog_.freeze(partition, cluster_.random().between(log.start(), log.end()),
                      cluster_.now() + Time(cluster_.random().between(0, kStale.count())));
  }
  const daemon::ChangelogBounds bounds = changelog_.bounds(partition);
  leave(fault);
  return bounds;
}

void SimulatedBroker::start_reading(std::int32_t partition, std::int64_t offset) {
  const Fault fault = enter(Call::start_reading);
  changelog_.start(partition, offset);
  leave(fault);
}

daemon::ChangelogPosition SimulatedBroker::read(std::int32_t partition, daemon::ChangelogSink& sink,
                                                std::chrono::milliseconds /*budget*/) {
  const Fault fault = enter(Call::read_changelog);
  const bool nothing = fault == Fault::refuse || cluster_.random().chance(kSlowFetch);
  const std::int64_t records = nothing ? 0 : cluster_.random().between(1, settings_.records_read);
  daemon::ChangelogPosition position =
      changelog_.read(partition, sink, static_cast<std::size_t>(records), consumer_.owns(partition));
  leave(fault);
  return position;
}

void SimulatedBroker::stop_reading(std::int32_t partition) {
  const Fault fault = enter(Call::stop_reading);
  changelog_.stop(partition);
  leave(fault);
}

}  // namespace coagwatch::simulation
