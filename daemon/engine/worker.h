#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "daemon/engine/assigned_partition.h"
#include "daemon/engine/broker.h"
#include "daemon/engine/engine_faults.h"
#include "daemon/engine/engine_observer.h"
#include "daemon/engine/inquiries.h"
#include "daemon/engine/partition_task.h"
#include "daemon/engine/state_source.h"

namespace coagwatch::daemon {

struct WorkerOptions {
  std::chrono::milliseconds gather{2};         ///< a transaction is open at least so long, unless it is full
  std::chrono::milliseconds max_open{100};     ///< and at most so long
  std::size_t max_records = 10'000;            ///< records a transaction
  std::size_t max_touched = 4'000;             ///< patients a transaction, over all partitions
  std::chrono::milliseconds fence_after{500};  ///< restore waits so long for an open transaction of a dead owner
  bool confirm_ends = false;                   ///< the snapshot tells no end that is old, where it seems to be reached
  EngineFaults faults;
};

/// What `/status`, `/readyz` and the lag metric show of a worker.
struct WorkerSnapshot {
  struct Partition {
    std::int32_t number = 0;
    AssignedPartition::Stage stage = AssignedPartition::Stage::restoring;
    std::int64_t next = -1;
    std::optional<std::int64_t> end;
    std::size_t patients = 0;
    std::size_t state_bytes = 0;
    std::int64_t restored_to = -1;    ///< while it is restored: next offset of the state topic to read; -1: not known
    std::int64_t restore_until = -1;  ///< and where it must get to; likewise
    std::string error;                ///< why it does not run, or runs and gets no records, where somebody must or can
                                      ///< do something about it
  };
  bool producer_ready = false;
  bool assigned = false;  ///< the group has given us an assignment, possibly an empty one, and has not thrown us out
  std::string problem;    ///< why the worker cannot work, for people; empty if it can
  std::string conflict;   ///< another process works under this one's name: end; empty if none was seen
  std::vector<Partition> partitions;
  std::shared_ptr<const rules::RuleSet> rules;   ///< in force in this worker
  std::vector<rules::Timestamp> newest_records;  ///< of the newest input record committed, by input topic
  std::vector<std::uint64_t> open_episodes;      ///< patients with a running episode, by index of its criterion
};

/// One worker: one consumer, one transactional producer, and the state of its partitions, as a step function over
/// the seam (exactly-once by Kafka transactions: outputs, state and input offsets become visible together).
///
/// step() and stop() belong to one thread; the others may be called from any.
class Worker {
 public:
  /// All references must outlive the worker. `states`: where its partitions' state comes from; null for tasks that keep
  /// none.
  Worker(Broker& broker, StateSource* states, std::unique_ptr<TaskFactory> tasks, EngineObserver& observer,
         WorkerOptions options);
  /// A worker that scores.
  Worker(Broker& broker, StateSource& states, const FoldSettings& settings, EngineObserver& observer,
         WorkerOptions options);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// One turn of the loop: at most about 100 ms, less while something is pending.
  void step();
  /// Commits what is open, leaves the group, releases everything. Call once, last.
  void stop();

  /// Another rule set for all partitions, taken before the next transaction begins. Partitions whose state is of a
  /// higher `ruleset.sequence` are tried again.
  void change_scoring(Scoring scoring);
  /// Stops every partition, and whichever comes later, for a reason that somebody must mend and start again.
  void halt(std::string why);
  [[nodiscard]] WorkerSnapshot snapshot() const;
  /// Asks for a patient, as of the last commit (Inquiries::ask).
  std::future<Inquiries::Answer> ask(std::string patient) { return inquiries_.ask(std::move(patient)); }

 private:
  using Partitions = std::map<std::int32_t, AssignedPartition>;
  using Clock = std::chrono::steady_clock;

  // worker.cc: the loop
  void handle(const BrokerEvent& event);
  void on_record(const InputRecord& received);
  void on_end(const BrokerEvent& event);
  void on_failed(const BrokerEvent& event);
  void on_delayed(const BrokerEvent& event);
  void on_conflict(const BrokerEvent& event);
  [[nodiscard]] std::chrono::milliseconds poll_timeout();
  [[nodiscard]] bool commit_is_due(bool idle);
  void stop_partition(AssignedPartition& partition, std::string error);
  void take_scoring();
  void stop_all();
  void answer_inquiries();
  void publish_snapshot();
  [[nodiscard]] bool is_at_end(const AssignedPartition& partition);

