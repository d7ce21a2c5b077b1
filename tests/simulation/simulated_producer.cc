#include "tests/simulation/simulated_producer.h"

#include <array>

namespace coagwatch::simulation {
namespace {

using daemon::CommitOutcome;
using daemon::ProduceOutcome;

/// How often a produced record leaves the client at once, per 10,000.
constexpr std::uint32_t kSendNow = 4'000;
/// How often a transaction's offsets are there before its last records, likewise.
constexpr std::uint32_t kOffsetsFirst = 5'000;

}  // namespace

void SimulatedProducer::replace() {
  identity_ = cluster_.transactions().initialise(transactional_id_, timeout_, cluster_.now());
  ready_ = true;
  open_ = started_ = suspect_ = false;
  queued_.clear();
}

bool SimulatedProducer::begin() {
  if (!ready_) return false;
  if (open_) {
    cluster_.violation("begin inside a transaction");
    return false;
  }
  open_ = true;
  started_ = false;
  return true;
}

ProduceOutcome SimulatedProducer::produce(const std::string& topic, std::int32_t partition, LogRecord record) {
  if (!open_) {
    cluster_.violation("produce outside of a transaction");
    return ProduceOutcome::failed;
  }
  if (!ready_) return ProduceOutcome::failed;
  const std::size_t size = record.key.value_or("").size() + record.value.value_or("").size();
  if (size > cluster_.settings().max_message_bytes) return ProduceOutcome::too_large;
  if (!record.time.known()) record.time = cluster_.wall_clock();
  queued_.push_back({{topic, partition}, std::move(record)});
  if (cluster_.random().chance(kSendNow) && !send_queued()) return ProduceOutcome::failed;
  return ProduceOutcome::queued;
}

bool SimulatedProducer::send_queued() {
  for (Queued& queued : queued_) {
    TransactionId transaction = 0;
    if (cluster_.transactions().add_partition(transactional_id_, identity_, queued.where, cluster_.now(),
                                              transaction) != TransactionError::none) {
      ready_ = false;
      return false;
    }
    started_ = true;
    queued.record.transaction = transaction;
    cluster_.log(queued.where.topic, queued.where.partition).append(std::move(queued.record));
  }
  queued_.clear();
  return true;
}

CommitOutcome SimulatedProducer::commit(std::span<const std::pair<std::int32_t, std::int64_t>> offsets,
                                        GroupMetadata group, Fault fault) {
  if (!open_) cluster_.violation("commit outside of a transaction");
  if (offsets.empty()) cluster_.violation("commit without an offset");
  if (fault == Fault::fatal) ready_ = false;
  // librdkafka sends offsets at once, and what is still in its queue with the end of the transaction.
  const bool offsets_first = fault == Fault::stall_sending || cluster_.random().chance(kOffsetsFirst);
  if (!ready_ || (!offsets_first && !send_queued())) return CommitOutcome::replace;
  // Between the requests of a commit others act, and what is late arrives.
  cluster_.advance(Time(cluster_.random().between(100, 3'000)));
  if (fault == Fault::aborted) return CommitOutcome::aborted;
  if (fault == Fault::rejected) return CommitOutcome::rejected;
  TransactionId transaction = 0;
  if (cluster_.transactions().add_offsets(transactional_id_, identity_, cluster_.now(), transaction) !=
      TransactionError::none) {
    ready_ = false;
    return CommitOutcome::replace;
  }
  started_ = true;
  const std::vector<std::pair<std::int32_t, std::int64_t>> list(offsets.begin(), offsets.end());
  if (!send_offsets(transaction, group, list)) return CommitOutcome::aborted;
  if (fault == Fault::late_offsets) {
    cluster_.send_late_offsets({&group_, transactional_id_, identity_, group.member, group.generation, list, {}},
                               Time(cluster_.random().between(100, 2'000'000)));
    suspect_ = true;
  }
  cluster_.advance(Time(cluster_.random().between(100, 3'000)));
  if (fault == Fault::stall_sending && others_) others_();
  if (!send_queued()) return CommitOutcome::replace;
  return end_commit(fault);
}

bool SimulatedProducer::send_offsets(TransactionId transaction, GroupMetadata group,
                                     const std::vector<std::pair<std::int32_t, std::int64_t>>& offsets) {
  if (bugs_.stale_group_metadata && group.member != 0) {
    if (!first_) first_ = group;
    group = *first_;
  }
  if (bugs_.no_group_metadata) {
    group_.commit_without_member(transaction, offsets);
    return true;
  }
  group_.note_committer(transaction, transactional_id_, group.member);
  return group.member != 0 && group_.commit_in_transaction(transaction, group.member, group.generation, offsets) ==
                                  SimulatedGroup::CommitError::none;
}

CommitOutcome SimulatedProducer::end_commit(Fault fault) {
  if (fault == Fault::unknown_aborted || fault == Fault::unknown_late || fault == Fault::kill_sending) {
    if (fault != Fault::unknown_aborted) send_late(true);
    ready_ = open_ = false;
    return CommitOutcome::unknown;
  }
  if (cluster_.transactions().end(transactional_id_, identity_, true, cluster_.now()) != TransactionError::none) {
    ready_ = false;
    return CommitOutcome::replace;
  }
  open_ = started_ = false;
  if (fault == Fault::unknown_committed) {
    ready_ = false;
    return CommitOutcome::unknown;
  }
  if (fault == Fault::straggler) {
    send_late(true);
    suspect_ = true;
  }
  return CommitOutcome::committed;
}

bool SimulatedProducer::abort(Fault fault) {
  if (!open_) cluster_.violation("abort outside of a transaction");
  queued_.clear();
  if (!ready_) return false;
  if (fault == Fault::refuse) {
    ready_ = false;
    return false;
  }
  open_ = false;
  // A transaction that never reached the coordinator ends in the client.
  if (!started_) return true;
  started_ = false;
  if (cluster_.transactions().end(transactional_id_, identity_, false, cluster_.now()) != TransactionError::none) {
    ready_ = false;
    return false;
  }
  if (fault == Fault::straggler) {
    send_late(false);
    suspect_ = true;
  }
  return true;
}

void SimulatedProducer::send_late(bool commit) {
  // From a moment to longer than most transactions last.
  static constexpr std::array<std::int64_t, 3> kLongest{3'000, 200'000, 20'000'000};
  const std::int64_t longest = kLongest[cluster_.random().below(kLongest.size())];
  cluster_.send_late_end(transactional_id_, identity_, commit, Time(cluster_.random().between(100, longest)));
}

}  // namespace coagwatch::simulation
