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
  if (store_.links().empty()) return touched;
  if (store_.links().awaited(patient)) awaited_.emplace_back(patient);
  if (place_.partitions > 1) concerned_.emplace_back(patient);
  return touched;
}

/// To be called for whose links are about to change: where that brings no assessment, they must not show in his status.
PatientStore::Touched& PartitionFold::touch_links(std::string_view patient) {
  PatientStore::Touched& touched = touch(patient);
  store_.before_change(touched);
  return touched;
}

/// What a version of a Patient resource says of who is who, instead of what earlier ones said.
void PartitionFold::apply_links(const InputRecord& record, const fhir::ContextFacts& context, FoldSink& sink) {
  if (context.links.empty() && store_.links().empty()) return;
  std::vector<Statement> statements = statements_of(context);
  for (auto& [patient, other] : statements) {
    patient = key_here(patient);
    other = key_here(other);
  }
  std::vector<std::string> changed;
  for (std::string& patient : store_.links().linked_by(context.source)) {
    const bool said =
        std::ranges::any_of(statements, [&](const Statement& statement) { return statement.first == patient; });
    if (said) continue;
    rules::drop_link(touch_links(patient).state, context.source);
    tell_link(record, patient, context.source, {}, sink);
    changed.push_back(std::move(patient));
  }
  for (const auto& [patient, other] : statements) {
    if (!rules::put_link(touch_links(patient).state, context.source, other)) continue;
    tell_link(record, patient, context.source, other, sink);
    changed.push_back(patient);
  }
  relink(record, changed, context.source, sink);
}

/// Draws the consequences of other links of these patients, for all whom they connect.
void PartitionFold::relink(const InputRecord& record, const std::vector<std::string>& changed, std::string_view cause,
                           FoldSink& sink) {
  std::vector<std::string> people;
  for (const std::string& patient : changed) store_.links().add_connected(patient, people);
  for (const std::string& patient : changed) store_.relink(touch(patient));
  for (const std::string& patient : changed) store_.links().add_connected(patient, people);
  for (const std::string& patient : people) {
    const bool is_changed = std::ranges::find(changed, patient) != changed.end();
    settle_link(record, patient, is_changed, cause, sink);
  }
}

/// Whom a patient is to be merged into as links stand now; empty: nobody. Where the partitions of other patients are
/// not known it waits until something is known of them here: in another partition they would be scored by two.
std::string PartitionFold::merge_of(const rules::PatientState& state, const std::string& patient, bool refused) {
  std::string wanted(rules::linked_to(state));
  if (refused) return {};
  const bool is_merged = state.view(state.merged_into) == wanted;
  if (!settings_.routed) return is_merged || store_.knows(wanted) ? wanted : std::string();
  const std::string last = store_.links().last_of(patient);
  if (!rules::is_elsewhere(last)) return wanted;
  // He who is kept here is merged into others of here; the rest is for the partition of the last one to say.
  if (rules::is_elsewhere(patient)) return {};
  if (!rules::is_elsewhere(wanted)) return wanted;
  return is_merged && state.view(state.copied_to) == last ? wanted : std::string();
}

/// Merges a patient into the one whom all his links name, or takes him out again. `changed`: his links did.
void PartitionFold::settle_link(const InputRecord& record, const std::string& patient, bool changed,
                                std::string_view cause, FoldSink& sink) {
  PatientStore::Touched& touched = touch(patient);
  concern(patient);
  const bool linked = !touched.state.links.empty();
  const bool refused = rules::linked_to(touched.state).empty() || store_.links().is_refused(patient);
  const std::string after = merge_of(touched.state, patient, refused);
  if (changed && after.empty() && linked) counters_.count(refused ? LinkEvent::refused : LinkEvent::waiting);
  if (after != touched.state.view(touched.state.merged_into)) {
    merge(record, touched, after, cause, sink);
  } else if (changed) {
    // Whom he waits for is part of his status.
    rules::ApplyResult shown;
    shown.at = touched.state.at;
    shown.assess = shown.at.known();
    note(record, cause, shown, touched, sink);
  }
}

/// Scores a patient under another key from now on; an empty one: under his own.
void PartitionFold::merge(const InputRecord& record, PatientStore::Touched& touched, const std::string& into,
                          std::string_view cause, FoldSink& sink) {
  const std::string patient = touched.key;
  const bool merged_before = touched.state.merged_into.length != 0;
  std::vector<std::string> concerned = store_.links().chain(patient);
  if (!merged_before) retire(record, touched, rules::Cause::merged, cause, sink);
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
void PartitionFold::retire(const InputRecord& record, PatientStore::Touched& touched, rules::Cause why,
                           std::string_view cause, FoldSink& sink) {
  if (touched.state.is_copy) return;
  // Of whom nothing is known here, another partition may publish a status.
  rules::PatientState& state = touched.state;
  touched.retired = touched.retired || state.scored_by != 0 || store_.knows(touched.key);
  if (std::ranges::none_of(state.episodes, [](const rules::Episode& episode) { return rules::is_running(episode); }))
    return;
  const rules::Timestamp at = state.at.known() ? state.at : state.clock;
  store_.before_change(touched);
  rules::assess(*settings_.rules, state, at, assessment_);
  assessed_ = nullptr;
  rules::EpisodeEngine::close(*settings_.rules, settings_.alerts, state, assessment_, why, plan_);
  fhir::WriteContext& context = publisher_.context();
  context.patient = touched.key;
  context.processed = settings_.time_source == FoldSettings::TimeSource::event ? state.clock : record.time;
  context.correction = false;
  context.cause.clear();
  if (!cause.empty()) context.cause.push_back(cause);
  publish(record, state, sink);
}

/// He is scored under his own key again, with all that is recorded there.
void PartitionFold::revive(const InputRecord& record, PatientStore::Touched& touched, std::string_view cause,
                           FoldSink& sink) {
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
      // The key in the store lives as long as the transaction.
      settle_link(record, patient, false, touch(patient).key, sink);
    }
  }
  awaited_.clear();
}

}  // namespace coagwatch::daemon
