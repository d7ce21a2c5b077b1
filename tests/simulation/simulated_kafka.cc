#include "tests/simulation/simulated_kafka.h"

#include <algorithm>

namespace coagwatch::simulation {
namespace {

constexpr std::int64_t kStartMillis = 1'767'225'600'000;  // 2026-01-01T00:00:00Z

SimulatedGroup::Settings group_settings(const SimulatedKafka::Settings& settings) {
  SimulatedGroup::Settings group = settings.group;
  group.partitions = settings.partitions;
  return group;
}

}  // namespace

SimulatedKafka::SimulatedKafka(Settings settings, std::uint64_t seed)
    : settings_(std::move(settings)),
      random_(seed),
      transactions_(*this, random_, settings_.slow_markers),
      group_(group_settings(settings_), random_) {}

SimulatedKafka::Topic& SimulatedKafka::topic(const std::string& name) {
  Topic& topic = topics_[name];
  if (topic.partitions.empty()) {
    topic.id = name + "-" + std::to_string(++topics_made_);
    topic.partitions.resize(static_cast<std::size_t>(settings_.partitions));
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
  if (name != settings_.input) return;
  for (std::int32_t partition = 0; partition < settings_.partitions; ++partition) {
    group_.set_committed(partition, std::nullopt);
  }
}

std::int64_t SimulatedKafka::append(const std::string& name, std::int32_t partition, LogRecord record) {
  if (!record.time.known()) record.time = wall_clock();
  return log(name, partition).append(std::move(record));
}

rules::Timestamp SimulatedKafka::wall_clock() const {
  return rules::Timestamp::from_millis(kStartMillis +
                                       std::chrono::duration_cast<std::chrono::milliseconds>(now_).count());
}

void SimulatedKafka::advance(Time duration) {
  now_ += duration;
  deliver_late();
  transactions_.write_some_markers(now_);
  if (now_ - last_expiry_scan_ >= settings_.expiry_scan) {
    last_expiry_scan_ = now_;
    transactions_.expire(now_);
  }
  // A client may detach others or itself, never add one, while it runs.
  for (std::size_t i = 0; i < clients_.size(); ++i) clients_[i]->run_background();
  group_.advance(now_);
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

void SimulatedKafka::detach(Background& client) { std::erase(clients_, &client); }

void SimulatedKafka::violation(std::string what) { violations_.push_back(std::move(what)); }

void SimulatedKafka::end_in_partition(const TopicPartition& where, TransactionId transaction, bool commit) {
  log(where.topic, where.partition).end_transaction(transaction, commit);
}

void SimulatedKafka::end_offsets(TransactionId transaction, bool commit) {
  group_.end_transaction(transaction, commit);
}

}  // namespace coagwatch::simulation
