#include <algorithm>
#include <exception>
#include <numeric>

#include "tests/broker/published.h"
#include "tests/broker/test_kafka.h"
#include "tests/fault/places.h"
#include "tests/fault/verifier.h"

namespace coagwatch::fault {
namespace {

std::int64_t sum(const std::vector<std::int64_t>& numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), std::int64_t{0});
}

/// Everything that is in the log now was seen, and in this order; `all`: and nothing else was. Empty, or what is wrong.
std::string compare(const std::vector<Seen>& seen, const std::vector<Seen>& log, bool all) {
  auto next = seen.begin();
  for (const Seen& record : log) {
    // Of a compacted topic, what was superseded was seen and is gone.
    while (next != seen.end() && next->offset < record.offset && !all) ++next;
    if (next == seen.end() || !(*next == record)) return "offset " + std::to_string(record.offset) + " was not seen so";
    ++next;
  }
  if (all && next != seen.end()) return "offset " + std::to_string(next->offset) + " was seen and is not there";
  return {};
}

}  // namespace

void Verifier::check_outputs(std::uint64_t sent) {
  const Names& names = targets_.names;
  std::uint64_t in_input = 0;
  for (const std::string& input : names.inputs) {
    in_input += static_cast<std::uint64_t>(sum(test::log_ends(input, false)));
  }
  check(in_input == sent + static_cast<std::uint64_t>(targets_.partitions), "the input holds what was sent, once each",
        std::to_string(in_input) + " records");
  check_offsets();
  check_no_open_transaction();
  check_reader();
  const auto all_there = [this](const std::string& what, const Fate& fate) {
    check(fate.wrong.empty(), what, fate.wrong.empty() ? std::to_string(fate.records) + " records" : fate.wrong);
  };
  if (!names.keyed) all_there("each record of the input was routed once, in its order", fate_of_input(names));
  all_there("each command was applied once, in its order", fate_of_commands(names));
  check_offline();
  const std::string verify = options_.coagwatch + " state verify -c " + targets_.members[0]->config_file();
  check(run_shell(verify + " >" + options_.directory + "/verify.out 2>&1") == 0, "coagwatch state verify", "");
}

void Verifier::check_offsets() {
  const Names& names = targets_.names;
  std::int64_t lag = test::group_lag(names.group, names.scored());
  for (const std::string& input : names.inputs) {
    if (!names.keyed) lag += test::group_lag(names.router_group(), input);
  }
  check(lag == 0, "the groups' offsets are the ends of what they read", std::to_string(lag) + " records before");
}

void Verifier::check_no_open_transaction() {
  std::string open;
  for (const std::string& topic : targets_.names.written()) {
    if (test::log_ends(topic, true) != test::log_ends(topic, false)) open += " " + topic;
  }
  check(open.empty(), "no transaction is open", open);
}

void Verifier::check_reader() {
  constexpr int kPatience = 120;
  const CommittedReader::Memory& seen = reader_.finish(kPatience);
  check(reader_.complaints().empty(), "the reader that ran all along was never told anything strange",
        reader_.complaints().empty() ? "" : reader_.complaints().front());
  for (const std::string& topic : targets_.names.written()) {
    CommittedReader::Memory log;
    std::size_t records = 0;
    test::for_each_committed(topic, [&](const test::Record& record) {
      log[{topic, record.partition}].push_back({record.offset, digest_of(record)});
      ++records;
    });
    std::string wrong;
    for (int p = test::partition_count(topic); p-- > 0;) {
      const auto found = seen.find({topic, p});
      const std::string here = compare(found == seen.end() ? std::vector<Seen>() : found->second, log[{topic, p}],
                                       !targets_.names.is_compacted(topic));
      if (!here.empty()) wrong = "partition " + std::to_string(p) + ": " + here;
    }
    check(wrong.empty(), "the reader had seen the topic " + topic + " as it is",
          wrong.empty() ? std::to_string(records) + " records" : wrong);
  }
}

void Verifier::check_offline() {
  const OfflineRun run = {options_.coagwatch, targets_.members[0]->config_file(), targets_.names, options_.directory,
                          options_.journaled};
  Outputs offline = offline_outputs(run);
  journal_.say("the offline fold is done: " + std::to_string(offline.statuses) + " statuses");
  committed_ = committed_outputs(targets_.names);
  check(!offline.alerts.empty(), "the feed makes alerts", std::to_string(offline.alerts.size()));
  if (options_.journaled) {
    sort_by_patient(offline.alerts);
    sort_by_patient(committed_.alerts);
  }
  const auto same = [this](const std::string& what, const std::string& wrong, std::size_t size) {
    check(wrong.empty(), what + " are those of the offline fold", wrong.empty() ? std::to_string(size) : wrong);
  };
  same("alerts", test::difference(committed_.alerts, offline.alerts), offline.alerts.size());
  same("dead letters", test::difference(committed_.dead_letters, offline.dead_letters), offline.dead_letters.size());
  same("last statuses", test::difference(committed_.status, offline.status), offline.status.size());
  same("last states", test::difference(committed_.state, offline.state), offline.state.size());
}

}  // namespace coagwatch::fault
