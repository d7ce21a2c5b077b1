#include "daemon/cli/worker_thread.h"

#include <string>

namespace coagwatch::daemon {

WorkerThread::WorkerThread(std::uint32_t number, std::unique_ptr<Broker> broker, const FoldSettings& settings,
                           WorkerOptions options, Metrics& metrics, Health& health)
    : number_(number),
      health_(health),
      observer_(metrics, settings.rules, settings.input_topic, number),
      broker_(std::move(broker)),
      worker_(*broker_, settings, observer_, options),
      thread_([this] { run(); }) {}

WorkerThread::~WorkerThread() {
  request_stop();
  join();
}

void WorkerThread::join() {
  if (thread_.joinable()) thread_.join();
}

void WorkerThread::run() {
  while (!stopping_.load(std::memory_order_relaxed)) {
    worker_.step();
    health_.tick(number_);
  }
  worker_.stop();
}

WorkerSnapshot WorkerThread::snapshot() const { return worker_.snapshot(); }

std::string not_ready_reason(const WorkerSnapshot& snapshot) {
  if (!snapshot.problem.empty()) return snapshot.problem;
  if (!snapshot.producer_ready) return "waiting for the broker to accept the transactional producer";
  if (!snapshot.assigned) return "waiting for the consumer group's assignment";
  for (const WorkerSnapshot::Partition& partition : snapshot.partitions) {
    if (partition.stage == AssignedPartition::Stage::running) continue;
    std::string reason = "partition " + std::to_string(partition.number) + " is ";
    reason.append(stage_name(partition.stage));
    if (!partition.error.empty()) reason.append(": ").append(partition.error);
    return reason;
  }
  return {};
}

}  // namespace coagwatch::daemon
