#include "tests/fault/verifier.h"

#include <algorithm>
#include <exception>
#include <fstream>

#include "daemon/kafka/partitioner.h"
#include "tests/broker/sample_feed.h"
#include "tests/broker/test_kafka.h"
#include "tests/fault/places.h"

namespace coagwatch::fault {
namespace {

using std::chrono::seconds;

constexpr int kHealing = 120;       // seconds for the brokers to be whole again
constexpr int kNoProgress = 45;     // seconds without any before the daemons are taken for stuck
constexpr double kFreshEvent = 30;  // seconds until it must be committed
constexpr seconds kDrain{40};

std::string in_seconds(double time) {
  const auto tenths = static_cast<std::int64_t>(time * 10);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

/// A result of a new patient for each partition of what is scored.
std::vector<test::Record> fresh_events(int partitions, bool keyed) {
  std::vector<test::Record> events;
  for (int i = 0; static_cast<int>(events.size()) < partitions; ++i) {
    const std::string patient = "Patient/fresh" + std::to_string(i);
    test::Record record = test::patient_record(
        patient,
        test::observation("fresh" + std::to_string(i), patient, "777-3", "41", "10*9/L", "2026-02-01T08:00:00Z"),
        partitions);
    if (!keyed) {
      // The router stage will put him where it puts everybody.
      using daemon::kafka::Partitioner;
      record.partition = daemon::kafka::partition_by(Partitioner::murmur2, patient, partitions);
      record.key.reset();
    }
    if (record.partition == static_cast<int>(events.size())) events.push_back(std::move(record));
  }
  return events;
}

/// Whether the fault may make a daemon end by itself, with what others do meanwhile: README.md has why.
bool may_end_one(Kind kind, bool static_membership) {
  return kind == Kind::daemon_fence || kind == Kind::daemon_hide || (static_membership && kind >= Kind::link_delay);
}

}  // namespace

bool Verifier::check(bool good, const std::string& what, const std::string& seen) {
  checks_.push_back({what, seen, good});
  journal_.say((good ? "ok      " : "FAILED  ") + what + (seen.empty() ? "" : ": " + seen));
  return good;
}

/// -1: the brokers do not say, for now.
std::int64_t Verifier::lag() try {
  const Names& names = targets_.names;
  if (names.keyed) return test::group_lag(names.group, names.scored());
  std::int64_t left = 0;
  for (const std::string& input : names.inputs) left += test::group_lag(names.router_group(), input);
  return left + lag_of_scoring();
} catch (const std::exception& error) {
  journal_.say(std::string("lag: ") + error.what());
  return -1;
}

/// Of what is routed. It ends with the marker of a transaction, which a committed offset does not pass by itself: only
/// what the reader was given counts.
std::int64_t Verifier::lag_of_scoring() const {
  const Names& names = targets_.names;
  const auto ends = reader_.ends_of_data(names.scored());
  if (!ends) return test::group_lag(names.group, names.scored()) + 1;
  const std::vector<std::int64_t> offsets = test::committed_offsets(names.group, names.scored());
  std::int64_t left = 0;
  for (std::size_t p = 0; p < ends->size(); ++p)
    left += std::max<std::int64_t>(0, (*ends)[p] - std::max<std::int64_t>(0, offsets[p]));
  return left;
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

void Verifier::check_alive(Feed& feed, Forgetter& forgetter) {
  check(targets_.cluster.wait_healthy(kHealing), "brokers whole again, all replicas in step", "");
  feed.finish();
  check(feed.error().empty(), "feed sent", feed.error().empty() ? std::to_string(feed.sent()) : feed.error());
  forgetter.finish();
  check(forgetter.sent() == options_.commands, "commands sent", std::to_string(forgetter.sent()));
  const double start = journal_.seconds();
  const std::int64_t left = lag();
  const bool caught_up = wait_until_caught_up();
  check(caught_up, "daemons caught up with the input",
        std::to_string(left) + " records in " + in_seconds(journal_.seconds() - start));
  if (caught_up) check_fresh_event();
  check_commands();
  check_metrics();
  check_logs();
}

/// What is left to do of the commands is in no offset of the group.
void Verifier::check_commands() {
  const double start = journal_.seconds();
  Fate fate = fate_of_commands(targets_.names);
  while (!fate.wrong.empty() && journal_.seconds() - start < kFreshEvent) {
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    fate = fate_of_commands(targets_.names);
  }
  check(fate.wrong.empty(), "daemons caught up with the commands",
        fate.wrong.empty() ? "after " + in_seconds(journal_.seconds() - start) : fate.wrong);
}

void Verifier::check_watch(const Watch& watch, const Nemesis& nemesis) {
  std::string ends;
  for (const auto& [how, times] : watch.ends()) ends += ", " + std::to_string(times) + " with " + how;
  check(watch.crashed() == 0, "no daemon crashed",
        std::to_string(watch.ended_by_itself()) + " ended by themselves" + ends);
  const Injected& injected = nemesis.injected();
  int most = injected.not_done;
  for (int i = 0; i < kKinds; ++i) {
    if (may_end_one(static_cast<Kind>(i), options_.static_membership))
      most += injected.done[static_cast<std::size_t>(i)];
  }
  check(watch.ended_by_itself() <= most, "few daemons ended by themselves",
        std::to_string(watch.ended_by_itself()) + " of " + std::to_string(most) + " at most");
  check(watch.replayed() == 0, "no daemon was given records that it had applied",
        std::to_string(static_cast<std::int64_t>(watch.replayed())));
  check(watch.largest_mebibytes() <= options_.most_mebibytes, "memory of each daemon is bounded",
        std::to_string(watch.largest_mebibytes()) + " MiB at most, " + std::to_string(options_.most_mebibytes) +
            " allowed");
}

void Verifier::check_fresh_event() {
  const double start = journal_.seconds();
  {
    test::TestProducer producer;
    const Names& names = targets_.names;
    const std::vector<test::Record> events = fresh_events(targets_.partitions, names.keyed);
    for (std::size_t i = 0; i < events.size(); ++i) producer.send(names.inputs[i % names.inputs.size()], events[i]);
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
    check(ready && metrics.find("coagwatch_transactions_total") != std::string::npos,
          "daemon " + member.instance() + " is ready, and its metrics are sane",
          ready ? "" : "not ready: " + member.get("/readyz").second);
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

}  // namespace coagwatch::fault
