#include "tests/simulation/scenario.h"

#include <algorithm>

#include "tests/simulation/fold_rules.h"

namespace coagwatch::simulation {
namespace {

using daemon::CommitOutcome;
using std::chrono::milliseconds;
using std::chrono::seconds;

SimulatedKafka::Settings cluster_settings(const Scenario::Settings& settings) {
  SimulatedKafka::Settings cluster = settings.cluster;
  cluster.partitions = settings.partitions;
  return cluster;
}

/// Counts what happens, and takes note of partitions that stop.
class Observer final : public daemon::EngineObserver {
 public:
  explicit Observer(Report& report) : report_(report) {}

  void transaction_ended(CommitOutcome outcome, std::chrono::steady_clock::duration /*open*/) override {
    switch (outcome) {
      case CommitOutcome::committed:
        ++report_.committed;
        break;
      case CommitOutcome::aborted:
      case CommitOutcome::rejected:
        ++report_.aborted;
        break;
      case CommitOutcome::replace:
        ++report_.replaced;
        break;
      case CommitOutcome::unknown:
        ++report_.unknown;
        break;
    }
  }
  void rebalanced(Rebalance kind, std::size_t /*partitions*/) override {
    if (kind == Rebalance::lost) ++report_.lost;
    if (kind == Rebalance::revoked) ++report_.revoked;
  }
  void restored(std::int32_t /*partition*/, std::uint64_t /*records*/,
                std::chrono::steady_clock::duration /*took*/) override {
    ++report_.restored;
  }
  void read_again(std::int32_t partition, std::string_view why) override { read_again_[partition] = std::string(why); }
  void partition_stopped(std::int32_t partition, std::string_view error) override {
    read_again_.erase(partition);
    stopped_[partition] = std::string(error);
  }

  [[nodiscard]] const std::map<std::int32_t, std::string>& stopped() const { return stopped_; }
  /// Second looks at a state that nobody else had moved on: the first one came too early.
  [[nodiscard]] const std::map<std::int32_t, std::string>& read_too_early() const { return read_again_; }
  void forget() {
    stopped_.clear();
    read_again_.clear();
  }
  /// Forgets stops of partitions that the worker no longer has, and second looks at them, and counts them.
  std::size_t forget_lost(const SimulatedBroker& broker) {
    const auto lost = [&broker](const auto& item) { return !broker.owns(item.first); };
    return std::erase_if(stopped_, lost) + std::erase_if(read_again_, lost);
  }

