#include "tests/simulation/faults.h"

#include <algorithm>
#include <array>

namespace coagwatch::simulation {
namespace {

using enum Fault;

constexpr std::array kAnywhere{kill_before, kill_after, stall, evict, rebalance};
constexpr std::array kRefusing{kill_before, kill_after, stall, evict, rebalance, refuse};
constexpr std::array kTelling{kill_before, kill_after, stall, evict, rebalance, refuse, stale};
constexpr std::array kBeginning{kill_before, kill_after, stall, evict, rebalance, stale};
constexpr std::array kPolling{kill_before, kill_after, stall, evict, rebalance, refuse, failed};
constexpr std::array kCommitting{kill_before,     kill_after,   kill_sending,      stall,        evict,
                                 rebalance,       aborted,      rejected,          fatal,        straggler,
                                 unknown_aborted, unknown_late, unknown_committed, late_offsets, stall_sending};
constexpr std::array kAborting{kill_before, kill_after, stall, evict, rebalance, refuse, straggler};

bool is_kill(Fault fault) { return fault == kill_before || fault == kill_after || fault == kill_sending; }
bool concerns_group(Fault fault) { return fault == evict || fault == rebalance; }

}  // namespace

std::string_view name(Call call) {
  static constexpr std::array<std::string_view, 23> kNames{
      "poll",          "accept",         "release",         "resume_at",
      "rewind",        "pause",          "facts",           "begin",
      "produce",       "commit",         "abort",           "replace_producer",
      "fence",         "close",          "follow_commands", "unfollow_commands",
      "confirmed_end", "mark_group",     "mark_state",      "changelog_bounds",
      "start_reading", "read_changelog", "stop_reading"};
  return kNames[static_cast<std::size_t>(call)];
}

std::string_view name(Fault fault) {
  static constexpr std::array<std::string_view, kFaultCount> kNames{"none",
                                                                    "kill_before",
                                                                    "kill_after",
                                                                    "kill_sending",
                                                                    "stall",
                                                                    "evict",
                                                                    "rebalance",
                                                                    "refuse",
                                                                    "failed",
                                                                    "aborted",
                                                                    "rejected",
                                                                    "fatal",
                                                                    "unknown_committed",
                                                                    "unknown_aborted",
                                                                    "unknown_late",
                                                                    "straggler",
                                                                    "late_offsets",
                                                                    "stall_sending",
                                                                    "stale"};
  return kNames[static_cast<std::size_t>(fault)];
}

std::span<const Fault> possible_faults(Call call) {
  switch (call) {
    case Call::poll:
      return kPolling;
    case Call::commit:
    case Call::mark_group:
    case Call::mark_state:
      return kCommitting;
    case Call::facts:
    case Call::changelog_bounds:
      return kTelling;
    case Call::abort:
      return kAborting;
    case Call::resume_at:
    case Call::rewind:
    case Call::begin:
    case Call::produce:
    case Call::replace_producer:
    case Call::follow_commands:
    case Call::confirmed_end:
    case Call::fence:
    case Call::read_changelog:
      return kRefusing;
    case Call::accept:
      return kBeginning;
    case Call::release:
    case Call::pause:
    case Call::unfollow_commands:
    case Call::start_reading:
    case Call::stop_reading:
    case Call::close:
      break;
  }
  return kAnywhere;
}

Fault PlannedFaults::next(Call call) {
  calls_.push_back(call);
  const auto planned = plan_.find(calls_.size());
  if (planned == plan_.end()) return none;
  const auto possible = possible_faults(call);
  if (std::find(possible.begin(), possible.end(), planned->second) == possible.end()) return none;
  ++injected_;
  return planned->second;
}

Fault RandomFaults::next(Call call) {
  if (const auto burst = refusals_.find(call); burst != refusals_.end()) {
    if (--burst->second == 0) refusals_.erase(burst);
    return refuse;
  }
  const auto possible = possible_faults(call);
  const auto can_refuse = std::find(possible.begin(), possible.end(), refuse) != possible.end();
  if (random_.chance(rates_.kill)) {
    if ((call == Call::commit || call == Call::mark_group || call == Call::mark_state) && random_.chance(3'000))
      return kill_sending;
    return random_.chance(5'000) ? kill_before : kill_after;
  }
  if (random_.chance(rates_.stall)) return stall;
  if (random_.chance(rates_.group)) return random_.chance(3'000) ? evict : rebalance;
  if (can_refuse && random_.chance(rates_.refuse)) {
    if (const std::uint64_t more = random_.below(6); more != 0) refusals_[call] = more;
    return refuse;
  }
  if (random_.chance(rates_.outcome)) {
    const bool favoured = std::find(possible.begin(), possible.end(), rates_.favourite) != possible.end();
    const Fault fault = favoured && random_.chance(5'000) ? rates_.favourite : random_.pick(possible);
    if (!is_kill(fault) && fault != stall && !concerns_group(fault)) return fault;
  }
  return none;
}

}  // namespace coagwatch::simulation
