#include "tests/simulation/simulated_broker.h"

#include <algorithm>
#include <utility>

namespace coagwatch::simulation {
namespace {

using daemon::BrokerEvent;
using daemon::CommitOutcome;
using daemon::OutputTopic;
using daemon::ProduceOutcome;

/// How often commands are looked for before records, per 10,000.
constexpr std::uint32_t kLookForCommands = 3'000;

}  // namespace

OutputTopics output_topics() {
  return {"alerts", "status", "state", "dead-letter", "journal", "notifications", "by-patient", "commands"};
}

OutputTopics router_topics(const SimulatedKafka& cluster) {
  OutputTopics topics = output_topics();
  topics[static_cast<std::size_t>(OutputTopic::by_patient)] = cluster.settings().input;
  topics[static_cast<std::size_t>(OutputTopic::dead_letter)] = "router-dead-letter";
  return topics;
}

SimulatedBroker::SimulatedBroker(SimulatedKafka& cluster, Settings settings, FaultSource& faults)
    : cluster_(cluster),
      settings_(std::move(settings)),
      faults_(faults),
      topics_(settings_.source == SimulatedConsumer::Source::raw ? router_topics(cluster) : output_topics()),
      consumer_(cluster, settings_.source, settings_.bugs),
      producer_(cluster, consumer_.group(), settings_.transactional_id, settings_.transaction_timeout, settings_.bugs),
      changelog_(cluster, topic(OutputTopic::state), settings_.bugs),
      commands_(cluster, topic(OutputTopic::commands), settings_.bugs) {}

void SimulatedBroker::die() {
  dead_ = true;
  consumer_.die();
  throw Killed{};
}

/// The process stands still; where it is the reader, only that thread.
void SimulatedBroker::stall(Call call) {
  if (!others_) return;
  if (!is_of_reader(call)) consumer_.stall(true);
  others_();
  if (!is_of_reader(call)) consumer_.stall(false);
}

Fault SimulatedBroker::enter(Call call) {
  if (dead_) cluster_.violation("a call after the end: " + std::string(name(call)));
  const Fault fault = faults_.next(call);
  cluster_.advance(Time(cluster_.random().between(1, 100)));
  switch (fault) {
    case Fault::kill_before:
      die();
    case Fault::stall:
      stall(call);
      return Fault::none;
    case Fault::evict:
      consumer_.group().evict(consumer_.member(), cluster_.now());
      return Fault::none;
    case Fault::rebalance:
      consumer_.group().request_rebalance(cluster_.now());
      return Fault::none;
    default:
      break;
  }
  if (!cluster_.away()) return fault;
  if (fault == Fault::kill_after || fault == Fault::kill_sending) die();
  return unanswered(call);
}

/// What a call comes to while the brokers are away, after the time that it waits for them.
Fault SimulatedBroker::unanswered(Call call) {
  const bool commits = call == Call::commit || call == Call::mark_group || call == Call::mark_state;
  const bool asks = commits || call == Call::abort || call == Call::replace_producer || call == Call::facts ||
                    call == Call::confirmed_end || call == Call::changelog_bounds;
  if (call == Call::read_changelog) return Fault::refuse;
  if (!asks && call != Call::poll) return Fault::none;
  if (asks) cluster_.advance(std::chrono::milliseconds(cluster_.random().between(1, 1'500)));
  if (!commits) return cluster_.random().chance(5'000) && call == Call::poll ? Fault::failed : Fault::refuse;
  // The outage may have begun before the end of the transaction was asked for, or after.
  return cluster_.random().chance(5'000) ? Fault::aborted : Fault::unknown_aborted;
}

void SimulatedBroker::leave(Fault fault) {
  if (fault == Fault::kill_after || fault == Fault::kill_sending) die();
}

const BrokerEvent& SimulatedBroker::poll(std::chrono::milliseconds timeout) {
  const Fault fault = enter(Call::poll);
  confirmed_.clear();
  consumer_.expire();
  commands_.expire();
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
      // Commands are few: now and then they are looked for first, whatever comes of the input.
      if (cluster_.random().chance(kLookForCommands)) {
        if (const BrokerEvent* event = commands_.next()) return *event;
      }
      note_ends();
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
  if (fault == Fault::stale) std::ranges::for_each(partitions, [this](std::int32_t each) { ask_past_leaders(each); });
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

bool SimulatedBroker::follow_commands(std::int32_t partition, std::int64_t offset) {
  const Fault fault = enter(Call::follow_commands);
  if (!consumer_.owns(partition)) cluster_.violation("follow_commands of a partition that is not ours");
  if (fault == Fault::refuse) {
    commands_.unfollow(partition);
    return false;
  }
  commands_.follow(partition, offset);
  leave(fault);
  return true;
}

void SimulatedBroker::unfollow_commands(std::int32_t partition) {
  const Fault fault = enter(Call::unfollow_commands);
  commands_.unfollow(partition);
  leave(fault);
}

bool SimulatedBroker::begin() {
  const Fault fault = enter(Call::begin);
  if (fault == Fault::refuse) producer_.fail();
  wrong_time_ = false;
  const bool begun = producer_.begin();
  leave(fault);
  return begun;
}

ProduceOutcome SimulatedBroker::produce(const daemon::OutputRecord& record) {
  const Fault fault = enter(Call::produce);
  if (fault == Fault::refuse) return ProduceOutcome::failed;
  check_tick(record);
  // As the journal is made.
  const bool ahead = record.time.known() && record.time > cluster_.wall_clock() + rules::Duration::hours(1);
  if (record.topic == OutputTopic::journal && ahead) wrong_time_ = true;
  const bool to_any = record.topic == OutputTopic::commands || settings_.source == SimulatedConsumer::Source::raw;
  if (!to_any && !consumer_.owns(record.partition)) cluster_.violation("produce for a partition that is not ours");
  LogRecord stored;
  stored.time = record.time;
  if (record.key) stored.key.emplace(*record.key);
  if (record.value) stored.value.emplace(*record.value);
  for (const auto& [header, value] : record.headers) stored.headers.emplace_back(header, value);
  if (settings_.bugs.command_unjournaled && record.topic == OutputTopic::journal && record.key) {
    return ProduceOutcome::queued;
  }
  if (settings_.bugs.topic_outside && record.topic == settings_.bugs.outside) {
    cluster_.append(topic(record.topic), record.partition, std::move(stored));
    return ProduceOutcome::queued;
  }
  const ProduceOutcome outcome = producer_.produce(topic(record.topic), record.partition, std::move(stored));
  leave(fault);
  return outcome;
}

CommitOutcome SimulatedBroker::commit(std::span<const std::pair<std::int32_t, std::int64_t>> offsets) {
  const Fault fault = enter(Call::commit);
  for (const auto& [partition, offset] : offsets) {
    if (!consumer_.owns(partition)) cluster_.violation("commit of a partition that is not ours");
    if (fault == Fault::rejected) excused_.insert(partition);
    consumer_.group().note_topic(partition, identities_[partition]);
  }
  if (consumer_.told_lost()) cluster_.violation("commit after the partitions were lost");
  if (wrong_time_) return CommitOutcome::wrong_time;
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

bool SimulatedBroker::producer_suspect() { return producer_.suspect() && !settings_.bugs.hide_suspect; }

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

bool SimulatedBroker::fence(std::string_view transactional_id) {
  const Fault fault = enter(Call::fence);
  if (transactional_id == settings_.transactional_id) cluster_.violation("fence of our own producer");
  if (cluster_.away() || fault == Fault::refuse) return false;
  if (!consumer_.group().has_member(std::string(transactional_id))) {
    cluster_.transactions().initialise(std::string(transactional_id), settings_.transaction_timeout, cluster_.now());
  }
  leave(fault);
  return true;
}

std::chrono::steady_clock::time_point SimulatedBroker::now() {
  return std::chrono::steady_clock::time_point(
      std::chrono::duration_cast<std::chrono::steady_clock::duration>(cluster_.now() + std::chrono::hours(1)));
}

rules::Timestamp SimulatedBroker::wall_clock() {
  const bool wrong = cluster_.now() < settings_.wrong_clock_until;
  return wrong ? cluster_.wall_clock() + rules::Duration::hours(365 * 24) : cluster_.wall_clock();
}

void SimulatedBroker::close() {
  const Fault fault = enter(Call::close);
  dead_ = true;
  consumer_.leave();
  leave(fault);
}

}  // namespace coagwatch::simulation
