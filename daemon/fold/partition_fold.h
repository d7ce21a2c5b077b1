#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/fold/command_record.h"
#include "daemon/fold/fold_counters.h"
#include "daemon/fold/fold_settings.h"
#include "daemon/fold/fold_sink.h"
#include "daemon/fold/patient_store.h"
#include "daemon/fold/record_publisher.h"
#include "daemon/fold/state_codec.h"
#include "fhir/intake.h"
#include "rules/episodes/episode.h"

namespace coagwatch::daemon {

/// The fold of one input partition: bytes in, alerts, dead letters, state and status out. Pure apart from its own
/// state: no clock, no randomness, no I/O; the same records give the same output, whatever the transactions.
///
/// Not thread-safe; a worker owns it.
class PartitionFold {
 public:
  explicit PartitionFold(const FoldSettings& settings);
  PartitionFold(const PartitionFold&) = delete;
  PartitionFold& operator=(const PartitionFold&) = delete;

  /// From the next record on another rule set decides; what is known of the patients stays. REQUIRES: nothing was
  /// applied since the last commit() or rollback().
  void change_scoring(const Scoring& scoring);

  /// Takes one record of the state topic during a restore. Returns what is wrong with it, or nullopt.
  std::optional<std::string> restore(std::string_view key, std::optional<std::string_view> value);

  /// Applies one input record, or the part of it that is meant. False if it was applied before (offset at or below the
  /// last) and skipped.
  bool apply(const InputRecord& record, FoldSink& sink);

  /// Applies one record of the topic of commands, at the partition's time. False if it was applied before (offset at or
  /// below the last one) and skipped.
  bool apply_command(const InputRecord& command, FoldSink& sink);

  /// Runs the timers that are due until the greatest time seen, that of `cause` included, in (due time, patient) order,
  /// at most `most` of them; what they say carries their due time, and partition and offset of `cause`. False if more
  /// are due. To be called before apply() of `cause`, or for a tick, with the last offset. With `time.source: event`
  /// every patient has a clock of his own, and apply() runs his timers: then this does nothing.
  bool run_timers(const InputRecord& cause, std::size_t most, FoldSink& sink);
  /// A lower bound of the next timer; none() if there is none.
  [[nodiscard]] rules::Timestamp next_timer() const;

  /// Writes the last state and status of each patient touched since the last commit.
  void flush(FoldSink& sink);
  /// The partition record as of the last applied record.
  [[nodiscard]] const PartitionRecord& record() const { return record_; }
  /// For what the engine knows and the fold does not: topic id, owner, rule set.
  PartitionRecord& edit_record() { return record_; }

  /// Makes everything since the last commit permanent. REQUIRES: flush() came just before.
  void commit();
  /// Forgets everything since the last commit.
  void rollback();

  /// Patients touched since the last commit; the engine ends a transaction before there are too many.
  [[nodiscard]] std::size_t touched() const { return store_.touched_count(); }
  [[nodiscard]] const PatientStore& patients() const { return store_; }
  /// What happened since the last clear().
  FoldCounters& counters() { return counters_; }

 private:
  /// What one input record changed of one patient.
  struct Pending {
    PatientStore::Touched* touched = nullptr;
    rules::ApplyResult applied;
    std::vector<std::string_view> causes;  ///< in the order in which they came
    bool again = false;  ///< facts changed, or results of another key came: everything is folded again
  };

