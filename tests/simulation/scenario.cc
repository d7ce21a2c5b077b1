#include "tests/simulation/scenario.h"

#include <algorithm>

#include "daemon/engine/routing_task.h"
#include "daemon/engine/scoring_task.h"
#include "daemon/engine/state_copies.h"
#include "tests/simulation/fold_rules.h"
#include "tests/simulation/scenario_slot.h"

namespace coagwatch::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

SimulatedKafka::Settings cluster_settings(const Scenario::Settings& settings) {
  SimulatedKafka::Settings cluster = settings.cluster;
  cluster.partitions = settings.partitions;
  cluster.routed = settings.routed || settings.routers != 0;
  cluster.raw_topics = settings.routers != 0 ? settings.raw_topics : 0;
  cluster.raw_partitions = settings.raw_partitions;
  return cluster;
}

}  // namespace

Scenario::Scenario(Settings settings, const FaultMaker& faults)
    : settings_(std::move(settings)),
      random_(settings_.seed ^ 0x5EEDU),
      cluster_(cluster_settings(settings_), settings_.seed),
      follower_(cluster_),
      running_check_(cluster_, follower_),
      checker_(cluster_, follower_),
      hospital_(cluster_, {settings_.seed, settings_.patients, settings_.transactional_input, settings_.links},
                random_),
      weather_(cluster_, settings_.weather) {
  if (!settings_.check_transactions) running_check_.stop();
  for (std::size_t i = 0; i < settings_.workers + settings_.routers; ++i) {
    slots_.push_back(std::make_unique<Slot>(i, faults(i), report_));
    slots_.back()->routes = i >= settings_.workers;
  }
}

Scenario::~Scenario() = default;

