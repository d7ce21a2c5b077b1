#include "tests/simulation/simulated_broker.h"

#include <algorithm>

namespace coagwatch::simulation {
namespace {

using daemon::BrokerEvent;
using daemon::CommitOutcome;
using daemon::OutputTopic;
using daemon::ProduceOutcome;
using daemon::RestoreProgress;

/// How often a fetch brings nothing although there is something, per 10,000.
constexpr std::uint32_t kSlowFetch = 1'000;

}  // namespace

OutputTopics output_topics() { return {"alerts", "status", "state", "dead-letter", "journal", "notifications"}; }

SimulatedBroker::SimulatedBroker(SimulatedKafka& cluster, Settings settings, FaultSource& faults)
    : cluster_(cluster),
      settings_(std::move(settings)),
      faults_(faults),
      consumer_(cluster),
      producer_(cluster, settings_.transactional_id, settings_.transaction_timeout),
      restore_(cluster, topics_[static_cast<std::size_t>(OutputTopic::state)]) {}

void SimulatedBroker::die() {
  dead_ = true;
  consumer_.die();
  throw Killed{};
}

void SimulatedBroker::stall() {
  if (!others_) return;
  consumer_.stall(true);
  others_();
  consumer_.stall(false);
}

Fault SimulatedBroker::enter(Call call) {
  if (dead_) cluster_.violation("a call after the end: " + std::string(name(call)));
  const Fault fault = faults_.next(call);
  cluster_.advance(Time(cluster_.random().between(1, 100)));
  switch (fault) {
    case Fault::kill_before:
      die();
    case Fault::stall:
      stall();
      return Fault::none;
    case Fault::evict:
      cluster_.group().evict(consumer_.member(), cluster_.now());
      return Fault::none;
    case Fault::rebalance:
      cluster_.group().request_rebalance(cluster_.now());
      return Fault::none;
    default:
      return fault;
  }
}

void SimulatedBroker::leave(Fault fault) {
  if (fault == Fault::kill_after || fault == Fault::kill_sending) die();
}

const BrokerEvent& SimulatedBroker::poll(std::chrono::milliseconds timeout) {
  const Fault fault = enter(Call::poll);
  consumer_.expire();
  if (fault == Fault::refuse || fault == Fault::failed) {
    quiet_ = {};
    if (fault == Fault::failed) {
      quiet_.kind = BrokerEvent::Kind::failed;
      quiet_.error = "all brokers are down";
    }
    cluster_.advance(timeout);
    return quiet_;
  }
  const BrokerEvent& event = wait(timeout);
  leave(fault);
  return event;
}

const BrokerEvent& SimulatedBroker::wait(std::chrono::milliseconds timeout) {
  Time left = timeout;
  while (true) {
    if (!cluster_.random().chance(kSlowFetch)) {
      if (const BrokerEvent* event = consumer_.next()) return *event;
    }
    if (left <= Time(0)) break;
    const Time wait = std::min(left, Time(cluster_.random().between(500, 20'000)));
    cluster_.advance(wait);
    left -= wait;
  }
  quiet_ = {};
  return quiet_;
}

void SimulatedBroker::accept(std::span<const std::int32_t> partitions) {
  const Fault fault = enter(Call::accept);
  consumer_.accept(partitions);
  leave(fault);
}

void SimulatedBroker::release(std::span<const std::int32_t> partitions) {
  const Fault fault = enter(Call::release);
  consumer_.release(partitions);
  leave(fault);
}

bool SimulatedBroker::resume_at(std::int32_t partition, std::int64_t offset) {
  const Fault fault = enter(Call::resume_at);
  if (fault == Fault::refuse) return false;
  consumer_.resume_at(partition, offset);
  leave(fault);
  return true;
}

bool SimulatedBroker::rewind(std::int32_t partition, std::int64_t offset) {
  const Fault fault = enter(Call::rewind);
  if (fault == Fault::refuse) {
    consumer_.pause(partition);
    return false;
  }
  consumer_.rewind(partition, offset);
  leave(fault);
  return true;
}

void SimulatedBroker::pause(std::int32_t partition) {
  const Fault fault = enter(Call::pause);
  consumer_.pause(partition);
  leave(fault);
}

std::optional<daemon::PartitionFacts> SimulatedBroker::facts(std::int32_t partition) {
  const Fault fault = enter(Call::facts);
  cluster_.advance(Time(cluster_.random().between(200, 5'000)));
  const SimulatedGroup::Committed committed = cluster_.group().committed(partition);
  if (fault == Fault::refuse || !committed.stable) return std::nullopt;
  const std::string& input = cluster_.settings().input;
  const SimulatedLog& log = cluster_.log(input, partition);
  leave(fault);
  return daemon::PartitionFacts{cluster_.topic_id(input), committed.offset, log.start(), log.end()};
}

bool SimulatedBroker::begin() {
  const Fault fault = enter(Call::begin);
  if (fault == Fault::refuse) producer_.fail();
  const bool begun = producer_.begin();
  leave(fault);
  return begun;
}

ProduceOutcome SimulatedBroker::produce(const daemon::OutputRecord& record) {
  const Fault fault = enter(Call::produce);
  if (fault == Fault::refuse) return ProduceOutcome::failed;
  if (!consumer_.owns(record.partition)) cluster_.violation("produce for a partition that is not ours");
  LogRecord stored;
  stored.time = record.time;
  if (record.key) stored.key.emplace(*record.key);
  if (record.value) stored.value.emplace(*record.value);
  for (const auto& [header, value] : record.headers) stored.headers.emplace_back(header, value);
  const ProduceOutcome outcome =
      producer_.produce(topics_[static_cast<std::size_t>(record.topic)], record.partition, std::move(stored));
  leave(fault);
  return outcome;
}

CommitOutcome SimulatedBroker::commit(std::span<const std::pair<std::int32_t, std::int64_t>> offsets) {
  const Fault fault = enter(Call::commit);
  for (const auto& [partition, offset] : offsets) {
    if (!consumer_.owns(partition)) cluster_.violation("commit of a partition that is not ours");
    if (fault == Fault::rejected) excused_.insert(partition);
  }
  if (consumer_.told_lost()) cluster_.violation("commit after the partitions were lost");
  const CommitOutcome outcome = producer_.commit(offsets, {consumer_.member(), consumer_.generation()}, fault);
  leave(fault);
  return outcome;
}

bool SimulatedBroker::abort() {
  const Fault fault = enter(Call::abort);
  const bool aborted = producer_.abort(fault);
  leave(fault);
  return aborted;
}

bool SimulatedBroker::producer_suspect() { return producer_.suspect() && !settings_.hide_suspect; }

bool SimulatedBroker::replace_producer() {
  const Fault fault = enter(Call::replace_producer);
  cluster_.advance(Time(cluster_.random().between(500, 20'000)));
  if (fault == Fault::refuse) {
    producer_.fail();
    return false;
  }
  producer_.replace();
  leave(fault);
  return true;
}

void SimulatedBroker::fence(std::string_view transactional_id) {
  const Fault fault = enter(Call::fence);
  if (transactional_id == settings_.transactional_id) cluster_.violation("fence of our own producer");
  cluster_.transactions().initialise(std::string(transactional_id), settings_.transaction_timeout, cluster_.now());
  leave(fault);
}

void SimulatedBroker::start_restore(std::int32_t partition) {
  const Fault fault = enter(Call::start_restore);
  if (!consumer_.owns(partition)) cluster_.violation("start_restore of a partition that is not ours");
  restore_.start(partition);
  leave(fault);
}

RestoreProgress SimulatedBroker::poll_restore(std::int32_t partition, daemon::ChangelogSink& sink,
                                              std::chrono::milliseconds budget) {
  const Fault fault = enter(Call::poll_restore);
  const auto records = fault == Fault::refuse ? 0 : static_cast<std::size_t>(cluster_.random().between(1, 40));
  const RestoreProgress progress = restore_.poll(partition, sink, records);
  if (progress.state != RestoreProgress::State::complete) {
    cluster_.advance(Time(cluster_.random().between(0, std::chrono::microseconds(budget).count())));
  }
  leave(fault);
  return progress;
}

void SimulatedBroker::stop_restore(std::int32_t partition) {
  const Fault fault = enter(Call::stop_restore);
  restore_.stop(partition);
  leave(fault);
}

std::chrono::steady_clock::time_point SimulatedBroker::now() {
  return std::chrono::steady_clock::time_point(
      std::chrono::duration_cast<std::chrono::steady_clock::duration>(cluster_.now() + std::chrono::hours(1)));
}

rules::Timestamp SimulatedBroker::wall_clock() { return cluster_.wall_clock(); }

void SimulatedBroker::close() {
  const Fault fault = enter(Call::close);
  dead_ = true;
  consumer_.leave();
  leave(fault);
}

}  // namespace coagwatch::simulation
