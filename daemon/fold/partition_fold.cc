#include "daemon/fold/partition_fold.h"

#include <algorithm>

#include "rules/patient/window.h"
#include "rules/scoring/deciding.h"

namespace coagwatch::daemon {
namespace {

std::vector<std::string> criterion_ids(const rules::RuleSet& rules) {
  std::vector<std::string> ids;
  ids.reserve(rules.criteria.size());
  for (const rules::Criterion& criterion : rules.criteria) ids.push_back(criterion.id);
  return ids;
}

/// The beginning of its hash, which is enough to tell it from the one before.
std::uint64_t short_name(const rules::RuleSet& rules) {
  std::uint64_t name = 0;
  for (const char c : std::string_view(rules.hash).substr(0, 8)) name = name << 8 | static_cast<unsigned char>(c);
  return name;
}

/// Who is merged into another is not scored, nor is a copy.
bool is_scored(const rules::PatientState& state) { return state.merged_into.length == 0 && !state.is_copy; }

std::unique_ptr<fhir::Intake> make_intake(const FoldSettings& settings) {
  return std::make_unique<fhir::Intake>(*settings.terminology, settings.rules->site, settings.intake,
                                        settings.time_zone, settings.fhir_base, settings.envelopes);
}

}  // namespace

PartitionFold::PartitionFold(const FoldSettings& settings)
    : settings_(settings),
      rule_set_(short_name(*settings_.rules)),
      intake_(make_intake(settings_)),
      store_(criterion_ids(*settings_.rules)),
      publisher_(settings_) {}

void PartitionFold::change_scoring(const Scoring& scoring) {
  // Until the end of this, for those who still refer to it.
  const Scoring before = settings_;
  static_cast<Scoring&>(settings_) = scoring;
  rule_set_ = short_name(*settings_.rules);
  intake_ = make_intake(settings_);
  store_.change_criteria(criterion_ids(*settings_.rules));
  // Kept for their buffers, they point into the rule set.
  assessment_ = {};
  before_ = {};
  plan_.clear();
}

std::optional<std::string> PartitionFold::restore(std::string_view key, std::optional<std::string_view> value) {
  if (key != kPartitionRecordKey) return store_.restore(key, value);
  if (!value) return "the partition record was deleted";
  if (auto problem = decode_partition_record(*value, record_)) return problem;
  committed_record_ = record_;
  return std::nullopt;
}

bool PartitionFold::apply(const InputRecord& record, FoldSink& sink) {
  if (record.offset <= record_.last_offset) {
    ++counters_.replayed;
    return false;
  }
  ++counters_.records;
  counters_.newest = std::max(counters_.newest, record.time);

  record_.time = std::max(record_.time, record.time);
  take_place(record.partition, record.share.partitions);
  fhir::RecordContext context;
  context.key = record.key.value_or(std::string_view());
  context.headers = record.headers;
  context.time = settings_.time_source == FoldSettings::TimeSource::record ? record.time : rules::Timestamp::none();
  std::span<fhir::Item> items;
  fhir::Item refused;
  if (record.problem.empty()) {
    items = intake_->read(record.value.value_or(std::string_view()), context);
  } else {
    refused.reason = fhir::Reason::not_fhir;
    refused.text = record.problem;
    items = {&refused, 1};
  }
  begin_record();
  for (fhir::Item& item : items) {
    if (is_ours(record, item)) {
      apply_item(record, items, item, sink);
    } else {
      pass_over(record, item, sink);
    }
  }
  end_record(record, sink);
  record_.last_offset = record.offset;
  return true;
}

/// To be called before a record changes a patient. Where the last record that was scored was under another rule set,
/// what this one makes of him is found first: only the rest is the record's doing.
void PartitionFold::before_change(const InputRecord& record, PatientStore::Touched& touched) {
  store_.before_change(touched);
  const rules::PatientState& state = touched.state;
  if (state.scored_by == rule_set_ || touched.judged == record.offset) return;
  touched.judged = record.offset;
  touched.by_rules.clear();
  if (state.scored_by == 0 || !state.at.known() || !is_scored(state)) return;
  rules::assess(*settings_.rules, state, state.at, before_);
  for (const rules::CriterionScore& score : before_.scores) touched.by_rules.push_back(score.status);
}

/// The criteria whose status the record at hand has not changed, where the rule set may have.
const std::vector<bool>& PartitionFold::by_rules(const InputRecord& record, const PatientStore::Touched& touched) {
  by_rules_.clear();
  if (touched.judged != record.offset) return by_rules_;
  for (std::size_t i = 0; i < touched.by_rules.size(); ++i) {
    by_rules_.push_back(touched.by_rules[i] == assessment_.scores[i].status);
  }
  return by_rules_;
}

/// When a change of a patient is processed.
rules::Timestamp PartitionFold::processed(const InputRecord& record, const rules::PatientState& state) const {
  return settings_.time_source == FoldSettings::TimeSource::event ? state.clock : record.time;
}

/// What a change did: an assessment now, and at the end of the record what follows from all of it.
void PartitionFold::note(const InputRecord& record, std::string_view cause, const rules::ApplyResult& applied,
                         PatientStore::Touched& touched, FoldSink& sink) {
  if (!is_scored(touched.state)) return;
  if (!applied.assess) return;
  Pending& pending = pending_of(touched);
  pending.applied.add(applied);
  if (!cause.empty() && std::ranges::find(pending.causes, cause) == pending.causes.end()) {
    pending.causes.push_back(cause);
  }
  touched.assessed = true;
  touched.moved_on = false;
  touched.retired = false;
  touched.at = applied.at;
  touched.cause.assign(cause);
  touched.processed = processed(record, touched.state);
  assess(pending);
  // With nothing left in force there is nothing to assess, but open episodes lose their ground.
  if (!touched.state.at.known()) return;
  ++counters_.assessments;
  fhir::WriteContext& context = publisher_.context();
  context.correction = applied.correction;
  context.cause.clear();
  if (!touched.cause.empty()) context.cause.push_back(touched.cause);
  if (sink.shows_assessments()) rules::list_deciding(assessment_);
  sink.assessment(context, assessment_);
}

PartitionFold::Pending& PartitionFold::pending_of(PatientStore::Touched& touched) {
  for (std::size_t i = 0; i < pending_used_; ++i) {
    if (pending_[i].touched == &touched) return pending_[i];
  }
  if (pending_used_ == pending_.size()) pending_.emplace_back();
  Pending& pending = pending_[pending_used_++];
  pending.touched = &touched;
  pending.applied = {};
  pending.again = false;
  pending.causes.clear();
  return pending;
}

void PartitionFold::assess(const Pending& pending) {
  rules::assess(*settings_.rules, pending.touched->state, pending.applied.at, assessment_);
  assessed_ = pending.touched;
  fhir::WriteContext& context = publisher_.context();
  context.patient = pending.touched->key;
  context.processed = pending.touched->processed;
}

/// All that one record changed of a patient is one step of the episodes, and one alert.
void PartitionFold::conclude(const InputRecord& record, FoldSink& sink) {
  for (std::size_t i = 0; i < pending_used_; ++i) {
    const Pending& pending = pending_[i];
    if (!is_scored(pending.touched->state)) continue;
    if (assessed_ != pending.touched || pending.touched->moved_on) assess(pending);
    const bool unseen = !pending.applied.assess;
    if (!unseen) pending.touched->moved_on = false;
    rules::PatientState& state = pending.touched->state;
    const bool new_rules = state.scored_by != 0 && state.scored_by != rule_set_;
    const bool again = pending.again || new_rules;
    const rules::Happening happening{again ? rules::Timestamp::none() : pending.applied.earliest,
                                     pending.again || pending.applied.correction,
                                     pending.touched->processed,
                                     by_rules(record, *pending.touched),
                                     new_rules,
                                     pending.applied.changed};
    if (unseen) was_ = state.episodes;
    episodes_.advance(*settings_.rules, settings_.alerts, state, assessment_, happening, plan_);
    // Facts that change no score at the newest time are shown all the same, and may change an earlier evaluation.
    const bool told = (pending.again && state.at.known()) || !plan_.events.empty();
    const bool shows = !unseen || told || was_ != state.episodes;
    if (unseen && shows) show(*pending.touched, pending.causes);
    if (shows) pending.touched->awaits = store_.links().awaits_from_elsewhere(pending.touched->key);
    state.scored_by = rule_set_;
    if (settings_.time_source == FoldSettings::TimeSource::record) store_.note_timer(*pending.touched);
    publisher_.context().correction = pending.applied.correction;
    publisher_.context().cause = pending.causes;
    publish(record, state, sink);
    // Not before: the assessment refers to the results.
    rules::drop_outdated(state, settings_.window);
  }
  assessed_ = nullptr;
}

/// A status is to be written of the state as it is now.
void PartitionFold::show(PatientStore::Touched& touched, const std::vector<std::string_view>& causes) {
  touched.assessed = true;
  touched.moved_on = false;
  touched.at = touched.state.at;
  touched.cause.assign(causes.empty() ? std::string_view() : causes.back());
}

/// What was decided on the assessment at hand.
void PartitionFold::publish(const InputRecord& record, const rules::PatientState& state, FoldSink& sink) {
  sink.decided(publisher_.context(), *settings_.rules, plan_);
  if (plan_.events.empty()) return;
  publisher_.alert(record, state, assessment_, plan_, sink);
  for (const rules::EpisodeEvent& event : plan_.events) {
    counters_.alerts.emplace_back(static_cast<std::uint16_t>(event.score), event.kind);
  }
}

void PartitionFold::count(const fhir::Item& item) {
  for (std::size_t i = 0; i < kTimeAssumptions.size(); ++i) {
    if ((item.change.result.flags & kTimeAssumptions[i].flag) != 0) ++counters_.assumed_times[i];
  }
  ++counters_.results[static_cast<std::size_t>(item.disposition)][static_cast<std::size_t>(item.reason)];
  const bool tells_facts = item.context.kind != fhir::ContextFacts::Kind::nothing;
  if (item.reason == fhir::Reason::unmapped_code && !tells_facts)
    counters_.unmapped.add(item.code, item.display, item.code_problem);
}

void PartitionFold::flush(FoldSink& sink) {
  for (std::size_t i = 0; i < store_.touched_count(); ++i) {
    PatientStore::Touched& touched = store_.touched(i);
    if (store_.encode(touched)) publisher_.state(touched, sink);
    if (touched.retired) {
      publisher_.no_status(touched, sink);
    } else if (touched.assessed && sink.shows_statuses()) {
      publisher_.status(touched, touched.awaits, assessment_, sink);
    }
  }
}

void PartitionFold::commit() {
  store_.commit();
  committed_record_ = record_;
}

void PartitionFold::rollback() {
  store_.rollback();
  record_ = committed_record_;
  awaited_.clear();
  concerned_.clear();
}

}  // namespace coagwatch::daemon
