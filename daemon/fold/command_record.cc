#include "daemon/fold/command_record.h"

#include <algorithm>
#include <charconv>

#include "daemon/fold/routed_record.h"

namespace coagwatch::daemon {

std::string_view read_command(const InputRecord& record, Command& command) {
  command = {};
  const auto header = [&](std::string_view name) {
    return record.headers == nullptr ? std::nullopt : record.headers->find(name);
  };
  const auto kind = header(kCommandHeader);
  if (!kind) return "a record without the header coagwatch-command";
  const auto* const found = std::ranges::find(kCommandNames, *kind);
  if (found == kCommandNames.end()) return "a command that this version does not know";
  command.kind = static_cast<CommandKind>(found - kCommandNames.begin());
  if (!record.key || record.key->empty()) return "a command without a patient as its key";
  command.patient = *record.key;
  command.claimant = header(kClaimantHeader).value_or(std::string_view());
  command.into = header(kIntoHeader).value_or(std::string_view());
  command.asks = header(kAsksHeader).has_value();
  command.corrects = header(kStatusHeader) == kCorrected;
  command.value = record.value;
  if (const auto partitions = header(kPartitionsHeader)) {
    const char* const end = partitions->data() + partitions->size();
    const auto [stop, error] = std::from_chars(partitions->data(), end, command.partitions);
    if (error != std::errc() || stop != end || command.partitions < 1) return "coagwatch-partitions is not a number";
  }
  if (command.kind == CommandKind::link && command.claimant.empty()) return "a link that nobody claims";
  const bool of_two = command.kind == CommandKind::adopt || command.kind == CommandKind::merged ||
                      command.kind == CommandKind::unmerged;
  if (of_two && command.into.empty()) return "a command about two patients that names one";
  return {};
}

}  // namespace coagwatch::daemon
