#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/fold/fold_counters.h"
#include "daemon/fold/fold_sink.h"
#include "daemon/fold/patient_store.h"
#include "daemon/fold/state_codec.h"
#include "fhir/intake.h"
#include "fhir/writers.h"
#include "rules/episode.h"
#include "rules/rule_set.h"

namespace coagwatch::daemon {

/// What every fold of a process has in common. Immutable while folds run.
struct FoldSettings {
  /// `record`: clinical time is judged against Kafka's record timestamps. `event`: each patient has a clock of its
  /// own, the greatest collection or issue time in its data, so that history plays as if it were live.
  enum class TimeSource : std::uint8_t { record, event };

  const rules::RuleSet* rules = nullptr;           ///< never null
  const fhir::Terminology* terminology = nullptr;  ///< never null
  rules::AlertPolicy alerts;
  rules::WindowLimits window;
  fhir::IntakeLimits intake;
  TimeSource time_source = TimeSource::record;
  std::string fhir_base = "urn:coagwatch";
  std::string version;                      ///< of the program, in records and headers
  std::string input_topic;                  ///< for `coagwatch-source`
  std::size_t dead_letter_bytes = 900'000;  ///< key and value of a dead letter; what is longer is cut and marked
};

/// The fold of one input partition: bytes in, alerts, dead letters, state and status out. Pure apart from its own
/// state: no clock, no randomness, no I/O; the same records give the same output, whatever the transactions.
///
/// Not thread-safe; a worker owns it.
class PartitionFold {
 public:
  /// `settings` must outlive this.
  explicit PartitionFold(const FoldSettings& settings);

  /// Takes one record of the state topic during a restore. Returns what is wrong with it, or nullopt.
  std::optional<std::string> restore(std::string_view key, std::optional<std::string_view> value);

  /// Applies one input record. False if it was applied before (offset at or below the last) and skipped.
  bool apply(const InputRecord& record, FoldSink& sink);

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
  void apply_item(const InputRecord& record, fhir::Item& item, FoldSink& sink);
  void apply_change(const InputRecord& record, fhir::Item& item, FoldSink& sink);
  void assess_and_publish(const InputRecord& record, const fhir::Item& item, const rules::ApplyResult& applied,
                          PatientStore::Touched& touched, FoldSink& sink);
  void publish_dead_letter(const InputRecord& record, const fhir::Item& item, FoldSink& sink);
  void publish_alert(const InputRecord& record, const rules::PatientState& state, FoldSink& sink);
  void publish_status(const PatientStore::Touched& touched, FoldSink& sink);
  void count(const fhir::Item& item);
  void append_source(const InputRecord& record);

  const FoldSettings& settings_;
  fhir::Intake intake_;
  PatientStore store_;
  PartitionRecord record_;
  PartitionRecord committed_record_;
  FoldCounters counters_;

  // Reused from record to record.
  fhir::WriteContext context_;
  rules::Assessment assessment_;
  std::vector<rules::EpisodeEvent> events_;
  fhir::AlertRecord alert_;
  std::string buffer_;
  std::string source_;
  std::vector<std::pair<std::string_view, std::string_view>> headers_;
};

}  // namespace coagwatch::daemon
