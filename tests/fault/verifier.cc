#include "tests/fault/verifier.h"

#include <algorithm>
#include <exception>
#include <fstream>
#include <numeric>

#include "tests/broker/sample_feed.h"
#include "tests/broker/test_kafka.h"

namespace coagwatch::fault {
namespace {

using std::chrono::seconds;

constexpr int kHealing = 120;       // seconds for the brokers to be whole again
constexpr int kNoProgress = 45;     // seconds without any before the daemons are taken for stuck
constexpr double kFreshEvent = 30;  // seconds until it must be committed
constexpr seconds kDrain{40};

std::int64_t sum(const std::vector<std::int64_t>& numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), std::int64_t{0});
}

std::string in_seconds(double time) {
  const auto tenths = static_cast<std::int64_t>(time * 10);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

/// A result of a new patient for each partition.
std::vector<test::Record> fresh_events(int partitions) {
  std::vector<test::Record> events;
  for (int i = 0; static_cast<int>(events.size()) < partitions; ++i) {
    const std::string patient = "Patient/fresh" + std::to_string(i);
    test::Record record = test::patient_record(
        patient,
        test::observation("fresh" + std::to_string(i), patient, "777-3", "41", "10*9/L", "2026-02-01T08:00:00Z"),
        partitions);
    if (record.partition == static_cast<int>(events.size())) events.push_back(std::move(record));
  }
  return events;
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

bool Verifier::check(bool good, const std::string& what, const std::string& seen) {
  checks_.push_back({what, seen, good});
  journal_.say((good ? "ok      " : "FAILED  ") + what + (seen.empty() ? "" : ": " + seen));
  return good;
}

/// -1: the brokers do not say, for now.
std::int64_t Verifier::lag() try {
  return test::group_lag(targets_.names.group, targets_.names.input);
} catch (const std::exception& error) {
  journal_.say(std::string("lag: ") + error.what());
  return -1;
}

bool Verifier::wait_until_caught_up() {
  std::int64_t best = -1;
  double last_progress = journal_.seconds();
  for (;;) {
    const std::int64_t left = lag();
    if (left == 0) return true;
    if (left >= 0 && (best < 0 || left < best)) {
      best = left;
      last_progress = journal_.seconds();
    }
    if (journal_.seconds() - last_progress > kNoProgress) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
}

void Verifier::check_alive(Feed& feed, const Watch& watch) {
  check(targets_.cluster.wait_healthy(kHealing), "brokers whole again, all replicas in step", "");
  feed.finish();
  check(feed.error().empty(), "feed sent", feed.error().empty() ? std::to_string(feed.sent()) : feed.error());
  const double start = journal_.seconds();
  const std::int64_t left = lag();
  const bool caught_up = wait_until_caught_up();
  check(caught_up, "daemons caught up with the input",
        std::to_string(left) + " records in " + in_seconds(journal_.seconds() - start));
  if (caught_up) check_fresh_event();
  check_metrics();
  check(watch.crashed() == 0, "no daemon crashed",
        std::to_string(watch.ended_by_itself()) + " ended by themselves, " + std::to_string(watch.crashed()) +
            " by a signal");
  check_logs();
  check(watch.replayed_records() == 0 || options_.stale_offsets, "no daemon was given records that it had applied",
        std::to_string(static_cast<std::int64_t>(watch.replayed_records())) +
            (options_.stale_offsets ? " at most; not judged, since a broker may tell offsets of the past" : ""));
  check(watch.largest_mebibytes() <= options_.most_mebibytes, "memory of each daemon is bounded",
        std::to_string(watch.largest_mebibytes()) + " MiB at most, " + std::to_string(options_.most_mebibytes) +
            " allowed");
}

void Verifier::check_fresh_event() {
  const double start = journal_.seconds();
  {
    test::TestProducer producer;
    for (const test::Record& record : fresh_events(targets_.partitions)) producer.send(targets_.names.input, record);
    producer.flush();
  }
  const bool processed = wait_until_caught_up();
  const double took = journal_.seconds() - start;
  check(processed && took <= kFreshEvent, "a fresh event in each partition is processed", "after " + in_seconds(took));
}

void Verifier::check_metrics() {
  for (std::size_t i = 0; i + 1 < targets_.members.size(); ++i) {
    const Member& member = *targets_.members[i];
    const bool ready = member.wait_ready(15);
    const std::string metrics = member.get("/metrics").second;
    const double replayed = metric(metrics, "coagwatch_replayed_records_total");
    check(ready && (replayed == 0 || options_.stale_offsets) &&
              metrics.find("coagwatch_transactions_total") != std::string::npos,
          "daemon " + member.instance() + " is ready, and its metrics are sane",
          ready ? "replayed " + std::to_string(static_cast<int>(replayed))
                : "not ready: " + member.get("/readyz").second);
  }
}

void Verifier::check_logs() {
  int stopped = 0;
  for (const auto& member : targets_.members) {
    std::ifstream log(member->log_file());
    for (std::string line; std::getline(log, line);) {
      if (line.find(R"("msg":"partition stopped")") != std::string::npos) ++stopped;
    }
  }
  check(stopped == 0, "no daemon gave a partition up", std::to_string(stopped));
}

void Verifier::stop_daemons() {
  for (const auto& member : targets_.members) {
    const std::optional<int> status = member->stop(kDrain);
    check(status && *status == 0, "daemon " + member->instance() + " ends in order",
          status ? exit_text(*status) : "it had to be killed");
  }
}

void Verifier::check_outputs(CommittedReader& reader, std::uint64_t sent) {
  const Names& names = targets_.names;
  const auto in_input = static_cast<std::uint64_t>(sum(test::log_ends(names.input, false)));
  check(in_input == sent + static_cast<std::uint64_t>(targets_.partitions), "the input holds what was sent, once each",
        std::to_string(in_input) + " records");
  const std::int64_t lag = test::group_lag(names.group, names.input);
  check(lag == 0, "the group's offsets are the input's ends", std::to_string(lag) + " records before");
  check_no_open_transaction();
  check_reader(reader);
  check_offline();
  const std::string verify = options_.coagwatch + " state verify -c " + targets_.members[0]->config_file();
  check(run_shell(verify + " >" + options_.directory + "/verify.out 2>&1") == 0, "coagwatch state verify", "");
}

void Verifier::check_no_open_transaction() {
  const Names& names = targets_.names;
  std::string open;
  for (const std::string& topic : {names.alerts, names.status, names.state, names.dead_letters, names.journal}) {
    if (test::log_ends(topic, true) != test::log_ends(topic, false)) open += " " + topic;
  }
  check(open.empty(), "no transaction is open", open);
}

void Verifier::check_reader(CommittedReader& reader) {
  constexpr int kPatience = 120;
  const CommittedReader::Memory& seen = reader.finish(kPatience);
  check(reader.complaints().empty(), "the reader that ran all along was never told anything strange",
        reader.complaints().empty() ? "" : reader.complaints().front());
  const Names& names = targets_.names;
  for (const std::string& topic : {names.alerts, names.dead_letters, names.status, names.state}) {
    CommittedReader::Memory log;
    std::size_t records = 0;
    test::for_each_committed(topic, [&](const test::Record& record) {
      log[{topic, record.partition}].push_back({record.offset, digest_of(record)});
      ++records;
    });
    std::string wrong;
    for (int p = 0; p < targets_.partitions; ++p) {
      const auto found = seen.find({topic, p});
      const bool compacted = topic == names.status || topic == names.state;
      const std::string here =
          compare(found == seen.end() ? std::vector<Seen>() : found->second, log[{topic, p}], !compacted);
      if (!here.empty()) wrong = "partition " + std::to_string(p) + ": " + here;
    }
    check(wrong.empty(), "the reader had seen the topic " + topic + " as it is",
          wrong.empty() ? std::to_string(records) + " records" : wrong);
  }
}

void Verifier::check_offline() {
  const Outputs offline =
      offline_outputs(options_.coagwatch, targets_.members[0]->config_file(), targets_.names, options_.directory);
  journal_.say("the offline fold is done: " + std::to_string(offline.statuses) + " statuses");
  committed_ = committed_outputs(targets_.names);
  check(!offline.alerts.empty(), "the feed makes alerts", std::to_string(offline.alerts.size()));
  const auto same = [this](const std::string& what, const std::string& wrong, std::size_t size) {
    check(wrong.empty(), what + " are those of the offline fold", wrong.empty() ? std::to_string(size) : wrong);
  };
  same("alerts", difference(committed_.alerts, offline.alerts), offline.alerts.size());
  same("dead letters", difference(committed_.dead_letters, offline.dead_letters), offline.dead_letters.size());
  same("last statuses", difference(committed_.status, offline.status), offline.status.size());
}

}  // namespace coagwatch::fault
