// Patients who are others (Patient.link): what is recorded under one key is scored under the other.

#include <algorithm>
#include <utility>

#include "daemon/fold/partition_fold.h"
#include "rules/episodes/tiers.h"
#include "rules/patient/merge.h"

namespace coagwatch::daemon {
namespace {

/// A statement of a Patient resource: `first` is kept under the key `second`.
using Statement = std::pair<std::string, std::string>;

std::vector<Statement> statements_of(const fhir::ContextFacts& context) {
  std::vector<Statement> statements;
  for (const fhir::PatientLink& link : context.links) {
    Statement statement(context.patient, link.other);
    if (link.replaces) std::swap(statement.first, statement.second);
    statements.push_back(std::move(statement));
  }
  return statements;
}

}  // namespace

PatientStore::Touched& PartitionFold::touch(std::string_view patient) {
  PatientStore::Touched& touched = store_.touch(patient);
  if (!store_.links().empty() && store_.links().awaited(patient)) awaited_.emplace_back(patient);
  return touched;
}

/// What a version of a Patient resource says of who is who, instead of what earlier ones said.
void PartitionFold::apply_links(const InputRecord& record, const fhir::ContextFacts& context, FoldSink& sink) {
  if (context.links.empty() && store_.links().empty()) return;
  const std::vector<Statement> statements = statements_of(context);
  std::vector<std::string> changed;
  for (std::string& patient : store_.links().linked_by(context.source)) {
    const bool said =
        std::ranges::any_of(statements, [&](const Statement& statement) { return statement.first == patient; });
    if (said) continue;
    rules::drop_link(touch(patient).state, context.source);
    changed.push_back(std::move(patient));
  }
  for (const auto& [patient, other] : statements) {
    if (rules::put_link(touch(patient).state, context.source, other)) changed.push_back(patient);
  }
  for (const std::string& patient : changed) relink(record, patient, context.source, sink);
}

/// Merges a patient into the one whom all his links name, or takes him out again. It waits until that one is known
/// here: in another partition he would be scored by two.
void PartitionFold::relink(const InputRecord& record, std::string_view patient, std::string_view cause,
                           FoldSink& sink) {
  PatientStore::Touched& touched = touch(patient);
  const std::string linked_before(store_.links().linked(patient));
  // Who is linked to whom, before what follows from it.
  store_.relink(touched);
  const std::string wanted(rules::linked_to(touched.state));
  const std::string before(touched.state.view(touched.state.merged_into));
  const bool refused = wanted.empty() || store_.links().is_refused(patient);
  const bool possible = !refused && (wanted == before || store_.knows(wanted));
  const std::string after = possible ? wanted : "";
  if (!possible && !touched.state.links.empty()) {
    counters_.count(refused ? LinkEvent::refused : LinkEvent::waiting);
  }
  if (after == before) {
    // Whom he waits for is part of his status.
    rules::ApplyResult shown;
    shown.at = touched.state.at;
    shown.assess = shown.at.known();
    note(record, cause, shown, touched, sink);
  } else {
    merge(record, touched, after, cause, sink);
  }
  relink_others(record, touched.key, refused && !wanted.empty(), cause, sink);
  for (const std::string& other : {wanted, linked_before}) {
    const std::string target(store_.links().linked(other));
    if (target.empty() || store_.links().is_merged(other) || store_.links().is_refused(other)) continue;
    if (store_.knows(target)) relink(record, other, cause, sink);
  }
}

/// Others' links may run in a circle now, or in a chain of too many, or no longer.
void PartitionFold::relink_others(const InputRecord& record, const std::string& patient, bool refused,
                                  std::string_view cause, FoldSink& sink) {
  if (refused) {
    std::vector<std::string> others = store_.links().linked_to(patient);
    others.emplace_back(store_.links().linked(patient));
    for (const std::string& other : others) {
      if (store_.links().is_merged(other) && store_.links().is_refused(other)) relink(record, other, cause, sink);
    }
  }
  for (const std::string& other : store_.links().waiting_for(patient)) {
    if (store_.knows(patient) && !store_.links().is_refused(other)) relink(record, other, cause, sink);
  }
}

/// Scores a patient under another key from now on; an empty one: under his own.
void PartitionFold::merge(const InputRecord& record, PatientStore::Touched& touched, const std::string& into,
                          std::string_view cause, FoldSink& sink) {
  const std::string patient = touched.key;
  const bool merged_before = touched.state.merged_into.length != 0;
  std::vector<std::string> concerned = store_.links().chain(patient);
  if (!merged_before) retire(record, touched, cause, sink);
  rules::set_merged_into(touched.state, into);
  store_.relink(touched);
  if (merged_before) counters_.count(LinkEvent::undone);
  if (!into.empty()) counters_.count(LinkEvent::merged);
  for (std::string& key : store_.links().chain(patient)) {
    if (std::ranges::find(concerned, key) == concerned.end()) concerned.push_back(std::move(key));
  }
  for (const std::string& key : concerned) readopt(record, key, cause, sink);
  if (into.empty()) revive(record, touched, cause, sink);
}

/// Gives a patient anew what is recorded under the keys that are merged into his.
void PartitionFold::readopt(const InputRecord& record, std::string_view patient, std::string_view cause,
                            FoldSink& sink) {
  PatientStore::Touched& touched = touch(patient);
  rules::PatientState& state = touched.state;
  before_change(record, touched);
  const std::uint32_t evicted = state.evicted;
  rules::ApplyResult applied = rules::release_adopted(state, settings_.window);
  for (const std::string& source : store_.links().sources(patient)) {
    const rules::PatientState& from = touch(source).state;
    applied.add(rules::adopt(state, from, settings_.window));
    rules::carry_spent(settings_.alerts, from, state);
  }
  counters_.evicted += state.evicted - evicted;
  if (state.at.known()) applied.at = state.at;
  applied.assess = applied.at.known();
  note(record, cause, applied, touched, sink);
  if (applied.assess) pending_of(touched).again = true;
}

/// The patient is not scored under this key any more: his alerts there are over, and so is his status.
void PartitionFold::retire(const InputRecord& record, PatientStore::Touched& touched, std::string_view cause,
                           FoldSink& sink) {
  // Of whom nothing is known here, another partition may publish a status.
  touched.retired = store_.knows(touched.key);
  rules::PatientState& state = touched.state;
  if (std::ranges::none_of(state.episodes, [](const rules::Episode& episode) { return rules::is_running(episode); }))
    return;
  const rules::Timestamp at = state.at.known() ? state.at : state.clock;
  touched.before_change();
  rules::assess(*settings_.rules, state, at, assessment_);
  assessed_ = nullptr;
  rules::EpisodeEngine::close(*settings_.rules, settings_.alerts, state, assessment_, plan_);
  fhir::WriteContext& context = publisher_.context();
  context.patient = touched.key;
  context.processed = settings_.time_source == FoldSettings::TimeSource::event ? state.clock : record.time;
  context.correction = false;
  context.cause = {cause};
  publish(record, state, sink);
}

/// He is scored under his own key again, with all that is recorded there.
void PartitionFold::revive(const InputRecord& record, PatientStore::Touched& touched, std::string_view cause,
                           FoldSink& sink) {
  touched.retired = false;
  rules::ApplyResult applied;
  applied.at = touched.state.at;
  applied.assess = applied.at.known();
  for (const rules::StoredResult& stored : touched.state.results) {
    if (stored.lab.unusable == rules::Unusable::none) applied.changed.set(rules::index(stored.lab.measure));
  }
  note(record, cause, applied, touched, sink);
  if (applied.assess) pending_of(touched).again = true;
}

/// Merges those who waited for a patient of whom this record brought something.
void PartitionFold::merge_awaited(const InputRecord& record, FoldSink& sink) {
  if (awaited_.empty()) return;
  const std::vector<std::string> awaited = std::exchange(awaited_, {});
  for (const std::string& key : awaited) {
    if (!store_.knows(key)) continue;
    for (const std::string& patient : store_.links().waiting_for(key)) {
      if (store_.links().is_refused(patient)) continue;
      // The key in the store lives as long as the transaction.
      relink(record, patient, touch(patient).key, sink);
    }
  }
  awaited_.clear();
}

}  // namespace coagwatch::daemon
