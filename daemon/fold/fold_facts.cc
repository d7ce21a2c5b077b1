// What a context resource says, applied to its patient.

#include <optional>

#include "daemon/fold/partition_fold.h"
#include "rules/fact_sources.h"
#include "rules/known_facts.h"

namespace coagwatch::daemon {

// Facts do not move a patient's clinical time: what they change is judged as of the newest result, if there is one.
void PartitionFold::apply_facts(const InputRecord& record, const fhir::ContextFacts& context, FoldSink& sink) {
  std::string_view patient = context.patient;
  if (patient.empty()) {
    const std::vector<std::string_view> holders = store_.holders(context.source);
    if (holders.size() != 1) return;
    patient = holders.front();
  }
  PatientStore::Touched& touched = store_.touch(patient);
  rules::PatientState& state = touched.state;
  rules::FactChange change;
  if (context.kind == fhir::ContextFacts::Kind::removal) change.kind = rules::FactChange::Kind::removal;
  change.source = context.source;
  change.version = context.version;
  change.facts = context.facts;
  touched.before_change();
  const rules::SiteProfile& site = settings_.rules->site;
  std::optional<rules::KnownFacts> known;
  const bool may_change = !change.facts.empty() || !state.fact_sources.empty();
  if (state.at.known() && may_change) {
    known.emplace(state, site, state.at);
    rules::assess(*settings_.rules, state, state.at, before_);
  }
  rules::apply_facts(state, change, settings_.window);
  rules::ApplyResult applied;
  applied.at = state.at;
  applied.assess = known && *known != rules::KnownFacts(state, site, state.at);
  note(record, context.source, applied, touched, sink);
  if (applied.assess) rules::mark_changed_scores(before_, assessment_, pending_of(touched).by_facts);
}

}  // namespace coagwatch::daemon
