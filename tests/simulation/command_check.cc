#include "tests/simulation/command_check.h"

#include <deque>
#include <set>
#include <utility>

namespace coagwatch::simulation {

bool is_interleaving(const std::vector<Published>& found, const std::vector<const std::vector<Published>*>& parts) {
  std::size_t all = 0;
  for (const auto* part : parts) all += part->size();
  if (all != found.size()) return false;
  // How much of each part may have been used so far: more than one way only where two parts go on alike.
  std::set<std::vector<std::size_t>> ways{std::vector<std::size_t>(parts.size(), 0)};
  for (const Published& record : found) {
    std::set<std::vector<std::size_t>> next;
    for (const std::vector<std::size_t>& way : ways) {
      for (std::size_t i = 0; i < parts.size(); ++i) {
        if (way[i] == parts[i]->size() || (*parts[i])[way[i]] != record) continue;
        std::vector<std::size_t> longer = way;
        ++longer[i];
        next.insert(std::move(longer));
      }
    }
    if (next.empty()) return false;
    ways = std::move(next);
  }
  return true;
}

void CommandCheck::check(const std::vector<FoldResult>& folds) {
  for (std::int32_t partition = 0; partition < cluster_.settings().partitions; ++partition) {
    const std::vector<LogRecord> found = cluster_.log("commands", partition).committed();
    check_sent(partition, found, folds);
    check_applied(partition, found);
  }
}

void CommandCheck::check_sent(std::int32_t partition, const std::vector<LogRecord>& found,
                              const std::vector<FoldResult>& folds) {
  std::vector<Published> seen;
  std::vector<Published> sent;
  for (const LogRecord& record : found) {
    seen.push_back(published(record));
    // What people send is in no transaction.
    if (record.transaction != 0) sent.push_back(published(record));
  }
  std::vector<const std::vector<Published>*> parts;
  for (const FoldResult& fold : folds) {
    const auto of_fold = fold.commands.find(partition);
    if (of_fold != fold.commands.end()) parts.push_back(&of_fold->second);
  }
  const std::string place = "commands/" + std::to_string(partition);
  if (!is_interleaving(sent, parts)) {
    std::size_t expected = 0;
    for (const auto* part : parts) expected += part->size();
    problems_.push_back(place + ": " + std::to_string(sent.size()) + " records of folds, not the " +
                        std::to_string(expected) + " expected, or in another order");
  }
  if (follower_.seen("commands", partition) != seen) {
    problems_.push_back(place + ": a reader of committed data saw something else than what is there");
  }
}

void CommandCheck::check_applied(std::int32_t partition, const std::vector<LogRecord>& found) {
  std::deque<Movement> movements;
  std::int64_t position = 0;
  read_movements(cluster_.log("journal", partition), cluster_.log("commands", partition), position, movements);
  std::erase_if(movements, [](const Movement& movement) { return !movement.command; });
  applied_ += movements.size();
  std::size_t same = 0;
  while (same < movements.size() && same < found.size() && movements[same].command->offset == found[same].offset &&
         published(*movements[same].command) == published(found[same])) {
    ++same;
  }
  if (same == movements.size() && same == found.size()) return;
  problems_.push_back("commands/" + std::to_string(partition) + ": " + std::to_string(found.size()) +
                      " records, the journal has applied " + std::to_string(movements.size()) + ", they differ at " +
                      std::to_string(same));
}

}  // namespace coagwatch::simulation