void Scenario::start(Slot& slot) {
  SimulatedBroker::Settings broker;
  // Mostly a restart in the same place; sometimes the id never comes back and its transaction dangles.
  const bool moved = settings_.restarts && random_.chance(2'000);
  if (moved) ++slot.lives;
  broker.transactional_id =
      (slot.routes ? "router-" : "worker-") + std::to_string(slot.number) + "-" + std::to_string(slot.lives);
  if (slot.routes) broker.source = SimulatedConsumer::Source::raw;
  broker.bugs = settings_.bugs;
  broker.transaction_timeout = settings_.transaction_timeout;
  broker.records_read = settings_.records_read;
  broker.wrong_clock_until = settings_.wrong_clock_until;
  slot.broker = std::make_unique<SimulatedBroker>(cluster_, std::move(broker), *slot.faults);
  slot.broker->while_stalled([this, &slot] { others_go_on(slot); });
  if (slot.routes) {
    start_routing(slot);
  } else {
    start_scoring(slot);
  }
}

void Scenario::start_routing(Slot& slot) {
  std::vector<std::string> topics;
  for (std::size_t i = 0; i < settings_.raw_topics; ++i) topics.push_back(raw_topic(i));
  slot.worker = std::make_unique<daemon::Worker>(
      *slot.broker, nullptr,
      std::make_unique<daemon::RoutingTasks>(std::move(topics), settings_.partitions, fold_settings()), slot.observer,
      settings_.router);
}

void Scenario::start_scoring(Slot& slot) {
  const daemon::FoldSettings& fold = cluster_.settings().routed ? routed_fold_settings() : fold_settings();
  daemon::StateCopiesOptions copies;
  for (std::int32_t partition = 0; partition < settings_.partitions && slot.number < settings_.standbys; ++partition) {
    copies.standby.insert(partition);
  }
  copies.standby_after = settings_.standby_after;
  copies.retry_after = seconds(1);
  copies.faults = settings_.worker.faults;
  slot.copies = std::make_unique<daemon::StateCopies>(*slot.broker, std::make_unique<daemon::ScoringTasks>(fold),
                                                      slot.copy_observer, std::move(copies));
  slot.worker = std::make_unique<daemon::Worker>(*slot.broker, *slot.copies, fold, slot.observer, settings_.worker);
}

void Scenario::died(Slot& slot) {
  ++report_.killed;
  slot.end();
  slot.start_at = settings_.resurrect
                      ? cluster_.now() + milliseconds(random_.between(0, random_.chance(5'000) ? 500 : 25'000))
                      : Time::max();
}

void Scenario::step(Slot& slot) {
  if (slot.busy || slot.reading) return;
  if (!slot.worker) {
    if (cluster_.now() < slot.start_at) return;
    start(slot);
  }
  if (random_.chance(settings_.reader_rate)) step_reader(slot);
  if (slot.worker) step_worker(slot);
}

void Scenario::step_reader(Slot& slot) {
  if (!slot.copies) return;
  slot.reading = true;
  try {
    slot.copies->step();
    slot.reading = false;
  } catch (const Killed&) {
    slot.reading = false;
    if (slot.busy) throw;  // the worker stands still further out
    died(slot);
  }
}

void Scenario::step_worker(Slot& slot) {
  slot.busy = true;
  ++report_.steps;
  try {
    slot.worker->step();
    slot.busy = false;
  } catch (const Killed&) {
    slot.busy = false;
    if (slot.reading) throw;
    died(slot);
  }
  if (!slot.worker) return;
  // A worker that stood still may find that the broker's facts are ahead of its state. It reads the state again, and
  // then learns that the partition is somebody else's.
  report_.overtaken += slot.observer.forget_lost(*slot.broker);
  if (slot.observer.stopped().empty()) return;
  const auto& excused = slot.broker->excused();
  const bool all = std::all_of(slot.observer.stopped().begin(), slot.observer.stopped().end(),
                               [&excused](const auto& item) { return excused.contains(item.first); });
  // A stop that a fault asked for: an operator looks at it and starts the worker again.
  if (all && !slot.reading) stop(slot);
}

void Scenario::stop(Slot& slot) {
  if (slot.busy || slot.reading || !slot.worker) return;
  slot.busy = true;
  try {
    slot.worker->stop();
    slot.end();
    slot.start_at = cluster_.now() + milliseconds(random_.between(0, 5'000));
  } catch (const Killed&) {
    died(slot);
  }
  slot.busy = false;
}

/// The world while one process stands still: long enough, now and then, for its session and its transaction.
void Scenario::others_go_on(Slot& stalled) {
  const bool outlasts_session = random_.chance(3'000);
  // Of those some end before the transaction does.
  const std::uint64_t longest = random_.chance(5'000) ? 40'000 : 10'000;
  const Time until =
      cluster_.now() + milliseconds(outlasts_session ? random_.between(5'000, longest) : random_.between(10, 3'000));
  const Nested nested(stalls_);
  // Its other thread may go on. Not inside another's stall: a death in it would be taken for that one's.
  const bool other_thread = stalls_ == 1 && random_.chance(5'000);
  while (cluster_.now() < until) {
    for (auto& slot : slots_) {
      if (slot.get() != &stalled) step(*slot);
    }
    if (other_thread && !stalled.reading) step_reader(stalled);
    if (other_thread && !stalled.busy) step_worker(stalled);
    if (!healed_ && random_.chance(1'000)) feed(1);
    cluster_.advance(milliseconds(random_.between(1, 300)));
  }
}

void Scenario::feed(std::size_t records) {
  for (std::size_t i = 0; i < records; ++i) hospital_.write();
}

void Scenario::compact_something() {
  const auto partition = static_cast<std::int32_t>(random_.below(static_cast<std::uint64_t>(settings_.partitions)));
  SimulatedLog& log = cluster_.log(random_.chance(5'000) ? "state" : "status", partition);
  follower_.look();
  log.compact(random_.between(log.start(), log.end()), false);
}

void Scenario::disturb_once() {
  weather_.turn(random_);
  if (hospital_.written() < settings_.records && random_.chance(settings_.feed_rate)) {
    feed(std::min<std::size_t>(settings_.records - hospital_.written(),
                               static_cast<std::size_t>(random_.between(1, 12))));
  }
  if (settings_.command_rate != 0 && random_.chance(settings_.command_rate)) hospital_.command();
  hospital_.end_transactions(1'500);
  if (settings_.compaction && random_.chance(300)) compact_something();
  if (settings_.restarts && random_.chance(60)) stop(*random_.pick(slots_));
  step(*random_.pick(slots_));
}

void Scenario::disturb() {
  // Twice as long as it takes to feed: faults also strike while nothing comes.
  std::size_t after = 0;
  while (hospital_.written() < settings_.records || after < 40) {
    if (hospital_.written() >= settings_.records) ++after;
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
  const Time deadline = cluster_.now() + seconds(900);
  while (cluster_.now() < deadline) {
    round();
    hospital_.end_transactions(3'000);
    if (hospital_.transactions_open() || !checker_.drained()) continue;
    return true;
  }
  return false;
}

std::int64_t Scenario::written() {
  std::int64_t records = 0;
  for (std::int32_t partition = 0; partition < settings_.partitions; ++partition) {
    records += cluster_.log("state", partition).end();
  }
  return records;
}

Report Scenario::finish() {
  healed_ = true;
  weather_.calm();
  cluster_.stop_clock();
  report_.outages = weather_.outages();
  report_.storms = weather_.storms();
  for (auto& slot : slots_) {
    if (auto* random = dynamic_cast<RandomFaults*>(slot->faults.get())) random->heal();
    if (settings_.resurrect) slot->start_at = std::min(slot->start_at, cluster_.now() + seconds(5));
  }
  bool drained = drain();
  // The timers that were due when the clock stopped may take several transactions more. Then nothing may come.
  for (std::int64_t before = -1; drained && before != written();) {
    before = written();
    run_for(seconds(1));
    drained = drain();
  }
  report_.problems = checker_.check(settings_.check_transactions);
  report_.alerts = checker_.alerts();
  report_.dead_letters = checker_.dead_letters();
  report_.ticks = checker_.ticks();
  report_.commands = checker_.commands();
  report_.routed = settings_.routers != 0 ? 1 : 0;
  if (!drained) report_.problems.emplace_back("did not come to rest within a quarter of an hour");
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
