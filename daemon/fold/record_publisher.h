#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/fold/command_record.h"
#include "daemon/fold/fold_settings.h"
#include "daemon/fold/fold_sink.h"
#include "daemon/fold/input_record.h"
#include "daemon/fold/patient_store.h"
#include "fhir/writers.h"
#include "rules/scoring/assessment.h"

namespace coagwatch::daemon {

/// Puts together what a fold publishes: values and headers.
///
/// Not thread-safe. Keeps its buffers from record to record.
class RecordPublisher {
 public:
  /// `settings` must outlive this.
  explicit RecordPublisher(const FoldSettings& settings);

  /// Of whom, when and why, for what is published next. The views must live until then.
  fhir::WriteContext& context() { return context_; }

  /// And as a notification too, where the settings say so: with the same headers.
  void alert(const InputRecord& record, const rules::PatientState& state, rules::Assessment& assessment,
             const rules::AlertPlan& plan, FoldSink& sink);
  /// The exact bytes of what is bad; what is too long is cut and says so. The views live until the next call.
  const FoldRecord& dead_letter(const InputRecord& record, const fhir::Item& item);
  /// A touched patient's encoded state.
  void state(const PatientStore::Touched& touched, FoldSink& sink);
  /// That a touched patient has no status any more.
  void no_status(const PatientStore::Touched& touched, FoldSink& sink);
  /// What a touched patient's last assessment showed; `assessment` is overwritten. `merge_pending` as WriteContext has
  /// it.
  void status(const PatientStore::Touched& touched, std::string_view merge_pending, rules::Assessment& assessment,
              FoldSink& sink);
  /// A command for the fold of another partition, caused by `record`.
  void command(const InputRecord& record, std::int32_t partition, const Command& command, FoldSink& sink);

 private:
  void append_source(const InputRecord& record);

  const FoldSettings& settings_;
  fhir::WriteContext context_;
  fhir::AlertRecord alert_;
  std::string buffer_;
  std::string source_;
  std::vector<std::pair<std::string_view, std::string_view>> headers_;
  std::array<std::string, 4> texts_;  ///< of a dead letter's headers
  FoldRecord dead_letter_;
};

}  // namespace coagwatch::daemon
