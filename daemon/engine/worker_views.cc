// What other threads see of a worker: its snapshot, and its patients.

#include <algorithm>
#include <functional>

#include "daemon/engine/worker.h"

namespace coagwatch::daemon {
namespace {

constexpr std::chrono::milliseconds kSnapshotEvery{200};
constexpr std::chrono::seconds kPositionedWithin{10};
constexpr int kFailuresShown = 5;

/// Why a partition does not run, as far as that is somebody else's to end; otherwise empty.
std::string reason_of(const AssignedPartition& partition, std::chrono::steady_clock::time_point now) {
  if (!partition.error.empty()) return partition.error;
  if (partition.stage == AssignedPartition::Stage::running && now < partition.delay_shown_until) return partition.delay;
  if (partition.failures >= kFailuresShown) {
    return "the last " + std::to_string(partition.failures) +
           " transactions with it failed, for what the log tells; tried again every few seconds";
  }
  if (partition.not_positioned_since && now - *partition.not_positioned_since >= kPositionedWithin) {
    return "waits to be read from offset " + std::to_string(partition.next) + " on, or for its commands";
  }
  if (partition.stage == AssignedPartition::Stage::deciding && partition.doubt) {
    return partition.doubt->error + "; asked again for half a minute, in case its leader is one of the past";
  }
  if (partition.stage != AssignedPartition::Stage::restoring) return {};
  if (partition.settled && partition.waiting) return "waits for an open transaction on the state topic to end";
  const bool asked = partition.asked_at != std::chrono::steady_clock::time_point();
  if (partition.mark_failures > 0 || (!partition.marked && asked)) {
    return "waits until a transaction of its own is committed and the group's coordinator tells so: that broker or the "
           "leader of the state topic may be cut off from the others; what the brokers say is in the log";
  }
  if (!partition.facts && asked) {
    return "waits for the broker to tell the group's committed offset; a transaction that has hung since a crash of "
           "the broker holds it back for ever (kafka-transactions.sh find-hanging)";
  }
  return {};
}

}  // namespace

void Worker::publish_snapshot() {
  const auto now = broker_.now();
  if (now < snapshot_at_) return;
  snapshot_at_ = now + kSnapshotEvery;
  WorkerSnapshot next;
  next.producer_ready = producer_ready_;
  next.assigned = assigned_;
  next.problem = conflict_.empty() ? problem_ : conflict_;
  next.conflict = conflict_;
  next.rules = tasks_->rules();
  next.newest_records = newest_records_;
  if (next.rules) next.open_episodes.resize(std::min(next.rules->criteria.size(), OpenEpisodes::kMaxCriteria));
  for (const auto& [number, partition] : partitions_) {
    WorkerSnapshot::Partition& shown = next.partitions.emplace_back();
    shown.number = number;
    shown.stage = partition.stage;
    shown.next = partition.next;
    shown.end = broker_.known_end(number);
    if (options_.confirm_ends && shown.end == partition.next) shown.end = broker_.confirmed_end(number);
    shown.error = reason_of(partition, now);
    if (partition.stage == AssignedPartition::Stage::restoring) {
      shown.restored_to = partition.restored.position;
      shown.restore_until = partition.restored.end;
    }
    const PatientStore* patients = partition.task->patients();
    if (patients == nullptr) continue;
    shown.patients = patients->size();
    shown.state_bytes = patients->bytes();
    const std::span<const std::uint64_t> open = patients->open_episodes();
    std::transform(open.begin(), open.end(), next.open_episodes.begin(), next.open_episodes.begin(), std::plus<>());
  }
  const std::lock_guard lock(snapshot_mutex_);
  snapshot_ = std::move(next);
}

WorkerSnapshot Worker::snapshot() const {
  const std::lock_guard lock(snapshot_mutex_);
  return snapshot_;
}

void Worker::answer_inquiries() {
  inquiries_.answer([this](const std::string& patient) -> Inquiries::Answer {
    for (const auto& [number, partition] : partitions_) {
      const PatientStore* patients = partition.task->patients();
      if (partition.stage != AssignedPartition::Stage::running || patients == nullptr) continue;
      if (const auto state = patients->committed(patient)) return KnownPatient{std::string(*state), tasks_->rules()};
    }
    return std::nullopt;
  });
}

}  // namespace coagwatch::daemon
