// Where the input ends: what a fetch told of it, and what its leader tells.

#include <charconv>

#include "tests/simulation/simulated_broker.h"

namespace coagwatch::simulation {

using daemon::OutputTopic;

void SimulatedBroker::note_ends() {
  for (const std::int32_t partition : consumer_.held()) {
    fetched_ends_[partition] = consumer_.log(partition).last_stable();
  }
}

std::optional<std::int64_t> SimulatedBroker::known_end(std::int32_t partition) {
  const auto found = fetched_ends_.find(partition);
  return found == fetched_ends_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::int64_t> SimulatedBroker::confirmed_end(std::int32_t partition) {
  const Fault fault = enter(Call::confirmed_end);
  cluster_.advance(Time(cluster_.random().between(200, 5'000)));
  if (!consumer_.owns(partition)) cluster_.violation("confirmed_end of a partition that is not ours");
  if (fault == Fault::refuse) return std::nullopt;
  leave(fault);
  return confirmed_[partition] = consumer_.log(partition).last_stable();
}

/// What the wall clock brings about comes after all that there is to read.
void SimulatedBroker::check_tick(const daemon::OutputRecord& record) {
  constexpr std::string_view kTick = R"("kind":"tick","after-offset":)";
  if (record.topic != OutputTopic::journal || record.key || !record.value) return;
  const std::size_t at = record.value->find(kTick);
  if (at == std::string_view::npos) return;
  std::int64_t after = -1;
  const std::string_view number = record.value->substr(at + kTick.size());
  std::from_chars(number.data(), number.data() + number.size(), after);
  const auto confirmed = confirmed_.find(record.partition);
  if (confirmed == confirmed_.end() || confirmed->second != after + 1) {
    cluster_.violation("a tick where nobody has told that nothing more is there");
  }
}

}  // namespace coagwatch::simulation