 private:
  Report& report_;
  std::map<std::int32_t, std::string> stopped_;
  std::map<std::int32_t, std::string> read_again_;
};

}  // namespace

/// One place where a worker lives, dies and is started again.
struct Scenario::Slot {
  Slot(std::size_t n, std::unique_ptr<FaultSource> source, Report& report)
      : number(n), faults(std::move(source)), observer(report) {}
  std::size_t number;
  std::unique_ptr<FaultSource> faults;
  Observer observer;
  std::unique_ptr<SimulatedBroker> broker;
  std::unique_ptr<daemon::Worker> worker;
  Time start_at{};
  std::size_t lives = 0;
  bool busy = false;  // inside a step, perhaps standing still in it
};

Scenario::Scenario(Settings settings, const FaultMaker& faults)
    : settings_(std::move(settings)),
      random_(settings_.seed ^ 0x5EEDU),
      cluster_(cluster_settings(settings_), settings_.seed),
      follower_(cluster_),
      checker_(cluster_, follower_),
      feed_(settings_.seed, settings_.partitions, settings_.patients) {
  for (std::size_t i = 0; i < settings_.workers; ++i) {
    slots_.push_back(std::make_unique<Slot>(i, faults(i), report_));
  }
}

Scenario::~Scenario() = default;

void Scenario::start(Slot& slot) {
  SimulatedBroker::Settings broker;
  // Mostly a restart in the same place; sometimes the id never comes back and its transaction dangles.
  const bool moved = settings_.restarts && random_.chance(2'000);
  if (moved) ++slot.lives;
  broker.transactional_id = "worker-" + std::to_string(slot.number) + "-" + std::to_string(slot.lives);
  broker.hide_suspect = settings_.hide_suspect;
  broker.transaction_timeout = settings_.transaction_timeout;
  slot.broker = std::make_unique<SimulatedBroker>(cluster_, std::move(broker), *slot.faults);
  slot.broker->while_stalled([this, &slot] { others_go_on(slot); });
  slot.worker = std::make_unique<daemon::Worker>(*slot.broker, fold_settings(), slot.observer, settings_.worker);
}

void Scenario::died(Slot& slot) {
  ++report_.killed;
  slot.worker.reset();
  slot.broker.reset();
  slot.observer.forget();
  slot.start_at = settings_.resurrect
                      ? cluster_.now() + milliseconds(random_.between(0, random_.chance(5'000) ? 500 : 25'000))
                      : Time::max();
}

void Scenario::step(Slot& slot) {
  if (slot.busy) return;
  if (!slot.worker) {
    if (cluster_.now() < slot.start_at) return;
    start(slot);
  }
  slot.busy = true;
  try {
    slot.worker->step();
  } catch (const Killed&) {
    died(slot);
  }
  slot.busy = false;
  if (!slot.worker) return;
  // A worker that stood still may find that the broker's facts are ahead of its state. It reads the state again, and
  // then learns that the partition is somebody else's.
  report_.overtaken += slot.observer.forget_lost(*slot.broker);
  if (slot.observer.stopped().empty()) return;
  const auto& excused = slot.broker->excused();
  const bool all = std::all_of(slot.observer.stopped().begin(), slot.observer.stopped().end(),
                               [&excused](const auto& item) { return excused.contains(item.first); });
  // A stop that a fault asked for: an operator looks at it and starts the worker again.
  if (all) stop(slot);
}

void Scenario::stop(Slot& slot) {
  if (slot.busy || !slot.worker) return;
  slot.busy = true;
  try {
    slot.worker->stop();
    slot.worker.reset();
    slot.broker.reset();
    slot.observer.forget();
    slot.start_at = cluster_.now() + milliseconds(random_.between(0, 5'000));
  } catch (const Killed&) {
    died(slot);
  }
  slot.busy = false;
}

/// The world while one process stands still: long enough, now and then, for its session and its transaction.
void Scenario::others_go_on(Slot& stalled) {
  const Time until = cluster_.now() +
                     milliseconds(random_.chance(3'000) ? random_.between(8'000, 40'000) : random_.between(10, 3'000));
  while (cluster_.now() < until) {
    for (auto& slot : slots_) {
      if (slot.get() != &stalled) step(*slot);
    }
    if (!healed_ && random_.chance(1'000)) feed(1);
    cluster_.advance(milliseconds(random_.between(1, 300)));
  }
}

void Scenario::feed(std::size_t records) {
  for (std::size_t i = 0; i < records; ++i) feed_one();
}

void Scenario::feed_one() {
  ++fed_;
  Feed::Input input = feed_.next();
  if (settings_.transactional_input && open_input_.size() < 2 && random_.chance(500)) {
    const std::string id = "laboratory-" + std::to_string(input_producers_++);
    open_input_.push_back({id, cluster_.transactions().initialise(id, seconds(10), cluster_.now())});
  }
  if (!open_input_.empty() && random_.chance(5'000)) {
    const OpenInput& open = random_.pick(open_input_);
    TransactionId transaction = 0;
    const TopicPartition where{cluster_.settings().input, input.partition};
    if (cluster_.transactions().add_partition(open.id, open.producer, where, cluster_.now(), transaction) !=
        TransactionError::none) {
      return;  // it took too long and was aborted
    }
    input.record.transaction = transaction;
  }
  cluster_.append(cluster_.settings().input, input.partition, std::move(input.record));
}

void Scenario::end_input_transactions(std::uint32_t per_myriad) {
  std::erase_if(open_input_, [&](const OpenInput& open) {
    if (!random_.chance(per_myriad)) return false;
    cluster_.transactions().end(open.id, open.producer, random_.chance(6'000), cluster_.now());
    return true;
  });
}

void Scenario::compact_something() {
  const auto partition = static_cast<std::int32_t>(random_.below(static_cast<std::uint64_t>(settings_.partitions)));
  SimulatedLog& log = cluster_.log(random_.chance(5'000) ? "state" : "status", partition);
  log.compact(random_.between(log.start(), log.end()), false);
}

void Scenario::disturb_once() {
  if (fed_ < settings_.records && random_.chance(settings_.feed_rate)) {
    feed(std::min<std::size_t>(settings_.records - fed_, static_cast<std::size_t>(random_.between(1, 12))));
  }
  end_input_transactions(1'500);
  if (settings_.compaction && random_.chance(300)) compact_something();
  if (settings_.restarts && random_.chance(60)) stop(*random_.pick(slots_));
  step(*random_.pick(slots_));
}

void Scenario::disturb() {
  // Twice as long as it takes to feed: faults also strike while nothing comes.
  std::size_t after = 0;
  while (fed_ < settings_.records || after < 40) {
    if (fed_ >= settings_.records) ++after;
    disturb_once();
  }
}

void Scenario::round() {
  for (auto& slot : slots_) step(*slot);
  cluster_.advance(milliseconds(random_.between(1, 50)));
}

void Scenario::run_for(Time duration) {
  const Time until = cluster_.now() + duration;
  while (cluster_.now() < until) round();
}

void Scenario::restart_all() {
  for (auto& slot : slots_) stop(*slot);
}

std::vector<std::string> Scenario::stopped() const {
  std::vector<std::string> errors;
  for (const auto& slot : slots_) {
    for (const auto& [partition, error] : slot->observer.stopped()) {
      errors.push_back("partition " + std::to_string(partition) + " stopped: " + error);
    }
  }
  return errors;
}

bool Scenario::drain() {
  const Time deadline = cluster_.now() + seconds(300);
  while (cluster_.now() < deadline) {
    round();
    end_input_transactions(3'000);
    if (!open_input_.empty() || !checker_.drained()) continue;
    return true;
  }
  return false;
}

Report Scenario::finish() {
  healed_ = true;
  for (auto& slot : slots_) {
    if (auto* random = dynamic_cast<RandomFaults*>(slot->faults.get())) random->heal();
    if (settings_.resurrect) slot->start_at = std::min(slot->start_at, cluster_.now() + seconds(5));
  }
  const bool drained = drain();
  run_for(seconds(1));  // and nothing more may come
  report_.problems = checker_.check(settings_.check_transactions);
  report_.alerts = checker_.alerts();
  report_.dead_letters = checker_.dead_letters();
  if (!drained) report_.problems.emplace_back("did not come to rest within five minutes");
  for (std::string& error : stopped()) report_.problems.push_back(std::move(error));
  for (const auto& slot : slots_) {
    for (const auto& [partition, why] : slot->observer.read_too_early()) {
      report_.problems.push_back("partition " + std::to_string(partition) + " was read too early: " + why);
    }
  }
  return report_;
}

Report Scenario::run() {
  disturb();
  return finish();
}

}  // namespace coagwatch::simulation
