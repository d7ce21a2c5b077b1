// How long the state of many patients takes to restore, and how long a bare consumer takes to read the same changelog:
// in turns, in one run, both to the end that the log had when they began. The bare one has the daemon's configuration
// of a reader of state, polls one queue with all partitions, and does nothing with a record but count its bytes.

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <map>
#include <thread>

#include "daemon/cli/setup.h"
#include "daemon/cli/state_threads.h"
#include "daemon/engine/scoring_task.h"
#include "daemon/kafka/error.h"
#include "daemon/kafka/state_reader.h"
#include "tests/bench/arguments.h"
#include "tests/bench/kafka_handles.h"

namespace coagwatch::bench {
namespace {

using namespace daemon::kafka;
using Clock = std::chrono::steady_clock;

struct Figures {
  double seconds = 0;
  double cpu_seconds = 0;
  std::size_t records = 0;
  std::size_t bytes = 0;
};

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// Measures from construction on.
class Watch {
 public:
  void stop(Figures& figures) const {
    figures.seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    figures.cpu_seconds = bench::cpu_seconds() - cpu_;
  }

 private:
  Clock::time_point start_ = Clock::now();
  double cpu_ = bench::cpu_seconds();
};

Figures read_bare(const std::string& brokers, const std::string& topic) {
  Figures figures;
  const Watch watch;
  const auto probe = make_client(ClientRole::probe, brokers, "bench-bare");
  const auto client = make_client(ClientRole::restore, brokers, "bench-bare");
  const int partitions = partition_count(client->get(), topic);
  std::map<std::int32_t, std::int64_t> ends;
  const PartitionListHandle list(rd_kafka_topic_partition_list_new(partitions));
  for (std::int32_t partition = 0; partition < partitions; ++partition) {
    std::int64_t low = 0;
    std::int64_t end = 0;
    if (rd_kafka_query_watermark_offsets(probe->get(), topic.c_str(), partition, &low, &end, 10'000) !=
        RD_KAFKA_RESP_ERR_NO_ERROR) {
      fail("no watermarks");
    }
    if (low < end) ends[partition] = end;
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = low;
  }
  if (Error::take(rd_kafka_incremental_assign(client->get(), list.get()))) fail("assign");
  while (!ends.empty()) {
    const MessageHandle message(rd_kafka_consumer_poll(client->get(), 100));
    if (!message) continue;
    const bool at_end = message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR && !at_end) fail(describe(message->err));
    const std::int64_t next = at_end ? message->offset : message->offset + 1;
    if (!at_end) ++figures.records;
    if (!at_end) figures.bytes += message->key_len + message->len;
    if (const auto end = ends.find(message->partition); end != ends.end() && next >= end->second) ends.erase(end);
  }
  watch.stop(figures);
  return figures;
}

Figures restore(const std::string& brokers, const std::string& topic, const daemon::FoldSettings& settings,
                long threads) {
  Figures figures;
  const Watch watch;
  std::vector<daemon::StateThreads::Part> parts;
  for (long i = 0; i < threads; ++i) {
    ClientSettings client;
    client.brokers = brokers;
    client.group = client.client_id = "bench-restore";
    std::string error;
    auto reader = StateReader::create(
        client, topic, [](daemon::LogLevel, std::string_view) {}, error);
    if (!reader) fail(error);
    parts.push_back({std::move(reader), std::make_unique<daemon::ScoringTasks>(settings)});
  }
  daemon::CopyObserver observer;
  daemon::StateThreads states(std::move(parts), 0, {}, observer);
  const auto probe = make_client(ClientRole::probe, brokers, "bench-restore");
  std::vector<daemon::ClaimId> claims;
  for (std::int32_t p = 0; p < partition_count(probe->get(), topic); ++p) {
    claims.push_back(states.claim(p));
    states.settle(claims.back(), 0);
  }
  std::vector<std::unique_ptr<daemon::PartitionTask>> tasks;
  for (const daemon::ClaimId claim : claims) {
    daemon::ClaimProgress progress = states.progress(claim);
    while (progress.state != daemon::ClaimProgress::State::complete) {
      if (progress.state == daemon::ClaimProgress::State::failed) fail(progress.error);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      progress = states.progress(claim);
    }
    figures.records += progress.records;
    tasks.push_back(states.take(claim));
  }
  watch.stop(figures);
  for (const auto& task : tasks) figures.bytes += task->patients()->bytes();
  return figures;
}

void print(const char* what, const Figures& figures) {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf(
      "{\"what\": \"%s\", \"seconds\": %.3f, \"cpu_seconds\": %.3f, \"records\": %zu, \"bytes\": %zu, "
      "\"peak_memory_kib\": %ld}\n",
      what, figures.seconds, figures.cpu_seconds, figures.records, figures.bytes, usage.ru_maxrss);
  std::fflush(stdout);
}

}  // namespace
}  // namespace coagwatch::bench

int main(int argc, char** argv) {
  using namespace coagwatch;
  const bench::Arguments arguments(
      argc, argv,
      {{"brokers", ""}, {"topic", ""}, {"config", ""}, {"threads", "2"}, {"repetitions", "3"}, {"only", "both"}});
  std::vector<rules::Problem> problems;
  const std::shared_ptr<const daemon::Setup> setup =
      daemon::load_setup(arguments.text("config"), daemon::Purpose::offline, problems);
  if (!setup) {
    daemon::print_problems(problems);
    return daemon::kExitUsage;
  }
  const daemon::FoldSettings settings = daemon::fold_settings(setup);
  const std::string& brokers = arguments.text("brokers");
  const std::string& topic = arguments.text("topic");
  const std::string& only = arguments.text("only");
  for (long i = 0; i < arguments.number("repetitions"); ++i) {
    if (only != "restore") bench::print("bare", bench::read_bare(brokers, topic));
    if (only != "bare") {
      bench::print("restore", bench::restore(brokers, topic, settings, arguments.number("threads")));
    }
  }
  return 0;
}
