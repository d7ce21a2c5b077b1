// Watches a process work off a topic: CPU time per record and records per second between its first and its last
// commit, by the group's committed offsets and /proc. Ends when the group's lag is 0 and prints one JSON object.

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

#include "tests/bench/arguments.h"
#include "tests/bench/kafka_handles.h"

using namespace coagwatch;
using namespace coagwatch::daemon::kafka;
using Clock = std::chrono::steady_clock;

namespace {

/// What the process has used and done so far.
struct Sample {
  Clock::time_point at;
  double cpu_seconds = 0;
  std::int64_t records = 0;  ///< committed
};

double cpu_seconds(long pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(file, text);
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) bench::fail("process " + std::to_string(pid) + " is gone");
  std::istringstream fields(text.substr(name_end + 1));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  long user = 0;
  long system = 0;
  fields >> user >> system;
  return static_cast<double>(user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

long peak_memory_kib(long pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("VmHWM:", 0) == 0) return std::strtol(line.c_str() + 6, nullptr, 10);
  }
  return 0;
}

class Meter {
 public:
  explicit Meter(const bench::Arguments& arguments)
      : topic_(arguments.text("topic")),
        pid_(arguments.number("pid")),
        // Reads uncommitted: it must not wait for the transaction that is just being committed.
        client_(bench::make_client(ClientRole::probe, arguments.text("brokers"), arguments.text("group"))),
        partitions_(bench::partition_count(client_->get(), topic_)) {
    for (int partition = 0; partition < partitions_; ++partition) {
      std::int64_t low = 0;
      std::int64_t high = 0;
      if (rd_kafka_query_watermark_offsets(client_->get(), topic_.c_str(), partition, &low, &high, 10'000) !=
          RD_KAFKA_RESP_ERR_NO_ERROR) {
        bench::fail("the end of the topic cannot be found");
      }
      total_ += high;
    }
  }

  void run(std::chrono::seconds limit) {
    const auto deadline = Clock::now() + limit;
    Sample first;
    Sample last;
    while (last.records < total_) {
      if (Clock::now() > deadline) bench::fail("the topic was not worked off in time");
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      last = take();
      if (first.records == 0) first = last;
    }
    const double seconds = std::chrono::duration<double>(last.at - first.at).count();
    const auto records = static_cast<double>(last.records - first.records);
    if (records < 1 || seconds <= 0) bench::fail("all was done before it could be watched: feed more records");
    std::printf(
        "{\"records\": %.0f, \"seconds\": %.3f, \"records_per_second\": %.0f, \"cpu_us_per_record\": %.3f, "
        "\"peak_memory_kib\": %ld}\n",
        records, seconds, records / seconds, (last.cpu_seconds - first.cpu_seconds) / records * 1e6,
        peak_memory_kib(pid_));
  }

 private:
  Sample take() {
    const PartitionListHandle list(rd_kafka_topic_partition_list_new(partitions_));
    rd_kafka_topic_partition_list_add_range(list.get(), topic_.c_str(), 0, partitions_ - 1);
    Sample out;
    if (rd_kafka_committed(client_->get(), list.get(), 5'000) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      bench::fail("the group's offsets cannot be read");
    }
    out.at = Clock::now();
    out.cpu_seconds = cpu_seconds(pid_);
    for (int i = 0; i < list->cnt; ++i) {
      if (list->elems[i].offset > 0) out.records += list->elems[i].offset;
    }
    return out;
  }

  std::string topic_;
  long pid_;
  std::unique_ptr<Client> client_;
  int partitions_;
  std::int64_t total_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  const bench::Arguments arguments(
      argc, argv, {{"brokers", ""}, {"group", ""}, {"topic", ""}, {"pid", ""}, {"limit-seconds", "300"}});
  Meter(arguments).run(std::chrono::seconds(arguments.number("limit-seconds")));
  return 0;
}
