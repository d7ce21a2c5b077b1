// What time alone brings about.

#include "daemon/fold/partition_fold.h"
#include "rules/episodes/departure.h"
#include "rules/episodes/notices.h"

namespace coagwatch::daemon {

rules::Timestamp PartitionFold::next_timer() const {
  return settings_.time_source == FoldSettings::TimeSource::event ? rules::Timestamp::none() : store_.next_due();
}

bool PartitionFold::run_timers(const InputRecord& cause, std::size_t most, FoldSink& sink) {
  if (settings_.time_source == FoldSettings::TimeSource::event || cause.offset < record_.last_offset) return true;
  InputRecord record;
  record.partition = cause.partition;
  record.offset = cause.offset;
  record.headers = cause.headers;
  std::size_t fired = 0;
  while (const auto next = store_.take_due(cause.time)) {
    PatientStore::Touched& touched = touch(next->patient);
    const rules::Timestamp due = rules::next_timer(touched.state);
    if (!due.known() || due > next->time) {
      store_.note_timer(touched);
      continue;
    }
    if (fired == most) {
      store_.note_timer(touched);
      return false;
    }
    ++fired;
    record.time = due;
    record_.timer_cursor = due;
    fire(record, touched, due, sink);
    store_.note_timer(touched);
  }
  record_.time = std::max(record_.time, cause.time);
  return true;
}

/// The timers of a patient who has a clock of his own, before a result comes that passes them.
void PartitionFold::run_own_timers(const InputRecord& record, PatientStore::Touched& touched, rules::Timestamp until,
                                   FoldSink& sink) {
  // Not between the parts of one record: they are one step.
  for (std::size_t i = 0; i < pending_used_; ++i) {
    if (pending_[i].touched == &touched) return;
  }
  for (rules::Timestamp due = rules::next_timer(touched.state); due.known() && due <= until;
       due = rules::next_timer(touched.state)) {
    fire(record, touched, due, sink);
  }
}

void PartitionFold::fire(const InputRecord& record, PatientStore::Touched& touched, rules::Timestamp due,
                         FoldSink& sink) {
  rules::PatientState& state = touched.state;
  touched.before_change();
  rules::assess(*settings_.rules, state, state.at, assessment_);
  assessed_ = nullptr;
  rules::EpisodeEngine::run_timers(*settings_.rules, settings_.alerts, state, assessment_, due, plan_);
  fhir::WriteContext& context = publisher_.context();
  context.patient = touched.key;
  context.processed = due;
  context.correction = false;
  context.cause.clear();
  publish(record, state, sink);
  if (plan_.leave == rules::Leave::stays) return;
  touched.retired = true;
  if (plan_.leave == rules::Leave::expired) rules::forget_results(state);
}

}  // namespace coagwatch::daemon