  bool is_ours(const InputRecord& record, const fhir::Item& item);
  void pass_over(const InputRecord& record, const fhir::Item& item, FoldSink& sink);
  void end_resource();
  void apply_item(const InputRecord& record, std::span<const fhir::Item> items, fhir::Item& item, FoldSink& sink);
  bool find_holder(const InputRecord& record, std::span<const fhir::Item> items, fhir::Item& item, FoldSink& sink);
  [[nodiscard]] std::string_view server_of(std::string_view key) const;
  [[nodiscard]] bool may_be_on(std::string_view base, std::string_view key) const;
  std::string_view only_holder(std::string_view base, std::string_view identity);
  std::string_view only_holder_of_identifier(std::string_view base, const rules::Change& retraction);
  bool list_holders(std::span<const fhir::Item> items, fhir::Item& item, std::vector<std::string>& holders);
  [[nodiscard]] std::string scored_as(const std::string& key) const;
  bool leaves_others(const InputRecord& record, const fhir::Item& item, FoldSink& sink);
  void leave(const InputRecord& record, std::string_view patient, const rules::Change& moved, std::string_view cause,
             FoldSink& sink);
  rules::ApplyResult apply_to(const InputRecord& record, std::string_view patient, fhir::Item& item, FoldSink& sink);
  void apply_change(const InputRecord& record, fhir::Item& item, FoldSink& sink);
  void replace(const InputRecord& record, fhir::Item& item, const fhir::Replaced& replaced, FoldSink& sink);
  void retract_contained(const InputRecord& record, const fhir::Item& item, FoldSink& sink);
  void apply_facts_of(const InputRecord& record, const fhir::Item& item, FoldSink& sink);
  struct NamedVersion {
    std::string_view identity;
    rules::Version version;
  };
  void take_facts_back(const InputRecord& record, std::string_view patient, const NamedVersion& of,
                       fhir::ContextFacts::Kind kind, FoldSink& sink);
  void apply_context(const InputRecord& record, const fhir::ContextFacts& context, FoldSink& sink);
  rules::ApplyOutcome apply_facts(const InputRecord& record, const rules::FactChange& change,
                                  PatientStore::Touched& touched, FoldSink& sink);
  void apply_links(const InputRecord& record, const fhir::ContextFacts& context, FoldSink& sink);
  void relink(const InputRecord& record, const std::vector<std::string>& changed, std::string_view cause,
              FoldSink& sink);
  std::string merge_of(const rules::PatientState& state, const std::string& patient, bool refused);
  void settle_link(const InputRecord& record, const std::string& patient, bool changed, std::string_view cause,
                   FoldSink& sink);
  void merge(const InputRecord& record, PatientStore::Touched& touched, const std::string& into, std::string_view cause,
             FoldSink& sink);
  void readopt(const InputRecord& record, std::string_view patient, std::string_view cause, FoldSink& sink);
  void retire(const InputRecord& record, PatientStore::Touched& touched, rules::Cause why, std::string_view cause,
              FoldSink& sink);
  void revive(const InputRecord& record, PatientStore::Touched& touched, std::string_view cause, FoldSink& sink);
  void merge_awaited(const InputRecord& record, FoldSink& sink);

  // fold_commands.cc
  void begin_record();
  void end_record(const InputRecord& record, FoldSink& sink);
  std::string_view carry_out(const InputRecord& record, const Command& command, FoldSink& sink);
  void forget(const InputRecord& record, std::string_view patient, FoldSink& sink);
  void withdraw_claims(const InputRecord& record, const std::string& key, FoldSink& sink);
  void forget_key(const InputRecord& record, const std::string& key, FoldSink& sink);

  // fold_copies.cc
  void take_place(std::int32_t partition, std::int32_t partitions);
  [[nodiscard]] std::string key_here(std::string_view patient) const;
  [[nodiscard]] std::int32_t home_of(std::string_view key) const;
  void send(const InputRecord& record, std::int32_t partition, Command command, FoldSink& sink);
  void tell_link(const InputRecord& record, std::string_view key, std::string_view claimant, std::string_view into,
                 FoldSink& sink);
  void concern(std::string_view key);
  void update_copies(const InputRecord& record, FoldSink& sink);
  void update_copy(const InputRecord& record, PatientStore::Touched& touched, FoldSink& sink);
  void tell_merged(const InputRecord& record, PatientStore::Touched& touched, FoldSink& sink);
  std::string_view adopt(const InputRecord& record, const Command& command, FoldSink& sink);
  void take_merged(const InputRecord& record, const Command& command, FoldSink& sink);
  void take_unmerged(const InputRecord& record, const Command& command, FoldSink& sink);
  void take_link(const InputRecord& record, const Command& command, FoldSink& sink);
  void take_settle(const InputRecord& record, const Command& command, FoldSink& sink);

