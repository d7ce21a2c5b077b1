#include "daemon/cli/journal_file.h"

#include <vector>

#include "daemon/cli/feed_reader.h"
#include "rules/criterion/yaml.h"

namespace coagwatch::daemon {

std::optional<std::string> check_journal(const std::string& file, const rules::RuleSet& rules) {
  FeedReader feed({file});
  while (const InputRecord* record = feed.next()) {
    const std::string place = file + ":" + std::to_string(feed.line()) + ": ";
    if (!record->value) return place + "a journal record without value";
    std::vector<rules::Problem> problems;
    const auto entry = rules::parse_yaml(*record->value, file, problems);
    const rules::YamlNode* kind = entry ? entry->find("kind") : nullptr;
    if (kind == nullptr) return place + "not a journal record";
    if (kind->scalar != "rule-set") return place + "a journal record of unknown kind " + kind->scalar;
    const rules::YamlNode* hash = entry->find("rule-set");
    if (hash == nullptr) return place + "a rule-set activation without `rule-set`";
    if (hash->scalar != rules.hash) {
      return place + "rule set " + hash->scalar.substr(0, 12) + " was in force, this replay has " +
             rules.hash.substr(0, 12) + ": use the configuration of that run";
    }
  }
  if (!feed.error().empty()) return feed.error();
  return std::nullopt;
}

}  // namespace coagwatch::daemon
