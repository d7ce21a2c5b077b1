// What other threads see of a worker: its snapshot, and its patients.

#include <algorithm>
#include <functional>

#include "daemon/engine/worker.h"

namespace coagwatch::daemon {
namespace {

constexpr std::chrono::milliseconds kSnapshotEvery{200};

/// Why a partition does not run, as far as that is somebody else's to end; otherwise empty.
std::string reason_of(const AssignedPartition& partition) {
  if (!partition.error.empty()) return partition.error;
  if (partition.stage == AssignedPartition::Stage::restoring && partition.waiting) {
    return "waits for an open transaction on the state topic to end";
  }
  const bool asked = partition.retry_at != std::chrono::steady_clock::time_point();
  if (partition.stage == AssignedPartition::Stage::deciding && asked) {
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
  next.assigned = assigned_once_;
  next.problem = conflict_.empty() ? problem_ : conflict_;
  next.conflict = conflict_;
  next.rules = settings_.rules;
  next.newest_record = newest_record_;
  next.open_episodes.resize(std::min(settings_.rules->criteria.size(), OpenEpisodes::kMaxCriteria));
  for (const auto& [number, partition] : partitions_) {
    const std::span<const std::uint64_t> open = partition.fold->patients().open_episodes();
    std::transform(open.begin(), open.end(), next.open_episodes.begin(), next.open_episodes.begin(), std::plus<>());
    next.partitions.push_back({number, partition.stage, partition.next, broker_.known_end(number),
                               partition.fold->patients().size(), partition.fold->patients().bytes(),
                               reason_of(partition)});
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
      if (partition.stage != AssignedPartition::Stage::running) continue;
      if (const std::string* state = partition.fold->patients().committed(patient)) {
        return KnownPatient{*state, settings_.rules};
      }
    }
    return std::nullopt;
  });
}

}  // namespace coagwatch::daemon
