#include "daemon/cli/worker_thread.h"

#include <pthread.h>

#include <string>

namespace coagwatch::daemon {
namespace {

constexpr std::size_t kToldPartitions = 5;

}  // namespace

WorkerThread::WorkerThread(std::uint32_t number, Stage stage, std::unique_ptr<Broker> broker, StateSource* states,
                           std::unique_ptr<TaskFactory> tasks, const std::shared_ptr<const rules::RuleSet>& rules,
                           WorkerOptions options, Metrics& metrics, Health& health,
                           StallWatch::Clock::duration stands_after)
    : number_(number),
      stage_(std::move(stage)),
      health_(health),
      observer_(metrics, rules, stage_, number),
      stalls_(stands_after),
      broker_(std::move(broker)),
      worker_(*broker_, states, std::move(tasks), observer_, options),
      thread_([this] { run(); }) {}

WorkerThread::~WorkerThread() {
  request_stop();
  join();
}

void WorkerThread::join() {
  if (thread_.joinable()) thread_.join();
}

void WorkerThread::run() {
  pthread_setname_np(pthread_self(), ("worker " + std::to_string(number_)).c_str());
  while (!stopping_.load(std::memory_order_relaxed)) {
    worker_.step();
    health_.tick(number_);
    steps_.fetch_add(1, std::memory_order_relaxed);
  }
  worker_.stop();
}

WorkerSnapshot WorkerThread::snapshot() const { return worker_.snapshot(); }

std::string not_ready_reason(const Stage& stage, const WorkerSnapshot& snapshot) {
  if (!snapshot.problem.empty()) return snapshot.problem;
  if (!snapshot.producer_ready) return "waiting for the broker to accept the transactional producer";
  if (!snapshot.assigned) return "waiting for the consumer group's assignment";
  std::string reasons;
  std::size_t found = 0;
  for (const WorkerSnapshot::Partition& partition : snapshot.partitions) {
    if (partition.stage == AssignedPartition::Stage::running && partition.error.empty()) continue;
    if (++found > kToldPartitions) continue;
    if (found > 1) reasons += "; ";
    if (stage.topics.size() > 1) reasons += stage.topic_of(partition.number) + " ";
    reasons += "partition " + std::to_string(input_partition_of(partition.number)) + " is ";
    reasons.append(stage_name(partition.stage));
    if (!partition.error.empty()) reasons.append(": ").append(partition.error);
  }
  if (found > kToldPartitions) reasons += "; and " + std::to_string(found - kToldPartitions) + " more partitions";
  return reasons;
}

}  // namespace coagwatch::daemon
