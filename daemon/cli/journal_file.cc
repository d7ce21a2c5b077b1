#include "daemon/cli/journal_file.h"

#include <charconv>
#include <vector>

#include "daemon/cli/feed_reader.h"
#include "daemon/fold/command_record.h"
#include "rules/criterion/yaml.h"

namespace coagwatch::daemon {
namespace {

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end ? std::optional(value) : std::nullopt;
}

std::optional<std::int64_t> number(const rules::YamlNode& entry, const char* name) {
  const rules::YamlNode* node = entry.find(name);
  return node == nullptr ? std::nullopt : number(node->scalar);
}

/// What is wrong with the activation of a rule set.
std::optional<std::string> check_activation(const rules::YamlNode& entry, const rules::RuleSet& rules) {
  const rules::YamlNode* hash = entry.find("rule-set");
  if (hash == nullptr) return "a rule-set activation without `rule-set`";
  if (hash->scalar == rules.hash) return std::nullopt;
  return "rule set " + hash->scalar.substr(0, 12) + " was in force, this replay has " + rules.hash.substr(0, 12) +
         ": use the configuration of that run";
}

}  // namespace

std::unique_ptr<JournaledCommand> JournaledCommand::of(const InputRecord& record) {
  const auto after = record.headers->find(kAfterOffsetHeader);
  const auto source = record.headers->find(kCommandSourceHeader);
  if (!after || !source || !record.key) return nullptr;
  const auto after_offset = number(*after);
  const auto offset = number(source->substr(source->rfind('/') + 1));
  if (!after_offset || !offset) return nullptr;
  auto command = std::make_unique<JournaledCommand>();
  command->after_ = *after_offset;
  command->partition_ = record.partition;
  command->offset_ = *offset;
  command->key_ = *record.key;
  if (record.value) command->value_.emplace(*record.value);
  std::vector<std::pair<std::string_view, std::string_view>> headers;
  record.headers->list(headers);
  command->headers_.assign(headers.begin(), headers.end());
  command->source_ = *source;
  return command;
}

InputRecord JournaledCommand::record() const {
  InputRecord record;
  record.partition = partition_;
  record.offset = offset_;
  record.key = key_;
  if (value_) record.value = *value_;
  record.headers = this;
  record.source = source_;
  return record;
}

std::optional<std::string_view> JournaledCommand::find(std::string_view name) const {
  std::optional<std::string_view> last;
  for (const auto& [known, value] : headers_) {
    if (known == name) last = value;
  }
  return last;
}

void JournaledCommand::list(std::vector<std::pair<std::string_view, std::string_view>>& out) const {
  out.insert(out.end(), headers_.begin(), headers_.end());
}

std::optional<std::string> JournalFile::read(const std::string& file, const rules::RuleSet& rules) {
  FeedReader feed({file});
  while (const InputRecord* record = feed.next()) {
    const std::string place = file + ":" + std::to_string(feed.line()) + ": ";
    if (record->headers != nullptr && record->headers->find(kCommandSourceHeader)) {
      auto command = JournaledCommand::of(*record);
      if (!command) return place + "a command that is not as the daemon journals it";
      Entry& entry = entries_[record->partition].emplace_back();
      entry.after = command->after();
      entry.command = std::move(command);
      continue;
    }
    if (!record->value) return place + "a journal record without value";
    std::vector<rules::Problem> problems;
    const auto entry = rules::parse_yaml(*record->value, file, problems);
    const rules::YamlNode* kind = entry ? entry->find("kind") : nullptr;
    if (kind == nullptr) return place + "not a journal record";
    if (kind->scalar == "rule-set") {
      if (const auto problem = check_activation(*entry, rules)) return place + *problem;
    } else if (kind->scalar == "tick") {
      const auto after = number(*entry, "after-offset");
      const auto time = number(*entry, "time");
      if (!after || !time) return place + "a tick without `after-offset` or `time`";
      entries_[record->partition].push_back({*after, rules::Timestamp::from_millis(*time), nullptr});
    } else {
      return place + "a journal record of unknown kind " + kind->scalar;
    }
  }
  if (!feed.error().empty()) return feed.error();
  return std::nullopt;
}

std::optional<JournalFile::Entry> JournalFile::take_before(std::int32_t partition, std::int64_t offset) {
  const auto found = entries_.find(partition);
  if (found == entries_.end() || found->second.empty() || found->second.front().after >= offset) return std::nullopt;
  Entry entry = std::move(found->second.front());
  found->second.pop_front();
  return entry;
}

}  // namespace coagwatch::daemon