  // worker_commands.cc
  void on_command(const InputRecord& command);
  void on_command_end(const BrokerEvent& event);
  [[nodiscard]] bool commands_must_wait(const AssignedPartition& partition);
  void follow_waiting_commands();
  bool follow_commands(AssignedPartition& partition);

  // transaction.cc
  void ensure_producer();
  bool begin();
  void enter(AssignedPartition& partition);
  bool take(AssignedPartition& partition, const Outbox& out);
  CommitOutcome commit();
  bool run_timers(AssignedPartition& partition, const InputRecord& cause);
  void tick();
  CommitOutcome try_commit();
  void committed();
  void abort_and_rewind(bool producer_alive);
  bool rewind(AssignedPartition& partition);
  void wait_for_clock();
  void forget_and_restore();
  void need_producer(std::string_view cause);
  void end_transaction(CommitOutcome outcome);

  // assignment.cc
  void on_assigned(const std::vector<std::int32_t>& partitions);
  void on_revoked(const std::vector<std::int32_t>& partitions, bool lost);
  void advance_partitions();
  void begin_restore(AssignedPartition& partition);
  void leave_state(AssignedPartition& partition);
  void advance_restore(AssignedPartition& partition);
  void wait_for_transaction(AssignedPartition& partition, bool waiting);
  void fence_one();
  void decide(AssignedPartition& partition);
  void position(AssignedPartition& partition);

  // takeover.cc
  enum class Mark : std::uint8_t { group, state };
  void look_where_partitions_stand();
  void ask_for_facts();
  void mark(Mark where);
  std::vector<AssignedPartition*> to_be_marked(Mark where);
  bool is_to_be_marked(AssignedPartition& partition, Mark where) const;
  bool end_mark(CommitOutcome outcome);
  [[nodiscard]] EndDoubt& doubt(AssignedPartition& partition);
  bool is_of_the_past(AssignedPartition& partition, StartDecision& decision);
  bool look_again(AssignedPartition& partition);
  [[nodiscard]] Clock::duration pause_after(Clock::time_point began) const;

  Broker& broker_;
  StateSource* const states_;
  std::unique_ptr<TaskFactory> tasks_;
  EngineObserver& observer_;
  const WorkerOptions options_;
  Partitions partitions_;
  bool pending_ = false;                             // some partition is neither running nor stopped
  Clock::time_point ask_from_;                       // the broker for facts
  std::set<std::string> to_fence_;                   // owners whose transactions may be open
  std::map<std::string, Clock::time_point> fenced_;  // and when again

  bool producer_ready_ = false;
  std::string replace_cause_ = "start";
  Clock::time_point producer_retry_at_;
  std::chrono::milliseconds producer_backoff_{0};

  bool commands_wait_ = false;  // of some partition

  bool open_ = false;         // a transaction is open
  bool broken_ = false;       // it can only be aborted
  bool rebalancing_ = false;  // it ends because partitions go
  Clock::time_point opened_;
  std::size_t records_ = 0;
  std::vector<rules::Timestamp> alert_causes_;  // record times of the open transaction's alerts
  std::vector<std::pair<std::int32_t, std::int64_t>> offsets_;

  bool assigned_ = false;                         // by the group, since it last threw us out
  std::vector<rules::Timestamp> newest_records_;  // by input topic
  std::string problem_;
  std::string conflict_;  // once set, nothing is begun, restored or committed any more
  Clock::time_point snapshot_at_;
  std::atomic<bool> halting_{false};  // once set, halt_ stays as it is
  std::string halt_;
  std::atomic<bool> scoring_waits_{false};  // spares every step the lock
  std::mutex scoring_mutex_;
  std::optional<Scoring> next_scoring_;  // guarded by scoring_mutex_
  Inquiries inquiries_;
  mutable std::mutex snapshot_mutex_;
  WorkerSnapshot snapshot_;  // guarded by snapshot_mutex_
};

}  // namespace coagwatch::daemon
