// Patients who are others in another partition (copies.md): what is recorded here of one who is kept there is copied
// there. Who is whom is known in every partition.

#include <algorithm>

#include "daemon/fold/murmur2.h"
#include "daemon/fold/partition_fold.h"
#include "daemon/fold/patient_copy.h"
#include "daemon/fold/state_codec.h"
#include "rules/patient/merge.h"
#include "rules/patient/window.h"

namespace coagwatch::daemon {

/// Patients are divided among partitions only where the router stage does it.
void PartitionFold::take_place(std::int32_t partition, std::int32_t partitions) {
  if (settings_.routed && partitions != 0) place_ = {partition, partitions};
}

/// The key under which a patient is kept here.
std::string PartitionFold::key_here(std::string_view patient) const {
  if (place_.partitions <= 1 || home_of(patient) == place_.partition) return std::string(patient);
  return rules::elsewhere(patient);
}

/// The partition of a patient's records.
std::int32_t PartitionFold::home_of(std::string_view key) const {
  return partition_of_key(rules::own_key(key), place_.partitions);
}

void PartitionFold::send(const InputRecord& record, std::int32_t partition, Command command, FoldSink& sink) {
  command.patient = rules::own_key(command.patient);
  command.into = rules::own_key(command.into);
  command.partitions = place_.partitions;
  publisher_.command(record, partition, command, sink);
}

/// Who is whom everybody knows: a chain of links may lead through several partitions.
void PartitionFold::tell_link(const InputRecord& record, std::string_view key, std::string_view claimant,
                              std::string_view into, FoldSink& sink) {
  const Command command{.kind = CommandKind::link, .patient = key, .claimant = claimant, .into = into};
  for (std::int32_t partition = 0; partition < place_.partitions; ++partition) {
    if (partition != place_.partition) send(record, partition, command, sink);
  }
}

/// To be called for whoever may have to be copied, or not any more, once the record is applied.
void PartitionFold::concern(std::string_view key) {
  if (place_.partitions > 1) concerned_.emplace_back(key);
}

/// Of everybody whom the record at hand concerned, the copies in other partitions become what is recorded now, and of
/// copies their partitions are told.
void PartitionFold::update_copies(const InputRecord& record, FoldSink& sink) {
  if (concerned_.empty()) return;
  std::ranges::sort(concerned_);
  concerned_.erase(std::unique(concerned_.begin(), concerned_.end()), concerned_.end());
  for (const std::string& key : concerned_) {
    PatientStore::Touched& touched = store_.touch(key);
    if (!rules::is_elsewhere(key)) {
      update_copy(record, touched, sink);
    } else if (touched.state.is_copy) {
      tell_merged(record, touched, sink);
    }
  }
  concerned_.clear();
}

void PartitionFold::update_copy(const InputRecord& record, PatientStore::Touched& touched, FoldSink& sink) {
  rules::PatientState& state = touched.state;
  const std::string before(state.view(state.copied_to));
  const std::string last = store_.links().last_of(touched.key);
  const std::string beside = rules::is_elsewhere(last) ? last : std::string();
  Command adopt{.kind = CommandKind::adopt, .patient = touched.key};
  if (!before.empty() && (beside.empty() || home_of(beside) != home_of(before))) {
    adopt.into = before;
    send(record, home_of(before), adopt, sink);
    state.copied = 0;
  }
  if (before != beside) rules::set_copied_to(state, beside);
  if (beside.empty()) return;
  const PatientCopy copy = copy_beside(settings_.alerts, settings_.window, state, beside);
  if (copy.name == state.copied) return;
  state.copied = copy.name;
  adopt.into = beside;
  adopt.value = copy.value;
  adopt.asks = !rules::is_elsewhere(state.view(state.merged_into));
  send(record, home_of(beside), adopt, sink);
}

/// Whether a copy is scored as a patient of this partition is what its own partition waits for.
void PartitionFold::tell_merged(const InputRecord& record, PatientStore::Touched& touched, FoldSink& sink) {
  rules::PatientState& state = touched.state;
  const std::vector<std::string> chain = store_.links().chain(touched.key);
  const std::string into = chain.empty() ? std::string() : chain.back();
  const std::string before(state.view(state.copied_to));
  if (into == before) return;
  rules::set_copied_to(state, into);
  const auto tell = [&](CommandKind kind, const std::string& other) {
    send(record, home_of(touched.key), {.kind = kind, .patient = touched.key, .into = other}, sink);
  };
  if (!before.empty()) tell(CommandKind::unmerged, before);
  if (!into.empty()) tell(CommandKind::merged, into);
}

/// Takes what another partition has recorded of a patient who is one of here, or that he is none any more. Returns what
/// is wrong, or nothing.
std::string_view PartitionFold::adopt(const InputRecord& record, const Command& command, FoldSink& sink) {
  rules::PatientState copy;
  if (command.value) {
    if (decode_state(*command.value, copy)) return "the record of a patient cannot be read";
    if (!copy.is_copy) return "not the copy of a patient";
  }
  PatientStore::Touched& touched = touch(rules::elsewhere(command.patient));
  rules::PatientState& state = touched.state;
  if (!copy.is_copy && !state.is_copy) return {};
  for (const rules::StoredLink& link : state.links) {
    rules::put_link(copy, state.view(link.claimant), state.view(link.into));
  }
  rules::set_merged_into(copy, state.view(state.merged_into));
  // Told again where it is asked again: who was told before the links changed there has not believed it.
  if (copy.is_copy && !command.asks) rules::set_copied_to(copy, state.view(state.copied_to));
  state = std::move(copy);
  store_.relink(touched);
  concern(touched.key);
  // Of one who is here no more the name is not to be kept.
  const std::string_view cause = command.value ? rules::own_key(touched.key) : std::string_view();
  for (const std::string& key : store_.links().chain(touched.key)) readopt(record, key, cause, sink);
  return {};
}

/// The partition of the one whom a patient's links lead to scores him as that one. It may have said so before links
/// changed: that of the one to whom they lead now will say it too.
void PartitionFold::take_merged(const InputRecord& record, const Command& command, FoldSink& sink) {
  PatientStore::Touched& touched = touch(command.patient);
  const std::string wanted(rules::linked_to(touched.state));
  const bool still = store_.links().last_of(touched.key) == rules::elsewhere(command.into);
  if (!still || !rules::is_elsewhere(wanted) || touched.state.view(touched.state.merged_into) == wanted) return;
  merge(record, touched, wanted, command.into, sink);
}

/// It does not any more.
void PartitionFold::take_unmerged(const InputRecord& record, const Command& command, FoldSink& sink) {
  PatientStore::Touched& touched = touch(command.patient);
  const rules::PatientState& state = touched.state;
  if (!rules::is_elsewhere(state.view(state.merged_into))) return;
  if (rules::own_key(state.view(state.copied_to)) == command.into) merge(record, touched, {}, command.into, sink);
}

/// The partitions were divided anew, and who is kept beside whom may be another one than when he was merged.
void PartitionFold::take_settle(const InputRecord& record, const Command& command, FoldSink& sink) {
  PatientStore::Touched& touched = touch(command.patient);
  settle_link(record, touched.key, false, {}, sink);
  readopt(record, touched.key, {}, sink);
  if (touched.state.merged_into.length == 0) revive(record, touched, {}, sink);
}

/// What a Patient resource of another partition says of a patient.
void PartitionFold::take_link(const InputRecord& record, const Command& command, FoldSink& sink) {
  PatientStore::Touched& touched = touch_links(key_here(command.patient));
  const bool changed = command.into.empty() ? rules::drop_link(touched.state, command.claimant)
                                            : rules::put_link(touched.state, command.claimant, key_here(command.into));
  if (changed) relink(record, {touched.key}, command.claimant, sink);
}

}  // namespace coagwatch::daemon
