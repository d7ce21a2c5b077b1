#include "tests/simulation/simulated_kafka.h"

#include <algorithm>

#include "daemon/engine/input_number.h"

namespace coagwatch::simulation {
namespace {

constexpr std::int64_t kStartMillis = 1'767'225'600'000;  // 2026-01-01T00:00:00Z

constexpr std::string_view kRaw = "raw-";

SimulatedGroup::Settings group_settings(const SimulatedKafka::Settings& settings) {
  SimulatedGroup::Settings group = settings.group;
  group.partitions = settings.partitions;
  return group;
}

SimulatedGroup::Settings router_group_settings(const SimulatedKafka::Settings& settings) {
  SimulatedGroup::Settings group = settings.group;
  group.topics = settings.raw_topics;
  group.partitions = settings.raw_partitions;
  return group;
}

}  // namespace

std::string raw_topic(std::size_t n) { return std::string(kRaw) + std::to_string(n); }

SimulatedKafka::SimulatedKafka(Settings settings, std::uint64_t seed)
    : settings_(std::move(settings)),
      random_(seed),
      transactions_(*this, random_, settings_.slow_markers),
      group_(group_settings(settings_), random_),
      router_group_(router_group_settings(settings_), random_) {}

SimulatedKafka::Topic& SimulatedKafka::topic(const std::string& name) {
  Topic& topic = topics_[name];
  if (topic.partitions.empty()) {
    topic.id = name + "-" + std::to_string(++topics_made_);
    const std::int32_t partitions = name.starts_with(kRaw) ? settings_.raw_partitions : settings_.partitions;
    topic.partitions.resize(static_cast<std::size_t>(partitions));
  }
  return topic;
}

SimulatedLog& SimulatedKafka::log(const std::string& name, std::int32_t partition) {
  return topic(name).partitions.at(static_cast<std::size_t>(partition));
}

std::string SimulatedKafka::topic_id(const std::string& name) { return topic(name).id; }

void SimulatedKafka::recreate(const std::string& name) {
  topics_.erase(name);
  topic(name);
  for (std::size_t n = 0; n < settings_.raw_topics; ++n) {
    for (std::int32_t p = 0; p < settings_.raw_partitions && name == raw_topic(n); ++p) {
      router_group_.set_committed(daemon::input_number(n, p), std::nullopt);
    }
  }
  if (name != settings_.input) return;
  for (std::int32_t partition = 0; partition < settings_.partitions; ++partition) {
    group_.set_committed(partition, std::nullopt);
  }
}

bool SimulatedKafka::was_routed() {
  for (std::int32_t partition = 0; partition < settings_.partitions; ++partition) {
    const SimulatedLog& in = log(settings_.input, partition);
    std::int64_t position = in.start();
    if (position > 0 || in.read_committed(position) != nullptr) return true;
  }
  return false;
}

std::int64_t SimulatedKafka::append(const std::string& name, std::int32_t partition, LogRecord record) {
  if (!record.time.known()) record.time = wall_clock();
  return log(name, partition).append(std::move(record));
}

rules::Timestamp SimulatedKafka::wall_clock() const {
  return rules::Timestamp::from_millis(kStartMillis +
                                       std::chrono::duration_cast<std::chrono::milliseconds>(wall_).count());
}

void SimulatedKafka::advance(Time duration) {
  now_ += duration;
  wall_ += duration * settings_.clock_rate;
  if (away()) return;
  if (away_until_ != Time{}) {
    away_until_ = {};
    group_.restarted(now_);
    router_group_.restarted(now_);
  }
  deliver_late();
  deliver_late_offsets();
  transactions_.write_some_markers(now_);
  if (now_ - last_expiry_scan_ >= settings_.expiry_scan) {
    last_expiry_scan_ = now_;
    transactions_.expire(now_);
  }
  // A client may detach others or itself, never add one, while it runs.
  for (std::size_t i = 0; i < clients_.size(); ++i) clients_[i]->run_background();
  group_.advance(now_);
  router_group_.advance(now_);
  for (const auto& observer : observers_) observer();
}

void SimulatedKafka::send_late_end(const std::string& transactional_id, const ProducerIdentity& producer, bool commit,
                                   Time delay) {
  late_.push_back({transactional_id, producer, commit, now_ + delay, random_.chance(5'000)});
}

void SimulatedKafka::deliver_late() {
  for (std::size_t i = 0; i < late_.size();) {
    const bool worst = late_[i].spiteful && transactions_.ongoing(late_[i].transactional_id) && random_.chance(1'000);
    if (late_[i].due > now_ && !worst) {
      ++i;
      continue;
    }
    // Nobody waits for the answer any more.
    transactions_.end(late_[i].transactional_id, late_[i].producer, late_[i].commit, now_);
    late_.erase(late_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

void SimulatedKafka::send_late_offsets(LateOffsets request, Time delay) {
  request.due = now_ + delay;
  late_offsets_.push_back(std::move(request));
}

void SimulatedKafka::deliver_late_offsets() {
  std::erase_if(late_offsets_, [this](const LateOffsets& late) {
    const TransactionId taking = transactions_.taking_offsets(late.transactional_id, late.producer);
    if (taking == 0) return late.due <= now_;  // refused
    if (late.due > now_ && !random_.chance(3'000)) return false;
    late.group->commit_in_transaction(taking, late.member, late.generation, late.offsets);
    return true;
  });
}

void SimulatedKafka::detach(Background& client) { std::erase(clients_, &client); }

void SimulatedKafka::violation(std::string what) { violations_.push_back(std::move(what)); }

void SimulatedKafka::end_in_partition(const TopicPartition& where, TransactionId transaction, bool commit) {
  log(where.topic, where.partition).end_transaction(transaction, commit);
}

void SimulatedKafka::end_offsets(TransactionId transaction, bool commit) {
  group_.end_transaction(transaction, commit);
  router_group_.end_transaction(transaction, commit);
}

}  // namespace coagwatch::simulation
