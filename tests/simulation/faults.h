#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/simulation/random.h"

namespace coagwatch::simulation {

/// The calls of the seam at which something can go wrong.
enum class Call : std::uint8_t {
  poll,
  accept,
  release,
  resume_at,
  rewind,
  pause,
  facts,
  begin,
  produce,
  commit,
  abort,
  replace_producer,
  fence,
  close,
  follow_commands,
  unfollow_commands,
  confirmed_end,
  mark_group,
  mark_state,
  changelog_bounds,
  start_reading,
  read_changelog,
  stop_reading,
};

enum class Fault : std::uint8_t {
  none,
  kill_before,        ///< the process dies before the call takes effect
  kill_after,         ///< and after it took effect, before its answer is seen
  kill_sending,       ///< commit: the process dies while its EndTxn is on its way
  stall,              ///< the process stands still for up to a minute; the others and the broker go on
  evict,              ///< the group coordinator throws the member out
  rebalance,          ///< somebody makes the group rebalance
  refuse,             ///< the call's own way of saying "not now": false, nullopt, none, failed, waiting
  failed,             ///< poll reports an error that concerns no partition
  aborted,            ///< commit: the transaction can only be aborted
  rejected,           ///< commit: and would be again
  fatal,              ///< commit: the producer is finished, nothing visible
  unknown_committed,  ///< commit: no answer; it took effect
  unknown_aborted,    ///< commit: no answer; it never arrived
  unknown_late,       ///< commit: no answer; it is still on its way
  straggler,          ///< commit, abort: answered on the second try, the first is still on its way
  late_offsets,       ///< commit: its offsets were sent twice, and the first request is still on its way
  stall_sending,      ///< commit: the process stands still after its offsets, before its last records
  stale,  ///< facts, changelog, what follows accept: told by a broker that is in charge no more and does not know it
};
inline constexpr std::size_t kFaultCount = static_cast<std::size_t>(Fault::stale) + 1;

/// Whether the thread that reads the changelog makes it; the worker's makes the others.
inline bool is_of_reader(Call call) { return call >= Call::changelog_bounds; }
std::string_view name(Call call);
std::string_view name(Fault fault);
/// What can go wrong at a call, without Fault::none.
std::span<const Fault> possible_faults(Call call);

/// Decides at every call of one client what goes wrong.
class FaultSource {
 public:
  virtual ~FaultSource() = default;
  virtual Fault next(Call call) = 0;
};

/// Nothing ever goes wrong.
class NoFaults final : public FaultSource {
 public:
  Fault next(Call /*call*/) override { return Fault::none; }
};

/// Counts calls from 1 and injects the faults planned for some of them, where they are possible.
class PlannedFaults final : public FaultSource {
 public:
  explicit PlannedFaults(std::map<std::uint64_t, Fault> plan) : plan_(std::move(plan)) {}
  Fault next(Call call) override;
  /// The calls made so far.
  [[nodiscard]] const std::vector<Call>& calls() const { return calls_; }
  [[nodiscard]] std::size_t injected() const { return injected_; }

 private:
  std::map<std::uint64_t, Fault> plan_;
  std::vector<Call> calls_;
  std::size_t injected_ = 0;
};

/// Faults at random, refusals in bursts. Rates are per 10,000 calls.
class RandomFaults final : public FaultSource {
 public:
  struct Rates {
    std::uint32_t kill = 0;
    std::uint32_t stall = 0;
    std::uint32_t group = 0;  ///< evict, rebalance
    std::uint32_t refuse = 0;
    std::uint32_t outcome = 0;      ///< of each commit, abort or poll: everything else that can go wrong there
    Fault favourite = Fault::none;  ///< half of those are this one, where it is possible
  };
  RandomFaults(std::uint64_t seed, Rates rates) : random_(seed), rates_(rates) {}
  Fault next(Call call) override;
  /// From now on nothing goes wrong.
  void heal() {
    rates_ = {};
    refusals_.clear();
  }

 private:
  Random random_;
  Rates rates_;
  std::map<Call, std::uint64_t> refusals_;  // of a burst, still to come
};

}  // namespace coagwatch::simulation
