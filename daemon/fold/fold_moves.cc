// Results that a newer version gives to a patient of another partition (commands.md). Within a partition,
// fold_changes.cc sees to it.

#include "daemon/fold/item_owner.h"
#include "daemon/fold/partition_fold.h"
#include "daemon/fold/state_codec.h"
#include "rules/patient/version.h"

namespace coagwatch::daemon {
namespace {

/// The memory of a version of a resource, as a changelog value that has nothing else.
std::string memory_of(std::string_view resource, const rules::Version& version, std::uint64_t fingerprint,
                      bool retracted) {
  rules::PatientState memory;
  memory.text = resource;
  rules::StoredRetraction& gone = memory.retractions.emplace_back();
  gone.identity = {0, static_cast<std::uint16_t>(resource.size())};
  gone.version = version;
  gone.at = rules::Timestamp::none();
  gone.withdrawal = !retracted;
  gone.fingerprint = fingerprint;
  std::string bytes;
  encode_state(memory, bytes);
  return bytes;
}

// Some servers number their transactions instead of a resource's versions: then every first version is one of
// thousands, and each would be told to every partition.
constexpr std::uint64_t kMostVersions = 1'000;

bool says_of_former_versions(const fhir::Item& item) {
  return is_correction(item) &&
         (item.change.version.number.value_or(1) <= kMostVersions || rules::is_corrected(item.change.result.status));
}

}  // namespace

/// To be called before an item is applied to a patient. Whether it is a version of a result that he has nothing of, and
/// says that there were others before: they may be another's, in another partition.
bool PartitionFold::may_have_moved(const fhir::Item& item) {
  if (place_.partitions <= 1 || told_moved_ || item.change.fingerprint == 0) return false;
  if (!says_of_former_versions(item)) return false;
  return !rules::holds(touch(item.patient).state, rules::resource_of(item.change.identity));
}

void PartitionFold::tell_moved(const InputRecord& record, const fhir::Item& item, FoldSink& sink) {
  told_moved_ = true;
  const rules::Change& change = item.change;
  const std::string memory = memory_of(rules::resource_of(change.identity), change.version, change.fingerprint,
                                       change.kind == rules::Change::Kind::retraction);
  Command command{.kind = CommandKind::moved, .patient = item.patient, .value = memory};
  command.corrects = rules::is_corrected(change.result.status);
  for (std::int32_t partition = 0; partition < place_.partitions; ++partition) {
    if (partition != place_.partition) send(record, partition, command, sink);
  }
}

/// Whoever has an older version here loses it; whoever has a newer one says so likewise, and the other loses his. Where
/// neither is provably newer both stay: what arrived later where nobody knows. Returns what is wrong, or nothing.
std::string_view PartitionFold::take_moved(const InputRecord& record, const Command& command, FoldSink& sink) {
  constexpr std::string_view kUnreadable = "what has moved cannot be read";
  rules::PatientState memory;
  if (!command.value || decode_state(*command.value, memory)) return kUnreadable;
  if (memory.retractions.size() != 1 || memory.retractions.front().fingerprint == 0) return kUnreadable;
  const rules::StoredRetraction& told = memory.retractions.front();
  rules::Change moved;
  moved.kind = told.withdrawal ? rules::Change::Kind::withdrawal : rules::Change::Kind::retraction;
  // What follows from it is told with its name, when this is over.
  moved.identity = moved.source = meant_.emplace_back(memory.view(told.identity));
  moved.version = told.version;
  moved.fingerprint = told.fingerprint;
  if (command.corrects) moved.result.status = rules::ResultStatus::corrected;
  for (const std::string& key : store_.may_hold_result(moved.fingerprint)) {
    rules::Version newer;
    switch (rules::find_elsewhere(touch(key).state, moved, &newer)) {
      case rules::Elsewhere::nothing:
      case rules::Elsewhere::unclear:
        break;
      case rules::Elsewhere::older:
        leave(record, key, moved, moved.source, sink);
        break;
      case rules::Elsewhere::newer: {
        const std::string held = memory_of(moved.identity, newer, moved.fingerprint, false);
        send(record, home_of(command.patient), {.kind = CommandKind::moved, .patient = key, .value = held}, sink);
        break;
      }
    }
  }
  return {};
}

}  // namespace coagwatch::daemon