  // fold_moves.cc
  [[nodiscard]] bool may_have_moved(const fhir::Item& item);
  void tell_moved(const InputRecord& record, const fhir::Item& item, FoldSink& sink);
  std::string_view take_moved(const InputRecord& record, const Command& command, FoldSink& sink);

  void withdraw_rest(const InputRecord& record, const fhir::Item& item, FoldSink& sink);
  PatientStore::Touched& touch(std::string_view patient);
  PatientStore::Touched& touch_links(std::string_view patient);
  void before_change(const InputRecord& record, PatientStore::Touched& touched);
  const std::vector<bool>& by_rules(const InputRecord& record, const PatientStore::Touched& touched);
  template <typename Change>
  rules::ApplyResult change(const InputRecord& record, std::string_view patient, std::string_view cause,
                            const Change& change, FoldSink& sink);
  void note(const InputRecord& record, std::string_view cause, const rules::ApplyResult& applied,
            PatientStore::Touched& touched, FoldSink& sink);
  Pending& pending_of(PatientStore::Touched& touched);
  void assess(const Pending& pending);
  [[nodiscard]] rules::Timestamp processed(const InputRecord& record, const rules::PatientState& state) const;
  static void show(PatientStore::Touched& touched, const std::vector<std::string_view>& causes);
  void conclude(const InputRecord& record, FoldSink& sink);
  void publish(const InputRecord& record, const rules::PatientState& state, FoldSink& sink);
  void run_own_timers(const InputRecord& record, PatientStore::Touched& touched, rules::Timestamp until,
                      FoldSink& sink);
  bool fire_until(rules::Timestamp until, const InputRecord& cause, std::size_t most, std::size_t& fired,
                  FoldSink& sink);
  void fire(const InputRecord& record, PatientStore::Touched& touched, rules::Timestamp due, FoldSink& sink);
  void count(const fhir::Item& item);

  /// Which of how many partitions this is, where the router stage divides patients among them; else 0 of 0.
  struct Place {
    std::int32_t partition = 0;
    std::int32_t partitions = 0;
  };

  FoldSettings settings_;
  Place place_;

  std::uint64_t rule_set_;  ///< as PatientState::scored_by has it
  std::unique_ptr<fhir::Intake> intake_;
  PatientStore store_;
  PartitionRecord record_;
  PartitionRecord committed_record_;
  FoldCounters counters_;
  RecordPublisher publisher_;

  // Reused from record to record.
  rules::Assessment assessment_;
  rules::Assessment before_;                         ///< without the facts that a resource brings
  const PatientStore::Touched* assessed_ = nullptr;  ///< whose assessment that is, as of now
  rules::EpisodeEngine episodes_;
  rules::AlertPlan plan_;
  std::vector<rules::Episode> was_;
  std::vector<bool> by_rules_;
  std::vector<Pending> pending_;  ///< the first pending_used_ are of this record
  std::size_t pending_used_ = 0;
  std::vector<std::string_view> parts_;  ///< identities of the results that the resource at hand brought so far
  std::deque<std::string> meant_;        ///< identities that deletions of this record were found to mean
  std::vector<std::string> awaited_;     ///< patients touched whom others wait to be merged into
  std::vector<std::string> concerned_;   ///< patients touched who may have copies in other partitions
  bool told_moved_ = false;              ///< the other partitions know whose it is
  bool may_have_rest_ = false;           ///< something of its earlier versions may be in force
  bool tells_facts_ = false;             ///< it states facts, or that it states none
};

}  // namespace coagwatch::daemon
