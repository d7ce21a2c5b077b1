#include <algorithm>
#include <future>
#include <numeric>
#include <utility>

#include "tests/broker/published.h"
#include "tests/broker/test_kafka.h"
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
  check_no_open_transaction();
  check_reader();
  check_offsets();
  check_fates();
  check_offline();
  const std::string verify = options_.coagwatch + " state verify -c " + targets_.members[0]->config_file();
  check(run_shell(verify + " >" + options_.directory + "/verify.out 2>&1") == 0, "coagwatch state verify", "");
}

void Verifier::check_offsets() {
  const Names& names = targets_.names;
  // Whoever scores may end before a router's last transaction does, of which he would see nothing but the marker.
  std::int64_t lag = names.keyed ? test::group_lag(names.group, names.scored()) : lag_of_scoring();
  for (const std::string& input : names.inputs) {
    if (!names.keyed) lag += test::group_lag(names.router_group(), input);
  }
  check(lag == 0, "the groups' offsets are the ends of what they read", std::to_string(lag) + " records before");
}

void Verifier::check_no_open_transaction() {
  std::vector<std::pair<std::string, std::future<bool>>> open;
  // Side by side, here and below, since each mostly waits for its client.
  for (const std::string& topic : targets_.names.written()) {
    open.emplace_back(topic, std::async(std::launch::async, [topic] {
                        return test::log_ends(topic, true) != test::log_ends(topic, false);
                      }));
  }
  std::string found;
  for (auto& [topic, is_open] : open) found += is_open.get() ? " " + topic : "";
  check(found.empty(), "no transaction is open", found.empty() ? std::to_string(open.size()) + " topics" : found);
}

/// What the reader was given of a topic, against what it holds.
Fate Verifier::fate_of_seen(const std::string& topic) const {
  CommittedReader::Memory log;
  Fate fate;
  test::for_each_committed(topic, [&](const test::Record& record) {
    log[{topic, record.partition}].push_back({record.offset, digest_of(record)});
    ++fate.records;
  });
  const CommittedReader::Memory& seen = reader_.memory();
  for (int p = test::partition_count(topic); p-- > 0;) {
    const auto found = seen.find({topic, p});
    const std::string here = compare(found == seen.end() ? std::vector<Seen>() : found->second, log[{topic, p}],
                                     !targets_.names.is_compacted(topic));
    if (!here.empty()) fate.wrong = "partition " + std::to_string(p) + ": " + here;
  }
  return fate;
}

void Verifier::check_reader() {
  constexpr int kPatience = 120;
  reader_.finish(kPatience);
  check(reader_.complaints().empty(), "the reader that ran all along was never told anything strange",
        reader_.complaints().empty() ? "" : reader_.complaints().front());
  std::vector<std::pair<std::string, std::future<Fate>>> fates;
  for (const std::string& topic : targets_.names.written()) {
    fates.emplace_back(topic, std::async(std::launch::async, [this, topic] { return fate_of_seen(topic); }));
  }
  for (auto& [topic, fate] : fates) check(fate.get(), "the reader had seen the topic " + topic + " as it is");
}

void Verifier::check_fates() {
  const Names& names = targets_.names;
  if (!names.keyed) check(fate_of_input(names), "each record of the input was routed once, in its order");
  check(fate_of_commands(names), "each command was applied once, in its order");
}

void Verifier::check(const Fate& fate, const std::string& what) {
  check(fate.wrong.empty(), what, fate.wrong.empty() ? std::to_string(fate.records) + " records" : fate.wrong);
}

void Verifier::check_offline() {
  const OfflineRun run = {options_.coagwatch, targets_.members[0]->config_file(), targets_.names, options_.directory,
                          options_.journaled};
  Outputs offline = offline_outputs(run);
  journal_.say("the offline fold is done: " + std::to_string(offline.statuses) + " statuses");
  committed_ = committed_outputs(targets_.names);
  if (!options_.event_time) ticks_ = ticks_in_journal(targets_.names);
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
