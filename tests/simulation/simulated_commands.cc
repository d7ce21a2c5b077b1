#include "tests/simulation/simulated_commands.h"

#include <utility>
#include <vector>

namespace coagwatch::simulation {

using daemon::BrokerEvent;

void SimulatedCommands::follow(std::int32_t partition, std::int64_t offset) {
  Reading reading{offset, -1};
  const auto found = readings_.find(partition);
  if (found != readings_.end() && bugs_.stale_command_after_follow) reading.fetched_before = found->second.position;
  readings_[partition] = reading;
}

void SimulatedCommands::expire() {
  event_ = {};
  delivered_.reset();
}

const BrokerEvent* SimulatedCommands::next() {
  expire();
  std::vector<std::int32_t> followed;
  for (const auto& [partition, reading] : readings_) followed.push_back(partition);
  while (!followed.empty()) {
    const auto which = static_cast<std::size_t>(cluster_.random().below(followed.size()));
    if (const BrokerEvent* event = deliver(followed[which], readings_.at(followed[which]))) return event;
    followed.erase(followed.begin() + static_cast<std::ptrdiff_t>(which));
  }
  return nullptr;
}

const BrokerEvent* SimulatedCommands::deliver(std::int32_t partition, Reading& reading) {
  const SimulatedLog& log = cluster_.log(topic_, partition);
  const std::int64_t end = past_.end(partition, cluster_.now()).value_or(log.end());
  if (reading.position < log.start() || reading.position > end) {
    event_.kind = BrokerEvent::Kind::failed;
    event_.partitions = {partition};
    event_.error = "commands: offset out of range";
    event_.out_of_range = true;
    return &event_;
  }
  if (reading.position == end) return nullptr;
  std::int64_t& position = reading.fetched_before >= 0 ? reading.fetched_before : reading.position;
  const std::int64_t before = position;
  const LogRecord* record =
      bugs_.read_uncommitted_commands ? log.read_uncommitted(position) : log.read_committed(position);
  const std::int64_t after = position;
  reading.fetched_before = -1;
  if (record == nullptr) {
    if (after == before) return nullptr;
    event_.kind = BrokerEvent::Kind::command_end;
    event_.partitions = {partition};
    event_.offset = after;
    return &event_;
  }
  const std::string source = topic_ + "/" + std::to_string(partition) + "/" + std::to_string(record->offset);
  delivered_ = std::make_unique<DeliveredRecord>(*record, source);
  event_.kind = BrokerEvent::Kind::command;
  event_.record = delivered_->view(partition);
  return &event_;
}

}  // namespace coagwatch::simulation
