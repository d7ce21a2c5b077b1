// What a context resource says, applied to its patient.

#include <optional>

#include "daemon/fold/partition_fold.h"
#include "fhir/charted_facts.h"
#include "rules/patient/fact_sources.h"
#include "rules/patient/visit.h"
#include "rules/scoring/scored_facts.h"

namespace coagwatch::daemon {

/// What an item says of a patient besides, or takes back of it. A version of an Observation that answers no question
/// any more is known at the end of the resource only: withdraw_rest.
void PartitionFold::apply_facts_of(const InputRecord& record, const fhir::Item& item, FoldSink& sink) {
  using Kind = fhir::ContextFacts::Kind;
  if (item.context.kind != Kind::nothing) {
    tells_facts_ = tells_facts_ || item.context.kind == Kind::statement;
    apply_context(record, item.context, sink);
  } else if (item.change.kind == rules::Change::Kind::retraction && !item.shares_fate && !item.patient.empty() &&
             store_.may_hold(item.patient, item.change.identity)) {
    take_facts_back(record, item.patient, {item.change.identity, item.change.version}, Kind::removal, sink);
  }
}

/// What an Observation stated that says nothing of facts now.
void PartitionFold::take_facts_back(const InputRecord& record, std::string_view patient, const NamedVersion& of,
                                    fhir::ContextFacts::Kind kind, FoldSink& sink) {
  const std::string source = fhir::charted_source(of.identity);
  if (!rules::states_facts(touch(patient).state, source)) return;
  fhir::ContextFacts facts;
  facts.kind = kind;
  facts.patient = patient;
  facts.source = source;
  facts.version = of.version;
  apply_context(record, facts, sink);
}

void PartitionFold::apply_context(const InputRecord& record, const fhir::ContextFacts& context, FoldSink& sink) {
  std::string_view patient = context.patient;
  if (patient.empty()) {
    patient = only_holder(context.base, context.source);
    if (patient.empty()) return;
  }
  rules::FactChange change;
  if (context.kind == fhir::ContextFacts::Kind::removal) change.kind = rules::FactChange::Kind::removal;
  change.source = context.source;
  change.version = context.version;
  change.facts = context.facts;
  PatientStore::Touched& own = touch(patient);
  const rules::ApplyOutcome outcome = apply_facts(record, change, own, sink);
  const bool tells_place = context.tells_place && outcome != rules::ApplyOutcome::superseded;
  if (tells_place) rules::note_place(own.state, context.source, context.place, context.place_start);
  if (context.tells_links) {
    // Of a record that is merged into another his own age does not count.
    if (outcome != rules::ApplyOutcome::superseded) apply_links(record, context, sink);
  } else if (own.state.merged_into.length != 0) {
    change.adopted = true;
    for (const std::string& key : store_.links().chain(patient)) {
      apply_facts(record, change, touch(key), sink);
      if (tells_place) rules::note_place(touch(key).state, context.source, context.place, context.place_start);
    }
  }
}

// Facts do not move a patient's clinical time: what they change is judged as of the newest result, if there is one.
rules::ApplyOutcome PartitionFold::apply_facts(const InputRecord& record, const rules::FactChange& change,
                                               PatientStore::Touched& touched, FoldSink& sink) {
  rules::PatientState& state = touched.state;
  before_change(record, touched);
  std::optional<rules::ScoredFacts> known;
  const bool may_change = !change.facts.empty() || !state.fact_sources.empty();
  if (state.at.known() && may_change && state.merged_into.length == 0) {
    known.emplace(*settings_.rules, state, state.at);
  }
  const rules::ApplyOutcome outcome = rules::apply_facts(state, change, settings_.window);
  rules::ApplyResult applied;
  applied.at = state.at;
  applied.assess = known && *known != rules::ScoredFacts(*settings_.rules, state, state.at);
  note(record, change.source, applied, touched, sink);
  // Also where nothing is different now: an earlier evaluation may be.
  const bool counts = outcome == rules::ApplyOutcome::applied || outcome == rules::ApplyOutcome::retracted;
  if (known && counts) {
    Pending& pending = pending_of(touched);
    pending.again = true;
    if (!pending.applied.assess) {
      pending.applied.at = state.at;
      pending.causes.push_back(change.source);
      touched.processed = processed(record, state);
    }
  }
  return outcome;
}

}  // namespace coagwatch::daemon
