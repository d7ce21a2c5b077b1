// Commands (commands.md): what people ask for, and what the folds of other partitions have to say.

#include "daemon/fold/partition_fold.h"
#include "rules/patient/merge.h"

namespace coagwatch::daemon {

void PartitionFold::begin_record() {
  end_resource();
  meant_.clear();
  pending_used_ = 0;
}

/// What follows from all that a record changed.
void PartitionFold::end_record(const InputRecord& record, FoldSink& sink) {
  merge_awaited(record, sink);
  conclude(record, sink);
  update_copies(record, sink);
}

bool PartitionFold::apply_command(const InputRecord& command, FoldSink& sink) {
  if (command.offset <= record_.last_command) {
    ++counters_.replayed;
    return false;
  }
  Command read;
  std::string_view problem = read_command(command, read);
  take_place(command.partition, read.partitions);
  begin_record();
  // It comes after the record that was applied last, and at that time.
  InputRecord record;
  record.partition = command.partition;
  record.offset = record_.last_offset;
  record.time = record_.time;
  record.headers = command.headers;
  record.source = command.source;
  if (problem.empty()) problem = carry_out(record, read, sink);
  end_record(record, sink);
  if (problem.empty()) {
    ++counters_.commands[static_cast<std::size_t>(read.kind)];
  } else {
    fhir::Item refused;
    refused.reason = fhir::Reason::not_fhir;
    refused.text = problem;
    sink.dead_letter(publisher_.dead_letter(command, refused));
    ++counters_.refused_commands;
  }
  record_.last_command = command.offset;
  return true;
}

/// Returns what is wrong, or nothing.
std::string_view PartitionFold::carry_out(const InputRecord& record, const Command& command, FoldSink& sink) {
  if (rules::is_elsewhere(command.patient)) return "a key that no patient has";
  switch (command.kind) {
    case CommandKind::forget:
      forget(record, command.patient, sink);
      return {};
    case CommandKind::acknowledge:
    case CommandKind::snooze:
      return {};
    case CommandKind::settle:
      if (place_.partitions > 1 && home_of(command.patient) != place_.partition)
        return "a command for another partition";
      take_settle(record, command, sink);
      return {};
    case CommandKind::link:
    case CommandKind::adopt:
    case CommandKind::merged:
    case CommandKind::unmerged:
    case CommandKind::moved:
      break;
  }
  if (place_.partitions <= 1) return "a command of another partition where there is none";
  if (command.kind == CommandKind::link) {
    take_link(record, command, sink);
    return {};
  }
  const bool is_here = home_of(command.patient) == place_.partition;
  const bool is_of_elsewhere = command.kind == CommandKind::adopt || command.kind == CommandKind::moved;
  if (is_here == is_of_elsewhere) return "a command for another partition";
  if (command.kind == CommandKind::adopt) return adopt(record, command, sink);
  if (command.kind == CommandKind::moved) return take_moved(record, command, sink);
  if (command.kind == CommandKind::merged) {
    take_merged(record, command, sink);
  } else {
    take_unmerged(record, command, sink);
  }
  return {};
}

/// Forgets a patient, and whoever is scored as him: their records are his.
void PartitionFold::forget(const InputRecord& record, std::string_view patient, FoldSink& sink) {
  std::vector<std::string> keys = store_.links().sources(patient);
  for (const std::string& source : keys) {
    if (!rules::is_elsewhere(source)) continue;
    send(record, home_of(source), {.kind = CommandKind::forget, .patient = source}, sink);
  }
  keys.emplace_back(patient);
  keys.push_back(rules::elsewhere(patient));
  std::vector<std::string> adopters;
  std::vector<std::string> others;
  for (const std::string& key : keys) {
    for (std::string& adopter : store_.links().chain(key)) adopters.push_back(std::move(adopter));
    store_.links().add_connected(key, others);
    // Of whom several are said to be somebody else each, nobody is connected with any of them.
    for (std::string& other : store_.links().linked_by(rules::own_key(key))) others.push_back(std::move(other));
    withdraw_claims(record, key, sink);
    forget_key(record, key, sink);
  }
  const auto is_forgotten = [&](const std::string& key) { return std::ranges::find(keys, key) != keys.end(); };
  std::erase_if(adopters, is_forgotten);
  std::erase_if(others, is_forgotten);
  for (const std::string& key : adopters) readopt(record, key, {}, sink);
  relink(record, others, {}, sink);
}

/// Takes back what a patient's Patient resource says of others, and what others say of him. What was said in this
/// partition is taken back in the others too: there it may come after they have forgotten him.
void PartitionFold::withdraw_claims(const InputRecord& record, const std::string& key, FoldSink& sink) {
  const std::string name(rules::own_key(key));
  const bool is_here = !rules::is_elsewhere(key);
  for (const std::string& other : store_.links().linked_by(name)) {
    if (other == key) continue;
    PatientStore::Touched& touched = touch_links(other);
    rules::drop_link(touched.state, name);
    store_.relink(touched);
    if (is_here) tell_link(record, other, name, {}, sink);
  }
  if (!store_.has(key)) return;
  const rules::PatientState& state = touch(key).state;
  for (const rules::StoredLink& link : state.links) {
    const std::string_view claimant = state.view(link.claimant);
    const bool said_here = name.ends_with(claimant) ? is_here : !rules::is_elsewhere(state.view(link.into));
    if (said_here) tell_link(record, key, claimant, {}, sink);
  }
}

void PartitionFold::forget_key(const InputRecord& record, const std::string& key, FoldSink& sink) {
  if (!store_.has(key)) return;
  PatientStore::Touched& touched = touch(key);
  rules::PatientState& state = touched.state;
  if (state.merged_into.length == 0) retire(record, touched, rules::Cause::forgotten, {}, sink);
  rules::PatientState left;
  if (!rules::is_elsewhere(key)) {
    // So that the copy goes too.
    rules::set_copied_to(left, state.view(state.copied_to));
    left.copied = state.copied;
  }
  state = std::move(left);
  touched.assessed = touched.moved_on = false;
  store_.relink(touched);
  concern(key);
}

}  // namespace coagwatch::daemon
