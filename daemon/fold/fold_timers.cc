// What time alone brings about.

#include "daemon/fold/partition_fold.h"
#include "rules/episodes/departure.h"
#include "rules/episodes/notices.h"

namespace coagwatch::daemon {

rules::Timestamp PartitionFold::next_timer() const {
  return settings_.time_source == FoldSettings::TimeSource::event ? rules::Timestamp::none() : store_.next_due();
}

bool PartitionFold::run_timers(const InputRecord& cause, std::size_t most, FoldSink& sink) {
  if (settings_.time_source == FoldSettings::TimeSource::event) return true;
  // After a restore nothing else may have told yet: what timers change is copied to other partitions too.
  take_place(cause.partition, cause.share.partitions != 0 ? cause.share.partitions : record_.partitions);
  std::size_t fired = 0;
  if (record_.unfinished_tick >= 0) {
    // It came before whatever there is now.
    InputRecord tick;
    tick.partition = cause.partition;
    tick.offset = record_.unfinished_tick;
    if (!fire_until(record_.time, tick, most, fired, sink)) return false;
    record_.unfinished_tick = -1;
  }
  if (cause.offset < record_.last_offset) return true;
  record_.time = std::max(record_.time, cause.time);
  if (fire_until(record_.time, cause, most, fired, sink)) return true;
  if (cause.offset == record_.last_offset) record_.unfinished_tick = cause.offset;
  return false;
}

/// Fires the timers due until then. False if that would be more than `most` since `fired` was zero.
bool PartitionFold::fire_until(rules::Timestamp until, const InputRecord& cause, std::size_t most, std::size_t& fired,
                               FoldSink& sink) {
  InputRecord record;
  record.partition = cause.partition;
  record.offset = cause.offset;
  record.headers = cause.headers;
  record.source = cause.source;
  while (const auto next = store_.take_due(until)) {
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
    update_copies(record, sink);
    // A timer brings nothing of the patient that others could have waited for; left to the next record they would be
    // merged where this transaction had it too, and not after a restore.
    awaited_.clear();
  }
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
  store_.before_change(touched);
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
