#include "daemon/cli/journal_file.h"

#include <charconv>
#include <vector>

#include "daemon/cli/feed_reader.h"
#include "rules/criterion/yaml.h"

namespace coagwatch::daemon {
namespace {

std::optional<std::int64_t> number(const rules::YamlNode& entry, const char* name) {
  const rules::YamlNode* node = entry.find(name);
  if (node == nullptr) return std::nullopt;
  std::int64_t value = 0;
  const char* end = node->scalar.data() + node->scalar.size();
  const auto [stop, error] = std::from_chars(node->scalar.data(), end, value);
  return error == std::errc() && stop == end ? std::optional(value) : std::nullopt;
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

std::optional<std::string> JournalFile::read(const std::string& file, const rules::RuleSet& rules) {
  FeedReader feed({file});
  while (const InputRecord* record = feed.next()) {
    const std::string place = file + ":" + std::to_string(feed.line()) + ": ";
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
      ticks_[record->partition].push_back({*after, rules::Timestamp::from_millis(*time)});
    } else {
      return place + "a journal record of unknown kind " + kind->scalar;
    }
  }
  if (!feed.error().empty()) return feed.error();
  return std::nullopt;
}

std::optional<JournalFile::Tick> JournalFile::take_before(std::int32_t partition, std::int64_t offset) {
  const auto found = ticks_.find(partition);
  if (found == ticks_.end() || found->second.empty() || found->second.front().after >= offset) return std::nullopt;
  const Tick tick = found->second.front();
  found->second.pop_front();
  return tick;
}

}  // namespace coagwatch::daemon
